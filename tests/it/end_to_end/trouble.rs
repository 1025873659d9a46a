//! CloudWatch fails: a short failure causes no alert, and a long one alerts before any value expires.

use std::time::Instant;

use plimsoll::sim::{Effect, Fault};

use super::stack::Stack;

const METRICS: &str = r#"
[metrics.CPUUtilization]
for = "5s"
"#;

/// The attempts of one call: after as many failures a poll has failed.
const ATTEMPTS: u32 = 3;

/// Seconds from the last success to the scrape.
const AGE: &str = r#"timestamp(plimsoll_last_success_timestamp_seconds{task="minute"})
    - plimsoll_last_success_timestamp_seconds{task="minute"}"#;

const CPU: (&str, &str, &str) = ("RDSCPUUtilizationHigh", "orders", "critical");
const BLIND: (&str, &str, &str) = ("PlimsollBlind", "", "critical");

/// All alerts of an account and region make one page: that of a database becomes that of its blind scope.
#[test]
fn while_cloudwatch_fails_exactly_one_page_is_open() {
    let databases: [(&str, &[(&str, &str)]); 1] =
        [("orders", &[("plimsoll/CPUUtilization", "90"), ("team", "payments")])];
    let stack = Stack::start(&databases, METRICS, "account_id, region");
    stack.report("orders", "CPUUtilization", Some(95.0));
    stack.wait_for_page(CPU);
    it_fails_for_a_moment(&stack);
    it_fails_for_long(&stack);
    stack.assert_all_went_well();
}

fn cloudwatch_fails() -> Fault {
    Fault::new(Effect::ServerError500).operation("GetMetricData")
}

fn it_fails_for_a_moment(stack: &Stack) {
    let alert = stack.alert(CPU).unwrap();
    stack.aws.fault(cloudwatch_fails().times(ATTEMPTS));
    stack.wait_until_true(&format!("sum(plimsoll_aws_errors_total) == {ATTEMPTS}"));
    stack.wait_until_true(&format!("{AGE} < 3"));
    // Longer than a bridge: a missing series would be visible by now.
    stack.wait_for_evaluations(18);
    assert_eq!(stack.prometheus.alerts(), [alert]);
    assert_eq!(stack.notices(), ["RDSCPUUtilizationHigh orders critical fires"]);
}

fn it_fails_for_long(stack: &Stack) {
    let fault = stack.aws.fault(cloudwatch_fails());
    let since = Instant::now();
    let blind = stack.wait_for_page(BLIND);
    let resolved = stack.wait_for_end(CPU);
    assert!(blind.received_at < resolved.received_at);
    the_value_is_gone_and_the_level_is_not(stack);

    stack.aws.lift(fault);
    stack.wait_for_page(CPU);
    // The failure lasts to the end of the test.
    assert_eq!(stack.alert(BLIND).unwrap().state, "firing");
    exactly_one_page_was_open(stack, since);
}

fn the_value_is_gone_and_the_level_is_not(stack: &Stack) {
    let page = stack.exporter.metrics();
    assert_eq!(page.count("aws_rds_cpuutilization_average", &[]), 0);
    assert_eq!(page.count("aws_rds_cpuutilization_threshold", &[]), 1);
}

fn exactly_one_page_was_open(stack: &Stack, since: Instant) {
    let open = stack.pager.open_over_time(|_| true);
    assert!(open.iter().all(|(_, count)| *count == 1), "{open:?}");
    // Also between two notifications: in every second, at least one of the two alerts fired.
    let seconds = since.elapsed().as_secs();
    let firing = r#"count(ALERTS{alertstate="firing",severity="critical"}) or vector(0)"#;
    let least = stack.prometheus.value(&format!("min_over_time(({firing})[{seconds}s:1s])"));
    assert!(least >= Some(1.0), "{least:?}");
}
