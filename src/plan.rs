//! What is due, in batches as large as AWS allows.
//!
//! Resources, selection and habits in, batches out. It asks nobody and remembers nothing but habits.

use std::sync::Arc;

use crate::catalog::Statistic;
use crate::config::selection::{Selected, Timing};
use crate::resource::{Resource, Role};

mod response_history;
mod now;
mod poll_group;

pub use now::Now;
pub use poll_group::{PollGroup, Task, next_due};
pub use response_history::ResponseHistory;

/// Seconds since 1970, as every time in the pure rooms.
pub type Seconds = i64;

/// Queries that one `GetMetricData` call may hold, not adjustable.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>
pub const QUERIES_PER_CALL: usize = 500;

/// Statistics of one metric that one call bills as one metric.
///
/// <https://aws.amazon.com/cloudwatch/pricing/>
pub const STATISTICS_PER_BILLED_METRIC: usize = 5;

/// One call: queries of one rhythm. What time they are about is decided when it is made, for it may wait for its turn.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// How often its metrics are asked and how long their values live.
    pub poll_group: PollGroup,
    /// At most [`QUERIES_PER_CALL`], statistics of one metric adjacent.
    pub queries: Vec<Query>,
}

/// The time that a call is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first second, a multiple of the period.
    pub start: Seconds,
    /// The first second after it, a multiple of the period: no unfinished period is read.
    pub end: Seconds,
}

impl Window {
    /// The window of a call that is made now: whole periods, those left out that are unfinished or not settled yet.
    #[must_use]
    pub fn of(timing: Timing, now: Seconds) -> Self {
        let period = Seconds::from(timing.period_seconds);
        let settled = now - Seconds::from(timing.settle_seconds);
        let end = settled - settled.rem_euclid(period);
        let periods = Seconds::from(timing.look_back_seconds).div_euclid(period).max(1);
        Self { start: end - periods * period, end }
    }
}

/// One statistic of one metric of one resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// The resource.
    pub resource: Arc<Resource>,
    /// The members of a cluster that it is an aggregate of; `None` for what the resource itself publishes.
    pub role: Option<Role>,
    /// The CloudWatch name; the namespace is that of the resource's service.
    pub metric: &'static str,
    /// The statistic.
    pub statistic: Statistic,
}

/// One datapoint.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The value in the metric's own unit.
    pub value: f64,
    /// The end of its period.
    pub end: Seconds,
}

/// What came back for one query of a batch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum QueryResult {
    /// The newest complete point of the window.
    Newest(Point),
    /// Asked and answered: no point in the window.
    Empty,
    /// Not answered: a partial result, an internal error, a refusal. The last good value stays.
    Missing,
}

impl QueryResult {
    /// The point, if there is one.
    #[must_use]
    pub const fn point(&self) -> Option<Point> {
        match self {
            Self::Newest(point) => Some(*point),
            Self::Empty | Self::Missing => None,
        }
    }
}

/// What came back for a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchResult {
    /// When it was asked; it says nothing of what came later.
    pub requested_at: Now,
    /// One for each query, in their order.
    pub answers: Vec<QueryResult>,
    /// How many datapoints were dropped because they end after the time at which they were asked.
    pub future: usize,
}

/// One metric of one resource that is to be asked.
#[derive(Debug, Clone)]
pub struct DueMetric<'a> {
    /// The resource.
    pub resource: &'a Arc<Resource>,
    /// The members of a cluster that an aggregate is asked of; see [`Query::role`].
    pub role: Option<Role>,
    /// The metric with its statistics.
    pub selected: &'a Selected,
}

/// Packs what is due into full batches; the statistics of one metric never stand in two calls.
#[must_use]
pub fn batches(due_metrics: &[DueMetric<'_>], poll_group: PollGroup) -> Vec<Batch> {
    let mut batches: Vec<Vec<Query>> = Vec::new();
    for ask in due_metrics {
        let statistics = &ask.selected.statistics;
        match batches.last_mut() {
            Some(open) if open.len() + statistics.len() <= QUERIES_PER_CALL => open.extend(queries(ask)),
            _ => batches.push(queries(ask).collect()),
        }
    }
    batches.into_iter().map(|queries| Batch { poll_group, queries }).collect()
}

fn queries<'a>(ask: &'a DueMetric<'_>) -> impl Iterator<Item = Query> + 'a {
    ask.selected.statistics.iter().map(|&statistic| Query {
        resource: Arc::clone(ask.resource),
        role: ask.role,
        metric: ask.selected.row.metric,
        statistic,
    })
}

/// The newest complete point among those that came back, in whatever order.
///
/// CloudWatch never sends NaN; a server that does has not answered.
#[must_use]
pub fn newest(points: impl IntoIterator<Item = (Seconds, f64)>, timing: Timing, window: Window) -> QueryResult {
    let period = Seconds::from(timing.period_seconds);
    points
        .into_iter()
        .map(|(start, value)| Point { value, end: start + period })
        .filter(|point| point.value.is_finite() && point.end <= window.end)
        .max_by_key(|point| point.end)
        .map_or(QueryResult::Empty, QueryResult::Newest)
}

/// How many metrics AWS bills for a batch: up to five statistics of one metric count once.
#[must_use]
pub fn billed_metrics(queries: &[Query]) -> usize {
    queries
        .chunk_by(|left, right| {
            (left.metric, left.role) == (right.metric, right.role) && Arc::ptr_eq(&left.resource, &right.resource)
        })
        .map(|statistics| statistics.len().div_ceil(STATISTICS_PER_BILLED_METRIC))
        .sum()
}

#[cfg(test)]
mod tests;
