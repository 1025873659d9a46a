//! How a metric is queried of resources on which no alert depends on it: less often, because only people look at it.

use std::time::Duration;

use crate::catalog::{Provider, Row};
use crate::config::{Config, Polling, Timing};
use crate::time::Seconds;

/// How a metric is queried of resources on which no alert depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WithoutLevel {
    /// How often it is queried.
    pub interval: Duration,
    /// The usual period and look-back, so that values keep their meaning; they are served longer.
    pub timing: Timing,
}

impl WithoutLevel {
    /// `None` if that is not less often than usual.
    ///
    /// The usual age limit leaves room for one round that fails. Two intervals are longer by so much, and so is the limit.
    pub(super) fn of(polling: &Polling, usual: Duration, timing: Timing) -> Option<Self> {
        let longer = polling.without_level.saturating_sub(usual);
        let age_limit = timing.age_limit + Seconds::from(2 * longer);
        let (interval, timing) = (polling.without_level, Timing { age_limit, ..timing });
        (!longer.is_zero()).then_some(Self { interval, timing })
    }
}

/// The metrics whose alerts read this one: durations that count only while there are operations, and the other part of a
/// sum, which exists only of points of one period.
pub(super) fn read_with(config: &Config, row: &'static Row) -> Vec<&'static str> {
    let rows = || config.catalog.rows().filter(|one| one.kind == row.kind);
    let sums = rows().filter(|one| one.is_computed_from(row)).filter_map(|sum| match sum.provider {
        Provider::Computed(parts) => Some(parts),
        _ => None,
    });
    let parts: Vec<&str> = sums.flatten().chain([row.metric]).collect();
    let reads =
        |one: &&Row| one.alert.and_then(|alert| alert.busy).is_some_and(|busy| parts.contains(&busy.operations));
    let is_read_with = |one: &&Row| one.metric != row.metric && (parts.contains(&one.metric) || reads(one));
    rows().filter(is_read_with).map(|one| one.metric).collect()
}
