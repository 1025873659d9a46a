//! The status page and the API beside it: bounded, escaped, and as their description has them.

use std::process::Command;
use std::time::Duration;

use plimsoll::sim::{Fleet, Options};
use serde_json::Value;

use crate::support::TempDir;
use crate::support::databases::{ACCOUNT, BRISK, REGION, database, databases};
use crate::support::exporter::Exporter;
use crate::support::simulated::SimulatedAws;
use crate::support::wait_for;

fn exporter(aws: &SimulatedAws) -> Exporter {
    let exporter = aws.launch().config(&format!("[labels]\ntags = [\"team\"]\n{BRISK}")).start();
    exporter.wait_until_ready();
    exporter
}

/// As many databases: every third is crossed, and every seventh has a tag that cannot be used.
fn fleet(count: usize) -> Fleet {
    let mut fleet = Fleet::empty(ACCOUNT);
    let instances = &mut fleet.region(ACCOUNT, REGION).instances;
    for number in 0..count {
        let mut one = database();
        one.tags.insert("team".to_owned(), format!("team-{}", number % 40));
        if number % 3 == 0 {
            one.tags.insert("plimsoll/CPUUtilization".to_owned(), "30/40".to_owned());
        }
        if number % 7 == 0 {
            one.tags.insert("plimsoll/ReadLatency".to_owned(), "soon".to_owned());
        }
        instances.insert(format!("database-{number:04}"), one);
    }
    fleet
}

#[test]
fn the_page_of_a_thousand_databases_is_as_long_as_that_of_a_hundred_and_fifty() {
    let length = |count| {
        let aws = SimulatedAws::start(fleet(count), Options::default());
        let exporter = exporter(&aws);
        let page = wait_for("crossed levels", Duration::from_mins(1), || {
            Some(exporter.get("/").text()).filter(|page| page.contains("critical above"))
        });
        assert!(page.matches("<a href=\"/resources/arn").count() > 100);
        (page.len(), exporter.get("/resources").text().len())
    };
    let (few, many) = (length(150), length(1_000));
    assert!(many.0 < 400_000 && many.1 < 300_000, "{many:?}");
    assert!(many.0 * 2 < few.0 * 3 && many.1 * 2 < few.1 * 3, "{few:?} and {many:?}");
}

#[test]
fn filters_and_orders_select_what_they_name() {
    let aws = SimulatedAws::start(fleet(42), Options::default());
    let exporter = exporter(&aws);
    wait_for("values", Duration::from_mins(1), || {
        exporter.get("/api/v1/resources?sort=crossed&limit=1").text().contains("\"crossed\": 2").then_some(())
    });
    let ids = |query: &str| {
        let listing = exporter.get(&format!("/api/v1/resources?{query}")).json();
        let ids = listing["resources"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned());
        (ids.collect::<Vec<_>>(), listing["next"].as_str().map(str::to_owned))
    };
    let count = |query: &str| ids(query).0.len();
    assert_eq!((count(""), count("tag=team%3Dteam-1"), count("tag=team=team-9")), (42, 2, 1));
    assert_eq!((count("region=eu-west-1"), count("region=eu-central-1"), count("engine=postgres")), (42, 0, 42));
    assert_eq!((count("account=default"), count(&format!("account={ACCOUNT}")), count("account=other")), (42, 42, 0));
    assert_eq!((count("text=DATABASE-000"), count("text=readlatency%3Dsoon")), (10, 6));
    assert_eq!(ids("sort=issues&limit=2").0, ["database-0000", "database-0007"]);
    let (first, next) = ids("sort=headroom&limit=3");
    assert_eq!(first, ["database-0000", "database-0003", "database-0006"]);
    assert_eq!(ids(&format!("sort=headroom&limit=1&after={}", next.unwrap())).0, ["database-0009"]);
    let newest = exporter.get("/api/v1/headroom?count=1").json();
    let age = newest[0]["age_seconds"].as_i64().unwrap();
    assert!((60..420).contains(&age), "CloudWatch publishes late, and plimsoll serves no older value: {newest}");
    for query in ["tag=team%3Dteam-1", "text=database-0001&engine=postgres"] {
        let page = exporter.get(&format!("/?{query}&refresh=off")).text();
        assert!(page.contains("database-0001") && !page.contains("database-0002"), "{query}: {page}");
        assert!(!page.contains("http-equiv"), "{query}: it does not reload");
    }
    assert!(exporter.get("/").text().contains("<meta http-equiv=\"refresh\" content=\"60\">"));
}

