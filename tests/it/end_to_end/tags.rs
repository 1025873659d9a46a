//! A tag sets the levels of its database and the team of its alerts, also after it was edited or became invalid.

use super::stack::{EACH_ALERT, Stack, labels};

/// One datapoint is served for at most 80 s, and rules see it for one bridge longer; the `for` on connections is exactly
/// this time.
const METRICS: &str = r#"
[metrics.CPUUtilization]
threshold = "90/98"
for = "5s"

[metrics.DatabaseConnections]
for = "95s"
"#;

const CPU: &str = "CPUUtilization";
const CONNECTIONS: &str = "DatabaseConnections";
const CPU_TAG: &str = "plimsoll/CPUUtilization";
const CONNECTIONS_TAG: &str = "plimsoll/DatabaseConnections";

const WARNING: (&str, &str, &str) = ("RDSCPUUtilizationHigh", "orders", "warning");
const CRITICAL: (&str, &str, &str) = ("RDSCPUUtilizationHigh", "orders", "critical");
const INVALID_TAG: (&str, &str, &str) = ("PlimsollInvalidTag", "orders", "warning");

#[test]
fn a_database_alerts_by_its_own_tag_also_after_changes_of_the_tag() {
    let databases: [(&str, &[(&str, &str)]); 4] = [
        ("orders", &[(CPU_TAG, "80/90"), ("team", "payments")]),
        ("billing", &[(CPU_TAG, "97/99"), ("team", "finance")]),
        ("nightly", &[(CONNECTIONS_TAG, "100"), ("team", "payments")]),
        ("hourly", &[(CONNECTIONS_TAG, "100"), ("team", "payments")]),
    ];
    let stack = Stack::start(&databases, METRICS, EACH_ALERT);
    one_datapoint_is_seen(&stack);
    the_load_crosses_the_warning_and_then_the_critical_level(&stack);
    the_tag_is_raised(&stack);
    the_tag_becomes_nonsense(&stack);
    one_datapoint_has_paged_nobody(&stack);
    assert_eq!(
        stack.notices(),
        [
            "PlimsollInvalidTag orders warning fires",
            "RDSCPUUtilizationHigh orders critical fires",
            "RDSCPUUtilizationHigh orders critical resolved",
            "RDSCPUUtilizationHigh orders warning fires",
            "RDSCPUUtilizationHigh orders warning fires",
            "RDSCPUUtilizationHigh orders warning resolved",
            "RDSDatabaseConnectionsHigh hourly critical fires",
        ]
    );
    stack.assert_all_went_well();
}

/// The other database has the same load at all times, and a tag with a higher level.
fn load(stack: &Stack, percent: f64) {
    stack.report("orders", CPU, Some(percent));
    stack.report("billing", CPU, Some(percent));
}

fn the_load_crosses_the_warning_and_then_the_critical_level(stack: &Stack) {
    load(stack, 85.0);
    let warning = stack.wait_for_page(WARNING);
    assert_eq!(warning.labels, labels(WARNING, &[]));
    assert_eq!(warning.annotations["description"], cpu_of_orders("85%", "warning threshold of 80%"));

    load(stack, 95.0);
    let critical = stack.wait_for_page(CRITICAL);
    assert_eq!(critical.labels, labels(CRITICAL, &[]));
    assert_eq!(critical.annotations["description"], cpu_of_orders("95%", "critical threshold of 90%"));
    assert_eq!(stack.pager.open().len(), 2, "warning and critical, and nothing of the neighbour");
}

fn cpu_of_orders(value: &str, level: &str) -> String {
    format!("CPUUtilization (Average) of orders (eu-west-1, account 123456789012) is {value}, above its {level}.")
}

fn the_tag_is_raised(stack: &Stack) {
    stack.tag("orders", CPU_TAG, "96/98");
    stack.wait_for_end(WARNING);
    stack.wait_for_end(CRITICAL);
}

/// The configured levels of the metric apply instead: `90/98`.
fn the_tag_becomes_nonsense(stack: &Stack) {
    stack.tag("orders", CPU_TAG, "plenty");
    let invalid = stack.wait_for_page(INVALID_TAG);
    assert_eq!(invalid.labels, labels(INVALID_TAG, &[("tag_key", CPU_TAG), ("reason", "not_a_number")]));
    let issue = stack.prometheus.query("plimsoll_threshold_issue");
    assert_eq!(issue.len(), 1, "{issue:#?}");
    assert_eq!(issue[0].labels["tag_key"], CPU_TAG);

    let warning = stack.wait_for_page(WARNING);
    assert_eq!(warning.annotations["description"], cpu_of_orders("95%", "warning threshold of 90%"));
}

const NIGHTLY: (&str, &str, &str) = ("RDSDatabaseConnectionsHigh", "nightly", "critical");
const HOURLY: (&str, &str, &str) = ("RDSDatabaseConnectionsHigh", "hourly", "critical");

/// The other database crosses the same level later, and stays above it.
fn one_datapoint_is_seen(stack: &Stack) {
    stack.report_once("nightly", CONNECTIONS, 500.0);
    stack.wait_for_alert(NIGHTLY, "pending");
    stack.report("hourly", CONNECTIONS, Some(500.0));
}

/// If the single datapoint had caused a page, it would have come before the page of the values that continue.
fn one_datapoint_has_paged_nobody(stack: &Stack) {
    stack.wait_for_page(HOURLY);
    assert_eq!(stack.alert(NIGHTLY), None, "the pending alert has ended with its value");
}
