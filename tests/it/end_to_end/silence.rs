//! Missing series resolve no alert: neither a failed scrape or a restart of plimsoll, nor a database without values.

use super::stack::{EACH_ALERT, Stack, labels};

/// The `for` on connections outlasts both disturbances.
const METRICS: &str = r#"
[metrics.CPUUtilization]
for = "5s"

[metrics.DatabaseConnections]
for = "40s"
"#;

const CPU: (&str, &str, &str) = ("RDSCPUUtilizationHigh", "orders", "critical");
const CONNECTIONS: (&str, &str, &str) = ("RDSDatabaseConnectionsHigh", "billing", "critical");
const STORAGE_FULL: (&str, &str, &str) = ("RDSStorageFull", "orders", "critical");

/// One alert fires and one is pending while plimsoll is twice not scraped.
#[test]
fn a_failed_scrape_and_a_restart_resolve_nothing_and_delay_nothing() {
    let databases: [(&str, &[(&str, &str)]); 2] = [
        ("orders", &[("plimsoll/CPUUtilization", "90"), ("team", "payments")]),
        ("billing", &[("plimsoll/DatabaseConnections", "100"), ("team", "payments")]),
    ];
    let mut stack = Stack::start(&databases, METRICS, EACH_ALERT);
    stack.report("orders", "CPUUtilization", Some(95.0));
    stack.wait_for_page(CPU);
    stack.report("billing", "DatabaseConnections", Some(500.0));
    let pending = stack.wait_for_alert(CONNECTIONS, "pending");

    a_scrape_fails(&stack);
    plimsoll_restarts(&mut stack);
    stack.wait_for_page(CONNECTIONS);
    let fired = stack.alert(CONNECTIONS).unwrap();
    assert_eq!(fired.active_at, pending.active_at, "`for` did not begin anew");
    assert_eq!(
        stack.notices(),
        ["RDSCPUUtilizationHigh orders critical fires", "RDSDatabaseConnectionsHigh billing critical fires"]
    );
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
    // Both series are missing until the next scrape.
    stack.wait_until_true("aws_rds_cpuutilization_average and on () aws_rds_cpuutilization_threshold");
}

/// The alert on its state fires before the alert on its last value resolves.
#[test]
fn a_database_whose_storage_runs_full_has_an_open_page_at_all_times() {
    let databases: [(&str, &[(&str, &str)]); 1] =
        [("orders", &[("plimsoll/CPUUtilization", "90"), ("team", "payments")])];
    let stack = Stack::start(&databases, METRICS, EACH_ALERT);
    stack.report("orders", "CPUUtilization", Some(95.0));
    stack.wait_for_page(CPU);

    stack.report("orders", "CPUUtilization", None);
    stack.edit("orders", |instance| "storage-full".clone_into(&mut instance.status));
    let page = stack.wait_for_page(STORAGE_FULL);
    assert_eq!(page.labels, labels(STORAGE_FULL, &[("status", "storage-full")]));
    stack.wait_for_end(CPU);
    let open = stack.pager.open_over_time(|_| true);
    let counts: Vec<usize> = open.into_iter().map(|(_, count)| count).collect();
    assert_eq!(counts, [1, 2, 1], "no moment without a page");
    stack.assert_all_went_well();
}
