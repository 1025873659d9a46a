//! Levels that guard less after a plan than before. What a plan does not know yet is no loss.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use serde::Serialize;

use crate::catalog::amount::amount;
use crate::catalog::{self, Row, Side};
use crate::explain::{self, Known, Level, MetricExplanation, View};
use crate::level::Reason;
use crate::level::mute::Mute;
use crate::plan::{Now, Seconds};
use crate::resource::LimitSource;
use crate::threshold::Issue;

/// A level that guards less after a plan than before.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Loss {
    /// As CloudWatch names it.
    pub metric: String,
    /// The configured name; `None` for all that a share says.
    pub severity: Option<String>,
    /// The level today, in the metric's unit; `None` for a share of what is not known.
    pub before: Option<f64>,
    /// What says so today.
    pub said: String,
    /// The level afterwards; `None` when there is none.
    pub after: Option<f64>,
    /// The mute that is new, as a tag says it.
    pub muted: Option<String>,
}

/// By ARN, what each resource loses.
pub type Losses = BTreeMap<String, Vec<Loss>>;

/// What is lost between two views that can be [compared](super::Reading::comparable).
#[must_use]
pub fn losses(before: &View, after: &View, moment: Seconds) -> Losses {
    let former: BTreeMap<String, Standing> = standing(before, moment).collect();
    let lost = |(arn, now): (String, Standing)| {
        let lost = former.get(&arn)?.lost(&now, moment);
        Some((arn, lost))
    };
    standing(after, moment).filter_map(lost).collect()
}

fn standing(view: &View, moment: Seconds) -> impl Iterator<Item = (String, Standing<'_>)> {
    let explained = explain::all(view, Now::at(moment)).into_iter().zip(view.inventory.known());
    explained.map(|(explanation, known)| (known.resource.arn.clone(), Standing { metrics: explanation.metrics, known }))
}

/// What stands of one resource, before a plan or after it.
struct Standing<'a> {
    metrics: Vec<MetricExplanation>,
    known: &'a Known,
}

impl Standing<'_> {
    /// What is lost from this one to the one afterwards.
    fn lost(&self, after: &Self, moment: Seconds) -> Vec<Loss> {
        let of_metric = |metric: &MetricExplanation| {
            let muted = after.known.resolved.newly_muted(&self.known.resolved, &metric.metric, moment);
            let then = after.metrics.iter().find(|then| then.metric == metric.metric);
            let lost = |level| loss((metric, level), then, muted);
            metric.levels.iter().filter_map(lost).collect::<Vec<_>>()
        };
        self.metrics.iter().flat_map(of_metric).chain(self.lost_shares(after, moment)).collect()
    }

    /// Shares of what is not known, which are no levels yet: those that go, and those of metrics that are newly muted.
    fn lost_shares(&self, after: &Self, moment: Seconds) -> impl Iterator<Item = Loss> {
        self.shares().filter_map(move |(share, metric)| {
            let muted = after.known.resolved.newly_muted(&self.known.resolved, metric, moment);
            let is_level = |then: &MetricExplanation| then.metric == metric && !then.levels.is_empty();
            let stands = after.shares().any(|(_, then)| then == metric) || after.metrics.iter().any(is_level);
            let loss = || Loss {
                metric: metric.to_owned(),
                severity: None,
                before: None,
                said: format!("{} = {}", share.tag_key, share.text),
                after: None,
                muted: muted.filter(|_| stands).map(|mute| mute.to_string()),
            };
            (muted.is_some() || !stands).then(loss)
        })
    }

    fn shares(&self) -> impl Iterator<Item = (&Issue, &'static str)> {
        let shares = self.known.resolved.issues.iter().filter(|issue| issue.reason == Reason::NoDenominator);
        shares.filter_map(|issue| Some((issue, issue.metric?)))
    }
}

fn loss((metric, level): Spoken, then: Option<&MetricExplanation>, muted: Option<Mute>) -> Option<Loss> {
    let row = catalog::find(&metric.metric)?;
    let after = then.and_then(|then| Some((then, then.levels.iter().find(|new| new.severity == level.severity)?)));
    let is_weaker = |after| is_weaker(row, (metric, level), after);
    let loss = || Loss {
        metric: metric.metric.clone(),
        severity: Some(level.severity.clone()),
        before: Some(level.level),
        said: level.said.clone(),
        after: after.map(|(_, new)| new.level),
        muted: muted.map(|mute| mute.to_string()),
    };
    (muted.is_some() || after.is_none_or(is_weaker)).then(loss)
}

/// A level and its metric.
type Spoken<'a> = (&'a MetricExplanation, &'a Level);

/// Whether a worsening value crosses the new level later than the old one, though not because the same source says the
/// same of a database of another size. A size that a tag tells moves by the tag alone.
fn is_weaker(row: &Row, (metric, old): Spoken, (then, new): Spoken) -> bool {
    let whole = |metric: &MetricExplanation| metric.measured_against.as_ref().map(|whole| whole.value);
    let is_told = |metric: &MetricExplanation| {
        metric.measured_against.as_ref().is_some_and(|whole| whole.source == LimitSource::Tag.name())
    };
    let is_resized = whole(metric) != whole(then) && !is_told(metric) && !is_told(then);
    let says_the_same = (&old.source, &old.said) == (&new.source, &new.said);
    let is_later = match row.alert.map(|alert| alert.bad) {
        Some(Side::High) => new.level > old.level,
        Some(Side::Low) => new.level < old.level,
        None => false,
    };
    is_later && !(says_the_same && is_resized)
}

impl Display for Loss {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        let unit = catalog::find(&self.metric).map_or(catalog::Unit::None, |row| row.unit);
        let metric = &self.metric;
        let level = self.severity.as_ref().zip(self.before).map(|(severity, level)| (severity, amount(level, unit)));
        let what = match &level {
            Some((severity, level)) => format!("{metric} {severity} {level}"),
            None => self.said.clone(),
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
