//! Metrics on which no alert depends are queried every ten minutes, and no value is missing in between.

use std::time::Duration;

use super::*;
use crate::config::{Timing, file};

const TEN_MINUTES: i64 = 600;
const FIVE_MINUTES: i64 = 300;
const THROUGHPUT: &str = "aws_rds_write_throughput_average";

fn bench(tags: &[(&str, &str)], text: &str) -> Bench {
    let config = file::parse(text, "plimsoll.toml").unwrap().config;
    let values =
        ["CPUUtilization", "FreeableMemory", "ReadIOPS", "ReadThroughput", "WriteThroughput", "DiskQueueDepth"];
    let bench = Bench::new(config, vec![tagged("orders", tags)]);
    values.into_iter().fold(bench, |bench, metric| bench.value("orders", metric, 5e9))
}

fn pass_until_polled(bench: &mut Bench) {
    let polls = bench.polls_of("orders", "WriteThroughput");
    while bench.polls_of("orders", "WriteThroughput") == polls {
        bench.pass(1);
    }
}

/// How often a metric is queried in an hour that begins half an hour after the start.
#[track_caller]
fn check(tags: &[(&str, &str)], text: &str, metric: &str, expected: usize) {
    let mut bench = bench(tags, text);
    bench.pass(1_800).queried.clear();
    bench.pass(3_600);
    let statistics = bench.scope.selection.polled().find(|one| one.row.metric == metric).unwrap().statistics.len();
    assert_eq!(bench.polls_of("orders", metric) / statistics, expected, "{metric} with {tags:?} and {text:?}");
}

#[test]
fn a_metric_is_queried_every_ten_minutes_unless_an_alert_depends_on_it() {
    check(&[], "", "WriteThroughput", 6);
    check(&[("plimsoll/WriteThroughput", "1e9")], "", "WriteThroughput", 12);
    check(&[], "[metrics.WriteThroughput]\nthreshold = \"1e9\"", "WriteThroughput", 12);
    check(&[], "[[override]]\nid = \"orders\"\nthresholds = { WriteThroughput = \"1e9\" }", "WriteThroughput", 12);
    check(&[], "[metrics.WriteThroughput]\ninterval = \"5m\"", "WriteThroughput", 12);
    check(&[], "[polling]\nwithout_level = \"20m\"", "WriteThroughput", 3);
    check(&[], "[polling]\nwithout_level = \"5m\"", "WriteThroughput", 12);
    // A sum of it has a level, and the sum needs both parts of one period.
    check(&[("plimsoll/TotalThroughput", "2e9")], "", "WriteThroughput", 12);
    check(&[("plimsoll/ReadThroughput", "2e9")], "", "WriteThroughput", 12);
    // Its default level makes it an alert, and that on latencies reads the number of operations.
    check(&[], "", "FreeableMemory", 12);
    check(&[], "", "ReadIOPS", 12);
    check(&[], "[defaults]\nmode = \"off\"", "FreeableMemory", 6);
    check(&[], "[defaults]\nmode = \"off\"", "ReadIOPS", 6);
    // Read every other time, a sum would hide half of what happened.
    check(&[], "[metrics.WriteThroughput]\nstatistics = [\"Sum\"]", "WriteThroughput", 12);
}

#[test]
fn a_level_that_appears_makes_polls_more_frequent_from_the_next_listing_on() {
    let mut bench = bench(&[], "");
    bench.pass(1_800);
    bench.instances = Some(vec![tagged("orders", &[("plimsoll/WriteThroughput", "1e9")])]);
    bench.pass(120).queried.clear();
    bench.pass(FIVE_MINUTES);
    assert_eq!(bench.polls_of("orders", "WriteThroughput"), 1);
    bench.instances = Some(vec![tagged("orders", &[])]);
    bench.pass(120).queried.clear();
    bench.pass(2 * TEN_MINUTES);
    assert_eq!(bench.polls_of("orders", "WriteThroughput"), 2);
}

/// The rule waits for longer than a value with a level may be old, so that one datapoint followed by silence never pages.
#[test]
fn a_value_from_before_a_level_appeared_is_not_served_longer_than_one_with_a_level() {
    let mut bench = bench(&[], "");
    bench.pass(1_500);
    pass_until_polled(&mut bench);
    let end = bench.now - Seconds::new(120);
    bench.values.remove(&("orders", "WriteThroughput"));
    bench.instances = Some(vec![tagged("orders", &[("plimsoll/WriteThroughput", "1e9")])]);
    let selection = Arc::clone(&bench.scope.selection);
    let timing = selection.polled().find(|one| one.row.metric == "WriteThroughput").unwrap().timing;
    let left = (end + timing.age_limit - bench.now).get();
    bench.pass(left - 1);
    assert_eq!(bench.series(THROUGHPUT).len(), 1);
    bench.pass(1);
    assert_eq!(bench.series(THROUGHPUT).len(), 0);
}

