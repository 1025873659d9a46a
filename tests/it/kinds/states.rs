//! Services share the names of dimensions, and statuses carry no service: each service's rules fire for its own only.

use plimsoll::generate::RuleOptions;
use serde_json::{Value, json};

use crate::rules::{every_service, rules_of, run};

const CASES: [(&str, &str, &str, &str); 6] = [
    ("db-instance", "DBInstanceIdentifier", "orders", "storage-full"),
    ("docdb-instance", "DBInstanceIdentifier", "documents-1", "storage-full"),
    ("neptune-cluster", "DBClusterIdentifier", "graph", "failed"),
    ("rds-proxy", "ProxyName", "orders-proxy", "incompatible-network"),
    // Both run, and CloudWatch has no processor of either.
    ("db-instance", "DBInstanceIdentifier", "quiet", "available"),
    ("docdb-instance", "DBInstanceIdentifier", "quiet-documents", "available"),
];

/// The series of a resource that tell its kind and its status.
fn series((kind, dimension, id, status): (&str, &str, &str, &str)) -> [Value; 2] {
    let identity = format!(r#"account_id="123456789012",region="eu-west-1",dimension_{dimension}="{id}""#);
    let constant = |series: String| json!({"series": series, "values": "1x60"});
    [
        constant(format!(r#"plimsoll_resource_info{{{identity},kind="{kind}"}}"#)),
        constant(format!(r#"plimsoll_resource_status{{{identity},status="{status}"}}"#)),
    ]
}

fn check(alert: &str, dimension: &str, id: &str, (status, severity, summary): (Option<&str>, &str, &str)) -> Value {
    let mut labels = json!({"account_id": "123456789012", "region": "eu-west-1", "severity": severity});
    labels[format!("dimension_{dimension}")] = json!(id);
    let place = format!("{id} (eu-west-1, account 123456789012)");
    let description = match status {
        Some(status) => format!("{place} has the status {status}."),
        None => format!("{place} is running, but CloudWatch has no CPUUtilization value for it."),
    };
    if let Some(status) = status {
        labels["status"] = json!(status);
    }
    let annotations = json!({"summary": summary, "description": description});
    json!({"eval_time": "30m", "alertname": alert, "exp_alerts": [{"exp_labels": labels, "exp_annotations": annotations}]})
}

#[test]
fn a_state_has_the_alert_of_its_own_service() {
    let full = |status| {
        (Some(status), "critical", "The storage of a database is full: it accepts no writes and publishes no metrics.")
    };
    let silent = (None, "warning", "A running database has no metrics.");
    let nothing = |alert: &str| json!({"eval_time": "30m", "alertname": alert, "exp_alerts": []});
    let checks = [
        check("RDSStorageFull", "DBInstanceIdentifier", "orders", full("storage-full")),
        check("DocDBStorageFull", "DBInstanceIdentifier", "documents-1", full("storage-full")),
        check(
            "NeptuneFailed",
            "DBClusterIdentifier",
            "graph",
            (Some("failed"), "critical", "A database has failed and AWS cannot recover it."),
        ),
        check(
            "RDSProxyIncompatible",
            "ProxyName",
            "orders-proxy",
            (Some("incompatible-network"), "critical", "A proxy cannot run with its network."),
        ),
        check("RDSNoData", "DBInstanceIdentifier", "quiet", silent),
        check("DocDBNoData", "DBInstanceIdentifier", "quiet-documents", silent),
        nothing("RDSFailed"),
        nothing("RDSIncompatible"),
        nothing("NeptuneStorageFull"),
        nothing("NeptuneNoData"),
    ];
    let series: Vec<Value> = CASES.into_iter().flat_map(series).collect();
    let rules = rules_of(&every_service(), &RuleOptions::default());
    run("states", &rules, &json!({"interval": "1m", "input_series": series, "alert_rule_test": checks}));
}
