//! `GetMetricData`: limits, periods, statistics and pages.
//!
//! Not simulated: metric math, `Unit` (ignored), and limits on rates: faults throttle.
//! Reference: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use super::document::Document;
use super::error_response::ErrorResponse;
use super::fault::ResultFault;
use super::scope::Scope;
use super::simulation::Simulation;

mod page;
mod request;

use page::{Page, Token, fingerprint};
pub(super) use request::Dimension;
use request::{Request, ValidQuery, check};

/// Statistics of one metric that are billed as one metric.
const STATISTICS_PER_METRIC: usize = 5;

/// The numbers of one call that AWS bills or that tests compare.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Usage {
    pub queries: u64,
    pub metrics: u64,
    pub billed: u64,
    pub datapoints: u64,
    pub empty: u64,
}

/// Whether a query of the call has this value in its dimensions.
pub(super) fn mentions(input: &Value, value: &str) -> bool {
    let queries = input["MetricDataQueries"].as_array().into_iter().flatten();
    let dimensions = queries.filter_map(|query| query["MetricStat"]["Metric"]["Dimensions"].as_array()).flatten();
    dimensions.into_iter().any(|dimension| dimension["Value"] == value)
}

/// Responds to a call.
pub(super) fn respond(
    simulation: &Simulation,
    scope: &Scope,
    now: i64,
    input: &Value,
    result_faults: &[ResultFault],
) -> Result<(Document, Usage), ErrorResponse> {
    let request: Request = Request::deserialize(input).map_err(|error| ErrorResponse::malformed(error.to_string()))?;
    let queries = check(&request)?;
    let fingerprint = || fingerprint(scope, input);
    let token = request.next_token.as_deref();
    let from = token.map(|token| Token::parse(token, fingerprint())).transpose()?.unwrap_or(Token::start(now));
    let mut page = Page::new(simulation, scope, &request, from);
    let next = page.fill(&queries, result_faults);
    let mut response =
        vec![("MetricDataResults", Document::List(page.results)), ("Messages", Document::List(Vec::new()))];
    response.extend(next.map(|next| ("NextToken", Document::text(next.write(fingerprint())))));
    let usage = Usage { datapoints: page.datapoints as u64, empty: page.empty, ..billing(&queries) };
    Ok((Document::Map(response), usage))
}

/// Metrics as AWS bills them: each set of dimensions once for every five statistics.
fn billing(queries: &[ValidQuery<'_>]) -> Usage {
    let mut statistics: BTreeMap<(Option<&str>, &str, &str, &str), BTreeSet<&str>> = BTreeMap::new();
    for query in queries {
        let (account, metric) = (query.request.account_id.as_deref(), query.metric);
        let metric = (account, metric.namespace.as_str(), metric.name.as_str(), query.dimensions.as_str());
        let stat = query.request.metric_stat.as_ref().map(|stat| stat.stat.as_str());
        statistics.entry(metric).or_default().extend(stat);
    }
    let billed = statistics.values().map(|statistics| statistics.len().div_ceil(STATISTICS_PER_METRIC) as u64).sum();
    Usage { queries: queries.len() as u64, metrics: statistics.len() as u64, billed, ..Usage::default() }
}
