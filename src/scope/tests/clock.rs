//! A wall clock that is set while a scope runs: by an hour and by a day, back and forth, with AWS and without.

use super::*;
use crate::time::Seconds;

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;
const STEPS: [i64; 4] = [-HOUR, HOUR, -DAY, DAY];

const METRIC: &str = "CPUUtilization";
const FAMILY: &str = "aws_rds_cpuutilization_average";
/// How long a value is served whose period ended two minutes before it was queried, as on the bench.
const LIFE: i64 = 420 - 120;

/// A database with a value that has been queried in this second.
fn fresh() -> Bench {
    let mut bench = Bench::new(Config::default(), vec![instance("orders")]).value("orders", METRIC, 1.0);
    bench.pass(2);
    let polls = bench.polls_of("orders", METRIC);
    while bench.polls_of("orders", METRIC) == polls {
        bench.pass(1);
    }
    bench
}

fn served(bench: &mut Bench) -> Vec<f64> {
    bench.series(FAMILY).into_values().collect()
}

#[test]
fn while_every_call_is_refused_a_value_lives_as_long_as_by_a_clock_that_nobody_sets() {
    for step in STEPS {
        let mut bench = fresh();
        bench.cloudwatch_works = false;
        bench.instances = None;
        bench.ahead = Seconds::new(step);
        bench.pass(LIFE - 1);
        assert_eq!(served(&mut bench), [1.0], "set by {step} s");
        bench.pass(1);
        assert_eq!(served(&mut bench), [0.0; 0], "set by {step} s");
    }
}

#[test]
fn while_calls_succeed_the_next_value_takes_the_place_of_the_one_before() {
    for step in STEPS {
        let mut bench = fresh();
        bench.ahead = Seconds::new(step);
        bench = bench.value("orders", METRIC, 2.0);
        bench.pass(60);
        assert_eq!(served(&mut bench), [2.0], "set by {step} s");
    }
}

#[test]
fn an_answer_to_a_question_from_before_the_step_hides_no_later_one() {
    for step in STEPS {
        let mut bench = fresh();
        bench.ahead = Seconds::new(step);
        let queried = Now::at(bench.now);
        let commands = bench
            .scope
            .on(Event::Tick, Now { steady: bench.now + Seconds::MINUTE, wall: bench.now + Seconds::new(60 + step) });
        let fetch = commands
            .into_iter()
            .find_map(|command| if let Command::Fetch(batch) = command { Some(batch) } else { None });
        let batch = fetch.unwrap();
        let point = QueryResult::Newest(Point { value: 7.0, end: queried.wall });
        let reply = BatchResult {
            requested_at: queried,
            answers: vec![point; batch.queries.len()],
            counts: ResponseCounts::default(),
        };
        bench.now += Seconds::MINUTE;
        bench.scope.on(Event::BatchEnded(batch, Some(reply)), bench.moment());
        assert_eq!(served(&mut bench), [7.0], "set by {step} s");
        bench.values.insert(("orders", METRIC), 2.0);
        bench.pass(60);
        assert_eq!(served(&mut bench), [2.0], "set by {step} s");
    }
}

#[test]
fn rounds_and_listings_go_on_at_their_intervals() {
    let polls = |step| -> Vec<_> {
        let mut bench = fresh();
        bench.ahead = Seconds::new(step);
        // In any order within a round: what needs a longer window than the rest stands apart.
        let queried = |_| {
            bench.pass(10);
            bench.queried.sort_unstable();
            std::mem::take(&mut bench.queried)
        };
        (0..60).map(queried).collect()
    };
    for step in STEPS {
        assert_eq!(polls(step), polls(0), "set by {step} s");
    }
}

#[test]
fn a_last_success_is_as_long_ago_as_before() {
    for step in STEPS {
        let mut bench = fresh();
        bench.cloudwatch_works = false;
        bench.ahead = Seconds::new(step);
        bench.pass(30);
        let now = bench.moment();
        let report = bench.scope.report(now);
        let task = report.tasks[&Task::Minute];
        assert_eq!(task.last_success, Some(now.wall - Seconds::new(30)), "set by {step} s");
        assert_eq!(task.newest, Some(now.wall - Seconds::new(30 + 120)), "set by {step} s");
        assert_eq!(report.started, START + Seconds::new(step), "set by {step} s");
    }
}

#[test]
fn a_level_whose_value_expires_is_unwatched_from_that_second_on() {
    for step in STEPS {
        let mut bench = fresh();
        bench.cloudwatch_works = false;
        bench.ahead = Seconds::new(step);
        let unwatched = |bench: &mut Bench| {
            let series = bench.series("plimsoll_threshold_unwatched");
            series.keys().any(|labels| labels.contains(METRIC) && labels.contains("expired"))
        };
        bench.pass(LIFE - 1);
        assert!(!unwatched(&mut bench), "set by {step} s");
        bench.pass(1);
        assert!(unwatched(&mut bench), "set by {step} s");
    }
}

#[test]
fn a_mute_begins_and_ends_by_the_wall_clock() {
    // 2027-01-15T08:00Z, the start of every bench, and an hour later.
    let tags = [("plimsoll/CPUUtilization", "90"), ("plimsoll/mute", "daily 09:00-10:00")];
    let mut bench = Bench::new(Config::default(), vec![tagged("orders", &tags)]);
    let levels = |bench: &mut Bench| bench.series("aws_rds_cpuutilization_threshold").len();
    bench.pass(2);
    assert_eq!(levels(&mut bench), 1);
    bench.ahead = Seconds::new(HOUR);
    bench.pass(1);
    assert_eq!(levels(&mut bench), 0, "the clock was set to nine");
    bench.ahead = Seconds::new(HOUR / 2);
    bench.pass(1);
    assert_eq!(levels(&mut bench), 1, "the clock was set to half past eight");
    bench.pass(HOUR / 2);
    assert_eq!(levels(&mut bench), 0, "nine has come");
}

#[test]
fn a_datapoint_dropped_because_it_ends_in_the_future_is_counted() {
    let mut bench = fresh();
    let batch = bench.scope.on(Event::Tick, Now::at(bench.now + Seconds::MINUTE));
    let batch =
        batch.into_iter().find_map(|command| if let Command::Fetch(batch) = command { Some(batch) } else { None });
    let batch = batch.unwrap();
    let answers = vec![QueryResult::Empty; batch.queries.len()];
    let reply = BatchResult {
        requested_at: bench.moment(),
        answers,
        counts: ResponseCounts { future: 3, ..ResponseCounts::default() },
    };
    bench.scope.on(Event::BatchEnded(batch, Some(reply)), bench.moment());
    assert_eq!(bench.scope.report(bench.moment()).future_datapoints, 3);
}

#[test]
fn a_machine_that_wakes_serves_no_value_from_before_and_polls_at_once() {
    let mut bench = fresh();
    assert_eq!(served(&mut bench).len(), 1);
    // The steady clock goes on while the machine sleeps, and nothing else happens.
    bench.now += Seconds::new(8 * 3600);
    assert_eq!(served(&mut bench), [0.0; 0]);
    bench.pass(1);
    assert_eq!(served(&mut bench).len(), 1);
    let tasks = bench.scope.report(bench.moment()).tasks;
    assert_eq!(tasks[&Task::List(Lister::Instances)].last_success, Some(bench.now));
    assert!(bench.series("plimsoll_threshold_unwatched").is_empty());
}
