//! What a running plimsoll costs: its start, polls and scrapes.

use std::thread::sleep;
use std::time::{Duration, Instant};

use super::exporter::Exporter;
use super::figures::{Table, megabytes, percentiles, seconds};
use super::scrapes::{Client, concurrent, get};

const MINUTE: Duration = Duration::from_mins(1);
const STEP: Duration = Duration::from_millis(20);

/// Scrapes of one client, and of each of many clients at a time.
const SCRAPES: usize = 300;
const CLIENTS: usize = 100;
const SCRAPES_OF_EACH: usize = 20;

/// A poll has ended when the process has used so little CPU time for so long.
const IDLE: Duration = Duration::from_secs(3);
const IDLE_CPU: Duration = Duration::from_millis(20);

/// The start of the process until the first full page.
pub(crate) fn cold_start(exporter: &Exporter, table: &mut Table) {
    while !exporter.is_ready() {
        sleep(STEP);
    }
    let took = exporter.started.elapsed();
    wait_until_idle(exporter);
    table.row("start to the first full page, listing and poll: wall time", &seconds(took));
    table.row("start: CPU time", &seconds(exporter.process.cpu()));
    table.row("start: peak memory", &megabytes(exporter.process.peak_kib()));
}

fn wait_until_idle(exporter: &Exporter) {
    loop {
        let before = exporter.process.cpu();
        sleep(IDLE);
        if exporter.process.cpu().checked_sub(before).unwrap() <= IDLE_CPU {
            return;
        }
    }
}

/// Some minutes, each with one poll of everything; by then, there was one.
pub(crate) fn polls(exporter: &Exporter, minutes: u32, table: &mut Table) {
    let process = &exporter.process;
    let queries = || own(exporter, "plimsoll_cloudwatch_queries_total");
    process.forget_peak();
    let (a_poll, before) = (queries(), process.cpu());
    sleep(MINUTE * minutes);
    wait_until_idle(exporter);
    let used = process.cpu().checked_sub(before).unwrap().as_secs_f64();
    let polls = queries() / a_poll - 1.0;
    table.row("queries a poll", &format!("{a_poll:.0}"));
    table.row("poll: CPU time", &format!("{:.3} s, of {polls:.1} polls", used / polls));
    let took = exporter.own(&series("plimsoll_poll_duration_seconds", ",task=\"minute\"")).unwrap_or_default();
    table.row("poll: wall time", &format!("{took:.2} s"));
    table.row("poll: peak memory", &megabytes(process.peak_kib()));
    table.row("memory between polls", &megabytes(process.resident_kib()));
}

fn series(name: &str, labels: &str) -> String {
    format!("{name}{{account=\"default\",region=\"eu-west-1\"{labels}}}")
}

fn own(exporter: &Exporter, name: &str) -> f64 {
    exporter.own(&series(name, "")).unwrap_or_default()
}

/// Scrapes between polls, by many clients, and during a poll.
pub(crate) fn scrapes(exporter: &Exporter, table: &mut Table) {
    let process = &exporter.process;
    wait_until_idle(exporter);
    let gzip = get(exporter.address, "/metrics", "gzip").unwrap().body.len();
    table.row("body with gzip", &format!("{:.2} MB", megabytes_of(gzip)));
    let before = process.cpu();
    let mut client = Client::connect(exporter.address).unwrap();
    let idle: Vec<_> = (0..SCRAPES).map(|_| client.time()).collect();
    let used = process.cpu().checked_sub(before).unwrap();
    table.row("scrape with gzip", &percentiles(&idle));
    let each = used.as_secs_f64() * 1e3 / f64::from(u32::try_from(SCRAPES).unwrap());
    table.row("scrape: CPU time of the server", &format!("{each:.2} ms"));
    during_a_poll(exporter, table);
    wait_until_idle(exporter);
    many(exporter, table);
}

fn many(exporter: &Exporter, table: &mut Table) {
    exporter.process.forget_peak();
    let (resident, since) = (exporter.process.resident_kib(), Instant::now());
    let times = concurrent(exporter.address, CLIENTS, SCRAPES_OF_EACH);
    let rate = f64::from(u32::try_from(times.len()).unwrap()) / since.elapsed().as_secs_f64();
    let grown = exporter.process.peak_kib().saturating_sub(resident);
    table
        .row(&format!("{CLIENTS} scrapers at a time"), &format!("{}, {rate:.0} scrapes a second", percentiles(&times)));
    table.row("memory for them", &format!("+{}", megabytes(grown)));
}

/// A minute of scrapes; those count during which the process worked on something else.
fn during_a_poll(exporter: &Exporter, table: &mut Table) {
    let mut client = Client::connect(exporter.address).unwrap();
    let (since, mut busy, mut last) = (Instant::now(), Vec::new(), exporter.process.cpu());
    let mut times = Vec::new();
    while since.elapsed() < MINUTE {
        times.push(client.time());
        sleep(STEP);
        // CPU time is counted in hundredths of a second.
        if times.len() == 10 {
            let now = exporter.process.cpu();
            if now.checked_sub(last).unwrap() > Duration::from_millis(40) {
                busy.append(&mut times);
            }
            times.clear();
            last = now;
        }
    }
    if !busy.is_empty() {
        table.row("scrape with gzip during a poll", &percentiles(&busy));
    }
}

#[expect(clippy::cast_precision_loss, reason = "a body fits 2^53")]
fn megabytes_of(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}
