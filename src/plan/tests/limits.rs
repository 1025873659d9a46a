//! The limiter by a simulated clock: it keeps the quotas, recovers, and is as fast as they allow.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use proptest::prelude::*;

use crate::plan::{Limiter, Quota, Wait};

const SECOND: Duration = Duration::from_secs(1);

/// How a call ends.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Outcome {
    Succeeds,
    /// One attempt is throttled, and the next one succeeds.
    IsThrottled,
    HasNoResponse,
}

/// The starts of all calls with their datapoints, and the end of the last call.
#[derive(Debug, Default)]
struct Run {
    starts: Vec<(Duration, usize)>,
    most_under_way: usize,
    end: Duration,
}

/// Makes calls of so many datapoints each, of which each takes the same time; timers are late by up to 2 ms.
fn run(limiter: &mut Limiter, calls: &[(usize, Outcome)], latency: Duration) -> Run {
    let (mut run, mut now) = (Run::default(), Duration::ZERO);
    let mut under_way: BinaryHeap<Reverse<(Duration, usize)>> = BinaryHeap::new();
    let mut epochs = vec![limiter.epoch(); calls.len()];
    for (index, (points, _)) in calls.iter().enumerate() {
        while !limiter.start(*points, now) {
            now = match limiter.wait(now) {
                Wait::Until(start) => start + Duration::from_micros(index as u64 % 3 * 1_000),
                Wait::ForAnEnd => end_one(limiter, &mut under_way, (calls, &epochs)).max(now),
                Wait::Nothing => panic!("it may start and does not"),
            };
        }
        epochs[index] = limiter.epoch();
        run.starts.push((now, *points));
        under_way.push(Reverse((now + latency, index)));
        run.most_under_way = run.most_under_way.max(under_way.len());
    }
    while !under_way.is_empty() {
        run.end = end_one(limiter, &mut under_way, (calls, &epochs));
    }
    run
}

/// Ends the oldest call and returns when.
fn end_one(
    limiter: &mut Limiter,
    under_way: &mut BinaryHeap<Reverse<(Duration, usize)>>,
    (calls, epochs): (&[(usize, Outcome)], &[crate::plan::Epoch]),
) -> Duration {
    let Reverse((end, index)) = under_way.pop().expect("a call is under way");
    match calls[index].1 {
        Outcome::Succeeds => limiter.succeeded(),
        Outcome::IsThrottled => {
            limiter.throttled(epochs[index]);
            limiter.succeeded();
        }
        Outcome::HasNoResponse => limiter.timed_out(),
    }
    limiter.ended();
    end
}

/// The most requests and datapoints in any second.
fn most_in_a_second(starts: &[(Duration, usize)]) -> (usize, usize) {
    let from = |index: usize| starts[index..].iter().take_while(move |(at, _)| *at < starts[index].0 + SECOND);
    let sums = (0..starts.len()).map(|index| (from(index).count(), from(index).map(|(_, points)| points).sum()));
    sums.fold((0, 0), |most: (usize, usize), sum: (usize, usize)| (most.0.max(sum.0), most.1.max(sum.1)))
}

/// A round of 10,000 instances with 25 metrics each: 500 full calls, each of so many datapoints.
fn round_of_ten_thousand(points_per_query: usize, latency: u64) -> Run {
    let calls = vec![(500 * points_per_query, Outcome::Succeeds); 500];
    run(&mut Limiter::new(Quota::METRIC_DATA), &calls, Duration::from_millis(latency))
}

#[test]
fn a_round_of_ten_thousand_instances_is_as_fast_as_the_quota_allows_and_in_time_when_aws_is_slow() {
    for latency in [50, 200] {
        let run = round_of_ten_thousand(5, latency);
        let floor = 250_000.0 * 5.0 / 180_000.0;
        assert!(run.end.as_secs_f64() < 1.15 * floor, "{latency} ms: {:?}, the quota allows {floor:.1} s", run.end);
        assert!(most_in_a_second(&run.starts).1 <= 180_000);
    }
    let minute = Duration::from_mins(1);
    for (points_per_query, latency) in [(5, 1_000), (10, 1_000), (4, 2_500)] {
        let run = round_of_ten_thousand(points_per_query, latency);
        assert!(run.end < minute, "{points_per_query} points, {latency} ms: {:?}", run.end);
    }
    let throttled = |index: usize| if index.is_multiple_of(20) { Outcome::IsThrottled } else { Outcome::Succeeds };
    let calls: Vec<_> = (0..500).map(|index| (2_500, throttled(index))).collect();
    let run = run(&mut Limiter::new(Quota::METRIC_DATA), &calls, Duration::from_millis(200));
    assert!(run.end < minute, "with 5 % throttled: {:?}", run.end);
}

#[test]
fn the_limit_shrinks_once_for_all_requests_of_an_epoch_and_recovers() {
    let mut limiter = Limiter::new(Quota::METRIC_DATA);
    let (first, full) = (limiter.epoch(), limiter.limit());
    (0..25).for_each(|_| limiter.throttled(first));
    assert_eq!((full, limiter.limit()), (25, 17));
    for _ in 0..100 {
        limiter.throttled(limiter.epoch());
    }
    assert_eq!(limiter.limit(), 1, "never none");
    let recovery = (0..).take_while(|_| {
        limiter.succeeded();
        limiter.limit() < full
    });
    let calls = recovery.count();
    assert!((200..350).contains(&calls), "one more for each full set of calls: {calls}");
    limiter.timed_out();
    assert_eq!(limiter.limit(), 1);
}

#[test]
fn a_storm_of_throttling_ends_and_the_calls_after_it_are_as_fast_as_before() {
    let mut limiter = Limiter::new(Quota::METRIC_DATA);
    let storm = vec![(5_000, Outcome::IsThrottled); 200];
    run(&mut limiter, &storm, Duration::from_millis(200));
    assert!(limiter.limit() < 5, "{}", limiter.limit());
    let calm = vec![(5_000, Outcome::Succeeds); 400];
    run(&mut limiter, &calm, Duration::from_millis(200));
    assert_eq!(limiter.limit(), 25);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_quotas_are_kept_and_every_call_is_made_whatever_happens(
        calls in prop::collection::vec(
            (0_usize..=5_000, prop_oneof![
                8 => Just(Outcome::Succeeds),
                1 => Just(Outcome::IsThrottled),
                1 => Just(Outcome::HasNoResponse),
            ]),
            1..600,
        ),
        latency in prop_oneof![Just(0_u64), 1_u64..2_000],
    ) {
        let quota = Quota::METRIC_DATA;
        let run = run(&mut Limiter::new(quota), &calls, Duration::from_millis(latency));
        prop_assert_eq!(run.starts.len(), calls.len());
        prop_assert!(run.most_under_way <= quota.concurrency);
        let (requests, points) = most_in_a_second(&run.starts);
        prop_assert!(requests <= quota.requests_per_second, "{} requests in a second", requests);
        prop_assert!(points <= quota.points_per_second, "{} datapoints in a second", points);
    }
}
