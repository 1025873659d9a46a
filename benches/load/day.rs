//! A simulated day with faults throughout: memory grows no more after the first hour.

use plimsoll::config::Config;
use plimsoll::sim::{Effect, Fault, Fleet, Region};
use tokio::runtime::Runtime;

use super::aws::{FETCH, LIST, add_faults};
use super::figures::{Table, count, megabytes, number, percent};
use super::process::own_resident_kib;
use super::simulated::Exporter;

const SEED: u64 = 1;
/// 2026-01-01 13:00 UTC.
const START: i64 = 1_767_272_400;
const HOURS: i64 = 24;
const HOUR: i64 = 3_600;
/// Seconds from one scrape to the next, and from one tick to the next.
const MINUTE: usize = 60;
const STEP: usize = 15;
/// The second of each minute that has a scrape: never that of a tick.
const SCRAPED: i64 = 50;
/// How much memory may grow after the first hour: what an allocator does by itself.
const GROWTH: f64 = 5.0;

/// plimsoll and the simulated AWS in this process, with plimsoll's settings as shipped.
pub(crate) fn measure(instances: usize) {
    let mut table = Table::new(&format!("{HOURS} simulated hours, {instances} instances, faults throughout"));
    let (memory, requests) = Runtime::new().unwrap().block_on(pass(instances));
    let peaks: Vec<String> = memory.iter().map(|kib| format!("{:.0}", count(*kib) * 1024.0 / 1e6)).collect();
    table.row("resident memory after each hour, the simulated AWS included, in MB", &peaks.join(" "));
    let after_first = *memory[1..].iter().max().unwrap();
    table.row("most after the first hour", &megabytes(after_first).to_string());
    let growth = |from: u64, to: u64| percent((count(to) / count(from) - 1.0).max(0.0));
    table.at_most("growth after the first hour", &growth(memory[0], after_first), GROWTH);
    table.row("growth in the second half of the day", &growth(memory[memory.len() / 2], after_first).to_string());
    table.row("requests", &number(count(requests.0), "").to_string());
    table.row("requests that failed", &number(count(requests.1), "").to_string());
    table.print();
}

/// The memory after each hour, and how many requests there were and failed.
async fn pass(instances: usize) -> (Vec<u64>, (u64, u64)) {
    let mut exporter = Exporter::start(START, Fleet::seeded(SEED, instances), Config::default()).await;
    add_faults(&exporter.sim);
    exporter.sim.fault(Fault::new(Effect::PartialData).operation(FETCH).every(50));
    exporter.sim.fault(Fault::new(Effect::InternalErrorResult).operation(FETCH).every(70));
    exporter.sim.fault(Fault::new(Effect::CutBody(1_000)).operation(LIST).every(30));
    let mut memory = Vec::new();
    for hour in 0..HOURS {
        let since = START + hour * HOUR;
        exporter.edit(since, replace_one);
        for minute in (since..since + HOUR).step_by(MINUTE) {
            for step in (0..MINUTE).step_by(STEP) {
                exporter.poll(minute + i64::try_from(step).unwrap()).await;
            }
            exporter.scrape(minute + SCRAPED);
        }
        eprintln!("hour {hour}: {} KiB", own_resident_kib());
        memory.push(own_resident_kib());
    }
    let total = exporter.sim.counts().total();
    (memory, (total.attempts, total.failed))
}

/// A database is deleted, and another one is created.
fn replace_one(region: &mut Region, elapsed: f64) {
    let (_, instance) = region.instances.pop_first().unwrap();
    region.instances.insert(format!("new-after-{elapsed:.0}-s"), instance);
}
