//! Batches of queries, each as large as one call may be.

use std::sync::Arc;

use super::poll_group::PollGroup;
use super::result::QueryResult;
use crate::catalog::Statistic;
use crate::config::selection::Selected;
use crate::resource::{Generation, Resource, ResourceIndex, Role};

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
    /// At most [`QUERIES_PER_CALL`], statistics of one metric adjacent.
    pub queries: Vec<Query>,
}

impl Batch {
    /// The same batch, to be queried again after it failed.
    #[must_use]
    pub fn again(&self) -> Self {
        Self { failures: self.failures + 1, ..self.clone() }
    }

    /// The queries that have no result, as a batch to be queried again; `None` if all have one.
    #[must_use]
    pub fn missing(&self, results: &[QueryResult]) -> Option<Self> {
        let is_missing = |(_, result): &(&Query, &QueryResult)| **result == QueryResult::Missing;
        let missing = self.queries.iter().zip(results).filter(is_missing);
        let queries: Vec<Query> = missing.map(|(query, _)| query.clone()).collect();
        let Self { poll_group, generation, failures, .. } = *self;
        (!queries.is_empty()).then_some(Self { poll_group, generation, failures: failures + 1, queries })
    }

    /// The datapoints that AWS estimates for the call, whether they exist or not: those are what its quota counts.
    ///
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html>
    #[must_use]
    pub fn estimated_points(&self) -> usize {
        let timing = self.poll_group.timing;
        let periods = timing.look_back.div_euclid(timing.period.into()).max(1);
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

/// Packs what is due into full batches; the statistics of one metric are never in two calls.
#[must_use]
pub fn batches<'a>(
    due_metrics: impl IntoIterator<Item = DueMetric<'a>>,
    poll_group: PollGroup,
    generation: Generation,
) -> Vec<Batch> {
    let mut packer = Packer::default();
    let mut full: Vec<_> = due_metrics.into_iter().filter_map(|due| packer.add(&due)).collect();
    full.extend(packer.rest());
    full.into_iter().map(|queries| Batch { poll_group, generation, failures: 0, queries }).collect()
}

/// Packs queries as they come: a round of a large fleet has hundreds of batches, which are not made before their turn.
#[derive(Debug, Default)]
pub struct Packer(Vec<Query>);

impl Packer {
    /// Adds a metric; returns the queries before it if those of the metric do not fit their call.
    pub fn add(&mut self, due: &DueMetric) -> Option<Vec<Query>> {
        let fits = self.0.len() + due.selected.statistics.len() <= QUERIES_PER_CALL;
        let full = if fits { None } else { self.rest() };
        self.0.extend(queries(due));
        full
    }

    /// The queries that are in no batch yet, if there are any.
    pub fn rest(&mut self) -> Option<Vec<Query>> {
        Some(std::mem::take(&mut self.0)).filter(|queries| !queries.is_empty())
    }
}

fn queries<'a>(due: &'a DueMetric<'_>) -> impl Iterator<Item = Query> + 'a {
    due.selected.statistics.iter().map(|&statistic| Query {
        index: due.index,
        resource: Arc::clone(due.resource),
        dimensions: due.dimensions,
        role: due.role,
        metric: due.selected.row.metric,
        statistic,
    })
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
