//! A million series from twenty regions in one process.

use std::thread::sleep;
use std::time::Duration;

use super::aws::{self, Aws, FETCH};
use super::exporter::{Exporter, config};
use super::figures::{Table, count, megabytes, number, seconds};

const REGIONS: usize = 20;
/// Each one has 116 series.
const INSTANCES: usize = 440 * REGIONS;
const QUERIES_OF_EACH: usize = 25;
const LATENCY: Duration = Duration::from_millis(200);
const MINUTES: u32 = 3;

/// Starts, and polls for some minutes.
pub(crate) fn measure() {
    let mut table = Table::new(&format!("{INSTANCES} instances in {REGIONS} regions of one account, one process"));
    let mut aws = Aws::start(INSTANCES, REGIONS, LATENCY);
    let exporter = Exporter::start(&aws.endpoint, &format!("regions = {:?}\n{}", aws::regions(REGIONS), config(&[])));
    exporter.wait_until_ready();
    let took = exporter.started.elapsed();
    exporter.wait_until_idle();
    let page = exporter.page();
    let series = page.lines().filter(|line| !line.starts_with('#')).count();
    table.at_least("series on the page", &number(count(series as u64), ""), 1e6);
    table.row("start to the first full page: wall time", &seconds(took).to_string());
    polls(&exporter, &mut aws, &mut table);
    table.at_most("peak memory since the start", &megabytes(exporter.process.peak_kib()), 256.0);
    table.row("memory between polls", &megabytes(exporter.process.resident_kib()).to_string());
    table.print();
}

/// Every scope polls about once in a minute, and no poll takes as long as that.
fn polls(exporter: &Exporter, aws: &mut Aws, table: &mut Table) {
    let (before, cpu) = (aws.counts(), exporter.process.cpu());
    sleep(Duration::from_mins(1) * MINUTES);
    exporter.wait_until_idle();
    let used = exporter.process.cpu().checked_sub(cpu).unwrap();
    let after = aws.counts();
    let queries = count((INSTANCES / REGIONS * QUERIES_OF_EACH) as u64);
    let polls = |region: &&str| {
        let answered = after.in_region(region, FETCH).queries - before.in_region(region, FETCH).queries;
        count(answered) / queries
    };
    let fewest = aws::regions(REGIONS).iter().map(polls).fold(f64::INFINITY, f64::min);
    let longest = exporter.own("plimsoll_poll_duration_seconds{").into_iter().fold(0.0, f64::max);
    table.row("polls measured, in the region with the fewest", &format!("{fewest:.1}"));
    table.at_most("longest poll or listing of all regions", &seconds(Duration::from_secs_f64(longest)), 60.0);
    table.row("CPU time of a minute, all regions", &seconds(used / MINUTES).to_string());
}
