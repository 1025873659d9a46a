//! What the limiters of calls do, by service.

use prometheus::core::Collector;
use prometheus::{CounterVec, IntGaugeVec, Opts};

use super::families::{forget, int_gauge, number};
use crate::aws::LimiterStatus;
use crate::scope::ScopeName;

const LABELS: [&str; 3] = ["account", "region", "service"];

/// The limit of calls under way and the time waited, of each service in each scope.
pub(super) struct Limits {
    limit: IntGaugeVec,
    waited: CounterVec,
}

impl Limits {
    pub(super) fn new() -> Self {
        let waited = Opts::new(
            "plimsoll_aws_wait_seconds_total",
            "Time that calls waited for their turn, all together: for the rates of requests and datapoints, and for other calls to end.",
        );
        Self {
            limit: int_gauge(
                "plimsoll_aws_concurrency_limit",
                "Calls that may be under way at once. Throttling lowers it, calls that succeed raise it.",
                &LABELS,
            ),
            waited: CounterVec::new(waited, &LABELS).expect("the name is valid"),
        }
    }

    pub(super) fn set(&self, scope: &ScopeName, services: &[(&'static str, LimiterStatus)]) {
        for (service, status) in services {
            let labels = [&*scope.account, &*scope.region, *service];
            self.limit.with_label_values(&labels).set(number(status.limit));
            let waited = self.waited.with_label_values(&labels);
            waited.inc_by((status.waited.as_secs_f64() - waited.get()).max(0.0));
        }
    }

    pub(super) fn forget(&self, scope: &ScopeName) {
        forget(&self.limit, scope);
        forget(&self.waited, scope);
    }

    pub(super) fn collectors(&self) -> [Box<dyn Collector>; 2] {
        [Box::new(self.limit.clone()), Box::new(self.waited.clone())]
    }
}
