//! `GetMetricData`: limits, periods, statistics and pages.
//!
//! Not simulated: metric math, `Unit` (ignored), and limits on rates.
//! Reference: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use super::curve::{DAY, MINUTE, seed_of};
use super::document::Document;
use super::fault::Spoil;
use super::refusal::Refusal;
use super::statistic::Statistic;
use super::world::{Scope, Series, World};

/// Queries in one call.
const MAX_QUERIES: usize = 500;
/// Datapoints in one answer; the rest follows by `NextToken`.
const MAX_DATAPOINTS: usize = 100_800;
/// Characters of an `Id`.
const MAX_ID: usize = 255;
/// Dimensions of a metric.
const MAX_DIMENSIONS: usize = 30;
/// Statistics of one metric that are billed as one metric.
const STATISTICS_PER_METRIC: usize = 5;
/// How long samples are kept: up to which period, for how long, both in seconds.
const RETENTION: [(i64, i64); 3] = [(299, 15 * DAY), (3599, 63 * DAY), (i64::MAX, 455 * DAY)];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    start_time: f64,
    end_time: f64,
    metric_data_queries: Vec<Query>,
    #[serde(default)]
    scan_by: Option<String>,
    #[serde(default)]
    max_datapoints: Option<usize>,
    #[serde(default)]
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Query {
    id: String,
    #[serde(default)]
    metric_stat: Option<MetricStat>,
    #[serde(default)]
    label: Option<String>,
    #[serde(default)]
    return_data: Option<bool>,
    #[serde(default)]
    account_id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MetricStat {
    metric: Metric,
    period: i64,
    stat: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Metric {
    #[serde(default)]
    namespace: String,
    #[serde(default, rename = "MetricName")]
    name: String,
    #[serde(default)]
    dimensions: Vec<Dimension>,
}

/// One dimension of a metric.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Dimension {
    pub name: String,
    #[serde(default)]
    pub value: Option<String>,
}

/// A query that was found in order.
struct Asked<'a> {
    query: &'a Query,
    metric: &'a Metric,
    dimensions: String,
    period: i64,
    statistic: Statistic,
}

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

fn check(request: &Request) -> Result<Vec<Asked<'_>>, Refusal> {
    let queries = &request.metric_data_queries;
    if queries.is_empty() {
        return Err(Refusal::validation("The parameter MetricDataQueries is required."));
    }
    if queries.len() > MAX_QUERIES {
        let message = format!("The collection MetricDataQueries must not have a size greater than {MAX_QUERIES}.");
        return Err(Refusal::validation(message));
    }
    if !request.start_time.is_finite() || !request.end_time.is_finite() || request.start_time >= request.end_time {
        return Err(Refusal::validation("The parameter StartTime must be less than the parameter EndTime."));
    }
    if request.max_datapoints.is_some_and(|most| most == 0 || most > MAX_DATAPOINTS) {
        return Err(Refusal::validation(format!("The parameter MaxDatapoints must be from 1 to {MAX_DATAPOINTS}.")));
    }
    let scan = request.scan_by.as_deref().unwrap_or(NEWEST_FIRST);
    if ![NEWEST_FIRST, "TimestampAscending"].contains(&scan) {
        return Err(Refusal::validation(format!("The value {scan} for parameter ScanBy is invalid.")));
    }
    let ids: BTreeSet<&str> = queries.iter().map(|query| query.id.as_str()).collect();
    if ids.len() < queries.len() {
        return Err(Refusal::validation("The values for parameter Id in MetricDataQueries are not unique."));
    }
    queries.iter().zip(1..).map(|(query, n)| check_query(query, n)).collect()
}

const NEWEST_FIRST: &str = "TimestampDescending";

fn check_query(query: &Query, n: usize) -> Result<Asked<'_>, Refusal> {
    let invalid = |what: &str, value: &str, why: &str| {
        Refusal::validation(format!("The value {value} for parameter MetricDataQueries.member.{n}.{what} {why}."))
    };
    let id = query.id.as_str();
    let plain = |character: char| character.is_ascii_alphanumeric() || character == '_';
    if id.len() > MAX_ID || !id.starts_with(|first: char| first.is_ascii_lowercase()) || !id.chars().all(plain) {
        return Err(invalid("Id", id, "is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$"));
    }
    let Some(stat) = &query.metric_stat else {
        return Err(invalid("Expression", "", "is not served here: the simulated AWS knows no metric math"));
    };
    if !([1, 5, 10, 20, 30].contains(&stat.period) || stat.period > 0 && stat.period % MINUTE == 0) {
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
    Ok(Asked { query, metric, dimensions: join(&metric.dimensions), period: stat.period, statistic })
}

/// Dimensions in the canonical writing.
fn join(dimensions: &[Dimension]) -> String {
    let mut pairs: Vec<String> =
        dimensions.iter().map(|it| format!("{}={}", it.name, it.value.as_deref().unwrap_or_default())).collect();
    pairs.sort_unstable();
    pairs.join(",")
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

/// Where a page begins, and the second at which the first page was asked: all pages show the same samples.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Token {
    query: usize,
    point: usize,
    now: i64,
}

impl Token {
    const fn start(now: i64) -> Self {
        Self { query: 0, point: 0, now }
    }

    fn write(self, fingerprint: u64) -> String {
        format!("{}.{}.{}.{fingerprint:016x}", self.query, self.point, self.now)
    }

