//! `MiniStack`, the whole path: from databases with tags and metrics to metric and threshold series.

use std::time::Duration;

use serde_json::{Value, json};

use super::{create, create_cluster, create_member, points, put, settled};
use crate::support::boto::Call;
use crate::support::databases::{CPU, INSTANCE};
use crate::support::emulator::Emulator;
use crate::support::exporter::Launch;
use crate::support::wait_for;

const MINUTE: u64 = 60;
const FIVE_MINUTES: u64 = 300;
const GIB: f64 = 1_073_741_824.0;

/// Databases of several engines with tags.
fn fleet() -> Vec<Call<'static>> {
    vec![
        create("orders", "postgres", &[("plimsoll/CPUUtilization", "80/90"), ("team", "payments")], json!({})),
        create("billing", "mysql", &[("plimsoll/CPUUtilization", "97")], json!({})),
        create("wiki", "mariadb", &[("plimsoll/CPUUtilization", "eighty")], json!({})),
        create("ledger", "oracle-se2", &[("plimsoll/FreeStorageSpace", "20GiB/10GiB")], json!({})),
        create("reports", "sqlserver-se", &[], json!({})),
        // MiniStack describes this one as a replica of "", which means no replica.
        create("lonely", "postgres", &[("plimsoll/ReplicaLag", "30s/5m")], json!({})),
        create("graph", "neptune", &[("plimsoll/CPUUtilization", "80")], json!({})),
        create_cluster("web", "aurora-mysql", &[("plimsoll/CPUUtilization", "70/85")]),
        create_member("web-1", "web", &[("plimsoll/CPUUtilization/critical", "95")]),
    ]
}

/// Several periods of each metric, the newest value among them not the highest.
fn measurements() -> Vec<Value> {
    let minutes = |newest: f64| {
        let end = settled(MINUTE);
        [(end - 3 * MINUTE, 11.0), (end - 2 * MINUTE, 99.0), (end - MINUTE, newest)]
    };
    let last = settled(FIVE_MINUTES) - FIVE_MINUTES;
    let five_minutes = [(last - FIVE_MINUTES, 90.0 * GIB), (last, 50.0 * GIB), (last + MINUTE, 40.0 * GIB)];
    let cpu = [("orders", 81.5), ("billing", 81.5), ("wiki", 12.25), ("reports", 3.0), ("web-1", 71.0), ("graph", 5.0)];
    let cpu = cpu.iter().flat_map(|(id, newest)| points(id, "CPUUtilization", &minutes(*newest)));
    cpu.chain(points("ledger", "FreeStorageSpace", &five_minutes)).collect()
}

#[test]
fn metrics_and_thresholds_are_served_side_by_side() {
    let emulator = Emulator::ministack();
    let mut calls = fleet();
    calls.push(put(&measurements()));
    emulator.boto().call(&calls);

    // A period of five minutes, so that several minutes make one datapoint.
    let config = "[metrics.FreeStorageSpace]\ninterval = \"5m\"\n";
    let exporter = Launch::against(&emulator.endpoint()).config(config).start();
    exporter.wait_until_ready();
    let text = exporter.get("/metrics").text();
    for line in [
        r#"aws_rds_cpuutilization_average{account_id="000000000000",dimension_DBInstanceIdentifier="orders",name="arn:aws:rds:eu-west-1:000000000000:db:orders",region="eu-west-1"} 81.5"#,
        r#"aws_rds_cpuutilization_threshold{account_id="000000000000",dimension_DBInstanceIdentifier="orders",name="arn:aws:rds:eu-west-1:000000000000:db:orders",region="eu-west-1",severity="warning"} 80"#,
        r#"aws_rds_cpuutilization_threshold{account_id="000000000000",dimension_DBInstanceIdentifier="orders",name="arn:aws:rds:eu-west-1:000000000000:db:orders",region="eu-west-1",severity="critical"} 90"#,
        r#"aws_rds_cpuutilization_average{account_id="000000000000",dimension_DBInstanceIdentifier="billing",name="arn:aws:rds:eu-west-1:000000000000:db:billing",region="eu-west-1"} 81.5"#,
        r#"aws_rds_cpuutilization_threshold{account_id="000000000000",dimension_DBInstanceIdentifier="billing",name="arn:aws:rds:eu-west-1:000000000000:db:billing",region="eu-west-1",severity="critical"} 97"#,
    ] {
        assert!(text.lines().any(|served| served == line), "no line {line}");
    }
    assert!(!text.contains("=\"\""), "an empty string counts as absent");

    let page = exporter.metrics();
    let at = |id| [(INSTANCE, id)];
    assert_eq!(page.value("aws_rds_free_storage_space_minimum", &at("ledger")), Some(40.0 * GIB));
    assert_eq!(page.value("aws_rds_free_storage_space_average", &at("ledger")), Some(45.0 * GIB));
    let storage_level =
        |severity| page.value("aws_rds_free_storage_space_threshold", &[at("ledger")[0], ("severity", severity)]);
    assert_eq!((storage_level("warning"), storage_level("critical")), (Some(20.0 * GIB), Some(10.0 * GIB)));
    let levels = |id| (page.cpu_level(id, "warning"), page.cpu_level(id, "critical"));
    assert_eq!(levels("web-1"), (Some(70.0), Some(95.0)), "its cluster's tag, but for its own");
    assert_eq!((page.cpu("web-1"), page.cpu("wiki"), page.cpu("reports")), (Some(71.0), Some(12.25), Some(3.0)));

    for (id, reason) in [("wiki", "not_a_number"), ("lonely", "not_published")] {
        let issue = page.value("plimsoll_threshold_issue", &[(INSTANCE, id), ("reason", reason)]);
        assert_eq!(issue, Some(1.0), "{id}");
    }
    assert_eq!(page.count(CPU, &at("graph")), 0);
    assert_eq!(page.count("plimsoll_resource_info", &at("graph")), 0);
    // MiniStack does not know all optional calls.
    for operation in ["DescribeDBInstances", "DescribeDBClusters", "GetMetricData"] {
        assert_eq!(page.total("plimsoll_aws_errors_total", &[("operation", operation)]), 0, "{operation}");
    }
}

#[test]
fn a_retagged_database_has_another_level_and_a_deleted_one_none() {
    let emulator = Emulator::ministack();
    emulator.boto().call(&[
        create("orders", "postgres", &[("plimsoll/CPUUtilization", "80/90")], json!({})),
        create("billing", "mysql", &[("plimsoll/CPUUtilization", "97")], json!({})),
    ]);
    let exporter = Launch::against(&emulator.endpoint()).config("[polling]\ndiscovery = \"1s\"\n").start();
    exporter.wait_until_ready();
    assert_eq!(exporter.metrics().cpu_level("orders", "critical"), Some(90.0));

    let tags = json!({
        "ResourceName": "arn:aws:rds:eu-west-1:000000000000:db:orders",
        "Tags": [{"Key": "plimsoll/CPUUtilization", "Value": "85/95"}],
    });
    let gone = json!({"DBInstanceIdentifier": "billing", "SkipFinalSnapshot": true});
    emulator.boto().call(&[
        Call { service: "rds", operation: "add_tags_to_resource", arguments: tags },
        Call { service: "rds", operation: "delete_db_instance", arguments: gone },
    ]);
    wait_for("the next listing", Duration::from_mins(1), || {
        let page = exporter.metrics();
        let of_billing = page.series.iter().any(|series| series.label(INSTANCE) == Some("billing"));
        (page.cpu_level("orders", "critical") == Some(95.0) && !of_billing).then_some(())
    });
}
