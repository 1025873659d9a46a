//! A simulated year of a mixed fleet: what a scope serves over it, and what the shipped rules page.
//!
//! The fleet of `fleet.json` lives through the chapters of `chapters`: ordinary operations, which must page nobody, and
//! incidents, each of which must page once. A simulated AWS answers the real SDK, a real scope and renderer make each
//! page, and the engine of a real Prometheus (`engine`) appends it and evaluates the rules in `alert-rules`, all at
//! simulated times.
//!
//! What is covered: around each chapter, from [`calendar::LEAD_MINUTES`] before its begin to its end, a poll every 15
//! seconds, a scrape every minute, and an evaluation every minute, of plimsoll's own rules every 15 seconds. One hour of
//! each week, at changing hours, is covered like that, too, unless a chapter is near. Between, there is a poll and a
//! scrape every twelve hours and no evaluation; in the three days before a chapter whose rules look back for days, every
//! half hour. Alert states begin anew with each chapter, as after a start of Prometheus; an alert that fires at the end
//! of one and is active from the first evaluation of the next one counts as one page. Not covered: levels with a `for`
//! of hours (`VolumeBytesUsed`), scrapes that fail while AWS does, and a second replica of plimsoll.
//!
//!     make year

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench that cannot go on panics, and prints a table")]

mod calendar;
mod chapters;
mod edit;
mod engine;
mod judge;
#[path = "../simulated.rs"]
mod simulated;

use std::process::ExitCode;

use calendar::{Calendar, MINUTE, Step};
use engine::Engine;
use judge::Judge;
use plimsoll::config::Config;
use plimsoll::sim::Fleet;
use simulated::Exporter;

/// 2026-01-01.
pub(crate) const START: i64 = 1_767_225_600;
const DAY: i64 = 24 * 60 * MINUTE;
/// Seconds from one poll to the next, and between two evaluations of plimsoll's own rules.
const QUARTER: i64 = MINUTE / 4;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let engine = arguments.first().expect("the path of the engine is the first argument");
    // The words of a title play that chapter alone.
    let calendar = Calendar::of(chapters::all(), arguments.get(1).map(String::as_str));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let judge = runtime.block_on(play(&calendar, engine));
    print!("{}", judge.table());
    if judge.problems().is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Goes through all moments of the year in order.
async fn play<'a>(calendar: &'a Calendar, engine: &str) -> Judge<'a> {
    let mut exporter =
        Exporter::start(START, Fleet::from_json(include_str!("fleet.json")).unwrap(), Config::default()).await;
    let mut engine = Engine::start(engine);
    for moment in calendar.moments(START) {
        for step in &moment.steps {
            apply(&mut exporter, step, moment.at);
        }
        if let Some(title) = moment.opens {
            eprintln!("day {}: {title}", (moment.at - START) / DAY);
            engine.begin();
        }
        let polls = if moment.is_watched { 4 } else { 1 };
        for poll in 0..polls {
            exporter.poll(moment.at + QUARTER * poll).await;
        }
        // A scrape is never at the second of a poll or of an evaluation.
        engine.scrape(moment.at + 50, &exporter.scrape(moment.at + 50));
        if moment.is_watched {
            (4..8).for_each(|quarter| engine.evaluate(moment.at + QUARTER * quarter));
        }
    }
    Judge::new(calendar, START, engine.end())
}

fn apply(exporter: &mut Exporter, step: &Step, at: i64) {
    match step {
        Step::Fleet(edit) => exporter.edit(at, *edit),
        Step::Fault(operation, effect) => exporter.fail(operation, *effect),
        Step::Healed => exporter.heal(),
        Step::Stopped => exporter.stop(),
        Step::Started => exporter.begin(at),
    }
    debug_assert_eq!(at % MINUTE, 0, "steps are on full minutes");
}
