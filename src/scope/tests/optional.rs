//! Optional calls: what they return is served, and a refused one takes nothing else with it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::*;
use crate::resource::{EventCategory, OptionalAnswer, ResourceEvent};

const DATE: &str = "aws_rds_forced_maintenance_timestamp_seconds";
const LEVEL: &str = "aws_rds_forced_maintenance_threshold";
const HOUR: i64 = 3_600;

fn maintenance(dates: &[(&str, f64)]) -> OptionalRead {
    let arn = |id: &str| format!("arn:aws:rds:eu-west-1:123456789012:db:{id}");
    let dates = dates.iter().map(|(id, date)| (arn(id), *date)).collect();
    OptionalRead::Found(OptionalAnswer::Maintenance(dates))
}

/// Databases that are listed every hour and not polled, so that hours pass quickly.
fn bench(read: Option<OptionalRead>) -> Bench {
    let mut config = Config::default();
    config.metrics.profile = Profile::None;
    config.polling.discovery = Duration::from_hours(1);
    let mut bench = Bench::new(config, vec![instance("orders"), instance("billing")]);
    bench.optional = read.into_iter().map(|read| (OptionalCall::Maintenance, read)).collect();
    bench
}

/// What was logged of optional calls.
fn logged(bench: &Bench) -> Vec<&LogEvent> {
    let is_optional =
        |event: &&LogEvent| matches!(event, LogEvent::OptionalRefused { .. } | LogEvent::OptionalAllowed { .. });
    bench.logged.iter().filter(is_optional).collect()
}

fn values(bench: &mut Bench, series: &str) -> BTreeMap<String, f64> {
    let found = bench.series(series);
    let names: Vec<String> = ids(&found).into_iter().map(str::to_owned).collect();
    names.into_iter().zip(found.into_values()).collect()
}

#[test]
fn a_date_stands_beside_its_level_on_the_database_that_has_one() {
    let mut bench = bench(Some(maintenance(&[("orders", 1_800_500_000.0), ("stranger", 1.0)])));
    bench.pass(3);
    assert_eq!(values(&mut bench, DATE), [("orders".to_owned(), 1_800_500_000.0)].into());
    assert_eq!(values(&mut bench, LEVEL), [("orders".to_owned(), 1_209_600.0)].into());
    // What AWS no longer has is gone with the next answer.
    bench.optional.insert(OptionalCall::Maintenance, maintenance(&[]));
    bench.pass(HOUR + 60);
    assert!(values(&mut bench, DATE).is_empty() && values(&mut bench, LEVEL).is_empty());
}

#[test]
fn a_refused_call_is_logged_once_and_made_again_within_an_hour() {
    let mut bench = bench(Some(OptionalRead::Denied));
    bench.pass(3 * HOUR);
    assert_eq!(logged(&bench), [&LogEvent::OptionalRefused { call: OptionalCall::Maintenance }], "once");
    let report = bench.scope.report(bench.moment());
    assert_eq!(report.refused, [OptionalCall::Maintenance]);
    assert!(!report.tasks.contains_key(&Task::Optional(OptionalCall::Maintenance)), "nobody waits for its success");
    assert!(bench.scope.is_ready());
    bench.optional.insert(OptionalCall::Maintenance, maintenance(&[("orders", 1_800_500_000.0)]));
    bench.pass(HOUR + 60);
    assert_eq!(logged(&bench)[1..], [&LogEvent::OptionalAllowed { call: OptionalCall::Maintenance }]);
    assert_eq!(values(&mut bench, DATE).len(), 1);
    assert!(bench.scope.report(bench.moment()).refused.is_empty());
}

#[test]
fn a_call_that_fails_keeps_what_is_known_for_six_intervals_and_is_no_refusal() {
    let mut bench = bench(Some(maintenance(&[("orders", 1_800_500_000.0)])));
    bench.pass(3);
    bench.optional.clear();
    bench.pass(6 * HOUR - 10);
    assert_eq!(values(&mut bench, DATE).len(), 1);
    bench.pass(10);
    assert!(values(&mut bench, DATE).is_empty());
    assert!(logged(&bench).is_empty() && bench.scope.report(bench.moment()).refused.is_empty());
    bench.optional.insert(OptionalCall::Maintenance, maintenance(&[("orders", 1_800_500_000.0)]));
    bench.pass(300);
    assert_eq!(values(&mut bench, DATE).len(), 1, "five minutes after a failure");
}

