//! What it costs to list databases with their tags and to resolve their levels, without any poll.

use std::thread::sleep;
use std::time::Duration;

use super::aws::{Aws, LIST};
use super::exporter::{Exporter, config};
use super::figures::{Table, count, seconds, times};

/// A small and a large fleet: the cost should grow no faster than the fleet.
const SMALL: usize = 1_000;
const LARGE: usize = 10_000;
/// The goal for the large one, in seconds of CPU time.
const GOAL: f64 = 0.8;

/// Databases in one response.
const PAGE: usize = 100;
const MEASURED: Duration = Duration::from_mins(1);

/// Lists again and again.
pub(crate) fn measure() {
    let mut table = Table::new("listing alone, nothing changed since the last one");
    let [small, large] = [SMALL, LARGE].map(listing);
    for (instances, cpu, goal) in [(SMALL, small, None), (LARGE, large, Some(GOAL))] {
        table.at_most(&format!("{instances} instances: CPU time"), &seconds(cpu), goal);
    }
    let growth = times(large.as_secs_f64(), small.as_secs_f64());
    table.at_most("growth from the small to the large fleet", &growth, count((LARGE / SMALL) as u64));
    table.print();
}

/// The CPU time of one listing.
fn listing(instances: usize) -> Duration {
    let mut aws = Aws::start(instances, 1, Duration::ZERO);
    let often = [("discovery = \"1h\"", "discovery = \"5s\""), ("profile = \"alerting\"", "profile = \"none\"")];
    let exporter = Exporter::start(&aws.endpoint, &config(&often));
    exporter.wait_until_ready();
    sleep(Duration::from_secs(5));
    let (listed, cpu) = (aws.counts().of(LIST).attempts, exporter.process.cpu());
    sleep(MEASURED);
    let used = exporter.process.cpu().checked_sub(cpu).unwrap();
    let pages = count(aws.counts().of(LIST).attempts - listed);
    used.div_f64(pages / count(instances.div_ceil(PAGE) as u64))
}
