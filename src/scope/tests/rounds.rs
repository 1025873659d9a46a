//! When a scope queries what, and the time of the last success that it reports.

use std::collections::BTreeSet;

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

fn one_database() -> Bench {
    let mut bench = bench();
    bench.instances = Some(vec![tagged("orders", &[("plimsoll/ReadIOPS", "1000")])]);
    bench
}

/// Lets time pass to the next batches; listings are answered.
fn next_batches(bench: &mut Bench) -> Vec<Arc<Batch>> {
    next_batches_until(bench, None)
}

/// Lets time pass to the next batches, or to the end that is given.
fn next_batches_until(bench: &mut Bench, end: Option<Timestamp>) -> Vec<Arc<Batch>> {
    let mut batches = Vec::new();
    while batches.is_empty() && end.is_none_or(|end| bench.now < end) {
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
fn end_batch(bench: &mut Bench, batch: &Arc<Batch>, asked_ago: Option<i64>) {
    let answers = vec![QueryResult::Empty; batch.queries.len()];
    let reply = asked_ago.map(|ago| BatchResult {
        requested_at: Now::at(bench.now - Seconds::new(ago)),
        answers,
        counts: ResponseCounts::default(),
    });
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
    end_batch(&mut bench, &batches[0], Some(0));
    assert_eq!(last_success(&bench), None, "the other one waits for its turn");
    bench.now += Seconds::new(200);
    end_batch(&mut bench, &batches[1], Some(1));
    assert_eq!(last_success(&bench), Some(first_asked));
}

#[test]
fn what_is_tried_again_makes_the_rest_of_its_round_no_younger() {
    let mut bench = bench();
    for batch in next_batches(&mut bench) {
        end_batch(&mut bench, &batch, Some(0));
    }
    let batches = next_batches(&mut bench);
    let first_asked = bench.now;
    end_batch(&mut bench, &batches[0], Some(0));
    end_batch(&mut bench, &batches[1], None);
    assert!(last_success(&bench) < Some(first_asked));
    let again = next_batches(&mut bench);
    assert!(again.len() == 1 && again[0].queries == batches[1].queries, "only what failed");
    assert_eq!(bench.now, first_asked + Seconds::new(1), "at once");
    end_batch(&mut bench, &again[0], Some(0));
    assert_eq!(last_success(&bench), Some(first_asked));
    let batches = next_batches(&mut bench);
    for batch in &batches {
        end_batch(&mut bench, batch, Some(0));
    }
    assert_eq!((batches.len(), last_success(&bench)), (2, Some(bench.now)));
}

/// The seconds from one query of a batch to the next one over so long; `reply` decides how each ends.
fn gaps(bench: &mut Bench, seconds: i64, mut succeeds: impl FnMut() -> bool) -> Vec<i64> {
    let (end, mut times) = (bench.now + Seconds::new(seconds), Vec::new());
    while bench.now < end {
        for batch in next_batches_until(bench, Some(end)) {
            times.push(bench.now);
            end_batch(bench, &batch, succeeds().then_some(0));
        }
    }
    times.windows(2).map(|pair| (pair[1] - pair[0]).get()).collect()
}

#[test]
fn a_batch_that_fails_is_queried_again_at_once_and_then_ever_less_often() {
    let mut bench = one_database();
    assert_eq!(gaps(&mut bench, 130, || false), [1, 2, 4, 8, 16, 32, 60]);
    let later = gaps(&mut bench, 3_000, || false);
    assert!(later.iter().all(|gap| *gap <= 60) && later.len() <= 60, "a call a minute, and rounds: {later:?}");
    gaps(&mut bench, 400, || true);
    assert!(gaps(&mut bench, 3_000, || true).iter().all(|gap| *gap == 300));
    let mut outcomes = [false, true, false, false].into_iter();
    let one_by_one = gaps(&mut bench, 400, || outcomes.next().unwrap_or(true));
    assert_eq!(one_by_one, [1, 299, 1, 2][..one_by_one.len()], "a success ends the row of failures");
}

#[test]
fn only_queries_without_a_result_are_queried_again_and_not_for_ever() {
    let mut bench = bench();
    let batches = next_batches(&mut bench);
    let has_result = |index: usize| !index.is_multiple_of(100);
    let answer = |index| if has_result(index) { QueryResult::Empty } else { QueryResult::Missing };
    for batch in &batches {
        let answers = (0..batch.queries.len()).map(answer).collect();
        let reply = BatchResult { requested_at: bench.moment(), answers, counts: ResponseCounts::default() };
        bench.scope.on(Event::BatchEnded(Arc::clone(batch), Some(reply)), bench.moment());
    }
    assert_eq!(last_success(&bench), None);
    let sizes = |batches: &[Arc<Batch>]| batches.iter().map(|batch| batch.queries.len()).collect::<BTreeSet<_>>();
    for _ in 0..2 {
        let again = next_batches(&mut bench);
        assert_eq!(sizes(&again), BTreeSet::from([1, 5]));
        for batch in again {
            let answers = vec![QueryResult::Missing; batch.queries.len()];
            let reply = BatchResult { requested_at: bench.moment(), answers, counts: ResponseCounts::default() };
            bench.scope.on(Event::BatchEnded(batch, Some(reply)), bench.moment());
        }
    }
    assert!(last_success(&bench).is_some());
    assert_eq!(sizes(&next_batches(&mut bench)), BTreeSet::from([1, 500]), "the next round");
}

#[test]
fn a_start_queries_no_metric_twice_within_its_interval_whenever_it_is() {
    for second in 0..6 {
        let start = START + Seconds::new(second * 61);
        let mut bench = Bench::since(start, Config::default(), vec![tagged("orders", &[])]);
        bench = bench.value("orders", "CPUUtilization", 50.0).value("orders", "FreeableMemory", 1e9);
        let mut queried: BTreeMap<&'static str, Vec<Timestamp>> = BTreeMap::new();
        for _ in 0..900 {
            bench.pass(1);
            for (_, metric) in std::mem::take(&mut bench.queried) {
                let times = queried.entry(metric).or_default();
                times.extend((times.last() != Some(&bench.now)).then_some(bench.now));
            }
        }
        for (metric, interval) in [("CPUUtilization", 60), ("FreeableMemory", 300)] {
            let gaps: Vec<i64> = queried[metric].windows(2).map(|pair| (pair[1] - pair[0]).get()).collect();
            assert!(gaps.iter().all(|gap| (interval..=interval * 6 / 5).contains(gap)), "{metric} {second}: {gaps:?}");
        }
    }
}

/// Two databases, with values at first or from the start without; then CloudWatch answers for half an hour that it has no
/// data at all.
#[track_caller]
fn check_half_an_hour_without_data(has_values_at_first: bool) {
    let ids = ["orders", "billing"];
    let mut bench = Bench::new(Config::default(), ids.map(|id| tagged(id, &[])).to_vec());
    let served = |bench: &mut Bench| {
        let families =
            ["aws_rds_cpuutilization_average", "aws_rds_freeable_memory_average", "aws_rds_read_iops_average"];
        families.map(|family| bench.series(family).len())
    };
    let metrics = ["CPUUtilization", "FreeableMemory", "ReadIOPS"];
    let values: BTreeMap<_, _> = ids.into_iter().flat_map(|id| metrics.map(|metric| ((id, metric), 50.0))).collect();
    if has_values_at_first {
        bench.values.clone_from(&values);
    }
    bench.pass(900);
    assert_eq!(served(&mut bench), if has_values_at_first { [2; 3] } else { [0; 3] });
    let queries_of_ten_minutes = |bench: &mut Bench| {
        bench.queried.clear();
        bench.pass(600);
        let mut queried = std::mem::take(&mut bench.queried);
        queried.sort_unstable();
        queried
    };
    let before = queries_of_ten_minutes(&mut bench);
    bench.values.clear();
    for _ in 0..3 {
        assert_eq!(queries_of_ten_minutes(&mut bench), before, "{has_values_at_first}");
    }
    assert_eq!(served(&mut bench), [0; 3]);
    bench.values = values;
    bench.pass(300);
    assert_eq!(served(&mut bench), [2; 3], "{has_values_at_first}");
}

#[test]
fn half_an_hour_of_empty_answers_demotes_nothing_and_everything_is_back_within_an_interval() {
    check_half_an_hour_without_data(true);
    check_half_an_hour_without_data(false);
}
