//! Why a database has its levels: the same answer in the terminal, in JSON and in HTML, and as the series say.

use std::collections::BTreeMap;
use std::sync::Arc;

use plimsoll::config::{Config, Selection, file};
use plimsoll::explain::{self, Question, View};
use plimsoll::offline::Reading;
use plimsoll::pages;
use plimsoll::scope::{self, ScopeName, Seen};
use plimsoll::sim::{Effect, Fault, Options};
use plimsoll::snapshot::{ALWAYS, Column, Family, NEVER, Sample, ScopeSnapshot};

use crate::support::client;
use crate::support::databases::{BRISK, INSTANCE, REGION, databases};
use crate::support::exporter::{Exporter, Launch};
use crate::support::golden;
use crate::support::simulated::SimulatedAws;
use crate::support::wait_for;

const CONFIG: &str = r#"
[metrics.CPUUtilization]
threshold = "60/65"

[[override]]
id = "shop-*"
thresholds.CPUUtilization = "75/99"

[[guard]]
name = "production"
longest_mute = "8h"
"#;

/// The databases of the `check-tags` fixtures; CPU of `orders` is at 85 percent, `billing` is muted against a guard.
fn view() -> View {
    let mut reading = Reading::default();
    for name in ["instances", "clusters"] {
        let path = format!("{}/tests/fixtures/check-tags/{name}.json", env!("CARGO_MANIFEST_DIR"));
        reading.add(&std::fs::read_to_string(path).unwrap()).unwrap();
    }
    let billing = reading.after.instances.iter_mut().find(|instance| instance.id == "billing").unwrap();
    billing.tags.insert("plimsoll/mute".to_owned(), "yes".to_owned());
    let config: Arc<Config> = Arc::new(file::parse(CONFIG, "plimsoll.toml").unwrap().config);
    let name = ScopeName { account: "default".into(), region: REGION.into() };
    let (instances, clusters) = (reading.after.instances, Some(reading.after.clusters));
    let seen = Seen { instances, clusters, ..Seen::default() };
    let roster = scope::roster(name, &config, &Arc::new(Selection::of(&config)), seen, 0);
    let row = roster.known().iter().position(|known| known.resource.id == "orders").unwrap();
    let sample = Sample { row: u32::try_from(row).unwrap(), extra: 0, value: 85.0, begins: ALWAYS, expires: NEVER };
    let column = Column { labels: Arc::new([]), extras: vec!["".into()], samples: vec![sample] };
    let family = Family { name: "aws_rds_cpuutilization_average".to_owned(), help: String::new() };
    let columns = BTreeMap::from([(Arc::new(family), Arc::new(column))]);
    View { roster, snapshot: Arc::new(ScopeSnapshot { place: None, columns }) }
}

fn one(name: &str, metric: Option<&str>) -> Question {
    Question::Resource { name: name.to_owned(), metric: metric.map(str::to_owned) }
}

#[track_caller]
fn check(golden: &str, question: &Question) {
    let answer = explain::answer(question, &[view()], 0).unwrap();
    golden::check(&format!("explain/{golden}.txt"), &answer.table());
    golden::check(&format!("explain/{golden}.json"), &answer.json());
    golden::check(&format!("explain/{golden}.html"), &pages::answer(&answer));
    let read = question.read_answer(&answer.json()).unwrap();
    assert_eq!(read.table(), answer.table(), "{golden}: what programs read is what was said");
}

#[test]
fn one_answer_in_three_forms() {
    check("orders", &one("orders", None));
    check("member", &one("arn:aws:rds:eu-west-1:123456789012:db:shop-1", Some("cpuutilization")));
    check("issues", &one("billing", None));
    check("listing", &Question::Resources { after: String::new() });
    check("near", &Question::Near { count: 3, metric: None });
}

#[test]
fn names_that_mean_nothing_or_two_things_are_refused() {
    let refusal = |question: &Question, views: &[View]| explain::answer(question, views, 0).unwrap_err();
    assert!(refusal(&one("nobody", None), &[view()]).error.contains("no database or cluster"));
    assert!(refusal(&one("orders", Some("Nonsense")), &[view()]).error.contains("no metric"));
    let twice = refusal(&one("orders", None), &[view(), view()]);
    assert!(twice.error.contains("by its ARN") && twice.candidates.len() == 2, "{twice:?}");
}

#[test]
fn what_was_said_and_what_stands_never_disagree() {
    let view = view();
    for (known, explanation) in view.roster.known().iter().zip(explain::all(&view, 0)) {
        let standing: usize = explanation.metrics.iter().map(|metric| metric.levels.len()).sum();
        assert_eq!(standing, known.resolved.thresholds.len(), "{}", known.resource.id);
        let unsaid = explanation.metrics.iter().flat_map(|metric| &metric.levels).find(|level| level.said.is_empty());
        assert_eq!(unsaid, None, "{}", known.resource.id);
    }
}

fn exporter(aws: &SimulatedAws, config: &str) -> Exporter {
    let exporter = aws.launch().config(config).start();
    exporter.wait_until_ready();
    exporter
}

