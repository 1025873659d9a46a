//! What tags do that a guard does not allow.

use super::super::issue::Issue;
use super::super::parse::LevelTag;
use crate::catalog::Row;
use crate::catalog::amount::amount;
use crate::config::{Bound, Guard};
use crate::level::{Amount, AmountUnit, Level, Reason};

/// Something that a guard does not allow, or a rule of a guard that cannot be applied.
#[derive(Clone)]
pub(in super::super) struct Violation<'a> {
    pub(super) guard: &'a Guard,
    pub(super) row: &'static Row,
    pub(super) rule: Rule<'a>,
    /// The tags at fault; none where the guard itself is.
    pub(super) tags: Vec<&'a LevelTag>,
}

/// The rule of a guard.
#[derive(Clone, Copy)]
pub(super) enum Rule<'a> {
    /// Levels outside this range move to its bounds.
    Range(&'a Bound),
    /// Levels of these severities cannot be disabled.
    Required(&'a [usize]),
    /// Tags must leave room in the ladder for levels of these severities.
    RoomFor(&'a [usize]),
    /// Tags cannot leave the metric without any level.
    MustBeOn,
    /// The number of metrics that are queried only because of tags is limited.
    ExtraMetrics(usize),
    /// A bound cannot be measured on this resource, so that it does not apply.
    Unmeasured(Reason),
}

impl Violation<'_> {
    /// An issue for each tag at fault, or one of the guard itself. `severities` are the configured names, `in_effect` is a
    /// sentence about the levels of the metric.
    pub(in super::super) fn issues(&self, severities: &[String], in_effect: &str) -> Vec<Issue> {
        let name = &self.guard.name;
        if let Rule::Unmeasured(reason) = self.rule {
            return vec![Issue::guard(name, self.row.metric, reason)];
        }
        let effect = self.effect(severities);
        self.tags.iter().map(|tag| tag.issue(Reason::OutsideGuard).violating(name, &effect).adding(in_effect)).collect()
    }

    /// What the guard does, as the end of a sentence. People who write tags cannot see the configuration.
    fn effect(&self, severities: &[String]) -> String {
        let metric = self.row.metric;
        match self.rule {
            Rule::Range(bound) => {
                format!("allows levels of {metric} {}; beyond, the bound applies", range(self.row, bound))
            }
            Rule::Required(required) => format!("requires a {} level", names(required, severities)),
            Rule::RoomFor(required) => {
                format!("requires a {} level, for which this one leaves no room", names(required, severities))
            }
            Rule::MustBeOn => format!("does not allow {metric} to be off"),
            Rule::ExtraMetrics(allowed) => {
                format!("allows tags to add {allowed} metrics that are not queried otherwise")
            }
            Rule::Unmeasured(_) => String::new(),
        }
    }
}

/// The issue of a guard that requires levels which no source sets.
pub(in super::super) fn missing(
    guard: &Guard,
    metric: &'static str,
    required: &[usize],
    severities: &[String],
) -> Issue {
    let (name, required) = (&guard.name, names(required, severities));
    Issue::guard(name, metric, Reason::OutsideGuard).advising(format!(
        "The guard `{name}` requires a {required} level of {metric}, and no source sets one that can apply: write one in \
         a tag or the configuration, or do not require it."
    ))
}

fn names(indices: &[usize], severities: &[String]) -> String {
    let names: Vec<&str> = indices.iter().map(|index| severities[*index].as_str()).collect();
    names.join(" and a ")
}

/// The range that a bound allows, such as `from 50 % to 95 %`.
fn range(row: &Row, bound: &Bound) -> String {
    let shown = |level: &Level| match level {
        Level::One(Amount { number, unit: AmountUnit::Bare }) => amount(*number, row.unit),
        other => other.to_string(),
    };
    match (bound.lowest.as_ref().map(shown), bound.highest.as_ref().map(shown)) {
        (Some(lowest), Some(highest)) => format!("from {lowest} to {highest}"),
        (Some(lowest), None) => format!("of at least {lowest}"),
        (None, highest) => format!("of at most {}", highest.unwrap_or_default()),
    }
}
