//! Reads a `GetMetricData` request and checks it against AWS's limits.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::sim::curve::{DAY, MINUTE};
use crate::sim::error_response::ErrorResponse;
use crate::sim::statistic::Statistic;

/// Queries in one call.
const MAX_QUERIES: usize = 500;
/// Characters of an `Id`.
const MAX_ID: usize = 255;
/// Dimensions of a metric.
const MAX_DIMENSIONS: usize = 30;
/// Datapoints in one response; `NextToken` leads to the rest.
pub(super) const MAX_DATAPOINTS: usize = 100_800;
/// The longest period in seconds: nothing is kept longer.
const MAX_PERIOD: i64 = 455 * DAY;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    pub start_time: f64,
    pub end_time: f64,
    pub metric_data_queries: Vec<Query>,
    #[serde(default)]
    pub scan_by: Option<String>,
    #[serde(default)]
    pub max_datapoints: Option<usize>,
    #[serde(default)]
    pub next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Query {
    pub id: String,
    #[serde(default)]
    pub metric_stat: Option<MetricStat>,
    #[serde(default)]
    pub label: Option<String>,
    #[serde(default)]
    pub return_data: Option<bool>,
    #[serde(default)]
    pub account_id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct MetricStat {
    pub metric: Metric,
    pub period: i64,
    pub stat: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Metric {
    #[serde(default)]
    pub namespace: String,
    #[serde(default, rename = "MetricName")]
    pub name: String,
    #[serde(default)]
    pub dimensions: Vec<Dimension>,
}

/// One dimension of a metric.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::sim) struct Dimension {
    pub name: String,
    #[serde(default)]
    pub value: Option<String>,
}

/// A query within all limits.
pub(super) struct ValidQuery<'a> {
    pub request: &'a Query,
    pub metric: &'a Metric,
    pub dimensions: String,
    pub period: i64,
    pub statistic: Statistic,
}

/// The queries of a request.
///
/// # Errors
/// The first limit of AWS that the request exceeds.
pub(super) fn check(request: &Request) -> Result<Vec<ValidQuery<'_>>, ErrorResponse> {
    let queries = &request.metric_data_queries;
    if queries.is_empty() {
        return Err(ErrorResponse::validation("The parameter MetricDataQueries is required."));
    }
    if queries.len() > MAX_QUERIES {
        let message = format!("The collection MetricDataQueries must not have a size greater than {MAX_QUERIES}.");
        return Err(ErrorResponse::validation(message));
    }
    if !request.start_time.is_finite() || !request.end_time.is_finite() || request.start_time >= request.end_time {
        return Err(ErrorResponse::validation("The parameter StartTime must be less than the parameter EndTime."));
    }
    if request.max_datapoints.is_some_and(|most| most == 0 || most > MAX_DATAPOINTS) {
        return Err(ErrorResponse::validation(format!(
            "The parameter MaxDatapoints must be from 1 to {MAX_DATAPOINTS}."
        )));
    }
    let scan = request.scan_by.as_deref().unwrap_or(NEWEST_FIRST);
    if ![NEWEST_FIRST, "TimestampAscending"].contains(&scan) {
        return Err(ErrorResponse::validation(format!("The value {scan} for parameter ScanBy is invalid.")));
    }
    let ids: BTreeSet<&str> = queries.iter().map(|query| query.id.as_str()).collect();
    if ids.len() < queries.len() {
        return Err(ErrorResponse::validation("The values for parameter Id in MetricDataQueries are not unique."));
    }
    queries.iter().zip(1..).map(|(query, n)| check_query(query, n)).collect()
}

/// The order of datapoints unless the request names another one.
pub(super) const NEWEST_FIRST: &str = "TimestampDescending";

fn check_query(query: &Query, n: usize) -> Result<ValidQuery<'_>, ErrorResponse> {
    let invalid = |what: &str, value: &str, why: &str| {
        ErrorResponse::validation(format!("The value {value} for parameter MetricDataQueries.member.{n}.{what} {why}."))
    };
    let id = query.id.as_str();
    let plain = |character: char| character.is_ascii_alphanumeric() || character == '_';
    if id.len() > MAX_ID || !id.starts_with(|first: char| first.is_ascii_lowercase()) || !id.chars().all(plain) {
        return Err(invalid("Id", id, "is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$"));
    }
    let Some(stat) = &query.metric_stat else {
        return Err(invalid("Expression", "", "is not served here: the simulated AWS knows no metric math"));
    };
    let minutes = (MINUTE..=MAX_PERIOD).contains(&stat.period) && stat.period % MINUTE == 0;
    if !minutes && ![1, 5, 10, 20, 30].contains(&stat.period) {
        let period = stat.period.to_string();
        return Err(invalid("MetricStat.Period", &period, "must be 1, 5, 10, 20, 30 or a multiple of 60"));
    }
    let statistic = Statistic::parse(&stat.stat).ok_or_else(|| invalid("MetricStat.Stat", &stat.stat, "is invalid"))?;
    let metric = &stat.metric;
    if metric.namespace.is_empty() || metric.name.is_empty() {
        return Err(invalid("MetricStat.Metric", "", "is required"));
    }
    if metric.dimensions.len() > MAX_DIMENSIONS {
        return Err(invalid("MetricStat.Metric.Dimensions", "", "has too many members"));
    }
    Ok(ValidQuery { request: query, metric, dimensions: join(&metric.dimensions), period: stat.period, statistic })
}

/// Dimensions in their canonical form; see [`canonical`](crate::sim::dimensions::canonical).
fn join(dimensions: &[Dimension]) -> String {
    let mut pairs: Vec<String> = dimensions
        .iter()
        .map(|dimension| format!("{}={}", dimension.name, dimension.value.as_deref().unwrap_or_default()))
        .collect();
    pairs.sort_unstable();
    pairs.join(",")
}
