//! A pair of replicas with one lease and one state file: one dies while an alert fires, and nobody notices.

use std::time::{Duration, Instant};

use super::stack::{EACH_ALERT, Stack, fleet};
use crate::support::{TempDir, wait_for};

/// The lease and the age limit are those of a real pair. Polls and listings are quicker, and the bridge is shorter, but
/// longer than a takeover.
const PACE: &str = r#"
[polling]
discovery = "3s"
fast = "5s"
publication_delay = "0s"

[defaults]
mode = "off"

[labels]
tags = ["team"]

[rules]
scrape_interval = "1s"
bridge = "40s"

[metrics]
profile = "alerting"

[metrics.CPUUtilization]
for = "5s"
"#;
const INTERVAL: Duration = Duration::from_secs(5);
/// Within this time of a death the other replica polls.
const TAKEOVER: Duration = Duration::from_secs(30);
const SOON: Duration = Duration::from_mins(1);

const CPU: (&str, &str, &str) = ("RDSCPUUtilizationHigh", "orders", "critical");
const LEADER: &str = "plimsoll_leader";

/// Since when the simulated AWS counts the polls, of which each has one call for one metric.
struct Bill(Instant);

impl Bill {
    fn begin(stack: &Stack) -> Self {
        stack.aws.reset_counts();
        Self(Instant::now())
    }

    /// Asserts that one replica has polled, and at most so many polls were made twice.
    #[track_caller]
    fn assert_paid_once(&self, stack: &Stack, twice: u64) {
        let polls = polls(stack);
        let intervals = self.0.elapsed().as_secs() / INTERVAL.as_secs();
        assert!((intervals / 2..=intervals + 1 + twice).contains(&polls), "{polls} polls in {intervals} intervals");
    }
}

fn polls(stack: &Stack) -> u64 {
    stack.aws.counts().of("GetMetricData").billed
}

fn pair(folder: &TempDir) -> Stack {
    let file = |name: &str| folder.path().join(name).display().to_string();
    let files = format!("[lease]\nfile = {:?}\n[state]\nfile = {:?}\n", file("lease"), file("state"));
    let databases = fleet(&[("orders", &[("plimsoll/CPUUtilization", "90"), ("team", "payments")])]);
    Stack::replicas(databases, format!("{PACE}{files}"), EACH_ALERT, &[&[], &[]])
}

#[test]
fn a_replica_that_is_killed_or_stopped_while_an_alert_fires_resolves_no_page_and_doubles_none() {
    let folder = TempDir::new("pair");
    let mut stack = pair(&folder);
    let follower = &stack.others[0];
    let shared = || (follower.metrics().cpu("orders") == Some(20.0)).then_some(());
    wait_for("the other replica to serve the values of the first", SOON, shared);
    assert_eq!(follower.metrics().value(LEADER, &[]), Some(0.0));
    let bill = Bill::begin(&stack);
    stack.report("orders", "CPUUtilization", Some(95.0));
    stack.wait_for_page(CPU);
    let active_at = stack.alert(CPU).unwrap().active_at;
    bill.assert_paid_once(&stack, 0);

    // The value that fires has not been shared yet.
    stack.exporter.kill();
    takes_over(&stack, 96.0);
    stack.exporter.start_again();
    stack.exporter.wait_until_ready();
    assert_eq!(stack.exporter.metrics().value(LEADER, &[]), Some(0.0), "the lease stays where it is");

    assert!(stack.others[0].stop().success());
    takes_over(&stack, 97.0);
    assert_eq!(stack.alert(CPU).unwrap().active_at, active_at, "`for` did not begin anew");
    assert_eq!(stack.notices(), ["RDSCPUUtilizationHigh orders critical fires"]);
    stack.assert_all_went_well();
}

/// The replica that polled is gone: the other one polls in time, from then on alone, and no rule notices.
fn takes_over(stack: &Stack, value: f64) {
    stack.report("orders", "CPUUtilization", Some(value));
    stack.aws.reset_counts();
    let first_poll = || (polls(stack) > 0).then(|| Bill(Instant::now()));
    let bill = wait_for("the other replica to poll", TAKEOVER, first_poll);
    stack.wait_until_true(&format!("aws_rds_cpuutilization_average == {value}"));
    // Longer than a bridge: by then rules have forgotten what the one before served.
    stack.wait_for_evaluations(45);
    bill.assert_paid_once(stack, 1);
}
