//! Schedules over a restart: no slow metric is queried twice within its interval, and none is forgotten.

use proptest::prelude::*;

use super::*;

const SLOW: i64 = 300;

/// A database with values, without an answer to most metrics, and with a level on a metric that is polled each hour.
fn bench(config: Config) -> Bench {
    let orders = tagged("orders", &[("plimsoll/CPUUtilization", "90")]);
    let (cluster, members) = aurora("shop", &[("shop-1", Role::Writer)], &[]);
    let mut bench = Bench::new(config, [orders].into_iter().chain(members).collect());
    bench.clusters = Some(vec![cluster]);
    for metric in ["CPUUtilization", "FreeableMemory", "ReadIOPS"] {
        bench.values.insert(("orders", metric), 50.0);
        bench.values.insert(("shop-1", metric), 50.0);
    }
    bench.values.insert(("shop", "VolumeBytesUsed"), 1e12);
    bench
}

fn saved(bench: &Bench) -> SavedScope<'static> {
    let text = serde_json::to_string(&bench.scope.saved(bench.moment())).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// A new process, so many seconds later by the wall clock, with what was saved and before any answer.
fn restart(bench: Bench, config: Config, saved: SavedScope<'static>, seconds: i64) -> Bench {
    let start = bench.now + Seconds::new(seconds);
    let fresh = Bench::since(start, config, Vec::new());
    let mut after = Bench { scope: fresh.scope, now: start, queried: Vec::new(), ..bench };
    after.feed(Event::Restored(Box::new(saved)));
    after
}

