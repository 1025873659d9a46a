//! What a fleet is queried for, counted by metric and interval.

use std::collections::BTreeMap;

use super::price::Dollars;
use crate::catalog::MetricId;
use crate::config::Selection;
use crate::plan::{
    Pace, PollGroup, PolledResource, ResponseHistory, STATISTICS_PER_BILLED_METRIC, Savings, WantedMetric,
    wanted_metrics,
};
use crate::time::{Seconds, Timestamp};

/// What resources are queried for again and again, without a budget.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Demand {
    requests: BTreeMap<Request, Count>,
}

/// What makes a difference to the bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Request {
    metric: MetricId,
    poll_group: PollGroup,
    pace: Pace,
    is_needed: bool,
}

/// How many metrics one round requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) metrics: usize,
    /// As AWS publishes it.
    pub(super) billed: usize,
    /// Each statistic by itself.
    pub(super) queries: usize,
}

impl Demand {
    /// What is queried of resources whose responses so far are known.
    pub fn of<'a>(
        resources: impl Iterator<Item = PolledResource<'a>>,
        selection: &'a Selection,
        history: &'a ResponseHistory,
        now: Timestamp,
    ) -> Self {
        let mut demand = Self::default();
        for WantedMetric { due, poll_group, pace, is_needed } in wanted_metrics(resources, selection, history, now) {
            let metric = due.selected.row.id();
            let queries = due.selected.statistics.len();
            let one = Count { metrics: 1, billed: queries.div_ceil(STATISTICS_PER_BILLED_METRIC), queries };
            demand.count(Request { metric, poll_group, pace, is_needed }, one);
        }
        demand
    }

    /// Adds what other resources are queried for.
    pub fn add(&mut self, other: &Self) {
        other.requests.iter().for_each(|(request, count)| self.count(*request, *count));
    }

    fn count(&mut self, request: Request, more: Count) {
        let count = self.requests.entry(request).or_default();
        count.metrics += more.metrics;
        count.billed += more.billed;
        count.queries += more.queries;
    }

    /// What it costs in a month after savings.
    #[must_use]
    pub fn dollars(&self, savings: &Savings) -> Dollars {
        self.kept(savings).map(|(_, interval, count)| Dollars::of_month((count.billed, count.queries), interval)).sum()
    }

    /// Whether a metric is queried of any resource on which no alert depends on it.
    pub(super) fn is_queried_without_need(&self, metric: MetricId) -> bool {
        self.requests.keys().any(|request| request.metric == metric && !request.is_needed)
    }

    /// How many metrics it has, at whatever interval.
    #[must_use]
    pub fn metrics(&self) -> usize {
        self.requests.values().map(|count| count.metrics).sum()
    }

    /// What is queried after savings: each metric with its interval.
    pub(super) fn kept(&self, savings: &Savings) -> impl Iterator<Item = (MetricId, Seconds, Count)> {
        let is_kept = |request: &Request| request.is_needed || !savings.sheds(request.metric);
        let kept = self.requests.iter().filter(move |(request, _)| is_kept(request));
        kept.map(|(request, count)| {
            (request.metric, request.pace.interval(savings.interval(request.poll_group)), *count)
        })
    }
}
