//! The demonstration: what its text announces happens, in time, without AWS.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::support::exporter::{Exporter, Launch};
use crate::support::prometheus::Prometheus;
use crate::support::tools::{bare, run};
use crate::support::{TempDir, wait_for};

mod shipped_rules;

/// The time that the demonstration's text names.
const WITHIN: Duration = Duration::from_mins(1);

/// As long as the text gives the alert with `--fast`.
const FAST: Duration = Duration::from_mins(2);

fn launch() -> Launch {
    // Nothing listens at that address: the demonstration must not use the endpoint of the environment.
    Launch::against("http://127.0.0.1:1").arg("demo")
}

#[test]
fn one_database_crosses_its_own_level_and_its_neighbour_does_not() {
    let exporter = launch().start();
    let page = wait_for("a load that orders should not bear and billing may", WITHIN, || {
        let page = exporter.metrics();
        let level = page.cpu_level("orders", "warning")?;
        (page.cpu("orders")? > level && page.cpu("billing")? > level).then_some(page)
    });
    let levels = |id| (page.cpu_level(id, "warning"), page.cpu_level(id, "critical"));
    assert_eq!(levels("orders"), (Some(80.0), Some(90.0)));
    assert_eq!(levels("billing"), (None, Some(97.0)));
    assert!(page.cpu("billing").unwrap() < 97.0);
}

#[test]
fn the_printed_addresses_and_series_exist() {
    let exporter = launch().start();
    exporter.wait_until_ready();
    let printed = exporter.log();
    let port = exporter.address().port();
    for address in [format!("http://localhost:{port}/metrics"), format!("http://localhost:{port}/\n")] {
        assert!(printed.contains(&address), "{printed}");
    }
    assert!(printed.contains("within 12 minutes (2 minutes with `demo --fast`) of the start"), "{printed}");
    let page = exporter.metrics();
    for (tag_key, reason) in [("plimsoll/CPUUtilization", "not_a_number"), ("Plimsoll/FreeStorageSpace", "near_miss")] {
        let issue = page.value("plimsoll_threshold_issue", &[("tag_key", tag_key), ("reason", reason)]);
        assert_eq!(issue, Some(1.0), "{tag_key}");
    }
    assert_eq!(exporter.get("/").status, 200);
}

#[test]
fn it_ends_on_a_signal() {
    let mut demo = launch().start();
    assert_eq!(demo.stop().code(), Some(0));
    assert!(demo.log().contains("\"message\":\"stopped\""), "{}", demo.log());
}

/// The accounts are those of the simulated AWS; everything else is the file's.
#[test]
fn a_configuration_file_decides_everything_but_where_aws_is() {
    let config = r#"
regions = ["ap-south-1"]

[labels]
tags = ["env"]

[[override]]
id = "inventory"
thresholds = { DatabaseConnections = "77" }
"#;
    let exporter = launch().config(config).start();
    exporter.wait_until_ready();
    let page = exporter.metrics();
    let level = [("dimension_DBInstanceIdentifier", "inventory"), ("region", "us-east-1"), ("tag_env", "prod")];
    assert_eq!(page.value("aws_rds_database_connections_threshold", &level), Some(77.0));
    for (account, region) in [("production", "eu-west-1"), ("research", "us-east-1")] {
        assert!(page.total("plimsoll_resources", &[("account", account), ("region", region)]) > 0, "{account}");
    }
    let printed = exporter.log();
    let file = printed.lines().find_map(|line| line.split_once("--config.file=")?.1.split(' ').next()).unwrap();
    assert!(printed.contains(&format!("not those of {file})")), "{printed}");
}

/// The commands of the text, as a person would copy them, with Prometheus from the tests' tools.
#[test]
fn with_the_printed_commands_the_alert_of_the_tag_fires_within_two_minutes() {
    let exporter = launch().arg("--fast").start();
    exporter.wait_until_ready();
    let text = welcome(&exporter);
    assert!(text.contains("fire for orders within 2 minutes of the start of Prometheus"), "{text}");
    let prometheus = Prometheus::of(made_by_printed_commands(&text));
    try_commands_on_the_page(&text, &exporter);

    let expected: BTreeSet<_> = ["critical", "warning"].map(|severity| ("orders".into(), severity.into())).into();
    wait_for("both alerts on orders", FAST, || (firing(&prometheus) == expected).then_some(()));
    wait_for("the failed call", FAST, || {
        let labels = [("operation", "DescribeDBClusters"), ("region", "us-east-1")];
        (exporter.metrics().total("plimsoll_aws_errors_total", &labels) > 0).then_some(())
    });
}

/// The text, without the lines of the log around it.
fn welcome(exporter: &Exporter) -> String {
    let of_text = |line: &&str| !line.starts_with('{');
    exporter.log().split_inclusive('\n').filter(of_text).collect()
}

/// A folder with the files that the commands make.
fn made_by_printed_commands(text: &str) -> TempDir {
    let folder = TempDir::new("demo");
    let text = text.replace("$(mktemp -d)", folder.path().to_str().unwrap());
    let (_, commands) = text.split_once("\nD=").unwrap();
    let (commands, start) = commands.split_once("prometheus --config.file=$D/prometheus.yml").unwrap();
    assert_eq!(start.trim(), "--storage.tsdb.path=$D/data");
    let made = run(bare("sh").args(["-ec", &format!("D={commands}")]), "");
    assert!(made.status.success(), "{made:?}");
    folder
}

/// Each filter of the page finds each database that it is about, and `explain` has an answer.
fn try_commands_on_the_page(text: &str, exporter: &Exporter) {
    let metrics = format!("curl -s http://localhost:{}/metrics | ", exporter.address().port());
    let filters: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix(&metrics)).collect();
    let found = [["orders", "billing"], ["sandbox", "wiki"]];
    assert_eq!(filters.len(), found.len(), "{text}");
    let page = exporter.get("/metrics").text();
    for (filter, names) in filters.into_iter().zip(found) {
        let output = String::from_utf8(run(bare("sh").args(["-c", filter]), &page).stdout).unwrap();
        assert!(names.iter().all(|name| output.contains(&format!("\"{name}\""))), "{filter}: {output}");
    }
    let explain = text.lines().find(|line| line.contains(" explain ")).unwrap();
    let explained = |command: &str| String::from_utf8(run(bare("sh").args(["-c", command]), "").stdout).unwrap();
    let of_orders = explained(explain);
    assert!(of_orders.contains("orders") && of_orders.contains("80/90"), "{of_orders}");
    let of_events = explained(&explain.replace("orders --metric CPUUtilization", "events-1"));
    assert!(of_events.contains("EngineUptime"), "{of_events}");
}

/// Databases and severities of the alerts on CPU that fire.
fn firing(prometheus: &Prometheus) -> BTreeSet<(String, String)> {
    let alerts = prometheus.alerts().into_iter();
    let of_cpu = alerts.filter(|alert| alert.name() == "RDSCPUUtilizationHigh" && alert.state == "firing");
    let labels = ["dimension_DBInstanceIdentifier", "severity"];
    of_cpu.map(|alert| labels.map(|label| alert.label(label).to_owned()).into()).collect()
}