/// The seconds at which each metric of each resource was queried.
type Times = BTreeMap<(String, &'static str), Vec<i64>>;

/// Lets time pass and records the queries.
fn pass(bench: &mut Bench, seconds: i64, times: &mut Times) {
    for _ in 0..seconds {
        bench.pass(1);
        for of in std::mem::take(&mut bench.queried) {
            let times = times.entry(of).or_default();
            times.extend((times.last() != Some(&bench.now.as_second())).then_some(bench.now.as_second()));
        }
    }
}

/// The gaps between the queries of a metric of a resource.
fn gaps(times: &Times, id: &str, metric: &'static str) -> Vec<i64> {
    times[&(id.to_owned(), metric)].windows(2).map(|pair| pair[1] - pair[0]).collect()
}

fn interval(metric: &str) -> i64 {
    match metric {
        "CPUUtilization" | "DatabaseConnections" => 60,
        "VolumeBytesUsed" => 3_600,
        _ => SLOW,
    }
}

const WITH_VALUES: [(&str, &str); 4] =
    [("orders", "FreeableMemory"), ("orders", "ReadIOPS"), ("shop-1", "ReadIOPS"), ("shop", "VolumeBytesUsed")];

#[test]
fn a_restart_queries_no_slow_metric_before_it_is_due_and_is_ready_meanwhile() {
    for stopped_at in [7, 61, 240, 299, 301, 500] {
        let (mut bench, mut times) = (bench(Config::default()), Times::new());
        pass(&mut bench, 900 + stopped_at, &mut times);
        let saved = saved(&bench);
        let mut bench = restart(bench, Config::default(), saved, 10);
        pass(&mut bench, 3, &mut times);
        assert!(bench.scope.is_ready(), "{stopped_at}");
        assert_eq!(bench.series("aws_rds_read_iops_average").len(), 2, "{stopped_at}: values of before are served");
        let tasks = bench.scope.report(bench.moment()).tasks;
        let polls = || tasks.iter().filter(|(task, _)| task.is_poll());
        assert!(polls().all(|(_, poll)| poll.last_success.is_some()), "{stopped_at}: {tasks:?}");
        pass(&mut bench, 4_000, &mut times);
        for (id, metric) in WITH_VALUES {
            let gaps = gaps(&times, id, metric);
            let usual = interval(metric)..=interval(metric) * 6 / 5 + 10;
            assert!(gaps.iter().all(|gap| usual.contains(gap)), "{stopped_at} {id} {metric}: {gaps:?}");
        }
    }
}

#[test]
fn after_a_crash_at_most_one_poll_is_made_twice() {
    let (mut bench, mut times) = (bench(Config::default()), Times::new());
    pass(&mut bench, 890, &mut times);
    for _ in 0..4 {
        let saved = saved(&bench);
        pass(&mut bench, 59, &mut times);
        bench = restart(bench, Config::default(), saved, 2);
        pass(&mut bench, 239, &mut times);
    }
    for (id, metric) in WITH_VALUES {
        let early = gaps(&times, id, metric).into_iter().filter(|gap| *gap < interval(metric)).count();
        // Of the four crashes, only one came between a poll and the next save.
        assert!(early <= 1, "{id} {metric}: {early}");
    }
}

/// Seconds from the restart to the first query of a metric of `orders`.
fn first_query(mut bench: Bench, metric: &'static str) -> i64 {
    let (start, mut times) = (bench.now.as_second(), Times::new());
    pass(&mut bench, 400, &mut times);
    times[&("orders".to_owned(), metric)][0] - start
}

/// The saved scope of a database whose slow metrics were queried a minute ago.
fn a_minute_after_a_round() -> (Bench, SavedScope<'static>) {
    let mut bench = bench(Config::default());
    bench.pass(900);
    let polls = bench.polls_of("orders", "ReadIOPS");
    while bench.polls_of("orders", "ReadIOPS") == polls {
        bench.pass(1);
    }
    bench.pass(60);
    let saved = saved(&bench);
    (bench, saved)
}

#[test]
fn what_is_not_known_to_have_been_polled_is_polled_at_once() {
    let check = |name: &str, config: Config, change: fn(&mut SavedScope), seconds: i64, at_once: bool| {
        let (bench, mut saved) = a_minute_after_a_round();
        change(&mut saved);
        let first = first_query(restart(bench, config, saved, seconds), "ReadIOPS");
        assert_eq!(first <= 2, at_once, "{name}: {first}");
    };
    let same = Config::default;
    let with = |text: &str| crate::config::file::parse(text, "plimsoll.toml").unwrap().config;
    check("all is known", same(), |_| {}, 5, false);
    check("it is due by now", same(), |_| {}, 400, true);
    check("an older version saved it", same(), |saved| saved.rounds.clear(), 5, true);
    check("the clock was set back", same(), |_| {}, -3_600, true);
    let later = |saved: &mut SavedScope| saved.rounds.iter_mut().for_each(|round| round.succeeded_at += Seconds::HOUR);
    check("a round of the future", same(), later, 5, true);
    check("another interval", with("polling.slow = \"4m\""), |_| {}, 5, true);
    let with_statistic = with("[metrics.ReadIOPS]\nstatistics = [\"p99\"]\n");
    check("a statistic that was not polled before", with_statistic, |_| {}, 5, true);
    let forget = |saved: &mut SavedScope| saved.columns.retain(|column| column.metric != "ReadIOPS");
    check("points that were not saved", same(), forget, 5, true);
}

#[test]
fn a_round_that_failed_is_made_again_at_once() {
    let mut bench = bench(Config::default());
    bench.pass(900);
    bench.cloudwatch_works = false;
    bench.pass(320);
    let saved = saved(&bench);
    bench.cloudwatch_works = true;
    assert!(first_query(restart(bench, Config::default(), saved, 5), "ReadIOPS") <= 2);
}

#[test]
fn a_replica_that_takes_over_polls_slow_metrics_when_they_are_due() {
    let (bench, saved) = a_minute_after_a_round();
    let start = bench.now + Seconds::new(5);
    let mut follower = Bench { now: start, scope: Bench::since(start, Config::default(), Vec::new()).scope, ..bench };
    follower.queried.clear();
    follower.feed(Event::Polls(false));
    follower.pass(5);
    // The clock of the other machine is ahead.
    follower.ahead = Seconds::new(-20);
    follower.feed(Event::SavedByOther(Box::new(saved)));
    follower.pass(10);
    assert_eq!((follower.series("aws_rds_read_iops_average").len(), follower.queried.len()), (2, 0));
    follower.feed(Event::Polls(true));
    follower.pass(2);
    assert!(follower.polls_of("orders", "CPUUtilization") > 0 && follower.scope.is_ready());
    assert_eq!(follower.polls_of("orders", "ReadIOPS"), 0);
    follower.pass(300);
    assert!(follower.polls_of("orders", "ReadIOPS") > 0);
}

/// Restarts every twenty minutes for two hours.
fn restarted(mut bench: Bench, times: &mut Times) -> Bench {
    for _ in 0..6 {
        let saved = saved(&bench);
        bench = restart(bench, Config::default(), saved, 5);
        pass(&mut bench, 1_200, times);
    }
    bench
}

#[test]
fn what_never_answered_is_tried_each_hour_and_what_did_at_its_interval_also_after_restarts() {
    let (mut bench, mut times) = (bench(Config::default()), Times::new());
    // It is queried together with `DiskQueueDepth`: a round without any answer proves nothing.
    bench.values.insert(("orders", "WriteThroughput"), 50.0);
    pass(&mut bench, 1_500, &mut times);
    bench.values.remove(&("orders", "FreeableMemory"));
    times.clear();
    restarted(bench, &mut times);
    let count = |metric| times.get(&("orders".to_owned(), metric)).map_or(0, Vec::len);
    assert!((1..=3).contains(&count("DiskQueueDepth")), "never answered: {} times", count("DiskQueueDepth"));
    assert!(count("FreeableMemory") >= 20, "answered half an hour ago: {} times", count("FreeableMemory"));
    assert!(gaps(&times, "orders", "ReadIOPS").iter().all(|gap| *gap <= 370));
}

#[test]
fn what_another_replica_saves_far_in_the_future_is_not_used() {
    let (bench, saved) = a_minute_after_a_round();
    let start = bench.now + Seconds::new(5);
    let mut follower = Bench { now: start, scope: Bench::since(start, Config::default(), Vec::new()).scope, ..bench };
    follower.feed(Event::Polls(false));
    follower.pass(5);
    follower.ahead = Seconds::new(-120);
    follower.feed(Event::SavedByOther(Box::new(saved)));
    assert_eq!(follower.series("aws_rds_read_iops_average").len(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Each step: so long it runs, so old the last save is when it ends, so long it is down, whether saves fail.
    #[test]
    fn no_metric_starves_however_often_plimsoll_restarts(
        steps in prop::collection::vec((1_i64..700, 0_i64..90, 0_i64..120, any::<bool>()), 1..8),
    ) {
        let (mut bench, mut times) = (bench(Config::default()), Times::new());
        let mut last_save = None;
        for &(runs, unsaved, down, saves) in &steps {
            pass(&mut bench, (runs - unsaved).max(0), &mut times);
            if saves || last_save.is_none() {
                last_save = Some(saved(&bench));
            }
            pass(&mut bench, unsaved.min(runs), &mut times);
            bench = restart(bench, Config::default(), last_save.clone().unwrap(), down);
        }
        pass(&mut bench, 400, &mut times);
        for (id, metric) in [("orders", "CPUUtilization"), ("orders", "ReadIOPS"), ("shop-1", "FreeableMemory")] {
            for gap in gaps(&times, id, metric) {
                prop_assert!(gap <= interval(metric) * 6 / 5 + 120 + 2, "{} {}: {}", id, metric, gap);
            }
        }
    }
}
