//! Scrapes of 250,000 series: of one client, of many, during polls, and beside clients that read slowly.

use std::thread::sleep;
use std::time::{Duration, Instant};

use super::aws::Aws;
use super::client::{self, Client};
use super::exporter::{Exporter, config};
use super::figures::{Figure, Percentiles, Table, count, megabytes, milliseconds, number, times};
use super::slow_readers::SlowReaders;

/// Each one has 116 series.
const INSTANCES: usize = 2_155;
const LATENCY: Duration = Duration::from_millis(50);

/// Scrapes of one client, and of each of many clients at a time.
const SCRAPES: u32 = 1_000;
const CLIENTS: usize = 100;
const SCRAPES_OF_EACH: usize = 20;

/// Minutes that have a poll in each, and the pause between two scrapes then: some hundred scrapes meet a poll, so that the
/// 99th percentile is not the slowest one of them.
const POLLS: Duration = Duration::from_mins(6);
const PAUSE: Duration = Duration::from_millis(10);
/// In so many scrapes and pauses, a process that polls or renders uses more CPU time than `BUSY`, and one that only serves
/// them no more than `IDLE`. Slices between both count for neither.
const SLICE: usize = 20;
const BUSY: Duration = Duration::from_millis(50);
const IDLE: Duration = Duration::from_millis(40);

/// Clients that read slowly for a minute.
const SLOW_CLIENTS: u16 = 1_000;
const MINUTE: Duration = Duration::from_mins(1);

/// All scrapes of a page with the labels of a profile.
pub(crate) fn measure(labels: &str) {
    let aws = Aws::start(INSTANCES, 1, LATENCY);
    let exporter = Exporter::start(&aws.endpoint, &format!("{}\n[labels]\nprofile = \"{labels}\"\n", config(&[])));
    exporter.wait_until_ready();
    exporter.wait_until_idle();
    let page = exporter.page();
    let series = page.lines().filter(|line| !line.starts_with('#')).count();
    let mut table = Table::new(&format!("scrapes with gzip of {series} series, labels `{labels}`"));
    one(&exporter, &mut table);
    many(&exporter, &mut table);
    during_polls(&exporter, &mut table);
    beside_slow_readers(&exporter, &mut table);
    table.print();
}

/// One client between polls.
fn one(exporter: &Exporter, table: &mut Table) {
    let mut client = Client::connect(exporter.address).unwrap();
    let body = client.scrape().unwrap().body.len();
    table.row("body", &format!("{:.2} MB", count(body as u64) / 1e6));
    let before = exporter.process.cpu();
    let times: Vec<_> = (0..SCRAPES).map(|_| client.time().unwrap()).collect();
    let used = exporter.process.cpu().checked_sub(before).unwrap() / SCRAPES;
    let times = Percentiles::of(&times);
    table.at_most("one scraper: median", &milliseconds(times.median), 1.5);
    table.at_most("one scraper: 99th percentile", &milliseconds(times.p99), 5.0);
    table.at_most("one scraper: CPU time of the server", &milliseconds(used), 1.0);
}

/// Many clients at a time, between polls.
fn many(exporter: &Exporter, table: &mut Table) {
    exporter.wait_until_idle();
    exporter.process.forget_peak();
    let (resident, since) = (exporter.process.resident_kib(), Instant::now());
    let times = client::concurrent(exporter.address, CLIENTS, SCRAPES_OF_EACH);
    let rate = count(times.len() as u64) / since.elapsed().as_secs_f64();
    let grown = exporter.process.peak_kib().saturating_sub(resident);
    let p99 = Percentiles::of(&times).p99;
    table.at_most(&format!("{CLIENTS} scrapers: 99th percentile"), &milliseconds(p99), 400.0);
    table.at_least(&format!("{CLIENTS} scrapers together"), &number(rate, "scrapes/s"), 800.0);
    table.at_most(&format!("{CLIENTS} scrapers: growth of memory"), &megabytes(grown), 5.0);
}

/// Minutes of scrapes with pauses: those during which the process worked on something else, and those during which it did
/// not. Scrapes without pauses are no base: their caches are warm, and the processor never sleeps.
fn during_polls(exporter: &Exporter, table: &mut Table) {
    let mut client = Client::connect(exporter.address).unwrap();
    let (since, mut idle, mut busy) = (Instant::now(), Vec::new(), Vec::new());
    while since.elapsed() < POLLS {
        let before = exporter.process.cpu();
        let mut slice = paced(&mut client);
        match exporter.process.cpu().checked_sub(before).unwrap() {
            used if used > BUSY => busy.append(&mut slice),
            used if used <= IDLE => idle.append(&mut slice),
            _ => {}
        }
    }
    let (base, times) = (Percentiles::of(&idle), Percentiles::of(&busy));
    table.row(&format!("between polls: {} scrapes with pauses", idle.len()), &base.to_string());
    table.row(&format!("during polls: {} scrapes with pauses", busy.len()), &times.to_string());
    table.at_most("during polls: 99th percentile by that between polls", &by(&times, &base), 2.0);
}

/// Some scrapes with pauses.
fn paced(client: &mut Client) -> Vec<Duration> {
    let one = |_| {
        sleep(PAUSE);
        client.time().unwrap()
    };
    (0..SLICE).map(one).collect()
}

/// Scrapes without clients that read slowly, and beside them.
fn beside_slow_readers(exporter: &Exporter, table: &mut Table) {
    exporter.wait_until_idle();
    let (alone, _) = for_a_minute(exporter);
    exporter.process.forget_peak();
    let resident = exporter.process.resident_kib();
    let readers = SlowReaders::start(exporter.address, SLOW_CLIENTS);
    let (beside, failed) = for_a_minute(exporter);
    let cut = exporter.own("plimsoll_http_connections_closed_total{reason=\"responses\"}");
    let read = readers.stop();
    let grown = exporter.process.peak_kib().saturating_sub(resident);
    let cut = cut.first().copied().unwrap_or_default();
    table
        .row(&format!("{SLOW_CLIENTS} slow clients for a minute"), &format!("{read} bodies read, {cut} responses cut"));
    table.row("beside them", &beside.to_string());
    table.at_most("beside them: 99th percentile by that of a minute without them", &by(&beside, &alone), 2.0);
    table.at_most("beside them: scrapes that fail", &number(f64::from(failed), ""), 0.0);
    table.row("growth of memory for them", &megabytes(grown).to_string());
}

/// A minute of scrapes, with the poll in it, and how many failed.
fn for_a_minute(exporter: &Exporter) -> (Percentiles, u32) {
    let mut client = Client::connect(exporter.address).unwrap();
    let (since, mut times, mut failed) = (Instant::now(), Vec::new(), 0);
    while since.elapsed() < MINUTE {
        sleep(PAUSE);
        if let Ok(time) = client.time() {
            times.push(time);
        } else {
            failed += 1;
            client = Client::connect(exporter.address).unwrap();
        }
    }
    (Percentiles::of(&times), failed)
}

/// How the 99th percentiles of two compare.
fn by(measured: &Percentiles, base: &Percentiles) -> Figure {
    times(measured.p99.as_secs_f64(), base.p99.as_secs_f64())
}
