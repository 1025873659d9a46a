//! What was asked: every request, counted as AWS would see and bill it.

use std::collections::BTreeMap;
use std::time::SystemTime;

use super::metric_data::Worth;
use super::world::Scope;

/// Everything counted since a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// Since when, by the simulation's clock.
    pub since: SystemTime,
    /// By what was called.
    pub tallies: BTreeMap<Called, Tally>,
}

/// What was called, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Called {
    /// The account that the caller's key belongs to.
    pub account: String,
    /// The region in the caller's signature.
    pub region: String,
    /// Such as `GetMetricData`.
    pub operation: String,
}

/// The numbers of one operation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Calls: first attempts.
    pub calls: u64,
    /// Requests, retries among them.
    pub attempts: u64,
    /// Requests that were not answered well: refused, hit by a fault, left hanging.
    pub failed: u64,
    /// Queries in answered `GetMetricData` requests.
    pub queries: u64,
    /// Distinct metrics (name and dimensions) in each of those, summed.
    pub metrics: u64,
    /// Metrics as AWS bills them: one for every five statistics of a metric in one request.
    pub billed: u64,
    /// Datapoints answered.
    pub datapoints: u64,
    /// Queries answered without any data.
    pub empty: u64,
}

impl Counts {
    pub(super) const fn new(since: SystemTime) -> Self {
        Self { since, tallies: BTreeMap::new() }
    }

    /// The numbers of one operation over all accounts and regions.
    #[must_use]
    pub fn of(&self, operation: &str) -> Tally {
        self.sum(|called| called.operation == operation)
    }

    /// The numbers of one operation in one account and region.
    #[must_use]
    pub fn in_scope(&self, account: &str, region: &str, operation: &str) -> Tally {
        self.sum(|called| called.account == account && called.region == region && called.operation == operation)
    }

    /// The numbers of everything.
    #[must_use]
    pub fn total(&self) -> Tally {
        self.sum(|_| true)
    }

    fn sum(&self, wanted: impl Fn(&Called) -> bool) -> Tally {
        self.tallies.iter().filter(|(called, _)| wanted(called)).fold(Tally::default(), |sum, (_, it)| sum.plus(*it))
    }

    pub(super) fn tally(&mut self, scope: &Scope, operation: &str) -> &mut Tally {
        let Scope { account, region } = scope.clone();
        self.tallies.entry(Called { account, region, operation: operation.to_owned() }).or_default()
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

    pub(super) const fn add(&mut self, worth: &Worth) {
        self.queries += worth.queries;
        self.metrics += worth.metrics;
        self.billed += worth.billed;
        self.datapoints += worth.datapoints;
        self.empty += worth.empty;
    }
}
