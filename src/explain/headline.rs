//! The most important facts about a resource, which every output shows first.

use std::collections::BTreeSet;

use super::explanation::{Explanation, Level, MetricExplanation};
use super::word::spaced;

/// One subject with its facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headline {
    /// The subject, such as `crossed`.
    pub about: &'static str,
    /// The facts; empty if there are none.
    pub facts: Vec<String>,
    /// Whether a fact needs attention.
    pub is_bad: bool,
}

impl Headline {
    const fn bad(about: &'static str, facts: Vec<String>) -> Self {
        Self { about, is_bad: !facts.is_empty(), facts }
    }

    const fn plain(about: &'static str, facts: Vec<String>) -> Self {
        Self { about, facts, is_bad: false }
    }
}

impl Explanation {
    /// All headlines, the most important first. Status, crossed, muted, unwatched and issues come also without facts.
    #[must_use]
    pub fn headlines(&self) -> Vec<Headline> {
        let with_level: Vec<_> = self.metrics.iter().filter(|metric| !metric.levels.is_empty()).collect();
        let facts =
            |fact: fn(&MetricExplanation) -> Option<String>| with_level.iter().filter_map(|one| fact(one)).collect();
        let off: Vec<_> = self.metrics.iter().filter(|metric| metric.off).map(|metric| metric.metric.clone()).collect();
        let always = [
            Headline::plain("status", vec![self.resource.status.clone()]),
            Headline::bad("crossed", facts(crossed)),
            Headline::plain("muted", muted(&with_level)),
            Headline::bad("unwatched", facts(unwatched)),
            Headline::bad("issues", self.faults()),
        ];
        let is_without_value = |metric: &MetricExplanation| metric.value.is_none() && metric.unwatched.is_none();
        let without_value = names(&with_level, |metric| is_without_value(metric) && !metric.is_forecast());
        let forecasts = names(&with_level, MetricExplanation::is_forecast);
        let forecasts = forecasts.map(|names| format!("{names}: Prometheus computes the value in the alert rule"));
        let off = (!off.is_empty()).then(|| off.join(", "));
        let sometimes = [("off", off), ("no value", without_value), ("forecasts", forecasts)];
        let sometimes = sometimes.into_iter().filter_map(|(about, fact)| Some(Headline::plain(about, vec![fact?])));
        always.into_iter().chain(sometimes).collect()
    }

    fn faults(&self) -> Vec<String> {
        let more = (self.problems_omitted > 0).then(|| format!("and {} more", self.problems_omitted));
        self.problems.iter().map(|problem| self.fault(problem)).chain(more).collect()
    }
}

/// The most severe level of a metric that is crossed.
fn crossed(metric: &MetricExplanation) -> Option<String> {
    let is_crossed = |level: &&Level| metric.headroom(level).is_some_and(|headroom| headroom.is_crossed);
    let level = metric.levels.iter().rev().find(is_crossed)?;
    let (name, severity) = (&metric.metric, &level.severity);
    let muted = if metric.muted.is_some() { ", muted" } else { "" };
    Some(format!("{severity}: {name} is {}, {}{muted}", metric.current(), metric.bound(level)))
}

fn unwatched(metric: &MetricExplanation) -> Option<String> {
    metric.unwatched.as_ref().map(|reason| format!("{}: {}", metric.metric, spaced(reason)))
}

/// Until when metrics are muted; those with the same mute and end are one fact.
fn muted(metrics: &[&MetricExplanation]) -> Vec<String> {
    let mutes: BTreeSet<String> = metrics.iter().filter_map(|metric| metric.muted_how_long()).collect();
    let muted_by = |mute| names(metrics, |metric| metric.muted_how_long().as_ref() == Some(mute));
    mutes.iter().filter_map(|mute| Some(format!("{}: {mute}", muted_by(mute)?))).collect()
}

/// The names of the selected metrics, or `all but` the others if these are fewer; `None` if none is selected.
fn names(metrics: &[&MetricExplanation], is_selected: impl Fn(&MetricExplanation) -> bool) -> Option<String> {
    let (selected, others): (Vec<_>, Vec<_>) = metrics.iter().partition(|metric| is_selected(metric));
    let join = |some: &[&MetricExplanation]| some.iter().map(|one| one.metric.as_str()).collect::<Vec<_>>().join(", ");
    match (selected.len(), others.len()) {
        (0, _) => None,
        (1, _) => Some(join(&selected)),
        (all, 0) => Some(format!("all {all} metrics")),
        (many, few) if few < many => Some(format!("all but {}", join(&others))),
        _ => Some(join(&selected)),
    }
}
