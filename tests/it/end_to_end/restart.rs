//! What is no news pages nobody and ends no page: a scrape that fails, a restart, a database that falls silent.

use super::stack::{EACH_ALERT, Stack, labels};

/// A bridge as long as a restart takes on a busy machine, and a `for` that outlasts both disturbances.
const CONFIG: &str = r#"
[polling]
discovery = "3s"
fast = "1s"
publication_delay = "0s"

[metrics]
profile = "alerting"

[metrics.CPUUtilization]
for = "5s"

[metrics.DatabaseConnections]
for = "40s"

[defaults]
mode = "off"

[labels]
tags = ["team"]

[rules]
scrape_interval = "1s"
bridge = "15s"
"#;

const FIRING: (&str, &str, &str) = ("RDSCPUUtilizationHigh", "orders", "critical");
const PENDING: (&str, &str, &str) = ("RDSDatabaseConnectionsHigh", "billing", "critical");
const STORAGE_FULL: (&str, &str, &str) = ("RDSStorageFull", "orders", "critical");

#[test]
fn no_page_ends_for_want_of_a_scrape_a_process_or_a_metric() {
    let databases: [(&str, &[(&str, &str)]); 2] = [
        ("orders", &[("plimsoll/CPUUtilization", "90"), ("team", "payments")]),
        ("billing", &[("plimsoll/DatabaseConnections", "100"), ("team", "payments")]),
    ];
    let mut stack = Stack::start(&databases, CONFIG, EACH_ALERT);
    stack.report("orders", "CPUUtilization", Some(95.0));
    stack.wait_for_page(FIRING);
    stack.report("billing", "DatabaseConnections", Some(500.0));
    let pending = stack.wait_for_alert(PENDING, "pending");

    a_scrape_fails(&stack);
    plimsoll_restarts(&mut stack);
    stack.wait_for_page(PENDING);
    let fired = stack.alert(PENDING).unwrap();
    assert_eq!(fired.active_at, pending.active_at, "`for` did not begin anew");
    assert_eq!(
        stack.told(),
        ["RDSCPUUtilizationHigh orders critical fires", "RDSDatabaseConnectionsHigh billing critical fires"]
    );

    the_storage_runs_full(&stack);
    stack.assert_all_went_well();
}

fn a_scrape_fails(stack: &Stack) {
    stack.exporter.signal("STOP");
    stack.wait_until_true("up == 0");
    stack.exporter.signal("CONT");
    stack.wait_until_true("up == 1");
}

fn plimsoll_restarts(stack: &mut Stack) {
    assert!(stack.exporter.stop().success());
    stack.wait_until_true("up == 0");
    stack.exporter.start_again();
    // Both are gone until they are scraped again.
    stack.wait_until_true("aws_rds_cpuutilization_average and on () aws_rds_cpuutilization_threshold");
}

/// It goes down with the metric that paged; its state pages before the other page ends.
fn the_storage_runs_full(stack: &Stack) {
    stack.report("orders", "CPUUtilization", None);
    stack.edit("orders", |instance| "storage-full".clone_into(&mut instance.status));
    let page = stack.wait_for_page(STORAGE_FULL);
    assert_eq!(page.labels, labels(STORAGE_FULL, &[("status", "storage-full")]));
    stack.wait_for_end(FIRING);
    let open = stack.pager.open_over_time(|notice| notice.label("dimension_DBInstanceIdentifier") == "orders");
    let counts: Vec<usize> = open.into_iter().map(|(_, count)| count).collect();
    assert_eq!(counts, [1, 2, 1]);
}