fn plimsoll(arguments: &[&str]) -> (String, String) {
    let output = Launch::against("http://127.0.0.1:9").command().args(arguments).output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn the_api_agrees_with_the_series() {
    let aws = SimulatedAws::start(databases(["orders", "billing"]), Options::default());
    let exporter = exporter(&aws, &format!("{BRISK}\n[labels]\nthreshold_info = true\n"));
    let value = wait_for("a value", std::time::Duration::from_secs(30), || exporter.cpu("orders"));
    let arn = "arn:aws:rds:eu-west-1:123456789012:db:orders";
    let explained = exporter.get(&format!("/api/v1/resources/{arn}")).json();
    let cpu = &explained["metrics"][0];
    assert_eq!((cpu["metric"].as_str(), cpu["value"].as_f64()), (Some("CPUUtilization"), Some(value)));
    let metrics = exporter.metrics();
    for level in cpu["levels"].as_array().unwrap() {
        let severity = level["severity"].as_str().unwrap();
        assert_eq!(level["level"].as_f64(), metrics.cpu_level("orders", severity));
        assert_eq!(level["headroom"].as_f64(), Some(level["level"].as_f64().unwrap() - value));
        let info =
            [(INSTANCE, "orders"), ("metric", "CPUUtilization"), ("severity", severity), ("source", "resource_tag")];
        assert_eq!(metrics.value("plimsoll_threshold_info", &info), Some(1.0));
    }
    let listed = exporter.get("/api/v1/resources").json();
    let listed: Vec<_> =
        listed["resources"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(listed, ["billing", "orders"]);
    assert!(exporter.get("/").text().contains(&format!("<a href=\"/resources/{arn}\">orders</a>")));
    assert!(exporter.get(&format!("/resources/{arn}")).text().contains("plimsoll/CPUUtilization = 80/90"));
}

#[test]
fn the_command_line_asks_a_running_exporter_or_aws() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    let exporter = exporter(&aws, BRISK);
    let url = format!("http://{}", exporter.address());
    let (text, _) = plimsoll(&["explain", "orders", "--url", &url]);
    assert!(text.contains("CPUUtilization") && text.contains("plimsoll/CPUUtilization = 80/90"), "{text}");
    let (json, _) = plimsoll(&["explain", "orders", "--output", "json", "--url", &url]);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap()["id"], "orders");
    assert!(plimsoll(&["explain", "--url", &url]).0.contains("arn:aws:rds:eu-west-1:123456789012:db:orders"));
    let (ranked, error) = plimsoll(&["explain", "--worst", "1", "--metric", "cpuutilization", "--url", &url]);
    assert!(ranked.starts_with("ID") && error.is_empty(), "{ranked}{error}");
    assert!(plimsoll(&["explain", "nobody", "--url", &url]).1.contains("no database or cluster has this"));
    assert!(plimsoll(&["explain", "--url", "https://localhost"]).1.contains("HTTPS is not spoken"));
    assert!(plimsoll(&["explain", "--url", "http://127.0.0.1:9"]).1.contains("is plimsoll running there?"));

    let calls = aws.launch().arg("explain").arg("orders").arg("--aws").command().output().unwrap();
    let text = String::from_utf8(calls.stdout).unwrap();
    assert!(text.contains("plimsoll/CPUUtilization = 80/90"), "{text}{}", String::from_utf8_lossy(&calls.stderr));
}

#[test]
fn aws_itself_is_asked_for_the_parameter_group_of_the_one_database_that_is_explained() {
    let mut fleet = databases(["orders", "billing"]);
    for id in ["orders", "billing"] {
        let instance = fleet.instance(id).unwrap();
        instance.tags.insert("plimsoll/DatabaseConnections".to_owned(), "80pct".to_owned());
        instance.parameters.insert("max_connections".to_owned(), "500".to_owned());
        instance.dedicated_log_volume = true;
    }
    let aws = SimulatedAws::start(fleet, Options::default());
    let explain = |arguments: &[&str]| {
        let launch = arguments.iter().fold(aws.launch().arg("explain").arg("--aws"), |launch, one| launch.arg(one));
        let output = launch.command().output().unwrap();
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
    };
    let text = explain(&["orders"]);
    assert!(text.contains("above 400 ") && text.contains("against 500 of connections (parameter_group)"), "{text}");
    assert!(text.contains("against 1 TiB of log volume (storage_type)"), "{text}");
    assert_eq!(aws.counts().of("DescribeDBParameters").calls, 1);
    aws.fault(Fault::new(Effect::Denied).operation("DescribeDBParameters"));
    let text = explain(&["orders"]);
    assert!(text.contains("against 811 of connections (formula)"), "{text}");
    explain(&[]);
    assert_eq!(aws.counts().of("DescribeDBParameters").calls, 2, "a list tells no levels");
}

#[test]
fn hostile_addresses_get_an_answer_and_nothing_else() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    let exporter = exporter(&aws, BRISK);
    for path in [
        "/api/v1/resources/nobody",
        "/api/v1/resources/..%2f..%2fetc%2fpasswd",
        "/api/v1/resources/%00",
        "/api/v1/resources/%",
        "/api/v1/resources/%ff%fe",
        "/api/v1/resources/orders?metric=%3Cscript%3E",
        "/api/v1/near?count=999999999999999999999",
        "/resources/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/api/v1/",
    ] {
        let response = exporter.get(path);
        assert_eq!(response.status, 404, "{path}");
        assert!(!response.text().contains("<script>"), "{path}");
    }
    let long = format!("/api/v1/resources/{}", "a".repeat(10_000));
    assert_eq!(exporter.get(&long).status, 404);
    let post = client::request(exporter.address(), "POST", "/api/v1/resources", &[], b"").unwrap();
    assert_eq!(post.status, 405);
    assert!(exporter.get("/resources").header("content-security-policy").is_some());
}
