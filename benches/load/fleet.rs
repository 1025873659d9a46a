//! What one account and region costs: its start, its polls, and a scrape.

use std::time::Duration;

use super::aws::{Aws, FETCH};
use super::client::Client;
use super::exporter::{Exporter, config};
use super::figures::{Percentiles, Table, count, megabytes, milliseconds, seconds, times};

/// Minutes over which polls are averaged, about one poll in each.
const MINUTES: u32 = 3;

const SCRAPES: u32 = 300;

/// What a call to AWS usually takes, and what it takes on a bad day.
const USUAL: Duration = Duration::from_millis(200);
const SLOW: Duration = Duration::from_secs(1);

/// The datapoints a second that AWS allows an account in a region.
const QUOTA: f64 = 180_000.0;
/// How many datapoints AWS counts for each query in the steady state: the short look-back of metrics of a minute, in minutes.
const LOOK_BACK: f64 = 5.0;

/// The values of the page that each database has once it is complete.
const LEVELS: &str = "plimsoll_headroom_ratio{";
const LEVELS_OF_EACH: usize = 32;
/// The metrics that are queried for each database.
const QUERIES_OF_EACH: usize = 25;

/// What issues demand of a fleet of some size.
#[derive(Default)]
struct Goals {
    start: Option<f64>,
    wall: Option<f64>,
    cpu: Option<f64>,
    peak: Option<f64>,
    steady: Option<f64>,
}

/// A poll that takes longer than its interval misses the next one.
const INTERVAL: f64 = 60.0;

/// What the issue demands; it names wall times at 200 ms a call.
fn goals(instances: usize, latency: Duration) -> Goals {
    let usual = |goal| (latency == USUAL).then_some(goal);
    let wall = (latency >= SLOW).then_some(INTERVAL);
    match instances {
        100 => Goals { peak: Some(16.0), ..Goals::default() },
        1_000 => Goals { wall: usual(1.5).or(wall), cpu: Some(0.14), peak: Some(24.0), ..Goals::default() },
        10_000 => Goals { start: usual(28.0), wall, cpu: Some(1.2), peak: Some(64.0), steady: Some(48.0) },
        _ => Goals::default(),
    }
}

/// Polls a fleet and scrapes it; prints one table.
pub(crate) fn measure(instances: usize, latency: Duration) {
    let goals = goals(instances, latency);
    let mut table = Table::new(&format!("{instances} instances, {} ms a call", latency.as_millis()));
    let mut aws = Aws::start(instances, 1, latency);
    let exporter = Exporter::start(&aws.endpoint, &config(&[]));
    start(&exporter, instances, &goals, &mut table);
    let queries = instances * QUERIES_OF_EACH;
    polls(&exporter, &mut aws, queries, &goals, &mut table);
    scrapes(&exporter, &mut table);
    table.row("the simulated AWS in all: CPU time", &seconds(aws.process.cpu()).to_string());
    table.print();
}

/// From the start of the process to the first full page.
fn start(exporter: &Exporter, instances: usize, goals: &Goals, table: &mut Table) {
    exporter.wait_until_ready();
    let took = exporter.started.elapsed();
    exporter.wait_until_idle();
    let (cpu, peak) = (exporter.process.cpu(), exporter.process.peak_kib());
    assert_eq!(exporter.own(LEVELS).len(), instances * LEVELS_OF_EACH, "the page is complete");
    table.at_most("start to the first full page: wall time", &seconds(took), goals.start);
    table.row("start: CPU time", &seconds(cpu).to_string());
    table.at_most("start: peak memory", &megabytes(peak), goals.peak);
}

/// Some minutes of polls of so many queries, after one that follows the start: the first poll knows no datapoint, so that its
/// calls look back twice as far.
fn polls(exporter: &Exporter, aws: &mut Aws, queries: usize, goals: &Goals, table: &mut Table) {
    let process = &exporter.process;
    exporter.poll_after_a_minute();
    exporter.wait_until_idle();
    process.forget_peak();
    let (answered, cpu) = (aws.counts().of(FETCH).queries, process.cpu());
    let longest = (0..MINUTES).map(|_| exporter.poll_after_a_minute()).max().unwrap();
    exporter.wait_until_idle();
    let used = process.cpu().checked_sub(cpu).unwrap();
    let (peak, steady) = (process.peak_kib(), process.resident_kib());
    let queries = count(queries as u64);
    let polls = count(aws.counts().of(FETCH).queries - answered) / queries;
    table.row(&format!("polls measured, of {queries} queries each"), &format!("{polls:.1}"));
    wall(longest, queries, goals, table);
    table.at_most("poll: CPU time, page included", &seconds(used.div_f64(polls)), goals.cpu);
    table.at_most("poll: peak memory", &megabytes(peak), goals.peak);
    table.at_most("memory between polls", &megabytes(steady), goals.steady);
}

/// The wall time of the longest poll, and how it compares with the least that AWS's quota allows, if that is not short.
fn wall(took: Duration, queries: f64, goals: &Goals, table: &mut Table) {
    table.at_most("longest poll: wall time", &seconds(took), goals.wall);
    let floor = queries * LOOK_BACK / QUOTA;
    if floor > 5.0 {
        let what = format!("longest poll by the floor of AWS's quota, {floor:.1} s");
        table.at_most(&what, &times(took.as_secs_f64(), floor), goals.start.map(|_| 1.15));
    }
}

/// Scrapes of one client between polls.
fn scrapes(exporter: &Exporter, table: &mut Table) {
    exporter.wait_until_idle();
    let mut client = Client::connect(exporter.address).unwrap();
    let before = exporter.process.cpu();
    let times: Vec<_> = (0..SCRAPES).map(|_| client.time().unwrap()).collect();
    let used = exporter.process.cpu().checked_sub(before).unwrap() / SCRAPES;
    table.row("scrape with gzip, all series", &Percentiles::of(&times).to_string());
    table.row("scrape: CPU time of the server", &milliseconds(used).to_string());
}
