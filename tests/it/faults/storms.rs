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

/// Makes all calls at once, as a round does; returns the batches without an answer, which are due again at once.
async fn unanswered(target: &Target, batches: Vec<Batch>) -> Vec<Batch> {
    let mut calls = JoinSet::new();
    for batch in batches {
        let target = target.clone();
        calls.spawn(async move {
            let answered = target.answers(&batch, now).await.as_ref().is_ok_and(has_value);
            (!answered).then_some(batch)
        });
    }
    calls.join_all().await.into_iter().flatten().collect()
}

fn has_value(result: &BatchResult) -> bool {
    result.answers[0].point().is_some_and(|point| (point.value - 50.0).abs() < 1e-9)
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
    let (sim, target, mut batches) = many_batches(BATCHES).await;
    // No multiple of 20, or the throttled requests would hide every one of them.
    sim.fault(Fault::new(Effect::ServerError500).operation("GetMetricData").every(101));
    sim.fault(Fault::new(Effect::Throttle).operation("GetMetricData").every(20));
    let start = Instant::now();
    while !batches.is_empty() && start.elapsed() < TICK {
        // One call in some thousands fails in each of its attempts.
        batches = unanswered(&target, batches).await;
    }
    assert!(batches.is_empty(), "{} batches without an answer", batches.len());
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
    assert_eq!(unanswered(&target, batches[..30].to_vec()).await.len(), 30);
    assert!(limit_of_cloudwatch(&target) <= CALLS / 4, "{}", limit_of_cloudwatch(&target));
    sim.lift(storm);
    for _ in 0..4 {
        assert!(unanswered(&target, batches.clone()).await.is_empty());
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
