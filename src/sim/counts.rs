//! Counts of requests, as AWS would bill them.

use std::collections::BTreeMap;
use std::time::SystemTime;

use super::metric_data::Usage;
use super::scope::Scope;

/// The counts since the start or the last reset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// When counting began, by the simulation's clock.
    pub since: SystemTime,
    /// The counts of each operation in each scope.
    pub tallies: BTreeMap<CallKey, Tally>,
}

/// An operation in one account and region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallKey {
    /// The account of the caller's access key.
    pub account: String,
    /// The region in the caller's signature.
    pub region: String,
    /// Such as `GetMetricData`.
    pub operation: String,
}

/// The counts of one operation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Calls: first attempts.
    pub calls: u64,
    /// Requests, including retries.
    pub attempts: u64,
    /// Requests that failed: with an error response, by a fault, or without a response.
    pub failed: u64,
    /// Queries in successful `GetMetricData` requests.
    pub queries: u64,
    /// The sum of distinct metrics (name and dimensions) over these requests.
    pub metrics: u64,
    /// Metrics as AWS bills them: one for every five statistics of a metric in one request.
    pub billed: u64,
    /// Datapoints in responses.
    pub datapoints: u64,
    /// Queries whose results were empty.
    pub empty: u64,
}

impl Counts {
    pub(super) const fn new(since: SystemTime) -> Self {
        Self { since, tallies: BTreeMap::new() }
    }

    /// The counts of one operation over all accounts and regions.
    #[must_use]
    pub fn of(&self, operation: &str) -> Tally {
        self.sum(|key| key.operation == operation)
    }

    /// The counts of one operation in one account and region.
    #[must_use]
    pub fn in_scope(&self, account: &str, region: &str, operation: &str) -> Tally {
        self.sum(|key| key.account == account && key.region == region && key.operation == operation)
    }

    /// The counts of all operations.
    #[must_use]
    pub fn total(&self) -> Tally {
        self.sum(|_| true)
    }

    fn sum(&self, wanted: impl Fn(&CallKey) -> bool) -> Tally {
        self.tallies.iter().filter(|(key, _)| wanted(key)).fold(Tally::default(), |sum, (_, tally)| sum.plus(*tally))
    }

    pub(super) fn tally(&mut self, scope: &Scope, operation: &str) -> &mut Tally {
        let Scope { account, region } = scope.clone();
        self.tallies.entry(CallKey { account, region, operation: operation.to_owned() }).or_default()
    }
}

impl Tally {
    const fn plus(self, other: Self) -> Self {
        Self {
            calls: self.calls + other.calls,
            attempts: self.attempts + other.attempts,
            failed: self.failed + other.failed,
            queries: self.queries + other.queries,
            metrics: self.metrics + other.metrics,
            billed: self.billed + other.billed,
            datapoints: self.datapoints + other.datapoints,
            empty: self.empty + other.empty,
        }
    }

    pub(super) const fn add(&mut self, usage: &Usage) {
        self.queries += usage.queries;
        self.metrics += usage.metrics;
        self.billed += usage.billed;
        self.datapoints += usage.datapoints;
        self.empty += usage.empty;
    }
}