#[test]
fn every_level_is_a_row_for_spreadsheets() {
    let mut fleet = databases(["=1+1", "orders"]);
    let orders = fleet.region(ACCOUNT, REGION).instances.get_mut("orders").unwrap();
    orders.tags.insert("plimsoll/FreeableMemory".to_owned(), "1GiB/512MiB".to_owned());
    let aws = SimulatedAws::start(fleet, Options::default());
    let exporter = exporter(&aws);
    let answer = exporter.get("/api/v1/levels.csv");
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    let text = answer.text();
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 7, "{text}");
    assert!(
        lines[0].starts_with("arn,id,account,region,engine,metric,severity,bad,level,unit,source,set_by,"),
        "{text}"
    );
    assert!(lines[1].contains(",\"'=1+1\",\"default\",\"eu-west-1\",\"postgres\",\"CPUUtilization\","), "{text}");
    let levels = exporter.get("/api/v1/levels").json();
    assert_eq!(levels["levels"].as_array().map(Vec::len), Some(6));
}

#[test]
fn the_command_of_a_metric_sets_the_levels_that_it_has() {
    let mut fleet = fleet(1);
    let database = fleet.region(ACCOUNT, REGION).instances.get_mut("database-0000").unwrap();
    database.tags.insert("plimsoll/FreeableMemory".to_owned(), "1GiB/512MiB".to_owned());
    let aws = SimulatedAws::start(fleet, Options::default());
    let exporter = aws.launch().config("[defaults]\nmode = \"full\"\n[links]\nrunbooks = \"https://run\"\n").start();
    exporter.wait_until_ready();
    let levels = |answer: &Value| -> Vec<(String, String)> {
        let metrics = answer["metrics"].as_array().unwrap().iter();
        metrics.map(|one| (one["metric"].to_string(), levels_of(one))).collect()
    };
    let before = exporter.get("/api/v1/resources/database-0000").json();
    let metrics = before["metrics"].as_array().unwrap();
    assert!(metrics.iter().all(|one| one["runbook"].as_str().is_some_and(|url| url.starts_with("https://run/RDS"))));
    let tags =
        metrics.iter().filter(|one| one["levels"].as_array().is_some_and(|levels| !levels.is_empty())).map(tag_of);
    let tags: Vec<(String, String)> = tags.collect();
    assert!(tags.len() > 10, "{tags:?}");
    aws.change(|fleet| {
        fleet.region(ACCOUNT, REGION).instances.get_mut("database-0000").unwrap().tags.extend(tags.clone());
    });
    let mut again = aws.launch().config("[defaults]\nmode = \"off\"\n");
    again = again.env("AWS_MAX_ATTEMPTS", "2");
    let exporter = again.start();
    exporter.wait_until_ready();
    let after = exporter.get("/api/v1/resources/database-0000").json();
    assert_eq!(levels(&after), levels(&before), "{tags:?}");
}

/// The levels, rounded as much as tags are.
fn levels_of(metric: &Value) -> String {
    let levels = metric["levels"].as_array().unwrap().iter();
    levels
        .map(|one| format!("{} {:.2e}", one["severity"], one["level"].as_f64().unwrap()))
        .collect::<Vec<_>>()
        .join(";")
}

/// The tag that the command of a metric sets.
fn tag_of(metric: &Value) -> (String, String) {
    let command = metric["command"].as_str().unwrap_or_else(|| panic!("no command: {metric}"));
    let (_, tags) = command.split_once("--tags '").unwrap();
    let tags: Value = serde_json::from_str(tags.trim_end().trim_end_matches('\'')).unwrap();
    (tags[0]["Key"].as_str().unwrap().to_owned(), tags[0]["Value"].as_str().unwrap().to_owned())
}

/// Requests are made from the document, with valid and invalid parameters, and responses compared with it. Not every text
/// is a metric, which a schema cannot express, so that a valid request may be refused.
#[test]
fn the_api_is_as_its_document_describes_it() {
    let aws = SimulatedAws::start(fleet(3), Options::default());
    let exporter = exporter(&aws);
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/.tools/venv/bin/schemathesis");
    let document = format!("http://{}/api/v1/openapi.json", exporter.address());
    let checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,\
                  negative_data_rejection,unsupported_method";
    let folder = TempDir::new("schemathesis");
    let output = Command::new(program)
        .current_dir(folder.path())
        .args(["run", &document, "--max-examples", "10", "--phases", "examples,coverage,fuzzing", "--checks", checks])
        .args(["--seed", "1", "--generation-database", "none", "--no-color"])
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}: `make setup` installs it"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
