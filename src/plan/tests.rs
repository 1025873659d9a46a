use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::catalog::Statistic;
use crate::config::Timing;
use crate::config::selection::Selected;
use crate::config::{Config, Selection};
use crate::resource::{Described, Engine, Generation, Kind, Resource, ResourceIndex, Role, fixture};
use crate::threshold::Resolved;
use crate::time::{Period, Seconds, Timestamp};

fn resource(id: &str) -> Arc<Resource> {
    Arc::new(fixture::without_limits(fixture::instance(id)))
}

const fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second)
}

fn minute() -> PollGroup {
    poll_group(60, Period::Minute, 600)
}

fn poll_group(interval: i64, period: Period, look_back: i64) -> PollGroup {
    let settle = if period > Period::Minute { 120 } else { 0 };
    let [interval, look_back, age_limit, settle] = [interval, look_back, 420, settle].map(Seconds::new);
    PollGroup {
        interval,
        longest_interval: interval,
        timing: Timing { period, look_back, age_limit, settle, poll_delay: Seconds::new(125) },
        without_level: false,
    }
}

fn of_instances(selection: &Selection) -> impl Iterator<Item = &Selected> {
    selection.metrics.iter().filter(|selected| selected.row.kind == Kind::DB_INSTANCE)
}

fn packed(instances: usize) -> Vec<Batch> {
    let selection = Selection::of(&Config::default());
    let resources: Vec<_> = (0..instances).map(|index| resource(&format!("db-{index}"))).collect();
    let due_metrics: Vec<_> = resources
        .iter()
        .enumerate()
        .flat_map(|(position, resource)| {
            let index = ResourceIndex::new(position);
            of_instances(&selection).map(move |selected| {
                let dimensions = resource.kind.dimensions;
                DueMetric { index, resource, dimensions, role: None, selected }
            })
        })
        .collect();
    batches(due_metrics, minute(), Generation::default())
}

/// Packs one query for each of these known datapoints.
fn packed_by_need(known: &[Option<i64>]) -> Vec<Batch> {
    let (selection, orders) = (Selection::of(&Config::default()), resource("orders"));
    let row = of_instances(&selection).find(|selected| selected.statistics.len() == 1).unwrap();
    let mut packer = Packer::default();
    let due = |number| DueMetric {
        index: ResourceIndex::new(number),
        resource: &orders,
        dimensions: orders.kind.dimensions,
        role: None,
        selected: row,
    };
    let numbered = known.iter().enumerate();
    let mut packs: Vec<_> = numbered.filter_map(|(number, end)| packer.add(&due(number), end.map(at))).collect();
    packs.extend(packer.rest());
    packs.into_iter().map(|pack| pack.batch(minute(), Generation::default(), 0)).collect()
}

#[test]
fn queries_without_a_known_datapoint_share_calls_and_make_no_other_call_longer() {
    // One query of 25 has no datapoint.
    let known: Vec<_> = (0..25_000).map(|number| (number % 25 > 0).then_some(1_000_000 + number)).collect();
    let batches = packed_by_need(&known);
    let (short, long): (Vec<_>, Vec<_>) = batches.iter().partition(|batch| batch.known.is_some());
    assert_eq!((short.len(), long.len()), (48, 2));
    assert!(batches.iter().all(|batch| batch.queries.len() == QUERIES_PER_CALL));
    for batch in &short {
        let oldest = batch.queries.iter().map(|query| known[query.index.position()]).min().unwrap();
        assert_eq!(batch.known, oldest.map(at));
    }
    // What is left shares one call if it can.
    let sizes = |known: &[Option<i64>]| -> Vec<_> {
        packed_by_need(known).iter().map(|batch| (batch.queries.len(), batch.known.is_some())).collect()
    };
    assert_eq!(sizes(&[&[Some(1); 499][..], &[None]].concat()), [(500, false)]);
    assert_eq!(sizes(&[&[Some(1); 500][..], &[None]].concat()), [(500, true), (1, false)]);
    assert_eq!(sizes(&[Some(1); 3]), [(3, true)]);
}

