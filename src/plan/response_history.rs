//! Which metrics of a resource never had a datapoint: to query those once an hour is enough.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use crate::resource::ResourceIndex;
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
    by_metric: BTreeMap<&'static str, Responses>,
}

/// The history of one metric.
#[derive(Debug, Clone, Default)]
pub(super) struct Responses {
    /// By index, the second of 1970 at which the resource last had a datapoint. Four bytes suffice for a century, and a
    /// large fleet has hundreds of thousands of them.
    last_points: Vec<Option<NonZeroU32>>,
    /// The resources that had none since.
    silent: BTreeMap<ResourceIndex, Silence>,
}

/// What is known of a metric of a resource that had no datapoint in the last rounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    /// The index of the resource.
    pub resource: ResourceIndex,
    /// How many rounds in a row.
    pub rounds: u8,
    /// When it was queried last.
    pub last_query: Timestamp,
    /// When it had a datapoint last, if ever.
    pub last_point: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Silence {
    rounds: u8,
    last_query: Timestamp,
}

impl Responses {
    /// How often a metric that has at most a default level is queried of a resource.
    pub(super) fn pace(&self, resource: ResourceIndex, now: Timestamp) -> Pace {
        let Some(silence) = self.silent.get(&resource) else { return Pace::Usual };
        let is_remembered = self.last_point(resource).is_some_and(|at| now - at < MEMORY);
        if is_remembered || silence.rounds < PATIENCE { Pace::Usual } else { Pace::Seldom }
    }

    /// Whether such a metric is to be queried now of a resource.
    pub(super) fn should_query(&self, resource: ResourceIndex, now: Timestamp) -> bool {
        let is_new_span = |silence: &Silence| now.floor(SELDOM) != silence.last_query.floor(SELDOM);
        self.pace(resource, now) == Pace::Usual || self.silent.get(&resource).is_none_or(is_new_span)
    }

    fn last_point(&self, resource: ResourceIndex) -> Option<Timestamp> {
        let second = *self.last_points.get(resource.position())?;
        second.map(|second| Timestamp::from_second(second.get().into()))
    }

    fn record(&mut self, resource: ResourceIndex, has_point: bool, now: Timestamp) {
        if has_point {
            self.silent.remove(&resource);
            self.had_point(resource, now);
        } else {
            let silence = self.silent.entry(resource).or_default();
            *silence = Silence { rounds: silence.rounds.saturating_add(1), last_query: now };
        }
    }

    fn had_point(&mut self, resource: ResourceIndex, at: Timestamp) {
        let position = resource.position();
        if self.last_points.len() <= position {
            self.last_points.resize(position + 1, None);
        }
        self.last_points[position] = u32::try_from(at.as_second()).ok().and_then(NonZeroU32::new);
    }

    fn quiet(&self) -> impl Iterator<Item = Quiet> {
        self.silent.iter().map(|(&resource, silence)| {
            let Silence { rounds, last_query } = *silence;
            Quiet { resource, rounds, last_query, last_point: self.last_point(resource) }
        })
    }

    fn remap(&mut self, from: &[Option<ResourceIndex>]) {
        let before = |old: &Option<ResourceIndex>| *self.last_points.get(old.as_ref()?.position())?;
        let last_points = from.iter().map(before).collect();
        let silent = from
            .iter()
            .enumerate()
            .filter_map(|(position, old)| Some((ResourceIndex::new(position), *self.silent.get(old.as_ref()?)?)));
        *self = Self { silent: silent.collect(), last_points };
    }
}

impl ResponseHistory {
    /// `None` if it was never queried.
    pub(super) fn of(&self, metric: &str) -> Option<&Responses> {
        self.by_metric.get(metric)
    }

    /// Records one round of one resource: every metric queried, and whether it had a datapoint.
    ///
    /// A round in which no metric had one shows nothing about any of them.
    pub fn record(&mut self, resource: ResourceIndex, round: &[(&'static str, bool)], now: Timestamp) {
        if !round.iter().any(|(_, has_point)| *has_point) {
            return;
        }
        for &(metric, has_point) in round {
            self.by_metric.entry(metric).or_default().record(resource, has_point, now);
        }
    }

    /// Every metric with the resources that had no datapoint of it in the last rounds.
    pub fn quiet(&self) -> impl Iterator<Item = (&'static str, impl Iterator<Item = Quiet>)> {
        self.by_metric.iter().map(|(metric, responses)| (*metric, responses.quiet()))
    }

    /// Goes on with what was known before a restart of a metric that had no datapoint in the last rounds.
    pub fn was_quiet(&mut self, metric: &'static str, quiet: Quiet) {
        let responses = self.by_metric.entry(metric).or_default();
        responses.silent.insert(quiet.resource, Silence { rounds: quiet.rounds, last_query: quiet.last_query });
        if let Some(at) = quiet.last_point {
            responses.had_point(quiet.resource, at);
        }
    }

    /// Moves everything to the new index of its resource; `from[new]` is the old index of a resource that is remembered.
    pub fn remap(&mut self, from: &[Option<ResourceIndex>]) {
        for responses in self.by_metric.values_mut() {
            responses.remap(from);
        }
    }
}
