//! Which metrics of a resource never had a datapoint: to query those once an hour is enough.

use std::collections::HashMap;
use std::sync::Arc;

use crate::time::{Seconds, Timestamp};

/// A metric that never had a datapoint is queried once in each of these spans. A fixed time after the last query would
/// not do: a result takes a while, so that the round of an hour later would come too early, and the next one too late.
const SELDOM: Seconds = Seconds::HOUR;

/// How long one datapoint keeps a metric at its interval; as long as CloudWatch lists a metric without data.
const MEMORY: Seconds = Seconds::new(14 * 86_400);

/// Rounds without a datapoint, in which other metrics of the resource had one, before a metric is queried seldom.
const PATIENCE: u8 = 3;

/// How often a metric is queried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pace {
    /// At its interval.
    Usual,
    /// Once an hour.
    Seldom,
}

impl Pace {
    /// The interval of a metric whose usual one is given.
    #[must_use]
    pub fn interval(self, usual: Seconds) -> Seconds {
        match self {
            Self::Usual => usual,
            Self::Seldom => usual.max(SELDOM),
        }
    }
}

/// Which metrics of one scope's resources had datapoints, and when they were queried.
#[derive(Debug, Clone, Default)]
pub struct ResponseHistory {
    /// By ARN and metric.
    by_resource: HashMap<Arc<str>, HashMap<&'static str, Response>>,
}

/// The history of one resource; `None` if it has none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Responses<'a>(Option<&'a HashMap<&'static str, Response>>);

#[derive(Debug, Clone, Copy, Default)]
struct Response {
    last_point: Option<Timestamp>,
    last_query: Timestamp,
    /// Rounds since the last datapoint.
    silent: u8,
}

impl Responses<'_> {
    /// How often a metric that has at most a default level is queried.
    pub(super) fn pace(self, metric: &str, now: Timestamp) -> Pace {
        let Some(response) = self.of(metric) else { return Pace::Usual };
        let is_remembered = response.last_point.is_some_and(|at| now - at < MEMORY);
        if is_remembered || response.silent < PATIENCE { Pace::Usual } else { Pace::Seldom }
    }

    /// Whether such a metric is to be queried in a round at `now`.
    pub(super) fn should_query(self, metric: &str, now: Timestamp) -> bool {
        let is_new_span = |last: Timestamp| now.floor(SELDOM) != last.floor(SELDOM);
        self.pace(metric, now) == Pace::Usual || self.of(metric).is_none_or(|response| is_new_span(response.last_query))
    }

    fn of(self, metric: &str) -> Option<Response> {
        self.0.and_then(|metrics| metrics.get(metric)).copied()
    }
}

impl ResponseHistory {
    pub(super) fn of(&self, arn: &str) -> Responses<'_> {
        Responses(self.by_resource.get(arn))
    }

    /// Records one round of one resource: every metric queried, and whether it had a datapoint.
    ///
    /// A round in which no metric had one shows nothing about any of them.
    pub fn record(&mut self, resource: &Arc<str>, round: &[(&'static str, bool)], now: Timestamp) {
        if !round.iter().any(|(_, has_point)| *has_point) {
            return;
        }
        let metrics = self.by_resource.entry(Arc::clone(resource)).or_default();
        for &(metric, has_point) in round {
            let response = metrics.entry(metric).or_default();
            response.last_query = now;
            if has_point {
                *response = Response { last_point: Some(now), last_query: now, silent: 0 };
            } else {
                response.silent = response.silent.saturating_add(1);
            }
        }
    }

    /// Forgets the resources whose ARN is not to be kept.
    pub fn retain(&mut self, mut keep: impl FnMut(&str) -> bool) {
        self.by_resource.retain(|resource, _| keep(resource));
    }
}
