//! What somebody who is called at night must know first of a database.

use std::collections::BTreeSet;

use super::word::spaced;
use super::{Explanation, Level, MetricExplanation};

/// One thing to know, and what is so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headline {
    /// What it is about, such as `crossed`.
    pub about: &'static str,
    /// What is so; empty if nothing is.
    pub facts: Vec<String>,
    /// Whether any fact is a bad one.
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
    /// In the order of their weight; those that always matter stand there even if nothing is so.
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
        let silent = names(&with_level, |metric| metric.value.is_none() && metric.unwatched.is_none());
        let off = (!off.is_empty()).then(|| off.join(", "));
        let sometimes = [("off", off), ("no value", silent)];
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

/// What is muted until when; metrics that are muted alike are named together.
fn muted(metrics: &[&MetricExplanation]) -> Vec<String> {
    let spells: BTreeSet<String> = metrics.iter().filter_map(|metric| metric.muted_how_long()).collect();
    let of = |spell| names(metrics, |metric| metric.muted_how_long().as_ref() == Some(spell));
    spells.iter().filter_map(|spell| Some(format!("{}: {spell}", of(spell)?))).collect()
}

/// Some of the metrics by name, or the others where they are fewer.
fn names(metrics: &[&MetricExplanation], is_meant: impl Fn(&MetricExplanation) -> bool) -> Option<String> {
    let (meant, others): (Vec<_>, Vec<_>) = metrics.iter().partition(|metric| is_meant(metric));
    let join = |some: &[&MetricExplanation]| some.iter().map(|one| one.metric.as_str()).collect::<Vec<_>>().join(", ");
    match (meant.len(), others.len()) {
        (0, _) => None,
        (1, _) => Some(join(&meant)),
        (all, 0) => Some(format!("all {all} metrics")),
        (many, few) if few < many => Some(format!("all but {}", join(&others))),
        _ => Some(join(&meant)),
    }
}
