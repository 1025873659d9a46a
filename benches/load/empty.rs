//! Queries that return nothing, of a fleet of all engines whose metrics the simulated AWS publishes by its own table.

use plimsoll::config::{Config, file};
use plimsoll::sim::{Fleet, Tally};
use tokio::runtime::Runtime;

use super::aws::FETCH;
use super::figures::{Table, count, percent};
use super::simulated::Exporter;

const INSTANCES: usize = 1_000;
const SEED: u64 = 1;

/// 2026-01-01 13:00 UTC.
const START: i64 = 1_767_272_400;
const MINUTE: i64 = 60;
/// Three polls of metrics that are polled every five minutes, with the one at the start.
const LEARNING: i64 = 15 * MINUTE;
/// Two hours, because what never answered is queried once in an hour.
const MEASURED: i64 = 120 * MINUTE;

/// In simulated time, with the metrics that are polled as shipped, and with every metric.
pub(crate) fn measure() {
    let mut table = Table::new(&format!("queries without a value, {INSTANCES} instances of all engines"));
    for profile in ["alerting", "dashboards", "all"] {
        let text = format!("[metrics]\nprofile = \"{profile}\"\n");
        let config = file::parse(&text, "plimsoll.toml").unwrap().config;
        let [learning, later] = Runtime::new().unwrap().block_on(polls(config));
        table.row(&format!("profile `{profile}`: the first three polls"), &share(learning).to_string());
        table.at_most(&format!("profile `{profile}`: after three polls"), &share(later), 1.0);
    }
    table.print();
}

fn share(tally: Tally) -> super::figures::Figure {
    percent(count(tally.empty) / count(tally.queries))
}

/// The counts of the first polls and of those after them.
async fn polls(config: Config) -> [Tally; 2] {
    let mut exporter = Exporter::start(START, Fleet::seeded(SEED, INSTANCES), config).await;
    let mut tallies = [Tally::default(); 2];
    for (tally, from, to) in [(0, 0, LEARNING), (1, LEARNING, LEARNING + MEASURED)] {
        for second in (from..to).step_by(60) {
            exporter.poll(START + second).await;
        }
        tallies[tally] = exporter.sim.reset_counts().of(FETCH);
    }
    tallies
}
