//! The results of queries.

use super::now::Now;
use super::window::Window;
use crate::config::Timing;
use crate::time::Timestamp;

/// One datapoint.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The value in the metric's own unit.
    pub value: f64,
    /// The end of its period.
    pub end: Timestamp,
}

/// The result of one query of a batch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum QueryResult {
    /// The newest complete point of the window.
    Newest(Point),
    /// A complete result without a point in the window.
    Empty,
    /// No result: a partial one, an internal error, a refusal. The last good value stays.
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

/// The result of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchResult {
    /// When the call was made: the result shows nothing of what came later.
    pub requested_at: Now,
    /// One for each query, in their order.
    pub answers: Vec<QueryResult>,
    /// What came with them.
    pub counts: ResponseCounts,
}

/// Numbers about the responses of one batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ResponseCounts {
    /// Requests that had a response: AWS bills each one for all queries of the batch.
    pub pages: usize,
    /// Datapoints that were dropped because they end after the time at which they were requested.
    pub future: usize,
    /// Datapoints that were dropped because their value is none that `CloudWatch` stores.
    pub invalid: usize,
}

/// The largest absolute value that `CloudWatch` stores: 2 to the power of 360. It stores neither infinity nor NaN.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html>
const LARGEST: f64 = f64::from_bits((1_023 + 360) << 52);

/// Whether `CloudWatch` can have stored a value.
#[must_use]
pub fn is_stored(value: f64) -> bool {
    value.abs() <= LARGEST
}

/// The newest complete point among those of a result, in whatever order.
///
/// A value that CloudWatch cannot have stored is no point.
#[must_use]
pub fn newest(points: impl IntoIterator<Item = (Timestamp, f64)>, timing: Timing, window: Window) -> QueryResult {
    points
        .into_iter()
        .map(|(start, value)| Point { value, end: start + timing.period.into() })
        .filter(|point| is_stored(point.value) && point.end <= window.end)
        .max_by_key(|point| point.end)
        .map_or(QueryResult::Empty, QueryResult::Newest)
}
