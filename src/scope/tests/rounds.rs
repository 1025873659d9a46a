//! The time of the last success that a scope reports.

use super::*;
use crate::plan::Batch;
use crate::time::{Seconds, Timestamp};

/// One query each: more than fit a call.
const DATABASES: usize = 501;

fn bench() -> Bench {
    let database = |number| tagged(&format!("db-{number:03}"), &[("plimsoll/ReadIOPS", "1000")]);
    let mut config = Config { defaults: DefaultsMode::Off, ..Config::default() };
    config.metrics.profile = Profile::Alerting;
    Bench::new(config, (0..DATABASES).map(database).collect())
}

/// Lets time pass to the next batches; listings are answered.
fn next_batches(bench: &mut Bench) -> Vec<Arc<Batch>> {
    let mut batches = Vec::new();
    while batches.is_empty() {
        bench.now += Seconds::new(1);
        let mut commands = bench.scope.on(Event::Tick, bench.moment());
        while let Some(command) = commands.pop() {
            match command {
                Command::Fetch(batch) => batches.push(batch),
                command => {
                    let event = bench.answer(command);
                    commands.extend(event.into_iter().flat_map(|event| bench.scope.on(event, bench.moment())));
                }
            }
        }
    }
    batches
}

/// Ends a batch that was queried so long ago, or never.
fn end(bench: &mut Bench, batch: &Arc<Batch>, asked_ago: Option<i64>) {
    let answers = vec![QueryResult::Empty; batch.queries.len()];
    let reply =
        asked_ago.map(|ago| BatchResult { requested_at: Now::at(bench.now - Seconds::new(ago)), answers, future: 0 });
    bench.scope.on(Event::BatchEnded(Arc::clone(batch), reply), bench.moment());
}

fn last_success(bench: &Bench) -> Option<Timestamp> {
    bench.scope.report(bench.moment()).tasks[&Task::FiveMinutes].last_success
}

#[test]
fn the_last_success_of_a_round_is_when_its_first_batch_was_asked() {
    let mut bench = bench();
    let batches = next_batches(&mut bench);
    assert_eq!(batches.len(), 2);
    let first_asked = bench.now;
    end(&mut bench, &batches[0], Some(0));
    assert_eq!(last_success(&bench), None, "the other one waits for its turn");
    bench.now += Seconds::new(200);
    end(&mut bench, &batches[1], Some(1));
    assert_eq!(last_success(&bench), Some(first_asked));
}

#[test]
fn what_is_tried_again_makes_the_rest_of_its_round_no_younger() {
    let mut bench = bench();
    for batch in next_batches(&mut bench) {
        end(&mut bench, &batch, Some(0));
    }
    let batches = next_batches(&mut bench);
    let first_asked = bench.now;
    end(&mut bench, &batches[0], Some(0));
    end(&mut bench, &batches[1], None);
    assert!(last_success(&bench) < Some(first_asked));
    let again = next_batches(&mut bench);
    assert!(again.len() == 1 && Arc::ptr_eq(&again[0], &batches[1]) && bench.now >= first_asked + Seconds::MINUTE);
    end(&mut bench, &again[0], Some(0));
    assert_eq!(last_success(&bench), Some(first_asked));
    let batches = next_batches(&mut bench);
    for batch in &batches {
        end(&mut bench, batch, Some(0));
    }
    assert_eq!((batches.len(), last_success(&bench)), (2, Some(bench.now)));
}
