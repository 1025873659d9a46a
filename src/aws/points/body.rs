//! The body of a `GetMetricData` request, written from a batch as it is.
//!
//! The SDK's types for a query own each of its names and values, which are a dozen allocations for each of hundreds of thousands
//! of queries. A test holds the body to what the SDK writes.

use std::fmt::Write;
use std::ptr;
use std::sync::Arc;

use aws_smithy_cbor::Encoder;
use aws_smithy_types::DateTime;

use super::page::ID;
use crate::catalog::Statistic;
use crate::plan::{Batch, Query, Window};
use crate::time::{Period, Timestamp};

/// Room for a query: most need less.
const QUERY_BYTES: usize = 256;

/// What the queries of one request have in common.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) window: Window,
    /// The token of the page before.
    pub(super) token: Option<&'a str>,
    /// The account of the metrics, if it is not that of the caller.
    pub(super) account: Option<&'a str>,
}

/// The body in CBOR, its fields in the order of the SDK.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>
pub(super) fn body(batch: &Batch, request: Request) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::with_capacity((batch.queries.len() + 1) * QUERY_BYTES));
    encoder.begin_map().str("MetricDataQueries").array(batch.queries.len());
    let mut parts = Parts { period: batch.poll_group.timing.period, account: request.account, metrics: Vec::new() };
    let (mut id, mut resource) = (String::new(), Vec::new());
    for (place, query) in batch.queries.iter().enumerate() {
        if place == 0 || !is_of_same(&batch.queries[place - 1], query) {
            resource = dimensions(query);
        }
        id.clear();
        // Writing into a text cannot fail.
        let _ = write!(id, "{ID}{place}");
        encoder.begin_map().str("Id").str(&id);
        let mut body = encoder.into_writer();
        let metric = parts.of(query);
        for part in [&metric.before, &resource, &metric.behind] {
            body.extend_from_slice(part);
        }
        encoder = Encoder::new(body);
    }
    encoder.str("StartTime").timestamp(&time(request.window.start));
    encoder.str("EndTime").timestamp(&time(request.window.end));
    if let Some(token) = request.token {
        encoder.str("NextToken").str(token);
    }
    encoder.end();
    encoder.into_writer()
}

fn time(moment: Timestamp) -> DateTime {
    DateTime::from_secs(moment.as_second())
}

/// A part of a query.
fn part() -> Encoder {
    Encoder::new(Vec::with_capacity(QUERY_BYTES))
}

/// Whether two queries have the same dimensions.
fn is_of_same(one: &Query, other: &Query) -> bool {
    Arc::ptr_eq(&one.resource, &other.resource) && (one.dimensions, one.role) == (other.dimensions, other.role)
}

fn dimensions(query: &Query) -> Vec<u8> {
    let role = query.role.map(|role| ("Role", role.dimension_value()));
    let values = query.resource.dimensions().map(|(_, value)| value);
    let dimensions: Vec<_> = query.dimensions.iter().copied().zip(values).chain(role).collect();
    let mut encoder = part();
    encoder.array(dimensions.len());
    for (name, value) in dimensions {
        encoder.begin_map().str("Name").str(name).str("Value").str(value).end();
    }
    encoder.into_writer()
}

/// The parts of queries that are the same for every resource: few differ in one request.
struct Parts<'a> {
    period: Period,
    account: Option<&'a str>,
    metrics: Vec<OfMetric>,
}

/// What stands before and behind the dimensions in the queries of one metric and statistic.
struct OfMetric {
    series: Series,
    before: Vec<u8>,
    behind: Vec<u8>,
}

/// Namespace, metric and statistic.
type Series = (&'static str, &'static str, Statistic);

impl Parts<'_> {
    fn of(&mut self, query: &Query) -> &OfMetric {
        let series = (query.resource.kind.service.namespace, query.metric, query.statistic);
        let known = self.metrics.iter().position(|known| is_same(known.series, series));
        let place = known.unwrap_or_else(|| {
            self.metrics.push(self.of_metric(series));
            self.metrics.len() - 1
        });
        &self.metrics[place]
    }

    fn of_metric(&self, series: Series) -> OfMetric {
        let (namespace, metric, statistic) = series;
        let (mut before, mut behind) = (part(), part());
        before.str("MetricStat").begin_map().str("Metric").begin_map();
        before.str("Namespace").str(namespace).str("MetricName").str(metric).str("Dimensions");
        behind.end().str("Period").integer(i32::try_from(self.period.seconds()).unwrap_or(i32::MAX));
        behind.str("Stat").str(&statistic.to_string()).end();
        if let Some(account) = self.account {
            behind.str("AccountId").str(account);
        }
        behind.end();
        OfMetric { series, before: before.into_writer(), behind: behind.into_writer() }
    }
}

/// Names are compared by their addresses, which takes a fraction of the time; a name that has two is written twice.
fn is_same((namespace, metric, statistic): Series, other: Series) -> bool {
    ptr::eq(namespace, other.0) && ptr::eq(metric, other.1) && statistic == other.2
}