/// Whatever the second of the start: until the rounds are on their grid, they are up to two minutes longer apart. A
/// datapoint covers five minutes, and its call may come at the end of them; the bench's are only two minutes old.
#[test]
fn a_value_is_served_until_the_next_one_also_if_a_round_fails() {
    for start in [0, 7, 124, 299, 301, 599] {
        let mut bench = bench(&[], "");
        let fresh = Bench::since(START + Seconds::new(start), Config::default(), Vec::new());
        (bench.scope, bench.now) = (fresh.scope, fresh.now);
        bench.pass(2);
        let served = |bench: &mut Bench, seconds: i64| {
            for _ in 0..seconds / 30 {
                assert_eq!(bench.pass(30).series(THROUGHPUT).len(), 1, "start at {start}, {:?}", bench.now);
            }
        };
        served(&mut bench, 1_500);
        bench.cloudwatch_works = false;
        served(&mut bench, TEN_MINUTES);
        bench.cloudwatch_works = true;
        served(&mut bench, 2 * TEN_MINUTES);
        bench.cloudwatch_works = false;
        bench.pass(24 * 60);
        assert_eq!(bench.series(THROUGHPUT).len(), 0, "no value is older than its age limit");
    }
}

/// With datapoints as old as they can be at a poll: a whole period and the publication delay.
#[test]
fn the_age_limit_covers_two_intervals_after_the_oldest_datapoint_of_a_round() {
    let polling = Config::default().polling;
    let selection = Selection::of(&Config::default());
    let of_metric = selection.polled().find(|one| one.row.metric == "WriteThroughput").unwrap();
    let without_level = of_metric.without_level.unwrap();
    assert_eq!((of_metric.interval, without_level.interval), (polling.slow, polling.without_level));
    assert_eq!(Timing { age_limit: of_metric.timing.age_limit, ..without_level.timing }, of_metric.timing);
    assert_eq!(without_level.timing.age_limit, Seconds::new(24 * 60));
    // On the grid, a datapoint is as old as the publication delay and the offset when it is fetched.
    let at_fetch = polling.publication_delay + polling.offset;
    let age_limit = Duration::from(without_level.timing.age_limit);
    assert!(age_limit > at_fetch + 2 * without_level.interval, "one round may fail");
    // Off the grid it may be a whole period older, and the next round is up to a fifth of the interval later.
    assert!(polling.min_served_time(without_level.timing) > without_level.interval * 6 / 5);
}

#[test]
fn after_a_restart_its_value_expires_as_before_and_it_is_not_queried_again_within_ten_minutes() {
    let mut bench = bench(&[], "");
    bench.pass(1_500);
    pass_until_polled(&mut bench);
    bench.cloudwatch_works = false;
    bench.pass(200).queried.clear();
    let text = serde_json::to_string(&bench.scope.saved(bench.moment())).unwrap();
    let fresh = Bench::since(bench.now, Config::default(), Vec::new());
    bench.scope = fresh.scope;
    bench.feed(Event::Restored(Box::new(serde_json::from_str(&text).unwrap())));
    bench.pass(TEN_MINUTES - 200 - 30);
    assert_eq!((bench.polls_of("orders", "WriteThroughput"), bench.series(THROUGHPUT).len()), (0, 1));
    // The datapoint was two minutes old when it was fetched, and may become 24.
    bench.pass(22 * 60 - TEN_MINUTES + 30 - 1);
    assert_eq!(bench.series(THROUGHPUT).len(), 1);
    bench.pass(1);
    assert_eq!(bench.series(THROUGHPUT).len(), 0);
}

#[test]
fn its_polls_are_a_task_of_their_own() {
    let mut bench = bench(&[], "");
    bench.pass(10);
    let tasks = bench.scope.report(bench.moment()).tasks;
    assert!(tasks.contains_key(&Task::WithoutLevel) && tasks.contains_key(&Task::FiveMinutes));
    let mut bench = self::bench(&[], "[metrics]\nprofile = \"alerting\"");
    bench.pass(10);
    let tasks = bench.scope.report(bench.moment()).tasks;
    assert!(!tasks.contains_key(&Task::WithoutLevel), "every metric that is queried has a level");
}
