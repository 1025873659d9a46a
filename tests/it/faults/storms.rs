//! Throttling and errors at random: no batch is lost, and the limit of calls under way follows.

use std::time::{Duration, Instant};

use plimsoll::aws::Target;
use plimsoll::plan::{Batch, BatchResult, Now};
use plimsoll::sim::{Effect, Fault, Options, Sim, Tally};
use plimsoll::time::Timestamp;
use tokio::task::JoinSet;

use crate::support::databases::{BRISK, CPU, REGION, databases};
use crate::support::simulated::SimulatedAws;
use crate::support::targets::{connect, cpu_of_all};
use crate::support::wait_for;

/// The interval of the fast metrics: a batch that is delivered later misses its tick.
const TICK: Duration = Duration::from_mins(1);
const SOON: Duration = Duration::from_mins(1);
/// The most calls under way.
const CALLS: usize = 25;

fn ids(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("db-{number:03}")).collect()
}

/// A simulated AWS with a batch for each of so many databases.
async fn many_batches(count: usize) -> (Sim, Target, Vec<Batch>) {
    let sim = Sim::start(databases(ids(count)), Options::default()).await.unwrap();
    let target = connect(&sim, &[REGION]).await.remove(0);
    let batches = cpu_of_all(&target).await;
    (sim, target, batches)
}

fn now() -> Now {
    let second = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    Now::at(Timestamp::from_second(i64::try_from(second).unwrap()))
}

/// Makes all calls at once, as a round does; returns how many were answered.
async fn answered(target: &Target, batches: Vec<Batch>) -> usize {
    let mut calls = JoinSet::new();
    for batch in batches {
        let target = target.clone();
        calls.spawn(async move { target.answers(&batch, now).await });
    }
    let results = calls.join_all().await;
    let has_value =
        |result: &BatchResult| result.answers[0].point().is_some_and(|point| (point.value - 50.0).abs() < 1e-9);
    results.iter().filter(|result| result.as_ref().is_ok_and(has_value)).count()
}

fn limit_of_cloudwatch(target: &Target) -> usize {
    target.limiters()[0].1.limit
}

fn counted(sim: &Sim) -> Tally {
    sim.counts().of("GetMetricData")
}

#[tokio::test(flavor = "multi_thread")]
async fn with_throttles_and_errors_every_batch_is_delivered_within_its_tick() {
    const BATCHES: usize = 400;
    let (sim, target, batches) = many_batches(BATCHES).await;
    sim.fault(Fault::new(Effect::Throttle).operation("GetMetricData").every(20));
    sim.fault(Fault::new(Effect::ServerError500).operation("GetMetricData").every(100));
    let start = Instant::now();
    assert_eq!(answered(&target, batches).await, BATCHES);
    assert!(start.elapsed() < TICK, "{:?}", start.elapsed());
    let tally = counted(&sim);
    assert_eq!((tally.calls, tally.queries), (BATCHES as u64, BATCHES as u64), "{tally:?}");
    assert_eq!(tally.attempts, tally.calls + tally.failed, "each failed attempt is made again, and no other");
    assert!((20..50).contains(&tally.failed), "{tally:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn throttling_reduces_the_calls_under_way_and_success_restores_them() {
    let (sim, target, batches) = many_batches(100).await;
    let storm = sim.fault(Fault::new(Effect::Throttle).operation("GetMetricData"));
    assert_eq!(answered(&target, batches[..30].to_vec()).await, 0);
    assert!(limit_of_cloudwatch(&target) <= CALLS / 4, "{}", limit_of_cloudwatch(&target));
    sim.lift(storm);
    for _ in 0..4 {
        assert_eq!(answered(&target, batches.clone()).await, batches.len());
    }
    assert_eq!(limit_of_cloudwatch(&target), CALLS);
    assert!(target.limiters()[0].1.waited > Duration::ZERO);
}

#[test]
fn after_a_storm_a_round_of_five_minutes_is_delivered_at_once() {
    let aws = SimulatedAws::start(databases(ids(20)), Options::default());
    // More than the attempts of one call.
    aws.fault(Fault::new(Effect::Throttle).operation("GetMetricData").times(4));
    let config = "[polling]\nfast = \"5m\"\n[metrics]\nprofile = \"alerting\"\n[defaults]\nmode = \"off\"\n";
    let exporter = aws.launch().config(config).start();
    let count = || exporter.metrics().count("aws_rds_cpuutilization_average", &[]);
    wait_for("all values", SOON, || (count() == 20).then_some(()));
    let page = exporter.metrics();
    let tally = aws.counts().of("GetMetricData");
    assert_eq!((tally.failed, tally.calls), (4, 2), "{tally:?}");
    assert_eq!(page.total("plimsoll_cloudwatch_metrics_requested_total", &[]), tally.billed, "failed calls are free");
    let limits = page.find("plimsoll_aws_concurrency_limit", &[("region", REGION)]);
    assert_eq!(limits.len(), 2, "{limits:?}");
    assert!(page.value("plimsoll_aws_wait_seconds_total", &[("service", "cloudwatch")]).is_some());
}

#[test]
fn a_page_that_fails_takes_nothing_from_those_before_it() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    let exporter = aws.launch().config(BRISK).start();
    wait_for("the first value", SOON, || exporter.cpu("orders"));
    aws.fault(Fault::new(Effect::EndlessPages).operation("GetMetricData").every(4));
    aws.fault(Fault::new(Effect::ServerError500).operation("GetMetricData"));
    aws.set_cpu(REGION, "orders", 60.0);
    wait_for("the value of a first page", SOON, || (exporter.cpu("orders") == Some(60.0)).then_some(()));
    assert_eq!(exporter.metrics().count(CPU, &[]), 1);
}
