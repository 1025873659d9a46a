//! Levels that guard less after a plan than before. What a plan does not know yet is no loss.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use serde::Serialize;

use crate::catalog::amount::amount;
use crate::catalog::{self, Row, Side};
use crate::explain::{self, Known, Level, MetricExplanation, View};
use crate::level::mute::Mute;
use crate::snapshot::Seconds;

/// A level that guards less after a plan than before.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Loss {
    /// As CloudWatch names it.
    pub metric: String,
    /// The configured name.
    pub severity: String,
    /// The level today, in the metric's unit.
    pub before: f64,
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
    let explained = explain::all(view, moment).into_iter().zip(view.roster.known());
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
        self.metrics.iter().flat_map(of_metric).collect()
    }
}

fn loss((metric, level): Spoken, then: Option<&MetricExplanation>, muted: Option<Mute>) -> Option<Loss> {
    let row = catalog::find(&metric.metric)?;
    let after = then.and_then(|then| Some((then, then.levels.iter().find(|new| new.severity == level.severity)?)));
    let is_weaker = |after| is_weaker(row, (metric, level), after);
    let loss = || Loss {
        metric: metric.metric.clone(),
        severity: level.severity.clone(),
        before: level.level,
        after: after.map(|(_, new)| new.level),
        muted: muted.map(|mute| mute.to_string()),
    };
    (muted.is_some() || after.is_none_or(is_weaker)).then(loss)
}

/// A level and its metric.
type Spoken<'a> = (&'a MetricExplanation, &'a Level);

/// Whether a worsening value crosses the new level later than the old one, though not because the same source says the
/// same of more or less than before.
fn is_weaker(row: &Row, (metric, old): Spoken, (then, new): Spoken) -> bool {
    let whole = |metric: &MetricExplanation| metric.measured_against.as_ref().map(|whole| whole.value);
    let says_the_same = (&old.source, &old.said) == (&new.source, &new.said);
    let is_later = match row.alert.map(|alert| alert.bad) {
        Some(Side::High) => new.level > old.level,
        Some(Side::Low) => new.level < old.level,
        None => false,
    };
    is_later && !(says_the_same && whole(metric) != whole(then))
}

impl Display for Loss {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        let unit = catalog::find(&self.metric).map_or(catalog::Unit::None, |row| row.unit);
        let (metric, severity, before) = (&self.metric, &self.severity, amount(self.before, unit));
        if let (Some(_), Some(mute)) = (self.after, &self.muted) {
            return write!(text, "muted: {metric} {severity} {before} ({mute})");
        }
        match self.after {
            None => write!(text, "lost: {metric} {severity} {before}"),
            Some(after) => write!(text, "weakened: {metric} {severity} from {before} to {}", amount(after, unit)),
        }
    }
}
