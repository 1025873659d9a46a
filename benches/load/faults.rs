//! Polls while AWS throttles one call in twenty and fails one in a hundred: nothing is lost, and nothing comes late.

use std::time::Duration;

use super::aws::{Aws, FETCH};
use super::exporter::{Exporter, config, values};
use super::figures::{Table, count, number, percent, seconds};

const INSTANCES: usize = 10_000;
const QUERIES: u64 = 25 * INSTANCES as u64;
const LATENCY: Duration = Duration::from_millis(200);
const MINUTES: u32 = 5;

/// The series of the fleet.
const OF_THE_FLEET: &str = "aws_rds_";

/// Polls without faults, then with them.
pub(crate) fn measure() {
    let mut table = Table::new(&format!("{INSTANCES} instances, 5 % of calls throttled, 1 % answered with status 500"));
    let mut aws = Aws::start(INSTANCES, 1, LATENCY);
    let exporter = Exporter::start(&aws.endpoint, &config(&[]));
    exporter.wait_until_ready();
    exporter.wait_until_idle();
    let series = values(&exporter.page(), OF_THE_FLEET).len();
    aws.fail_some();
    let before = aws.counts().of(FETCH);
    let longest = (0..MINUTES).map(|_| exporter.poll_after_a_minute()).max().unwrap();
    exporter.wait_until_idle();
    let after = aws.counts().of(FETCH);
    let failed = count(after.failed - before.failed) / count(after.attempts - before.attempts);
    table.row("requests that failed", &percent(failed).to_string());
    let answered = after.queries - before.queries;
    table.row(&format!("polls in {MINUTES} minutes"), &(answered / QUERIES).to_string());
    table.at_most("queries without an answer in their poll", &number(count(answered % QUERIES), ""), 0.0);
    table.at_most("longest poll: wall time", &seconds(longest), 60.0);
    let lost = series.saturating_sub(values(&exporter.page(), OF_THE_FLEET).len());
    table.at_most("series that are lost", &number(count(lost as u64), ""), 0.0);
    table.print();
}
