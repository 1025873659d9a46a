//! A pair of replicas with one lease: the one that polls dies while an alert fires, and nobody notices.

use std::time::{Duration, Instant};

use super::stack::{EACH_ALERT, Own, Stack, fleet};
use crate::support::exporter::Exporter;
use crate::support::kubernetes::KubernetesApi;
use crate::support::{TempDir, wait_for};

/// How quick a pair is. The age limit is that of a real one, and the bridge is longer than a takeover.
struct Pace {
    interval: Duration,
    bridge: Duration,
    /// Keys of `[lease]`.
    lease: &'static str,
}

/// The lease is that of a real pair.
const REAL: Pace = Pace { interval: Duration::from_secs(5), bridge: Duration::from_secs(40), lease: "" };

const SHORT: Pace =
    Pace { interval: Duration::from_secs(2), bridge: Duration::from_secs(15), lease: "duration = \"3s\"" };

impl Pace {
    /// With the place of the lease, and of the state if there is one.
    fn config(&self, lease: &str, state: &str) -> String {
        let Self { interval, bridge, lease: duration } = self;
        let [interval, bridge] = [interval, bridge].map(Duration::as_secs);
        format!(
            r#"
[polling]
discovery = "3s"
fast = "{interval}s"
publication_delay = "0s"

[defaults]
mode = "off"

[labels]
tags = ["team"]

[rules]
scrape_interval = "1s"
bridge = "{bridge}s"

[metrics]
profile = "alerting"

[metrics.CPUUtilization]
for = "5s"

[lease]
{lease}
{duration}
{state}
"#
        )
    }
}

/// Within this time of a death the other replica polls.
const TAKEOVER: Duration = Duration::from_secs(30);
const SOON: Duration = Duration::from_mins(1);

const CPU: (&str, &str, &str) = ("RDSCPUUtilizationHigh", "orders", "critical");
const LEADER: &str = "plimsoll_leader";

/// Since when the simulated AWS counts the polls, of which each has one call for one metric.
struct Bill<'a>(&'a Pace, Instant);

impl<'a> Bill<'a> {
    fn begin(pace: &'a Pace, stack: &Stack) -> Self {
        stack.aws.reset_counts();
        Self(pace, Instant::now())
    }

    /// Asserts that one replica has polled, and at most so many polls were made twice.
    #[track_caller]
    fn assert_paid_once(&self, stack: &Stack, twice: u64) {
        let polls = polls(stack);
        let intervals = self.1.elapsed().as_secs() / self.0.interval.as_secs();
        assert!((intervals / 2..=intervals + 1 + twice).contains(&polls), "{polls} polls in {intervals} intervals");
    }
}

fn polls(stack: &Stack) -> u64 {
    stack.aws.counts().of("GetMetricData").billed
}

/// With a lease and a state file in a folder.
fn with_files(pace: &Pace, folder: &TempDir) -> Stack {
    let file = |name: &str| folder.path().join(name).display().to_string();
    let (lease, state) = (format!("file = {:?}", file("lease")), format!("[state]\nfile = {:?}", file("state")));
    let stack = pair(pace.config(&lease, &state), &|launch| launch);
    let follower = &stack.others[0];
    let shared = || (follower.metrics().cpu("orders") == Some(20.0)).then_some(());
    wait_for("the other replica to serve the values of the first", SOON, shared);
    stack
}

fn pair(config: String, own: Own) -> Stack {
    let databases = fleet(&[("orders", &[("plimsoll/CPUUtilization", "90"), ("team", "payments")])]);
    let stack = Stack::replicas(databases, config, EACH_ALERT, &[own, own]);
    assert_eq!(stack.others[0].metrics().value(LEADER, &[]), Some(0.0));
    stack
}

/// The first replica ends while an alert fires, and the other one goes on: the alert neither resolves nor fires again.
fn check(pace: &Pace, mut stack: Stack, end: fn(&mut Exporter)) -> Stack {
    let bill = Bill::begin(pace, &stack);
    stack.report("orders", "CPUUtilization", Some(95.0));
    stack.wait_for_page(CPU);
    let active_at = stack.alert(CPU).unwrap().active_at;
    bill.assert_paid_once(&stack, 0);

    // The value that fires has not been shared yet.
    end(&mut stack.exporter);
    takes_over(pace, &stack, 96.0);
    assert_eq!(stack.alert(CPU).unwrap().active_at, active_at, "`for` did not begin anew");
    assert_eq!(stack.notices(), ["RDSCPUUtilizationHigh orders critical fires"]);
    stack.assert_all_went_well();
    stack
}

/// The replica that polled is gone: the other one polls in time, from then on alone, and no rule notices.
fn takes_over(pace: &Pace, stack: &Stack, value: f64) {
    stack.report("orders", "CPUUtilization", Some(value));
    stack.aws.reset_counts();
    let first_poll = || (polls(stack) > 0).then(|| Bill(pace, Instant::now()));
    let bill = wait_for("the other replica to poll", TAKEOVER, first_poll);
    stack.wait_until_true(&format!("aws_rds_cpuutilization_average == {value}"));
    // Longer than a bridge: by then rules have forgotten what the one before served.
    stack.wait_for_evaluations(pace.bridge.as_secs() + 5);
    bill.assert_paid_once(stack, 1);
}

#[test]
fn a_replica_that_is_killed_while_an_alert_fires_resolves_no_page_and_doubles_none() {
    let folder = TempDir::new("pair");
    let mut stack = check(&REAL, with_files(&REAL, &folder), Exporter::kill);
    stack.exporter.start_again();
    stack.exporter.wait_until_ready();
    assert_eq!(stack.exporter.metrics().value(LEADER, &[]), Some(0.0), "the lease stays where it is");
}

#[test]
fn a_replica_that_is_stopped_while_an_alert_fires_resolves_no_page_and_doubles_none() {
    let folder = TempDir::new("pair");
    check(&SHORT, with_files(&SHORT, &folder), |exporter| assert!(exporter.stop().success()));
}

/// Pods seldom share a volume, so that there is no state file: the other replica has no value until it polls.
#[test]
fn a_pod_that_is_killed_while_an_alert_fires_resolves_no_page_and_doubles_none() {
    let api = KubernetesApi::start();
    let stack = pair(SHORT.config("kubernetes = \"plimsoll\"", ""), &|launch| api.outside(launch));
    assert_eq!(stack.others[0].metrics().cpu("orders"), None);
    let holder = api.holder("plimsoll");
    check(&SHORT, stack, Exporter::kill);
    assert_ne!(api.holder("plimsoll"), holder);
}