#[test]
fn a_call_that_the_configuration_leaves_out_is_not_made() {
    let config = Config { optional: [].into(), ..Config::default() };
    let mut bench = Bench::new(config, vec![instance("orders")]);
    bench.optional.insert(OptionalCall::Maintenance, maintenance(&[("orders", 1.0)]));
    bench.pass(HOUR);
    assert!(values(&mut bench, DATE).is_empty());
}

/// `second` counts from the start.
fn happened(second: i64, id: &str, category: EventCategory) -> ResourceEvent {
    let arn = format!("arn:aws:rds:eu-west-1:123456789012:db:{id}");
    let second = START + Seconds::new(second);
    ResourceEvent { arn, second, category, message: "it happened".to_owned() }
}

/// A scope whose calls for events return these, again and again.
fn with_events(instances: Vec<Described>, events: &[ResourceEvent]) -> Bench {
    let mut config = Config::default();
    config.metrics.profile = Profile::None;
    let mut bench = Bench::new(config, instances);
    bench.optional.insert(OptionalCall::Events, found(events));
    bench
}

fn found(events: &[ResourceEvent]) -> OptionalRead {
    OptionalRead::Found(OptionalAnswer::Events(events.to_vec()))
}

/// The counters that are not 0.
fn counted(bench: &mut Bench) -> Vec<(String, f64)> {
    let counters = bench.series("aws_rds_events_total").into_iter().filter(|(_, count)| *count > 0.0);
    let short = |labels: String| {
        let value = |name: &str| labels.split(name).nth(1)?.split('"').next().map(str::to_owned);
        let id = value("dimension_DBInstanceIdentifier=\"").unwrap_or_default();
        format!("{id} {}", value("category=\"").unwrap_or_default())
    };
    counters.map(|(labels, count)| (short(labels), count)).collect()
}

#[test]
fn each_event_after_the_start_counts_once() {
    let before = happened(-100, "orders", EventCategory::Restart);
    let mut bench = with_events(vec![instance("orders"), instance("billing")], std::slice::from_ref(&before));
    bench.pass(10);
    assert_eq!(bench.series("aws_rds_events_total").len(), 12, "from 0 on");
    assert!(counted(&mut bench).is_empty(), "not what happened before");
    let restart = happened(50, "orders", EventCategory::Restart);
    let again = happened(51, "orders", EventCategory::Restart);
    let failover = happened(50, "billing", EventCategory::Failover);
    let stranger = happened(50, "stranger", EventCategory::Failover);
    bench.optional.insert(OptionalCall::Events, found(&[before, restart, again, failover, stranger]));
    bench.pass(600);
    assert_eq!(counted(&mut bench), [("billing failover".to_owned(), 1.0), ("orders restart".to_owned(), 2.0)]);
    let reported = |event: &LogEvent| match event {
        LogEvent::Reported { category, resources } => Some((*category, resources.len())),
        _ => None,
    };
    let logged: Vec<_> = bench.logged.iter().filter_map(reported).collect();
    assert_eq!(logged, [(EventCategory::Restart, 2), (EventCategory::Failover, 1)], "each once");
}

#[test]
fn events_of_a_database_that_does_not_run_do_not_count() {
    let created = Described { status: "creating".into(), ..instance("orders") };
    let mut bench = with_events(vec![created], &[]);
    bench.pass(10);
    bench.optional.insert(OptionalCall::Events, found(&[happened(20, "orders", EventCategory::Restart)]));
    bench.pass(180);
    bench.instances = Some(vec![instance("orders")]);
    bench.pass(300);
    assert!(counted(&mut bench).is_empty());
}

/// A call that fails moves no window, but no window is longer than an hour and what overlaps.
#[test]
fn windows_overlap_and_are_bounded() {
    let mut bench = with_events(vec![instance("orders")], &[]);
    bench.pass(300);
    bench.optional.insert(OptionalCall::Events, OptionalRead::Failed);
    bench.pass(3 * HOUR);
    let windows = bench.windows.iter().filter(|(call, _)| *call == OptionalCall::Events).map(|(_, window)| *window);
    let lengths: Vec<i64> = windows.map(|(since, until)| (until - since).get()).collect();
    assert_eq!(lengths[0], 960);
    assert!(lengths[1..3].iter().all(|length| (960..=1_080).contains(length)), "{lengths:?}");
    assert_eq!(lengths.last(), Some(&(HOUR + 960)));
}
