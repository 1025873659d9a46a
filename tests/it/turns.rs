//! Calls that wait for others: which time they request, and which calls they wait for.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use plimsoll::plan::{BatchResult, Now};
use plimsoll::resource::Lister;
use plimsoll::sim::{Clock, Effect, Fault, Options, Sim};
use plimsoll::time::Timestamp;
use tokio::join;
use tokio::time::timeout;

use crate::support::databases::{REGION, databases, one_database_in_each};
use crate::support::targets::{connect, cpu};
use crate::support::wait_for;

/// 2026-01-01, on a full minute.
const START: i64 = 1_767_225_600;
/// The limit of concurrent calls of one region to CloudWatch.
const CALLS: usize = 25;

/// The duration of the earlier calls: long enough to observe that they are under way, and shorter than an attempt.
const SLOW: Duration = Duration::from_secs(8);
/// A response takes milliseconds; a call that waits for one that hangs would take the ten seconds of an attempt.
const AT_ONCE: Duration = Duration::from_secs(5);

fn at(second: i64) -> Now {
    Now::at(Timestamp::from_second(second))
}

/// A clock that stands still until it is set.
fn clock(time: &Arc<AtomicI64>) -> Clock {
    let time = Arc::clone(time);
    Arc::new(move || UNIX_EPOCH + Duration::from_secs(time.load(Ordering::Relaxed).unsigned_abs()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_waited_requests_what_is_complete_when_it_is_sent() {
    let time = Arc::new(AtomicI64::new(START));
    let sim = Sim::start(databases(["orders"]), Options { clock: clock(&time), ..Options::default() }).await.unwrap();
    let target = connect(&sim, &[REGION]).await.remove(0);
    let batch = Arc::new(cpu(&target).await);
    sim.fault(Fault::new(Effect::Slow(SLOW)).operation("GetMetricData"));
    // How often a call has read the clock: when it gets in line, and when it is sent.
    let reads = Arc::new(AtomicUsize::new(0));
    let call = |_| {
        let (target, batch) = (target.clone(), Arc::clone(&batch));
        let (time, reads) = (Arc::clone(&time), Arc::clone(&reads));
        tokio::spawn(async move {
            let now = || {
                let now = at(time.load(Ordering::Relaxed));
                reads.fetch_add(1, Ordering::Relaxed);
                now
            };
            target.answers(&batch, now).await.unwrap()
        })
    };
    let calls: Vec<_> = (0..=CALLS).map(call).collect();
    let all_but_one_are_sent = CALLS + 1 + CALLS;
    wait_for("all calls but one", SLOW, || (reads.load(Ordering::Relaxed) == all_but_one_are_sent).then_some(()));
    time.store(START + 600, Ordering::Relaxed);
    let mut replies: Vec<BatchResult> = Vec::new();
    for call in calls {
        replies.push(call.await.unwrap());
    }
    replies.sort_by_key(|reply| reply.requested_at.wall);
    assert!(replies[..CALLS].iter().all(|reply| reply.requested_at == at(START)), "{replies:?}");
    let (last, newest) = (&replies[CALLS], replies[CALLS].answers[0].point().unwrap().end);
    assert!(last.requested_at == at(START + 600) && newest > Timestamp::from_second(START), "{last:?}");
}

#[tokio::test]
async fn a_service_that_hangs_delays_no_other() {
    let regions = ["eu-west-1", "us-east-1"];
    let time = Arc::new(AtomicI64::new(START));
    let options = Options { clock: clock(&time), ..Options::default() };
    let sim = Sim::start(one_database_in_each(&regions), options).await.unwrap();
    let [ref without_rds, ref without_cloudwatch] = connect(&sim, &regions).await[..] else { panic!() };
    let (batch, other_batch) = (cpu(without_rds).await, cpu(without_cloudwatch).await);
    let now = || at(START);
    sim.fault(Fault::new(Effect::Hang).region(regions[0]).operation("DescribeDBInstances"));
    sim.fault(Fault::new(Effect::Hang).region(regions[1]).operation("GetMetricData"));
    let (listing, reply) = join!(without_rds.list(Lister::Instances), without_cloudwatch.answers(&other_batch, now));
    assert!(listing.is_err() && reply.is_err(), "nothing hangs: {listing:?}, {reply:?}");

    tokio::select! {
        biased;
        _ = without_rds.list(Lister::Instances) => panic!("a listing hangs no more"),
        reply = timeout(AT_ONCE, without_rds.answers(&batch, now)) => assert!(reply.unwrap().is_ok()),
    }
    tokio::select! {
        biased;
        _ = without_cloudwatch.answers(&other_batch, now) => panic!("a poll hangs no more"),
        listing = timeout(AT_ONCE, without_cloudwatch.list(Lister::Instances)) => assert!(listing.unwrap().is_ok()),
    }
}
