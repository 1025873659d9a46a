//! What is not watched is reported: levels without values, lost tags, new databases.

use std::time::Duration;

use plimsoll::sim::{Cluster, Fleet, Instance, Options};

use crate::support::databases::{ACCOUNT, BRISK, INSTANCE, REGION, database, databases};
use crate::support::exporter::Exporter;
use crate::support::simulated::SimulatedAws;
use crate::support::wait_for;

const SOON: Duration = Duration::from_secs(20);

fn ready(aws: &SimulatedAws, config: &str) -> Exporter {
    let exporter = aws.launch().config(config).start();
    exporter.wait_until_ready();
    exporter
}

fn nine() -> SimulatedAws {
    SimulatedAws::start(databases((1..=9).map(|number| format!("db-{number}"))), Options::default())
}

fn strip(aws: &SimulatedAws, ids: impl IntoIterator<Item = u8>) {
    aws.change(|fleet| {
        for number in ids {
            fleet.instance(&format!("db-{number}")).unwrap().tags.clear();
        }
    });
}

fn levels(exporter: &Exporter) -> u64 {
    exporter.metrics().total("plimsoll_thresholds", &[("source", "resource_tag")])
}

/// When the instances were last listed.
fn listed(exporter: &Exporter) -> Option<f64> {
    exporter.metrics().value("plimsoll_last_success_timestamp_seconds", &[("task", "instances")])
}

#[test]
fn tags_lost_by_a_third_of_the_fleet_are_served_and_logged() {
    let aws = nine();
    let exporter = ready(&aws, BRISK);
    assert_eq!(levels(&exporter), 18);
    strip(&aws, 1..=3);
    let page = wait_for("the next listing", SOON, || {
        let page = exporter.metrics();
        let counted = page.total("plimsoll_thresholds", &[("source", "resource_tag")]) == 12;
        (counted && page.cpu_level("db-1", "critical").is_none()).then_some(page)
    });
    for severity in ["warning", "critical"] {
        assert_eq!(page.total("plimsoll_resources_without_level", &[("severity", severity)]), 3);
        assert_eq!((page.cpu_level("db-1", severity), page.cpu_level("db-4", severity).is_some()), (None, true));
    }
    let log = exporter.log();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("level changed")).collect();
    assert_eq!(lines.len(), 2, "{lines:#?}");
    let parts = [
        ":db:db-1 arn:aws:",
        ":db:db-3\"",
        "\"resources\":3",
        "\"old\":\"80 (resource_tag)\"",
        "\"new\":\"none\"",
        "CPUUtilization",
        "warning",
    ];
    for part in parts {
        assert!(lines[1].contains(part), "{part} in {}", lines[1]);
    }
}

#[test]
fn a_listing_without_any_tag_keeps_the_levels_and_counts_as_failed() {
    let aws = nine();
    let exporter = ready(&aws, BRISK);
    strip(&aws, 1..=9);
    wait_for("the refused listing in the log", SOON, || {
        exporter.log().contains("the listing is rejected").then_some(())
    });
    let before = listed(&exporter);
    let calls = aws.counts().of("DescribeDBInstances").calls;
    wait_for("two more listings", SOON, || (aws.counts().of("DescribeDBInstances").calls >= calls + 2).then_some(()));
    assert_eq!((levels(&exporter), listed(&exporter)), (18, before));
    assert_eq!(exporter.log().matches("the listing is rejected").count(), 1);

    aws.change(|fleet| fleet.instance("db-9").unwrap().tags = database().tags);
    wait_for("the tags of the others to be gone", SOON, || (levels(&exporter) == 2).then_some(()));
    assert!(listed(&exporter) > before);
}

#[test]
fn an_instance_added_to_a_cluster_is_watched_at_once() {
    let member = || Instance { tags: [].into(), cluster: Some("shop".into()), ..Instance::of("aurora-mysql") };
    let mut fleet = Fleet::empty(ACCOUNT);
    let region = fleet.region(ACCOUNT, REGION);
    let tags = database().tags;
    region.clusters.insert("shop".into(), Cluster { engine: "aurora-mysql".into(), tags, ..Cluster::default() });
    region.instances.insert("shop-1".into(), member());
    let aws = SimulatedAws::start(fleet, Options::default());
    let exporter = ready(&aws, BRISK);
    assert_eq!(exporter.metrics().cpu_level("shop-2", "critical"), None);
    aws.change(|fleet| fleet.region(ACCOUNT, REGION).instances.insert("shop-2".into(), member()));
    wait_for("level and value of the new reader", SOON, || {
        let page = exporter.metrics();
        (page.cpu_level("shop-2", "critical") == Some(90.0) && page.cpu("shop-2").is_some()).then_some(())
    });
}

#[test]
fn a_level_that_is_off_and_one_without_a_value_are_series() {
    let aws = SimulatedAws::start(databases(["orders", "quiet"]), Options::default());
    let tag = ("plimsoll/CPUUtilization".to_owned(), "off".to_owned());
    aws.change(|fleet| fleet.instance("quiet").unwrap().tags.extend([tag]));
    let too_old = Duration::from_secs(425);
    aws.metric(ACCOUNT, REGION, "DBInstanceIdentifier=orders", "CPUUtilization").point_once(50.0, too_old);
    let page = ready(&aws, BRISK).metrics();
    let cpu = ("metric", "CPUUtilization");
    assert_eq!(page.value("plimsoll_threshold_off", &[(INSTANCE, "quiet"), cpu]), Some(1.0));
    assert_eq!(
        page.value("plimsoll_threshold_unwatched", &[(INSTANCE, "orders"), cpu, ("reason", "expired")]),
        Some(1.0)
    );
    assert_eq!(page.count("plimsoll_threshold_unwatched", &[]), 1);
    assert_eq!(page.cpu("orders"), None);
}
