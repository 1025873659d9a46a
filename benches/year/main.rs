//! A simulated year of a mixed fleet: what a scope serves over it, and what the shipped rules page.
//!
//! The fleet of `fleet.json` lives through the chapters of `chapters`: ordinary operations, which must page nobody, and
//! incidents, each of which must page once. A simulated AWS answers the real SDK, a real scope and renderer make each
//! page, and the engine of a real Prometheus (`engine`) appends it and evaluates `alert-rules/plimsoll.yml`, all at
//! simulated times.
//!
//! What is covered: around each chapter, from [`calendar::LEAD_MINUTES`] before its begin to its end, a poll every 15
//! seconds, a scrape every minute, and an evaluation every minute, of plimsoll's own rules every 15 seconds. One hour of
//! each week, at changing hours, is covered like that, too. Between, there is a poll and a scrape every half hour in the
//! three days before a chapter, for the rules that look back for days, else every three hours, and no evaluation. Alert
//! states begin anew with each chapter, as after a start of Prometheus; an alert that fires at the end of one and is
//! active from the first evaluation of the next one counts as one page. Not covered: levels with a `for` of hours
//! (`VolumeBytesUsed`) and a second replica.
//!
//!     make year

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench that cannot go on panics, and prints a table")]

mod calendar;
mod chapters;
mod edit;
mod engine;
mod exporter;
mod judge;

use std::process::ExitCode;

use calendar::{Calendar, MINUTE, Step};
use engine::Engine;
use exporter::Exporter;
use judge::Judge;

/// 2026-01-01.
const START: i64 = 1_767_225_600;

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
    let mut exporter = Exporter::start(START).await;
    let mut engine = Engine::start(engine);
    let mut t = [std::time::Duration::ZERO; 3];
    let mut n = [0; 2];
    for moment in calendar.moments(START) {
        n[usize::from(moment.is_watched)] += 1;
        if (n[0] + n[1]) % 100 == 0 {
            eprintln!("{:?} {t:?} day {}", n, (moment.at - START) / 86400);
        }
        let t0 = std::time::Instant::now();
        for step in &moment.steps {
            apply(&mut exporter, step, moment.at);
        }
        if moment.opens {
            engine.begin();
        }
        let polls = if moment.is_watched { 4 } else { 1 };
        for poll in 0..polls {
            exporter.poll(moment.at + 15 * poll).await;
        }
        t[0] += t0.elapsed();
        let t0 = std::time::Instant::now();
        let page = exporter.scrape(moment.at + 50);
        t[1] += t0.elapsed();
        let t0 = std::time::Instant::now();
        engine.scrape(moment.at + 50, &page);
        if moment.is_watched {
            (4..8).for_each(|quarter| engine.evaluate(moment.at + 15 * quarter));
        }
        t[2] += t0.elapsed();
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
