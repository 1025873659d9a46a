//! Levels that protect less after a plan than before. What a plan does not know yet is no loss.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use serde::Serialize;

use crate::catalog::amount::amount;
use crate::catalog::{self, Row, Side};
use crate::inventory::{Known, View};
use crate::level::Reason;
use crate::level::mute::Mute;
use crate::resource::{LimitSource, Resource};
use crate::threshold::{Issue, MuteSchedule, ResolveContext, SetBy, Threshold, denominator};
use crate::time::Timestamp;

/// A level that protects less after a plan than before.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Loss {
    /// As CloudWatch names it.
    pub metric: &'static str,
    /// The configured name; `None` for all severities of a share.
    pub severity: Option<String>,
    /// The level today, in the metric's unit; `None` for a share of an unknown denominator.
    pub before: Option<f64>,
    /// What sets it today.
    pub set_by: String,
    /// The level afterwards; `None` when there is none.
    pub after: Option<f64>,
    /// The mute that is new.
    pub muted: Option<Mute>,
}

/// By ARN, what each resource loses.
pub type Losses = BTreeMap<String, Vec<Loss>>;

/// The losses between two views that can be [compared](super::Input::comparable).
#[must_use]
pub fn losses(before: &View, after: &View, moment: Timestamp) -> Losses {
    let former: BTreeMap<&str, State> = states(before).collect();
    let lost = |(arn, then): (&str, State)| Some((arn.to_owned(), former.get(arn)?.losses(&then, moment)));
    states(after).filter_map(lost).collect()
}

fn states(view: &View) -> impl Iterator<Item = (&str, State<'_>)> {
    let context = view.inventory.context();
    view.inventory.known().iter().map(move |known| (&*known.resource.arn, State { known, context }))
}

/// One resource with its levels, before a plan or after it.
#[derive(Clone, Copy)]
struct State<'a> {
    known: &'a Known,
    context: ResolveContext<'a>,
}

impl State<'_> {
    /// The levels of this state that protect less in the state afterwards.
    fn losses(&self, after: &Self, moment: Timestamp) -> Vec<Loss> {
        let levels = self.known.resolved.thresholds.iter().filter_map(|level| self.lost_level(level, after, moment));
        levels.chain(self.lost_shares(after, moment)).collect()
    }

    fn lost_level(&self, level: &Threshold, after: &Self, moment: Timestamp) -> Option<Loss> {
        let row = catalog::find(level.metric)?;
        let is_same = |new: &&Threshold| (new.metric, new.severity) == (level.metric, level.severity);
        let then = after.known.resolved.thresholds.iter().find(is_same);
        let muted = after.schedule().newly_muted(self.schedule(), level.metric, moment);
        let is_lost = muted.is_some() || then.is_none_or(|then| self.is_weaker(row, level, after, then));
        is_lost.then(|| Loss {
            metric: level.metric,
            severity: Some(self.context.config.severity(level.severity).to_owned()),
            before: Some(level.value),
            set_by: self.set_by(level).to_string(),
            after: then.map(|then| then.value),
            muted,
        })
    }

    /// Whether a value that gets worse crosses the new level later than the old one. If the same source sets the same
    /// text and only the size of the database changes, the level is not weaker. A size that a tag sets is no such
    /// change, because the tag itself changes.
    fn is_weaker(&self, row: &Row, old: &Threshold, after: &Self, new: &Threshold) -> bool {
        let (before, then) = (Measured::of(row, &self.known.resource), Measured::of(row, &after.known.resource));
        let is_resized = before.value != then.value && !before.is_by_tag && !then.is_by_tag;
        let is_same_text = || (old.source, self.set_by(old)) == (new.source, after.set_by(new));
        let is_later = match row.alert.map(|alert| alert.bad) {
            Some(Side::High) => new.value > old.value,
            Some(Side::Low) => new.value < old.value,
            None => false,
        };
        is_later && !(is_resized && is_same_text())
    }

    /// Losses among shares of unknown denominators, which are not levels yet: shares that are removed, and shares whose
    /// metric is newly muted.
    fn lost_shares(&self, after: &Self, moment: Timestamp) -> impl Iterator<Item = Loss> {
        self.shares().filter_map(move |(share, metric)| {
            let muted = after.schedule().newly_muted(self.schedule(), metric, moment);
            let has_level = || after.known.resolved.thresholds.iter().any(|level| level.metric == metric);
            let remains = after.shares().any(|(_, then)| then == metric) || has_level();
            let loss = || Loss {
                metric,
                severity: None,
                before: None,
                set_by: format!("{} = {}", share.tag_key, share.text),
                after: None,
                muted: muted.filter(|_| remains),
            };
            (muted.is_some() || !remains).then(loss)
        })
    }

    fn shares(&self) -> impl Iterator<Item = (&Issue, &'static str)> {
        let shares = self.known.resolved.issues.iter().filter(|issue| issue.reason == Reason::NoDenominator);
        shares.filter_map(|issue| Some((issue, issue.metric?)))
    }

    fn schedule(&self) -> &MuteSchedule {
        &self.known.resolved.schedule
    }

    fn set_by(&self, level: &Threshold) -> SetBy<'_> {
        self.known.resolved.set_by(level, &self.known.resource, self.context)
    }
}

/// The denominator of a metric.
struct Measured {
    value: Option<f64>,
    /// Whether a tag sets it.
    is_by_tag: bool,
}

impl Measured {
    fn of(row: &Row, resource: &Resource) -> Self {
        let known = row.alert.and_then(|alert| denominator::known(alert.relative_to?, resource));
        let is_by_tag = known.is_some_and(|limit| limit.source == LimitSource::Tag);
        Self { value: denominator::of(row, resource), is_by_tag }
    }
}

impl Display for Loss {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        let unit = catalog::find(self.metric).map_or(catalog::Unit::None, |row| row.unit);
        let metric = self.metric;
        let level = self.severity.as_ref().zip(self.before).map(|(severity, level)| (severity, amount(level, unit)));
        let what = match &level {
            Some((severity, level)) => format!("{metric} {severity} {level}"),
            None => self.set_by.clone(),
        };
        match (level, self.after, &self.muted) {
            (Some(_), None, _) => write!(text, "lost: {what}"),
            (_, _, Some(mute)) => write!(text, "muted: {what} ({mute})"),
            (Some((severity, before)), Some(after), None) => {
                write!(text, "weakened: {metric} {severity} from {before} to {}", amount(after, unit))
            }
            (_, _, None) => write!(text, "lost: {what}"),
        }
    }
}