#[test]
fn a_window_holds_whole_periods_and_leaves_the_unfinished_one_out() {
    let check = |poll_group: PollGroup, now, (start, end)| {
        let window = Window { start: at(start), end: at(end) };
        assert_eq!(Window::of(poll_group.timing, None, at(now)), window, "{poll_group:?}");
    };
    check(minute(), 1_000_019, (999_360, 999_960));
    check(minute(), 1_000_020, (999_420, 1_000_020));
    check(poll_group(300, Period::FiveMinutes, 1200), 1_000_019, (998_400, 999_600));
    check(poll_group(300, Period::FiveMinutes, 1200), 1_000_020, (998_700, 999_900));
    check(poll_group(86_400, Period::Day, 172_800), 1_000_000, (777_600, 950_400));
}

#[test]
fn a_window_is_short_if_the_newest_known_datapoint_is_inside() {
    let check = |poll_group: PollGroup, known: Option<i64>, look_back| {
        let window = Window::of(poll_group.timing, known.map(at), at(1_000_030));
        assert_eq!((window.end - window.start).get(), look_back, "{poll_group:?} {known:?}");
    };
    // Until 1 000 020.
    check(minute(), Some(1_000_020), 300);
    check(minute(), Some(1_000_020 - 240), 300);
    check(minute(), Some(1_000_020 - 241), 600);
    check(minute(), None, 600);
    check(minute(), Some(i64::MIN), 600);
    // Until 999 900.
    let slow = poll_group(300, Period::FiveMinutes, 1_200);
    check(slow, Some(999_900 - 300), 600);
    check(slow, Some(999_900 - 600), 1_200);
    let daily = poll_group(86_400, Period::Day, 172_800);
    check(daily, Some(950_400), 86_400);
    check(daily, Some(950_400 - 86_400), 172_800);
}

#[test]
fn the_newest_complete_point_wins_in_whatever_order_they_come() {
    let (timing, window) = (minute().timing, Window { start: at(0), end: at(600) });
    let check = |points: &[(i64, f64)], expected| {
        let points = points.iter().map(|(start, value)| (at(*start), *value));
        assert_eq!(newest(points, timing, window), expected);
    };
    check(&[(420, 1.0), (480, 2.0), (360, 3.0)], QueryResult::Newest(Point { value: 2.0, end: at(540) }));
    check(&[(480, 2.0), (420, 1.0)], QueryResult::Newest(Point { value: 2.0, end: at(540) }));
    check(&[(570, 9.0), (480, 2.0)], QueryResult::Newest(Point { value: 2.0, end: at(540) }));
    for impossible in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e308, -1e308] {
        check(&[(540, impossible), (480, 2.0)], QueryResult::Newest(Point { value: 2.0, end: at(540) }));
        check(&[(540, impossible)], QueryResult::Empty);
    }
    check(&[(480, -1e108)], QueryResult::Newest(Point { value: -1e108, end: at(540) }));
    check(&[], QueryResult::Empty);
}

#[test]
fn all_kinds_of_resources_share_the_calls_of_a_poll_group() {
    let selection = Selection::of(&Config::default());
    let cluster = Described { kind: Kind::DB_CLUSTER, engine: Engine::AuroraMysql, ..fixture::instance("shop") };
    let resources = [resource("orders"), Arc::new(fixture::without_limits(cluster))];
    let resolved = Resolved { named: vec!["FreeableMemory"], ..Resolved::default() };
    let history = ResponseHistory::default();
    let polled = |(position, resource)| {
        let index = ResourceIndex::new(position);
        PolledResource { index, resource, resolved: &resolved }
    };
    let group =
        PollGroup::of(selection.metrics.iter().find(|selected| selected.row.metric == "FreeableMemory").unwrap());
    let nothing_saved = Savings::default();
    let round = DueRound { poll_group: group, savings: &nothing_saved, at: at(0) };
    let due = due_metrics(resources.iter().enumerate().map(polled), &selection, &history, round);
    let [batch] = &batches(due, group, Generation::default())[..] else { panic!("one call") };
    let ids: BTreeSet<&str> = batch.queries.iter().map(|query| query.resource.id.as_str()).collect();
    assert_eq!(ids, BTreeSet::from(["orders", "shop"]));
}

