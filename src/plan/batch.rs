//! Batches of queries, each as large as one call may be.

use std::sync::Arc;

use super::poll_group::PollGroup;
use super::result::QueryResult;
use super::window::Window;
use crate::catalog::Statistic;
use crate::config::selection::Selected;
use crate::resource::{Generation, Resource, ResourceIndex, Role};
use crate::time::Timestamp;

/// Queries that one `GetMetricData` call may hold, not adjustable.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>
pub const QUERIES_PER_CALL: usize = 500;

/// Statistics of one metric that one call bills as one metric.
///
/// <https://aws.amazon.com/cloudwatch/pricing/>
pub const STATISTICS_PER_BILLED_METRIC: usize = 5;

/// One call: queries of one poll group. Its window is decided when the call is made, for it may wait for its turn.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// How often its metrics are queried and how long their values are served.
    pub poll_group: PollGroup,
    /// The inventory that the indices of its queries belong to.
    pub generation: Generation,
    /// How often its queries failed before, in a row.
    pub failures: u32,
    /// The end of the newest datapoint that is known of a query, by the wall clock: of all its queries the oldest such end,
    /// `None` if one has no known datapoint.
    pub known: Option<Timestamp>,
    /// At most [`QUERIES_PER_CALL`], statistics of one metric adjacent.
    pub queries: Vec<Query>,
}

impl Batch {
    /// The same batch, to be queried again after it failed.
    #[must_use]
    pub fn again(&self) -> Self {
        self.again_with(self.queries.clone())
    }

    /// The queries that have no result, as a batch to be queried again; `None` if all have one.
    #[must_use]
    pub fn missing(&self, results: &[QueryResult]) -> Option<Self> {
        let is_missing = |(_, result): &(&Query, &QueryResult)| **result == QueryResult::Missing;
        let missing = self.queries.iter().zip(results).filter(is_missing);
        let queries: Vec<Query> = missing.map(|(query, _)| query.clone()).collect();
        (!queries.is_empty()).then(|| self.again_with(queries))
    }

    fn again_with(&self, queries: Vec<Query>) -> Self {
        let Self { poll_group, generation, failures, known, .. } = *self;
        Self { poll_group, generation, failures: failures + 1, known, queries }
    }

    /// The time that a call is about which is made now, by the wall clock.
    #[must_use]
    pub fn window(&self, now: Timestamp) -> Window {
        Window::of(self.poll_group.timing, self.known, now)
    }

    /// The datapoints that AWS estimates for a call that is made now, whether they exist or not: those are what its quota counts.
    ///
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html>
    #[must_use]
    pub fn estimated_points(&self, now: Timestamp) -> usize {
        let periods = self.window(now).periods(self.poll_group.timing);
        self.queries.len() * usize::try_from(periods).unwrap_or(usize::MAX)
    }
}

/// One statistic of one metric of one resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// The index of the resource in the inventory of the batch.
    pub index: ResourceIndex,
    /// The resource.
    pub resource: Arc<Resource>,
    /// The names of the dimensions whose values name the resource: one of the spellings of its kind.
    pub dimensions: &'static [&'static str],
    /// The members of a cluster that it is an aggregate of; `None` for what the resource itself publishes.
    pub role: Option<Role>,
    /// The CloudWatch name; the namespace is that of the resource's service.
    pub metric: &'static str,
    /// The statistic.
    pub statistic: Statistic,
}

/// One metric of one resource that is to be queried.
#[derive(Debug, Clone)]
pub struct DueMetric<'a> {
    /// See [`Query::index`].
    pub index: ResourceIndex,
    /// The resource.
    pub resource: &'a Arc<Resource>,
    /// See [`Query::dimensions`].
    pub dimensions: &'static [&'static str],
    /// The members of a cluster that an aggregate is queried of; see [`Query::role`].
    pub role: Option<Role>,
    /// The metric with its statistics.
    pub selected: &'a Selected,
}

impl DueMetric<'_> {
    /// One query for each statistic.
    pub(super) fn queries(&self) -> impl Iterator<Item = Query> {
        self.selected.statistics.iter().map(|&statistic| Query {
            index: self.index,
            resource: Arc::clone(self.resource),
            dimensions: self.dimensions,
            role: self.role,
            metric: self.selected.row.metric,
            statistic,
        })
    }
}

fn billed_as(query: &Query) -> (ResourceIndex, &'static [&'static str], Option<Role>, &'static str) {
    (query.index, query.dimensions, query.role, query.metric)
}

/// How many metrics AWS bills for a batch: up to five statistics of one metric count once.
#[must_use]
pub fn billed_metrics(queries: &[Query]) -> usize {
    queries
        .chunk_by(|left, right| billed_as(left) == billed_as(right))
        .map(|statistics| statistics.len().div_ceil(STATISTICS_PER_BILLED_METRIC))
        .sum()
}