    /// A token belongs to the request that it was given out for.
    fn parse(text: &str, fingerprint: u64) -> Result<Self, Refusal> {
        let read = || {
            let mut parts = text.split('.');
            let token = Self {
                query: parts.next()?.parse().ok()?,
                point: parts.next()?.parse().ok()?,
                now: parts.next()?.parse().ok()?,
            };
            (token.write(fingerprint) == text).then_some(token)
        };
        read().ok_or_else(Refusal::next_token)
    }
}

fn fingerprint(scope: &Scope, input: &Value) -> u64 {
    let mut input = input.clone();
    input.as_object_mut().map(|fields| fields.remove("NextToken"));
    seed_of(&[&scope.account, &scope.region, &input.to_string()])
}

/// One answer under construction.
struct Page<'a> {
    world: &'a World,
    scope: &'a Scope,
    from: Token,
    start: i64,
    end: i64,
    newest_first: bool,
    room: usize,
    results: Vec<Document>,
    datapoints: usize,
    empty: u64,
}

impl<'a> Page<'a> {
    #[expect(clippy::cast_possible_truncation, reason = "a time in seconds; a wild one saturates")]
    fn new(world: &'a World, scope: &'a Scope, request: &Request, from: Token) -> Self {
        Self {
            world,
            scope,
            from,
            start: request.start_time.floor() as i64,
            end: (request.end_time.ceil() as i64).min(from.now),
            newest_first: request.scan_by.as_deref().unwrap_or(NEWEST_FIRST) == NEWEST_FIRST,
            room: request.max_datapoints.unwrap_or(MAX_DATAPOINTS),
            results: Vec::new(),
            datapoints: 0,
            empty: 0,
        }
    }

    /// Answers query after query until the page is full; says where the next one begins.
    fn fill(&mut self, asked: &[Asked<'_>], spoils: &[Spoil]) -> Option<Token> {
        let mut skip = self.from.point;
        for (n, it) in asked.iter().enumerate().skip(self.from.query) {
            if it.query.return_data == Some(false) {
                continue;
            }
            if self.room == 0 {
                return Some(Token { query: n, point: 0, now: self.from.now });
            }
            let mut points = self.points(it);
            self.empty += u64::from(points.is_empty());
            points.drain(..skip.min(points.len()));
            let cut = points.len() > self.room;
            points.truncate(self.room);
            self.room -= points.len();
            let next = Token { query: n, point: skip + points.len(), now: self.from.now };
            skip = 0;
            let code = if cut { "PartialData" } else { "Complete" };
            self.push(it, points, code, spoils);
            if cut {
                return Some(next);
            }
        }
        None
    }

    fn push(&mut self, it: &Asked<'_>, mut points: Vec<(i64, f64)>, mut code: &'static str, spoils: &[Spoil]) {
        let foreign = it.query.account_id.as_ref().is_some_and(|account| *account != self.scope.account);
        let hit = |spoil: &&Spoil| {
            let mut dimensions = it.metric.dimensions.iter();
            spoil.value.as_ref().is_none_or(|value| dimensions.any(|dimension| dimension.value.as_ref() == Some(value)))
        };
        if let Some(spoil) = spoils.iter().find(hit) {
            code = spoil.code;
            points.truncate(if spoil.keeps_half { points.len() / 2 } else { 0 });
        }
        if foreign {
            code = "Forbidden";
            points.clear();
        }
        self.datapoints += points.len();
        let label = it.query.label.as_ref().unwrap_or(&it.metric.name);
        self.results.push(Document::Map(vec![
            ("Id", Document::text(&it.query.id)),
            ("Label", Document::text(label)),
            ("Timestamps", Document::List(points.iter().map(|(at, _)| Document::Time(*at)).collect())),
            ("Values", Document::List(points.iter().map(|(_, value)| Document::Number(*value)).collect())),
            ("StatusCode", Document::text(code)),
        ]));
    }

    /// All datapoints of a query in the order asked for.
    fn points(&self, it: &Asked<'_>) -> Vec<(i64, f64)> {
        if it.metric.namespace != "AWS/RDS" {
            return Vec::new();
        }
        let Some(series) = self.world.series(self.scope, &it.dimensions, &it.metric.name) else {
            return Vec::new();
        };
        let kept = RETENTION.iter().find(|(period, _)| it.period <= *period).map_or(0, |(_, kept)| *kept);
        let oldest = self.start.max(self.from.now - kept);
        let start = oldest.div_euclid(MINUTE) * MINUTE;
        let first = start.div_euclid(it.period) * it.period;
        let periods = (0..).map(|n| first + n * it.period).take_while(|at| *at < self.end);
        let point = |at| Some((at, it.statistic.of(&self.samples(&series, at, it.period))?));
        let mut points: Vec<_> = periods.filter_map(point).collect();
        if self.newest_first {
            points.reverse();
        }
        points
    }

    /// The readable samples of one period; the newest period may lack some that come later, as with AWS.
    fn samples(&self, series: &Series, at: i64, period: i64) -> Vec<f64> {
        let first = (at + MINUTE - 1).div_euclid(MINUTE) * MINUTE;
        let minutes = (0..).map(|n| first + n * MINUTE).take_while(|minute| *minute < (at + period).min(self.end));
        minutes.filter_map(|minute| series.sample(minute, self.from.now)).collect()
    }
}
