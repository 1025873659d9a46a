//! Dashboards: those that plimsoll makes, and those that people made for other exporters, which find their series here.

use std::time::Duration;

mod json;
mod queries;
mod shipped;
mod structure;

use plimsoll::sim::{Fleet, Options};

use crate::support::prometheus::Prometheus;
use crate::support::scrape::Scrape;
use crate::support::simulated::SimulatedAws;
use crate::support::wait_for;

/// Their queries, by source.
const PUBLIC: &str = include_str!("../fixtures/dashboards/public.promql");

/// The one line that the example file recommends for them.
const LINE: &str = r#"
regions = ["eu-west-1"]

[metrics]
statistics = ["Average", "Maximum"]
"#;

#[test]
fn every_query_of_seven_public_dashboards_and_rule_files_returns_data() {
    let queries: Vec<&str> = PUBLIC.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    assert_eq!(queries.len(), 90, "the fixture is as it was");
    let aws = SimulatedAws::start(Fleet::demo(), Options::default());
    let exporter = aws.launch().config(LINE).start();
    exporter.wait_until_ready();
    let prometheus = Prometheus::start(exporter.address(), "", None);
    wait_for("a forecast, which takes two scrapes", Duration::from_secs(30), || {
        let forecast = prometheus.query("predict_linear(aws_rds_free_storage_space_average[12h], 12 * 3600)");
        (!forecast.is_empty()).then_some(())
    });
    let empty: Vec<&str> = queries.into_iter().filter(|query| prometheus.query(query).is_empty()).collect();
    assert!(empty.is_empty(), "without data: {empty:#?}");

    // The join that the info series' HELP describes, with clusters in the fleet, and the ranking that dashboards need.
    let joined = prometheus.query(
        "bottomk(10, plimsoll_headroom_ratio * on (account_id, region, dimension_DBInstanceIdentifier) \
         group_left (engine, cluster, role) plimsoll_resource_info{kind=\"db-instance\"})",
    );
    assert_eq!(joined.len(), 10);
    assert!(joined.iter().all(|sample| sample.labels.contains_key("engine") && sample.value.abs() <= 1.0));
}

/// Fails at the first sight of a label that is missing, wrong or too many.
#[track_caller]
fn check(page: &Scrape, dimension: &str, id: &str, expected: &[(&str, &str)]) {
    let found = page.find("plimsoll_resource_info", &[(dimension, id)]);
    assert_eq!(found.len(), 1, "{id}: {found:?}");
    let identity = ["account_id", "region", "name", "engine_version", dimension];
    let labels = found[0].labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let labels: Vec<_> = labels.filter(|(name, _)| !identity.contains(name)).collect();
    assert_eq!(labels, expected, "{id}");
}

#[test]
fn the_info_series_has_what_inventories_and_drill_downs_show() {
    let mut fleet = Fleet::demo();
    fleet.instance("orders").unwrap().deletion_protection = true;
    let aws = SimulatedAws::start(fleet, Options::default());
    let exporter = aws.launch().config("[metrics]\nprofile = \"none\"\n").start();
    exporter.wait_until_ready();
    let page = exporter.metrics();
    let ca = ("ca", "rds-ca-rsa2048-g1");
    check(
        &page,
        "dimension_DBInstanceIdentifier",
        "orders-replica",
        &[
            ("auto_minor", "true"),
            ("backup_retention", "0"),
            ca,
            ("class", "db.m6g.large"),
            ("deletion_protection", "false"),
            ("encrypted", "true"),
            ("engine", "postgres"),
            ("kind", "db-instance"),
            ("multi_az", "false"),
            ("public", "false"),
            ("replica_of", "orders"),
            ("storage_type", "gp3"),
        ],
    );
    check(
        &page,
        "dimension_DBInstanceIdentifier",
        "web-2",
        &[
            ("auto_minor", "true"),
            ("backup_retention", "7"),
            ca,
            ("class", "db.r6g.large"),
            ("cluster", "web"),
            ("deletion_protection", "false"),
            ("encrypted", "true"),
            ("engine", "aurora-mysql"),
            ("kind", "db-instance"),
            ("multi_az", "false"),
            ("public", "false"),
            ("role", "reader"),
            ("storage_type", "aurora"),
        ],
    );
    check(
        &page,
        "dimension_DBClusterIdentifier",
        "web",
        &[
            ("backup_retention", "7"),
            ("cluster", "web"),
            ("deletion_protection", "false"),
            ("encrypted", "true"),
            ("engine", "aurora-mysql"),
            ("kind", "db-cluster"),
            ("multi_az", "true"),
        ],
    );
    let protected = [("deletion_protection", "true"), ("dimension_DBInstanceIdentifier", "orders")];
    assert_eq!(page.count("plimsoll_resource_info", &protected), 1);
}

#[test]
fn what_plimsoll_counts_of_itself_begins_at_zero_and_has_the_usual_names() {
    let aws = SimulatedAws::start(Fleet::demo(), Options::default());
    let exporter = aws.launch().config("[discovery]\nservices = [\"rds\", \"rds-proxy\"]\n").start();
    exporter.wait_until_ready();
    let page = exporter.metrics();
    let operations = [
        "DescribeAccountAttributes",
        "DescribeBlueGreenDeployments",
        "DescribeDBClusterParameters",
        "DescribeDBClusters",
        "DescribeDBInstances",
        "DescribeDBMajorEngineVersions",
        "DescribeDBParameters",
        "DescribeDBProxies",
        "DescribeEvents",
        "DescribePendingMaintenanceActions",
        "GetMetricData",
        "ListTagsForResource",
    ];
    for operation in operations {
        let zero = page.value("plimsoll_aws_errors_total", &[("operation", operation), ("code", "throttled")]);
        assert_eq!(zero, Some(0.0), "{operation}");
    }
    let errors = page.find("plimsoll_aws_errors_total", &[]);
    let known: Vec<_> = errors.iter().filter_map(|series| series.label("operation")).collect();
    assert!(known.iter().all(|operation| operations.contains(operation)), "{known:?}");
    // https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics
    assert!(page.value("process_cpu_seconds_total", &[]).is_some(), "whole seconds, none of them spent yet");
    for name in ["open_fds", "max_fds", "resident_memory_bytes", "virtual_memory_bytes", "start_time_seconds"] {
        assert!(page.value(&format!("process_{name}"), &[]).is_some_and(|value| value > 0.0), "{name}");
    }
    let build = page.find("plimsoll_build_info", &[]);
    assert!(build[0].label("version").is_some() && build[0].label("revision").is_some(), "{build:?}");
}
