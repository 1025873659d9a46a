//! A pair by the count of the simulated AWS: who takes over queries nothing that is not due, and who stood still stops.

use std::time::{Duration, Instant};

use plimsoll::sim::Options;

use crate::support::databases::{BRISK, ONCE, databases};
use crate::support::exporter::Exporter;
use crate::support::simulated::SimulatedAws;
use crate::support::{TempDir, wait_for};

const SOON: Duration = Duration::from_secs(30);
const LEADER: &str = "plimsoll_leader";

/// Two replicas with a lease of a second, so that the test need not wait. The first one polls, and both serve its values.
fn pair(aws: &SimulatedAws, folder: &TempDir, config: &str) -> [Exporter; 2] {
    let file = |name: &str| folder.path().join(name).display().to_string();
    let (lease, state) = (file("lease"), file("state"));
    let files = format!("[lease]\nfile = {lease:?}\nduration = \"1s\"\n[state]\nfile = {state:?}\n");
    let launch = aws.launch().config(&format!("{config}\n{files}"));
    let first = launch.clone().start();
    wait_until_leader(&first, true);
    first.wait_until_ready();
    let second = launch.start();
    second.wait_until_ready();
    wait_for("the values of the first one", SOON, || (second.cpu("orders") == Some(50.0)).then_some(()));
    wait_until_leader(&second, false);
    [first, second]
}

#[track_caller]
fn wait_until_leader(exporter: &Exporter, leads: bool) {
    let expected = Some(f64::from(u8::from(leads)));
    wait_for("the lease", SOON, || (exporter.metrics().value(LEADER, &[]) == expected).then_some(()));
}

fn polls(aws: &SimulatedAws) -> u64 {
    aws.counts().of("GetMetricData").calls
}

#[test]
fn who_takes_over_queries_nothing_before_it_is_due() {
    let (aws, folder) = (SimulatedAws::start(databases(["orders"]), Options::default()), TempDir::new("pairs"));
    let [mut first, second] = pair(&aws, &folder, ONCE);
    let before = polls(&aws);
    assert!(before > 0);
    first.kill();
    wait_until_leader(&second, true);
    // The new leader has saved its own state, which it does after its first turn.
    let written = || second.metrics().value("plimsoll_state_last_write_timestamp_seconds", &[]);
    wait_for("a turn of the second one", 3 * SOON, written);
    assert_eq!((polls(&aws), second.cpu("orders")), (before, Some(50.0)));
}

#[test]
fn who_stood_still_while_the_other_one_took_over_stops_polling() {
    let (aws, folder) = (SimulatedAws::start(databases(["orders"]), Options::default()), TempDir::new("pairs"));
    let [first, second] = pair(&aws, &folder, BRISK);
    first.signal("STOP");
    wait_until_leader(&second, true);
    first.signal("CONT");
    wait_until_leader(&first, false);
    let (before, since) = (polls(&aws), Instant::now());
    wait_for("eight polls", SOON, || (polls(&aws) >= before + 8).then_some(()));
    // One replica needs seven seconds, two need half of that.
    assert!(since.elapsed() > Duration::from_secs(5), "eight polls in {:?}: two replicas poll", since.elapsed());
    assert_eq!(second.metrics().value(LEADER, &[]), Some(1.0));
}
