//! One page of a `GetMetricData` answer: periods, statistics, and where the next page begins.

use serde_json::Value;

use super::request::{Asked, MAX_DATAPOINTS, NEWEST_FIRST, Request};
use crate::sim::curve::{DAY, MINUTE, seed_of};
use crate::sim::document::Document;
use crate::sim::fault::Spoil;
use crate::sim::refusal::Refusal;
use crate::sim::world::{Scope, Series, World};

/// How long samples are kept: up to which period, for how long, both in seconds.
const RETENTION: [(i64, i64); 3] = [(299, 15 * DAY), (3599, 63 * DAY), (i64::MAX, 455 * DAY)];

/// Where a page begins, and the second at which the first page was asked: all pages show the same samples.
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

    /// A token belongs to the request that it was given out for.
    pub(super) fn parse(text: &str, fingerprint: u64) -> Result<Self, Refusal> {
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

/// What a token is tied to: who asks, and for what.
pub(super) fn fingerprint(scope: &Scope, input: &Value) -> u64 {
    let mut input = input.clone();
    input.as_object_mut().map(|fields| fields.remove("NextToken"));
    seed_of(&[&scope.account, &scope.region, &input.to_string()])
}

/// One answer under construction.
pub(super) struct Page<'a> {
    world: &'a World,
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
    pub(super) fn new(world: &'a World, scope: &'a Scope, request: &Request, from: Token) -> Self {
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
    pub(super) fn fill(&mut self, asked: &[Asked<'_>], spoils: &[Spoil]) -> Option<Token> {
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
        if it.metric.namespace != self.world.namespace(self.scope, &it.dimensions) {
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
