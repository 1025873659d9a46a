//! One page of a `GetMetricData` response: periods, statistics, and where the next page begins.

use serde_json::Value;

use super::request::{MAX_DATAPOINTS, NEWEST_FIRST, Request, ValidQuery};
use crate::sim::curve::{DAY, MINUTE, seed_of};
use crate::sim::document::Document;
use crate::sim::error_response::ErrorResponse;
use crate::sim::fault::ResultFault;
use crate::sim::scope::Scope;
use crate::sim::series::Series;
use crate::sim::simulation::Simulation;

/// How long samples are kept, by period: the longest period, then the retention, both in seconds.
const RETENTION: [(i64, i64); 3] = [(299, 15 * DAY), (3599, 63 * DAY), (i64::MAX, 455 * DAY)];

/// Where a page begins, and the second of the request for the first page, so that all pages show the same samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Token {
    query: usize,
    point: usize,
    now: i64,
}

impl Token {
    pub(super) const fn start(now: i64) -> Self {
        Self { query: 0, point: 0, now }
    }

    pub(super) fn write(self, fingerprint: u64) -> String {
        format!("{}.{}.{}.{fingerprint:016x}", self.query, self.point, self.now)
    }

    /// Reads a token, which is valid only for the request that it was made for.
    pub(super) fn parse(text: &str, fingerprint: u64) -> Result<Self, ErrorResponse> {
        let read = || {
            let mut parts = text.split('.');
            let token = Self {
                query: parts.next()?.parse().ok()?,
                point: parts.next()?.parse().ok()?,
                now: parts.next()?.parse().ok()?,
            };
            (token.write(fingerprint) == text).then_some(token)
        };
        read().ok_or_else(ErrorResponse::next_token)
    }
}

/// A hash of the caller and of the request without its token; a token carries it.
pub(super) fn fingerprint(scope: &Scope, input: &Value) -> u64 {
    let mut input = input.clone();
    input.as_object_mut().map(|fields| fields.remove("NextToken"));
    seed_of(&[&scope.account, &scope.region, &input.to_string()])
}

/// One response under construction.
pub(super) struct Page<'a> {
    simulation: &'a Simulation,
    scope: &'a Scope,
    from: Token,
    start: i64,
    end: i64,
    newest_first: bool,
    room: usize,
    pub results: Vec<Document>,
    pub datapoints: usize,
    pub empty: u64,
}

impl<'a> Page<'a> {
    #[expect(clippy::cast_possible_truncation, reason = "a time in seconds; a wild one saturates")]
    pub(super) fn new(simulation: &'a Simulation, scope: &'a Scope, request: &Request, from: Token) -> Self {
        Self {
            simulation,
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

    /// Adds the results of one query after another until the page is full; returns where the next page begins.
    pub(super) fn fill(&mut self, queries: &[ValidQuery<'_>], result_faults: &[ResultFault]) -> Option<Token> {
        let mut skip = self.from.point;
        for (n, query) in queries.iter().enumerate().skip(self.from.query) {
            if query.request.return_data == Some(false) {
                continue;
            }
            if self.room == 0 {
                return Some(Token { query: n, point: 0, now: self.from.now });
            }
            let mut points = self.points(query);
            self.empty += u64::from(points.is_empty());
            points.drain(..skip.min(points.len()));
            let cut = points.len() > self.room;
            points.truncate(self.room);
            self.room -= points.len();
            let next = Token { query: n, point: skip + points.len(), now: self.from.now };
            skip = 0;
            let code = if cut { "PartialData" } else { "Complete" };
            self.push(query, points, code, result_faults);
            if cut {
                return Some(next);
            }
        }
        None
    }

    fn push(
        &mut self,
        query: &ValidQuery<'_>,
        mut points: Vec<(i64, f64)>,
        mut code: &'static str,
        result_faults: &[ResultFault],
    ) {
        let is_hit = |fault: &&ResultFault| {
            let mut dimensions = query.metric.dimensions.iter();
            fault.value.as_ref().is_none_or(|value| dimensions.any(|dimension| dimension.value.as_ref() == Some(value)))
        };
        if let Some(fault) = result_faults.iter().find(is_hit) {
            code = fault.code;
            points.truncate(if fault.keeps_half { points.len() / 2 } else { 0 });
        }
        if self.source(query).is_none() {
            code = "Forbidden";
            points.clear();
        }
        self.datapoints += points.len();
        let label = query.request.label.as_ref().unwrap_or(&query.metric.name);
        self.results.push(Document::Map(vec![
            ("Id", Document::text(&query.request.id)),
            ("Label", Document::text(label)),
            ("Timestamps", Document::List(points.iter().map(|(at, _)| Document::Time(*at)).collect())),
            ("Values", Document::List(points.iter().map(|(_, value)| Document::Number(*value)).collect())),
            ("StatusCode", Document::text(code)),
        ]));
    }

    /// Where the metric of a query is: in the account that it names, if that one is the caller's or linked to it.
    fn source(&self, query: &ValidQuery<'_>) -> Option<Scope> {
        let account = query.request.account_id.as_ref().unwrap_or(&self.scope.account);
        let linked = self.simulation.fleet.links.get(&self.scope.account);
        let is_visible = *account == self.scope.account || linked.is_some_and(|linked| linked.contains(account));
        is_visible.then(|| Scope { account: account.clone(), region: self.scope.region.clone() })
    }

    /// All datapoints of a query in the requested order.
    fn points(&self, query: &ValidQuery<'_>) -> Vec<(i64, f64)> {
        let Some(source) = self.source(query) else { return Vec::new() };
        if query.metric.namespace != self.simulation.namespace(&source, &query.dimensions) {
            return Vec::new();
        }
        let Some(series) = self.simulation.series(&source, &query.dimensions, &query.metric.name) else {
            return Vec::new();
        };
        let kept = RETENTION.iter().find(|(period, _)| query.period <= *period).map_or(0, |(_, kept)| *kept);
        let oldest = self.start.max(self.from.now - kept);
        let start = oldest.div_euclid(MINUTE) * MINUTE;
        let first = start.div_euclid(query.period) * query.period;
        let periods = (0..).map(|n| first + n * query.period).take_while(|at| *at < self.end);
        let point = |at| Some((at, query.statistic.of(&self.samples(&series, at, query.period))?));
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
