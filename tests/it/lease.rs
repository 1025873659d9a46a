//! Two replicas and one lease: one polls, both serve, and the other takes over.

use std::time::{Duration, Instant};

use plimsoll::sim::Options;

use crate::support::databases::{BRISK, databases};
use crate::support::exporter::{Exporter, Launch};
use crate::support::simulated::SimulatedAws;
use crate::support::{TempDir, wait_for};

mod kubernetes;

const SOON: Duration = Duration::from_secs(30);
const LEADER: &str = "plimsoll_leader";
const WRITTEN: &str = "plimsoll_state_last_write_timestamp_seconds";
const LAST_SUCCESS: &str = "plimsoll_last_success_timestamp_seconds";
const QUERIES: &str = "plimsoll_cloudwatch_queries_total";

/// A lease of a second, so that the test need not wait.
fn pair(aws: &SimulatedAws, folder: &TempDir) -> Launch {
    let file = |name: &str| folder.path().join(name).display().to_string();
    let (lease, state) = (file("lease"), file("state"));
    let files = format!("[lease]\nfile = \"{lease}\"\nduration = \"1s\"\n[state]\nfile = \"{state}\"\n");
    aws.launch().config(&format!("{BRISK}\n{files}"))
}

#[track_caller]
fn wait_until_leader(exporter: &Exporter, leads: bool) {
    let expected = Some(f64::from(u8::from(leads)));
    wait_for("the lease", SOON, || (exporter.metrics().value(LEADER, &[]) == expected).then_some(()));
}

#[test]
fn one_of_two_replicas_polls_and_the_other_serves_its_values_and_takes_over_when_it_is_killed() {
    let (aws, folder) = (SimulatedAws::start(databases(["orders"]), Options::default()), TempDir::new("lease"));
    let launch = pair(&aws, &folder);
    let mut first = launch.clone().start();
    wait_until_leader(&first, true);
    first.wait_until_ready();
    wait_for("the state", SOON, || first.metrics().value(WRITTEN, &[]));

    let mut second = launch.start();
    second.wait_until_ready();
    let page = second.metrics();
    assert_eq!(page.value(LEADER, &[]), Some(0.0));
    assert_eq!((page.cpu("orders"), page.cpu_level("orders", "critical")), (Some(50.0), Some(90.0)));
    assert_eq!(page.value(QUERIES, &[]), None, "it has queried nothing");
    assert_eq!(page.value(LAST_SUCCESS, &[("task", "minute")]), None, "the age of its polls would be an outage");
    assert_eq!(page.value(WRITTEN, &[]), None);

    aws.set_cpu("eu-west-1", "orders", 70.0);
    first.kill();
    let death = Instant::now();
    wait_for("values of the second replica", SOON, || (second.cpu("orders") == Some(70.0)).then_some(()));
    assert!(death.elapsed() < Duration::from_secs(30));
    let page = second.metrics();
    assert_eq!(page.value(LEADER, &[]), Some(1.0));
    assert!(page.value(LAST_SUCCESS, &[("task", "minute")]).is_some());

    first.start_again();
    first.wait_until_ready();
    assert_eq!(first.metrics().value(LEADER, &[]), Some(0.0), "the lease stays where it is");
    assert_eq!(second.stop().code(), Some(0));
    wait_until_leader(&first, true);
}

#[test]
fn replicas_that_cannot_reach_the_lease_poll_both() {
    let (aws, folder) = (SimulatedAws::start(databases(["orders"]), Options::default()), TempDir::new("lease"));
    std::fs::write(folder.path().join("lease"), "precious").unwrap();
    let exporter = pair(&aws, &folder).start();
    wait_for("a value", SOON, || exporter.cpu("orders"));
    let log = exporter.log();
    assert!(log.contains("lease not reached") && log.contains("no lease file"), "{log}");
    assert_eq!(std::fs::read_to_string(folder.path().join("lease")).unwrap(), "precious");
}
