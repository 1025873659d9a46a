//! Guards: how far tags may go. Only what tags say is bound; whoever speaks after them is not.
//!
//! What a guard changes is an issue with each key that said it.

use std::collections::BTreeMap;

use super::Issue;
use super::saying::{Saying, Word};
use super::tags::{self, Claim};
use crate::catalog::amount::amount;
use crate::catalog::{MetricId, Row, measure};
use crate::config::{Bound, Guard};
use crate::level::{Amount, AmountUnit, Level, Reason};

/// The guard that bounds a metric, and how.
pub(super) type Bounded<'a> = (&'a Guard, &'a Bound);

/// What the tags of one carrier say of one metric, and the keys that say it.
pub(super) struct Said<'a> {
    pub(super) saying: Saying,
    pub(super) claims: &'a [Claim<'a>],
}

/// How long a metric may be muted at a time, and the name of the guard that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct MuteBound<'a> {
    pub(super) longest: i64,
    pub(super) guard: &'a str,
}

/// What binds the mutes of each metric, if anything does.
pub(super) type MuteBounds<'a> = BTreeMap<&'static str, Option<MuteBound<'a>>>;

/// What binds the mutes of a metric: the strongest guard that says it of this metric, else the strongest that says it
/// of all.
pub(super) fn longest_mute<'a>(strongest_first: &[&'a Guard], metric: MetricId) -> Option<MuteBound<'a>> {
    let of_metric =
        strongest_first.iter().map(|guard| (guard, guard.bound(metric).and_then(|bound| bound.longest_mute)));
    let of_all = strongest_first.iter().map(|guard| (guard, guard.longest_mute));
    of_metric.chain(of_all).find_map(|(guard, longest)| {
        let longest = i64::try_from(longest?.as_secs()).unwrap_or(i64::MAX);
        Some(MuteBound { longest, guard: &guard.name })
    })
}

/// The guard that binds a metric: the strongest that bounds it.
pub(super) fn of<'a>(strongest_first: &[&'a Guard], metric: MetricId) -> Option<Bounded<'a>> {
    strongest_first.iter().find_map(|guard| guard.bound(metric).map(|bound| (*guard, bound)))
}

/// Moves levels beyond a bound to it, and takes back blanks where a level is required.
///
/// `whole` is what a bound in percent is a share of, if it is known.
pub(super) fn bind(
    (guard, bound): Bounded,
    (row, whole): (&Row, Option<f64>),
    severities: &[String],
    said: &mut Said,
) -> Vec<Issue> {
    let mut issues = Vec::new();
    for (severity, name) in severities.iter().enumerate() {
        let word = said.saying[severity];
        said.saying[severity] = match word {
            Word::Level(level) => match moved(bound, row, whole, level) {
                Ok(level) => Word::Level(level),
                Err(reason) => {
                    issues.push(Issue::guard(guard, row.metric, reason));
                    word
                }
            },
            Word::Blank if bound.required.contains(&severity) => Word::Silent,
            Word::Blank | Word::Silent => word,
        };
        if said.saying[severity] != word {
            let allowed = match word {
                Word::Level(_) => within(row, bound),
                Word::Blank | Word::Silent => format!("requires a {name} level"),
            };
            issues.extend(blamed(guard, &allowed, tags::heard(said.claims, severity)));
        }
    }
    issues
}

/// Takes back every blank, for a metric that may not be off.
pub(super) fn unblank(guard: &Guard, row: &Row, said: &mut Said) -> Vec<Issue> {
    let allowed = format!("does not allow {} to be off", row.metric);
    let mut issues = Vec::new();
    for word in said.saying.iter_mut().filter(|word| **word == Word::Blank) {
        *word = Word::Silent;
        issues.extend(blamed(guard, &allowed, said.claims.iter().filter(|claim| claim.blanks())));
    }
    issues
}

/// An issue with each of these keys; `allowed` is what the guard does, such as `requires a critical level`.
pub(super) fn blamed<'c, 'a: 'c>(
    guard: &Guard,
    allowed: &str,
    guilty: impl Iterator<Item = &'c Claim<'a>>,
) -> Vec<Issue> {
    guilty.map(|claim| claim.refused(Reason::OutsideGuard).beyond(&guard.name, allowed)).collect()
}

/// What a bound allows levels to be; people who write tags cannot see the configuration.
fn within(row: &Row, bound: &Bound) -> String {
    let shown = |level: &Level| match level {
        Level::One(Amount { number, unit: AmountUnit::Bare }) => amount(*number, row.unit),
        other => other.to_string(),
    };
    let range = match (bound.lowest.as_ref().map(shown), bound.highest.as_ref().map(shown)) {
        (Some(lowest), Some(highest)) => format!("from {lowest} to {highest}"),
        (Some(lowest), None) => format!("of at least {lowest}"),
        (None, highest) => format!("of at most {}", highest.unwrap_or_default()),
    };
    format!("allows levels of {} {range}; beyond, the bound holds", row.metric)
}

/// An issue with the guard itself: levels that it requires and that no source gives, by the names of their severities.
pub(super) fn missing(guard: &Guard, row: &Row, severities: &[&str]) -> Issue {
    let (name, metric, severities) = (&guard.name, row.metric, severities.join(" and a "));
    Issue::guard(guard, metric, Reason::OutsideGuard).advising(format!(
        "The guard `{name}` requires a {severities} level of {metric}, and nobody gives one that can stand: write one in a tag or the \
         configuration, or do not require it."
    ))
}

/// The level, or the bound that it is beyond.
fn moved(bound: &Bound, row: &Row, whole: Option<f64>, level: f64) -> Result<f64, Reason> {
    let number = |bound: &Option<Level>| bound.as_ref().map(|bound| measure::value(row, bound, whole)).transpose();
    let level = number(&bound.highest)?.map_or(level, |highest| level.min(highest));
    Ok(number(&bound.lowest)?.map_or(level, |lowest| level.max(lowest)))
}
