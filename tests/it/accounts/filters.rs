//! What filters leave out costs nothing, and a filter that matches nothing is noticed.

use std::time::Duration;

use plimsoll::sim::{Fleet, Options, Proxy};

use crate::support::databases::{ACCOUNT, CPU, REGION, databases};
use crate::support::exporter::Exporter;
use crate::support::simulated::SimulatedAws;
use crate::support::wait_for;

const SOON: Duration = Duration::from_mins(1);

/// Three databases and two proxies.
fn fleet() -> Fleet {
    let mut fleet = databases(["orders", "billing", "scratch"]);
    let proxies = &mut fleet.region(ACCOUNT, REGION).proxies;
    proxies.extend(["front", "back"].map(|name| (name.to_owned(), Proxy::default())));
    fleet
}

fn start(filter: &str) -> (SimulatedAws, Exporter) {
    let aws = SimulatedAws::start(fleet(), Options::default());
    let config = format!(
        "metrics.profile = \"alerting\"\ndefaults.mode = \"off\"\n[discovery]\nservices = [\"rds\", \"rds-proxy\"]\n{filter}\n"
    );
    let exporter = aws.launch().config(&config).start();
    exporter.wait_until_ready();
    (aws, exporter)
}

fn total(exporter: &Exporter, name: &str, labels: &[(&str, &str)]) -> u64 {
    exporter.metrics().total(name, labels)
}

#[test]
fn what_is_left_out_costs_no_call() {
    let (aws, exporter) = start("include = [{ id = \"orders\" }, { id = \"front\" }]");
    wait_for("the CPU", SOON, || (exporter.metrics().count(CPU, &[]) == 1).then_some(()));
    assert_eq!(aws.counts().of("GetMetricData").metrics, 1);
    assert_eq!(aws.counts().of("ListTagsForResource").calls, 1);
    assert_eq!(total(&exporter, "plimsoll_filtered_resources", &[]), 3);
    assert_eq!(total(&exporter, "plimsoll_filter_matches", &[("filter", "discovery.include.1")]), 1);
    let home = exporter.get("/").text();
    assert!(home.contains("Filters leave out 3 resources in default eu-west-1.") && !home.contains("scratch"));
    assert!(!exporter.get("/api/v1/resources").text().contains("scratch"));
}

#[test]
fn a_filter_that_matches_nothing_serves_nothing_and_is_noticed() {
    let (aws, exporter) = start("include = [{ id = \"ordres\" }]");
    let page = exporter.metrics();
    assert_eq!((page.count(CPU, &[]), page.count("plimsoll_resource_info", &[])), (0, 0));
    assert_eq!(aws.counts().of("GetMetricData").calls + aws.counts().of("ListTagsForResource").calls, 0);
    assert_eq!(page.value("plimsoll_filter_matches", &[("filter", "discovery.include.1")]), Some(0.0));
    assert_eq!(page.total("plimsoll_filtered_resources", &[]), 5);
    let log = exporter.log();
    let lines: Vec<_> = log.lines().filter(|line| line.contains("nothing is watched")).collect();
    assert!(lines.len() == 1 && lines[0].contains("discovery.include.1"), "{lines:?}");
    let home = exporter.get("/").text();
    assert!(home.contains("and nothing is left") && home.contains("<code>discovery.include.1</code>"), "{home}");
}

#[test]
fn an_exclusion_that_matches_nothing_is_noticed_and_leaves_out_nothing() {
    let (_aws, exporter) = start("exclude = [{ tag = { env = \"dev\" } }, { id = \"scratch\" }]");
    wait_for("the CPU", SOON, || (exporter.metrics().count(CPU, &[]) == 2).then_some(()));
    assert_eq!(total(&exporter, "plimsoll_filtered_resources", &[]), 1);
    let log = exporter.log();
    assert_eq!(log.lines().filter(|line| line.contains("filters match nothing")).count(), 1);
    assert!(log.contains("discovery.exclude.1") && !log.contains("discovery.exclude.2"));
}