#[test]
fn five_statistics_of_one_metric_are_billed_once_and_the_sixth_again() {
    let one = resource("one");
    let index = ResourceIndex::new(0);
    let dimensions = one.kind.dimensions;
    let query =
        |metric, statistic| Query { index, resource: Arc::clone(&one), dimensions, role: None, metric, statistic };
    let percentiles = |count: u32| (0..count).map(move |index| Statistic::Percentile(90_000 + index));
    let check = |queries: Vec<Query>, billed| assert_eq!(billed_metrics(&queries), billed);
    let by_role = |role| Query { role, ..query("CPUUtilization", Statistic::Average) };
    check([None, Some(Role::Writer), Some(Role::Reader)].map(by_role).to_vec(), 3);
    check(percentiles(5).map(|statistic| query("CPUUtilization", statistic)).collect(), 1);
    check(percentiles(6).map(|statistic| query("CPUUtilization", statistic)).collect(), 2);
    check(vec![query("CPUUtilization", Statistic::Average), query("ReadIOPS", Statistic::Average)], 2);
    check(Vec::new(), 0);
}

#[test]
fn due_times_stand_on_a_grid_that_differs_from_scope_to_scope() {
    let poll_group = minute();
    let mut first = at(1_000_000);
    for _ in 0..5 {
        first = poll_group.next_due("prod/eu-west-1", first);
    }
    assert_eq!(poll_group.next_due("prod/eu-west-1", first), first + Seconds::MINUTE);
    assert_eq!(poll_group.next_due("prod/eu-west-1", first - Seconds::new(1)), first + Seconds::MINUTE);
    let grid: BTreeSet<_> =
        (0..50).map(|scope| poll_group.next_due(&format!("account-{scope}/eu-west-1"), at(999_960 + 4))).collect();
    assert!(grid.len() > 10, "fifty scopes fall on {} seconds", grid.len());
    assert!(
        grid.iter().all(|due| (5..20).contains(&due.as_second().rem_euclid(60))),
        "soon after publication: {grid:?}"
    );
}

fn should_query(history: &ResponseHistory, metric: &str, now: Timestamp) -> bool {
    history.of(metric).is_none_or(|responses| responses.should_query(ResourceIndex::new(0), now))
}

#[test]
fn a_metric_that_never_answers_is_asked_every_hour_and_one_that_did_keeps_its_interval() {
    let orders = ResourceIndex::new(0);
    let mut history = ResponseHistory::default();
    let round = [("CPUUtilization", true), ("BurstBalance", false)];
    for minute in 0..3 {
        assert!(should_query(&history, "BurstBalance", at(minute * 60)), "patient at first");
        history.record(orders, &round, at(minute * 60));
    }
    assert!(!should_query(&history, "BurstBalance", at(180)));
    assert!(should_query(&history, "CPUUtilization", at(180)));
    assert!(should_query(&history, "BurstBalance", at(120 + 3600)));

    history.record(orders, &[("CPUUtilization", true), ("BurstBalance", true)], at(120 + 3600));
    history.record(orders, &round, at(120 + 3660));
    assert!(should_query(&history, "BurstBalance", at(120 + 3720)), "it answered once");
}

/// How often a metric that never answers is queried in a day, when the answers to its resource take so long.
fn queried_in_a_day(interval: Seconds, lag: Seconds) -> usize {
    let (orders, scope, midnight) = (ResourceIndex::new(0), "prod/eu-west-1", at(1_800_057_600));
    let (mut history, mut queried, mut now) = (ResponseHistory::default(), 0, next_due(interval, scope, midnight));
    while now < midnight + Seconds::DAY {
        let mut round = vec![("CPUUtilization", true)];
        if should_query(&history, "BurstBalance", now) {
            round.push(("BurstBalance", false));
            queried += 1;
        }
        history.record(orders, &round, now + lag);
        now = next_due(interval, scope, now);
    }
    queried
}

#[test]
fn a_metric_that_never_answers_is_asked_in_every_hour_of_the_day_whatever_its_rhythm() {
    for (interval, lag) in [(60, 0), (60, 1), (300, 1), (300, 45), (1800, 1), (3600, 0), (3600, 1), (3600, 600)] {
        let queried = queried_in_a_day(Seconds::new(interval), Seconds::new(lag));
        assert!((23..=27).contains(&queried), "every {interval} s, answered after {lag} s: {queried} times");
    }
}

#[test]
fn a_round_in_which_nothing_answered_says_nothing_of_any_metric() {
    let orders = ResourceIndex::new(0);
    let mut history = ResponseHistory::default();
    for minute in 0..10 {
        history.record(orders, &[("CPUUtilization", false), ("BurstBalance", false)], at(minute * 60));
    }
    assert!(should_query(&history, "BurstBalance", at(600)));
}

mod limits;
mod properties;
