//! Why a database has its levels: the terminal, JSON, HTML and the series agree.

use std::collections::BTreeMap;
use std::sync::Arc;

use plimsoll::config::{Config, Selection, file};
use plimsoll::explain::{self, Question, Tally, Wanted};
use plimsoll::inventory::View;
use plimsoll::offline::Input;
use plimsoll::pages::{self, Frame, Overview};
use plimsoll::plan::Now;
use plimsoll::resource::{Lister, ResourceIndex};
use plimsoll::scope::{self, ScopeName, Seen};
use plimsoll::sim::{Effect, Fault, Options};
use plimsoll::snapshot::{Column, Extra, Family, Sample, ScopeSnapshot};
use plimsoll::time::Timestamp;

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
id = "billing"
longest_mute = "8h"
"#;

/// The databases of the `check-tags` fixtures; CPU of `orders` is at 85 percent, `billing` is muted against a guard.
fn view() -> View {
    view_with(&[])
}

/// The same view with further tags of `orders`, whose free memory should have a value and has none.
fn view_with(tags: &[(&str, &str)]) -> View {
    let mut input = Input::default();
    for name in ["instances", "clusters"] {
        let path = format!("{}/tests/fixtures/check-tags/{name}.json", env!("CARGO_MANIFEST_DIR"));
        input.add(&std::fs::read_to_string(path).unwrap()).unwrap();
    }
    let billing = input.after.instances.iter_mut().find(|instance| instance.id == "billing").unwrap();
    billing.tags.extend([("plimsoll/mute".to_owned(), "yes".to_owned())]);
    let config: Arc<Config> = Arc::new(file::parse(CONFIG, "plimsoll.toml").unwrap().config);
    let name = ScopeName { account: "default".into(), region: REGION.into() };
    let (mut instances, clusters) = (input.after.instances, input.after.clusters);
    for instance in instances.iter_mut().filter(|instance| instance.id == "orders") {
        instance.tags.extend(tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
    }
    let listings = vec![(Lister::Clusters, Some(clusters)), (Lister::Instances, Some(instances))];
    let seen = Seen { listings, ..Seen::default() };
    let inventory =
        scope::inventory(name, &config, &Arc::new(Selection::of(&config)), seen, Now::at(Timestamp::default()));
    let (orders, _) = inventory.indexed().find(|(_, known)| known.resource.id == "orders").unwrap();
    let columns = BTreeMap::from([
        column("aws_rds_cpuutilization_average", orders, "", 85.0),
        column("plimsoll_threshold_unwatched", orders, r#"metric="FreeableMemory",reason="expired""#, 1.0),
    ]);
    View {
        inventory,
        snapshot: Arc::new(ScopeSnapshot {
            columns,
            unanswered: vec![(orders, "OldestReplicationSlotLag")],
            ..ScopeSnapshot::default()
        }),
    }
}

/// One sample of one resource.
fn column(name: &str, resource: ResourceIndex, labels: &str, value: f64) -> (Arc<Family>, Arc<Column>) {
    let sample = Sample { value, resource, extra: 0 };
    let column =
        Column { labels: Arc::new([]), extras: vec![Extra::ever(labels)], samples: [sample].into_iter().collect() };
    (Arc::new(Family { name: name.to_owned(), help: String::new() }), Arc::new(column))
}

fn one(name: &str, metric: Option<&str>) -> Question {
    Question::Resource { name: name.to_owned(), metric: metric.map(str::to_owned) }
}

/// The frame of a page at the beginning of time.
fn frame(question: &Question) -> Frame {
    Frame { address: question.page(), reloads: true, now: Timestamp::default() }
}

#[track_caller]
fn check(golden: &str, question: &Question) {
    check_in(golden, question, view());
}

#[track_caller]
fn check_in(golden: &str, question: &Question, view: View) {
    let answer = explain::answer(question, &[view], Now::at(Timestamp::default())).unwrap();
    golden::check(&format!("explain/{golden}.txt"), &answer.table());
    golden::check(&format!("explain/{golden}.json"), &answer.json());
    golden::check(&format!("explain/{golden}.html"), &pages::answer(&answer, &frame(question)));
    let read = question.read_answer(&answer.json()).unwrap();
    assert_eq!(read.table(), answer.table(), "{golden}: JSON keeps the whole answer");
}

#[test]
fn one_answer_in_three_formats() {
    check("orders", &one("orders", None));
    check("member", &one("arn:aws:rds:eu-west-1:123456789012:db:shop-1", Some("cpuutilization")));
    check("issues", &one("billing", None));
    check("listing", &Question::Resources(Wanted::default()));
    check("headroom", &Question::LeastHeadroom { count: 3, metric: None });
}

#[test]
fn the_most_important_facts_come_first() {
    let view = view_with(&[
        ("plimsoll/mute", "daily 23:00-04:00"),
        ("plimsoll/CPUUtilization/mute", "no"),
        ("plimsoll/FreeStorageSpace/mute", "yes"),
        ("plimsoll/ReadLatency", "90000s or 5GiB"),
        ("plimsoll/<b>", "1"),
        ("plimsoll/WriteLatency", "off"),
        ("plimsoll/CheckpointLag", "90000s"),
    ]);
    check_in("night", &one("orders", None), view);
}

#[test]
fn the_landing_page_counts_levels_and_issues() {
    let views = [view_with(&[("plimsoll/mute", "yes"), ("plimsoll/CPUUtilization/mute", "no")])];
    let fleet = explain::round_up(&views, &Wanted::default(), Now::at(Timestamp::default()));
    let counted = |tally: &Tally| (tally.count, tally.first.iter().map(|one| one.id.clone()).collect::<Vec<_>>());
    let crossed: Vec<_> = fleet.by_severity.iter().map(|(_, tally)| counted(tally)).filter(|one| one.0 > 0).collect();
    assert_eq!(crossed, [(1, vec!["orders".to_owned()])]);
    assert_eq!(counted(&fleet.muted), (15, vec!["orders".to_owned()]));
    assert_eq!(counted(&fleet.unwatched), (1, vec!["orders".to_owned()]));
    assert_eq!(counted(&fleet.issues), (4, vec!["billing".to_owned()]));
    let (version, telemetry_path) = ("0".to_owned(), "/metrics".to_owned());
    let overview = Overview { version, telemetry_path, fleet, ..Overview::default() };
    golden::check("explain/landing.html", &pages::landing(&overview, true));
}

#[test]
fn unknown_and_ambiguous_names_are_refused() {
    let refusal = |question: &Question, views: &[View]| {
        explain::answer(question, views, Now::at(Timestamp::default())).unwrap_err()
    };
    let check = |name: &str, metric: Option<&str>, expected: &str| {
        assert_eq!(refusal(&one(name, metric), &[view()]).error, expected);
    };
    check("nobody", None, "no database or cluster has this ARN or identifier: `nobody`");
    check("Ordesr", None, "no database or cluster has this ARN or identifier: `Ordesr`; did you mean `orders`?");
    check(
        "orders",
        Some("Nonsense"),
        "no metric has the name `Nonsense`: write it as CloudWatch does, such as CPUUtilization",
    );
    check("orders", Some("DBLoads"), "no metric has the name `DBLoads`: did you mean `DBLoad`?");
    check("orders", Some("VolumeBytesUsed"), "db-instance `orders` cannot have VolumeBytesUsed");
    assert!(explain::answer(&one("ORDERS", Some("CPUUtilization")), &[view()], Now::at(Timestamp::default())).is_ok());
    let twice = refusal(&one("orders", None), &[view(), view()]);
    assert!(twice.error.contains("by its ARN") && twice.candidates.len() == 2, "{twice:?}");
}

#[test]
fn every_fixture_is_explained_without_contradiction() {
    let view = view();
    for (known, explanation) in view.inventory.known().iter().zip(explain::all(&view, Now::at(Timestamp::default()))) {
        let standing: usize = explanation.metrics.iter().map(|metric| metric.levels.len()).sum();
        assert_eq!(standing, known.resolved.thresholds.len(), "{}", known.resource.id);
        let unexplained =
            explanation.metrics.iter().flat_map(|metric| &metric.levels).find(|level| level.set_by.is_empty());
        assert_eq!(unexplained, None, "{}", known.resource.id);
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
fn the_command_line_queries_a_running_exporter_or_aws() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    let exporter = exporter(&aws, BRISK);
    let url = format!("http://{}", exporter.address());
    let (text, _) = plimsoll(&["explain", "orders", "--url", &url]);
    assert!(text.contains("CPUUtilization") && text.contains("plimsoll/CPUUtilization = 80/90"), "{text}");
    let (json, _) = plimsoll(&["explain", "orders", "--output", "json", "--url", &url]);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap()["id"], "orders");
    assert!(plimsoll(&["explain", "--url", &url]).0.contains("arn:aws:rds:eu-west-1:123456789012:db:orders"));
    let (ranked, error) = plimsoll(&["explain", "--headroom", "1", "--metric", "cpuutilization", "--url", &url]);
    assert!(ranked.starts_with("ID") && error.is_empty(), "{ranked}{error}");
    let (of_metric, _) = plimsoll(&["explain", "--metric", "cpuutilization", "--url", &url]);
    assert!(of_metric.starts_with("ID") && of_metric.contains("CPUUtilization"), "{of_metric}");
    assert!(!of_metric.contains("DatabaseConnections"), "{of_metric}");
    assert!(plimsoll(&["explain", "--aws", "--metric", "CPUUtilization"]).1.contains("name a database"));
    assert!(plimsoll(&["explain", "nobody", "--url", &url]).1.contains("no database or cluster has this"));
    let unreachable = plimsoll(&["explain", "--url", "127.0.0.1:9"]).1;
    assert!(unreachable.contains("is a server running there?") && unreachable.contains("with --url"), "{unreachable}");
    let without_scheme = exporter.address().to_string();
    assert!(plimsoll(&["explain", "orders", "--url", &without_scheme]).0.contains("CPUUtilization"));
    assert!(plimsoll(&["explain", "--url", &format!("{url}/metrics")]).1.contains("without /metrics"));
    assert!(plimsoll(&["explain", "--url", "https://127.0.0.1:9"]).1.contains("cannot connect to https://127.0.0.1:9"));

    let calls = aws.launch().arg("explain").arg("orders").arg("--aws").command().output().unwrap();
    let text = String::from_utf8(calls.stdout).unwrap();
    assert!(text.contains("plimsoll/CPUUtilization = 80/90"), "{text}{}", String::from_utf8_lossy(&calls.stderr));

    // A ranking says what fails, because of which it may lack levels.
    aws.fault(Fault::new(Effect::Denied).operation("GetMetricData"));
    wait_for("the failing call below the ranking", std::time::Duration::from_secs(30), || {
        let (ranked, _) = plimsoll(&["explain", "--headroom", "1", "--url", &url]);
        (ranked.starts_with("ID") && ranked.contains("GetMetricData")).then_some(())
    });
}

#[test]
fn with_aws_only_the_parameter_group_of_the_explained_database_is_read() {
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
    assert!(text.contains("above 400 ") && text.contains("80 % of 500 connections (parameter group)"), "{text}");
    assert!(text.contains("of 1 TiB log volume (storage type)"), "{text}");
    assert_eq!(aws.counts().of("DescribeDBParameters").calls, 1);
    aws.fault(Fault::new(Effect::Denied).operation("DescribeDBParameters"));
    let text = explain(&["orders"]);
    assert!(text.contains("80 % of 811 connections (engine formula)"), "{text}");
    explain(&[]);
    assert_eq!(aws.counts().of("DescribeDBParameters").calls, 2, "a list has no levels");
}

#[test]
fn hostile_addresses_get_an_error_and_do_no_harm() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    let exporter = exporter(&aws, BRISK);
    for path in [
        "/api/v1/resources/nobody",
        "/api/v1/resources/..%2f..%2fetc%2fpasswd",
        "/api/v1/resources/%00",
        "/api/v1/resources/%",
        "/api/v1/resources/%ff%fe",
        "/resources/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/api/v1/",
    ] {
        let response = exporter.get(path);
        assert_eq!(response.status, 404, "{path}");
        assert!(!response.text().contains("<script>"), "{path}");
    }
    let wrong = exporter.get("/api/v1/headroom?count=abc");
    assert_eq!((wrong.status, wrong.header("content-type")), (400, Some("application/json")));
    assert!(wrong.json()["error"].as_str().unwrap().contains("`count`"));
    assert_eq!(exporter.get("/headroom?metric=%zz").status, 400);
    let unknown = exporter.get("/api/v1/resources/orders?metric=%3Cscript%3E");
    assert!(unknown.status == 400 && !unknown.text().contains("<script>"));
    let long = format!("/api/v1/resources/{}", "a".repeat(10_000));
    assert_eq!(exporter.get(&long).status, 404);
    let post = client::request(exporter.address(), "POST", "/api/v1/resources", &[], b"").unwrap();
    assert_eq!(post.status, 405);
    assert!(exporter.get("/resources").header("content-security-policy").is_some());
}
