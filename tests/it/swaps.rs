//! Scrapes while one page replaces another: every body is a whole page, and of one poll.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use flate2::read::GzDecoder;
use plimsoll::sim::{Curve, Fleet, Options};

use crate::support::client;
use crate::support::databases::{BRISK, CPU, CPU_LEVEL, databases};
use crate::support::exporter::Exporter;
use crate::support::scrape::Scrape;
use crate::support::simulated::SimulatedAws;
use crate::support::tools::promtool;
use crate::support::wait_for;

const HEADROOM: &str = "plimsoll_headroom_ratio";
const SCRAPERS: usize = 2;
const SOON: Duration = Duration::from_mins(5);

#[test]
fn every_scrape_is_a_whole_page_of_one_poll() {
    check(Size { databases: 10, swaps: 3, scrapes: 200, pause: Duration::from_millis(20) });
}

/// `make bench` runs it.
#[test]
#[ignore = "takes minutes"]
fn ten_thousand_scrapes_across_twenty_swaps() {
    check(Size { databases: 50, swaps: 20, scrapes: 10_000, pause: Duration::from_millis(2) });
}

#[derive(Clone, Copy)]
struct Size {
    databases: usize,
    swaps: usize,
    scrapes: usize,
    /// Between two scrapes of one scraper, which spreads them over the time in which pages are replaced.
    pause: Duration,
}

/// What the scrapers have seen.
#[derive(Default)]
struct Seen {
    scrapes: AtomicUsize,
    /// A body of each generation.
    bodies: Mutex<BTreeMap<u32, String>>,
    is_over: AtomicBool,
}

/// Ends the scrapers, also after a failure.
struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The CPU of all databases is the number of the generation, and one call fetches all of it.
#[track_caller]
fn check(size: Size) {
    let ids: Vec<String> = (0..size.databases).map(|number| format!("db-{number:03}")).collect();
    let mut fleet = databases(&ids);
    set_generation(&mut fleet, &ids, 0);
    let aws = SimulatedAws::start(fleet, Options::default());
    let exporter = aws.launch().config(BRISK).start();
    exporter.wait_until_ready();
    let seen = Seen::default();
    thread::scope(|threads| {
        let _end = End(&seen.is_over);
        let scrapers = (0..SCRAPERS).map(|_| threads.spawn(|| scrape(&exporter, size, &seen))).collect::<Vec<_>>();
        for (swap, generation) in (0..size.swaps).zip(1..) {
            aws.change(|fleet| set_generation(fleet, &ids, generation));
            wait_for("scrapes of the next page", SOON, || {
                assert!(!scrapers.iter().any(thread::ScopedJoinHandle::is_finished), "a scraper has failed");
                let enough = seen.scrapes.load(Ordering::Relaxed) * size.swaps >= size.scrapes * (swap + 1);
                (enough && seen.bodies.lock().unwrap().contains_key(&generation)).then_some(())
            });
        }
    });
    let bodies = seen.bodies.into_inner().unwrap();
    assert_eq!(bodies.len(), size.swaps + 1);
    for body in bodies.values() {
        // 1: it cannot be read. 3: it is read, and the names could be better.
        let code = promtool(&["check", "metrics"], body).status.code();
        assert!(matches!(code, Some(0 | 3)), "promtool: {code:?}");
    }
}

fn set_generation(fleet: &mut Fleet, ids: &[String], generation: u32) {
    for id in ids {
        let cpu = Some(Curve::constant(f64::from(generation)));
        fleet.instance(id).unwrap().metrics.insert("CPUUtilization".to_owned(), cpu);
    }
}

/// Scrapes until the end; no generation comes back.
fn scrape(exporter: &Exporter, size: Size, seen: &Seen) {
    let mut last = 0;
    while !seen.is_over.load(Ordering::Relaxed) {
        let headers = [("Accept-Encoding", "gzip")];
        let response = client::request(exporter.address(), "GET", "/metrics", &headers, b"").unwrap();
        let mut text = String::new();
        GzDecoder::new(response.body.as_slice()).read_to_string(&mut text).unwrap();
        let generation = generation(&Scrape::parse(&text), size.databases);
        assert!(generation >= last, "{generation} after {last}");
        last = generation;
        seen.bodies.lock().unwrap().entry(generation).or_insert(text);
        seen.scrapes.fetch_add(1, Ordering::Relaxed);
        thread::sleep(size.pause);
    }
}

/// The generation of a page, which all values have in common, with what is computed from them.
fn generation(page: &Scrape, databases: usize) -> u32 {
    let values: Vec<f64> = page.find(CPU, &[]).iter().map(|series| series.value).collect();
    assert_eq!(values.len(), databases);
    let generation = values[0];
    assert!(values.iter().all(|value| value.total_cmp(&generation).is_eq()), "{values:?}");
    for (severity, level) in [("warning", 80.0), ("critical", 90.0)] {
        assert_eq!(page.count(CPU_LEVEL, &[("severity", severity)]), databases);
        let ratios = page.find(HEADROOM, &[("severity", severity)]);
        assert_eq!(ratios.len(), databases);
        let expected = (level - generation) / level;
        assert!(ratios.iter().all(|ratio| (ratio.value - expected).abs() < 1e-9), "{expected}: {ratios:?}");
    }
    generation.to_string().parse().unwrap()
}
