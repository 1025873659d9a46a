//! `GetMetricData`: limits, periods, statistics and pages.
//!
//! Not simulated: metric math, `Unit` (ignored), and limits on rates.
//! Reference: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use super::document::Document;
use super::fault::Spoil;
use super::refusal::Refusal;
use super::world::{Scope, World};

mod page;
mod request;

use page::{Page, Token, fingerprint};
pub(super) use request::Dimension;
use request::{Asked, Request, check};

/// Statistics of one metric that are billed as one metric.
const STATISTICS_PER_METRIC: usize = 5;

/// What a call was worth, for the counters.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Worth {
    pub queries: u64,
    pub metrics: u64,
    pub billed: u64,
    pub datapoints: u64,
    pub empty: u64,
}

/// Whether a call asks for anything with this value in its dimensions.
pub(super) fn mentions(input: &Value, value: &str) -> bool {
    let queries = input["MetricDataQueries"].as_array().into_iter().flatten();
    let dimensions = queries.filter_map(|query| query["MetricStat"]["Metric"]["Dimensions"].as_array()).flatten();
    dimensions.into_iter().any(|dimension| dimension["Value"] == value)
}

/// Answers a call.
pub(super) fn answer(
    world: &World,
    scope: &Scope,
    now: i64,
    input: &Value,
    spoils: &[Spoil],
) -> Result<(Document, Worth), Refusal> {
    let request: Request = Request::deserialize(input).map_err(|error| Refusal::malformed(error.to_string()))?;
    let asked = check(&request)?;
    let fingerprint = || fingerprint(scope, input);
    let token = request.next_token.as_deref();
    let from = token.map(|token| Token::parse(token, fingerprint())).transpose()?.unwrap_or(Token::start(now));
    let mut page = Page::new(world, scope, &request, from);
    let next = page.fill(&asked, spoils);
    let mut answer =
        vec![("MetricDataResults", Document::List(page.results)), ("Messages", Document::List(Vec::new()))];
    answer.extend(next.map(|next| ("NextToken", Document::text(next.write(fingerprint())))));
    let worth = Worth { datapoints: page.datapoints as u64, empty: page.empty, ..billing(&asked) };
    Ok((Document::Map(answer), worth))
}

/// Metrics as AWS bills them: each set of dimensions once for every five statistics.
fn billing(asked: &[Asked<'_>]) -> Worth {
    let mut statistics: BTreeMap<(&str, &str, &str), BTreeSet<&str>> = BTreeMap::new();
    for it in asked {
        let metric = (it.metric.namespace.as_str(), it.metric.name.as_str(), it.dimensions.as_str());
        let stat = it.query.metric_stat.as_ref().map(|stat| stat.stat.as_str());
        statistics.entry(metric).or_default().extend(stat);
    }
    let billed = statistics.values().map(|them| them.len().div_ceil(STATISTICS_PER_METRIC) as u64).sum();
    Worth { queries: asked.len() as u64, metrics: statistics.len() as u64, billed, ..Worth::default() }
}
