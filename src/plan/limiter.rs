//! When the next call to a service may be made: the rate of requests, the rate of datapoints, and the calls under way.
//!
//! Times are those since any fixed moment.

use std::time::Duration;

/// What one account and region may request from a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Calls under way.
    pub concurrency: usize,
    /// Requests a second, retries included.
    pub requests_per_second: usize,
    /// Estimated datapoints a second.
    pub points_per_second: usize,
}

impl Quota {
    /// `GetMetricData`.
    ///
    /// 180,000 datapoints a second is AWS's quota, which it does not raise. Of the 500 requests a second, which AWS lowers
    /// and raises, more than half is left to other callers. 25 calls under way reach the quota of datapoints at 300 ms a
    /// call, and bound memory.
    ///
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html>
    pub const METRIC_DATA: Self = Self { concurrency: 25, requests_per_second: 200, points_per_second: 180_000 };
    /// The operations of RDS, whose quotas AWS does not publish.
    pub const RDS: Self = Self { concurrency: 25, requests_per_second: 50, points_per_second: usize::MAX };

    /// How long the requests after one of so many datapoints have to wait.
    fn spacing(self, points: usize) -> Duration {
        let seconds =
            (number(1) / number(self.requests_per_second)).max(number(points) / number(self.points_per_second));
        Duration::from_secs_f64(seconds / USED)
    }
}

/// The part of a quota that is used: timers are not exact, and requests do not arrive as regularly as they are sent.
const USED: f64 = 0.93;

/// Time that a late request is allowed to catch up, so that late timers do not add up. With [`USED`], the requests of any
/// second are still fewer than the quota.
const TOLERANCE: Duration = Duration::from_millis(60);

/// Throttling reduces the calls under way to this part: the factor of the adaptive retry mode of AWS's SDKs.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>
const DECREASE: f64 = 0.7;

/// What the next call has to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// Nothing.
    Nothing,
    /// A time.
    Until(Duration),
    /// The end of another call.
    ForAnEnd,
}

/// Identifies the requests between two reductions of the limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Epoch(pub u64);

/// The state of one service in one account and region.
///
/// The limit of calls under way follows what AWS does: it grows by one for each full set of calls that succeed, and
/// shrinks when a request is throttled, once for all requests that were sent before. Other callers share AWS's quotas, so
/// that no fixed limit would do.
#[derive(Debug)]
pub struct Limiter {
    quota: Quota,
    limit: f64,
    under_way: usize,
    /// When the requests so far are used up.
    next: Duration,
    epoch: Epoch,
}

impl Limiter {
    /// A limiter that has made no call.
    #[must_use]
    pub fn new(quota: Quota) -> Self {
        Self { quota, limit: number(quota.concurrency), under_way: 0, next: Duration::ZERO, epoch: Epoch::default() }
    }

    /// How many calls may be under way now: at least one.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 1 to the quota")]
    pub const fn limit(&self) -> usize {
        self.limit as usize
    }

    /// The epoch of a request that is sent now.
    #[must_use]
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// What the next call has to wait for.
    #[must_use]
    pub fn wait(&self, now: Duration) -> Wait {
        if self.under_way >= self.limit() {
            return Wait::ForAnEnd;
        }
        if now < self.next { Wait::Until(self.next) } else { Wait::Nothing }
    }

    /// Starts a call of so many estimated datapoints; returns whether it may be made.
    #[must_use]
    pub fn start(&mut self, points: usize, now: Duration) -> bool {
        let may_start = self.wait(now) == Wait::Nothing;
        if may_start {
            self.under_way += 1;
            self.requested(points, now);
        }
        may_start
    }

    /// Counts a request, which for retries was not asked for: the calls after it wait.
    pub fn requested(&mut self, points: usize, now: Duration) {
        self.next = self.next.max(now.saturating_sub(TOLERANCE)) + self.quota.spacing(points);
    }

    /// A call is over, in whatever way.
    pub const fn ended(&mut self) {
        self.under_way = self.under_way.saturating_sub(1);
    }

    /// A call succeeded.
    pub fn succeeded(&mut self) {
        self.limit = (self.limit + 1.0 / self.limit).min(number(self.quota.concurrency));
    }

    /// A request was throttled that was sent in this epoch.
    pub fn throttled(&mut self, sent: Epoch) {
        if sent == self.epoch {
            self.limit = (self.limit * DECREASE).max(1.0);
            self.epoch = Epoch(self.epoch.0 + 1);
        }
    }

    /// A call had no response: until one has, calls are made one at a time, so that a dead region keeps none from others.
    pub const fn timed_out(&mut self) {
        self.limit = 1.0;
    }
}

#[expect(clippy::cast_precision_loss, reason = "a rate")]
const fn number(count: usize) -> f64 {
    count as f64
}
