//! Stage 4, resolve: for each severity the most specific source that sets it is applied, all others are overridden.

use std::sync::Arc;

use super::bound::{BoundMetric, missing};
use super::candidate::{Candidate, Origin, Threshold, texts};
use super::issue::Issue;
use super::ladder::{Ladder, Outcome, Setting};
use super::layer::{self, Layer, setting};
use super::source::Source;
use crate::catalog::amount::amount;
use crate::level::Reason;

/// The levels of one metric of one resource.
pub(super) struct ResolvedMetric {
    /// By severity.
    pub(super) thresholds: Vec<Threshold>,
    /// See [`Resolved::candidates`](super::Resolved::candidates).
    pub(super) candidates: Vec<Candidate>,
    pub(super) issues: Vec<Issue>,
    /// Whether no level is in effect because of tags.
    pub(super) is_off: bool,
    /// The severities that would have a level if no tag disabled any; empty unless the metric is off.
    pub(super) switched_off: Vec<usize>,
    /// Default levels that are shares of an unknown denominator, for severities that no other source sets.
    pub(super) defaults_without_denominator: usize,
}

/// Applies the layers of a metric, the most specific one first.
pub(super) fn resolve_metric(metric: &BoundMetric) -> ResolvedMetric {
    let mut resolver = Resolver::new(metric);
    for layer in &metric.layers {
        resolver.apply(layer);
    }
    resolver.finish()
}

/// What the layers so far set together.
struct Resolver<'a> {
    metric: &'a BoundMetric<'a>,
    ladder: Ladder,
    steps: Vec<Step<'a>>,
    issues: Vec<Issue>,
}

/// What happened to one setting of one layer.
#[derive(Clone, Copy)]
struct Step<'a> {
    layer: &'a Layer<'a>,
    severity: usize,
    level: Option<f64>,
    outcome: Outcome,
}

impl Step<'_> {
    /// Whether it is among the candidates of the result. Levels in effect that are configured for all resources or come
    /// from the catalogue are not: see [`Resolved::candidates`](super::Resolved::candidates).
    fn is_kept(&self) -> bool {
        let is_for_all = matches!(self.layer.source, Source::Configured | Source::Default);
        !(is_for_all && self.level.is_some() && self.outcome == Outcome::Applied)
    }

    fn origin(&self) -> Origin {
        let tags = |tags| setting(tags, self.severity).map(|measured| Arc::clone(&measured.tag.tag)).collect();
        match (self.layer.source, self.layer.origin) {
            (Source::ResourceTag, layer::Origin::Tags(own)) => Origin::ResourceTags(tags(own)),
            (Source::InstanceTag, layer::Origin::Tags(inherited)) => Origin::InstanceTags(tags(inherited)),
            (_, layer::Origin::Tags(inherited)) => Origin::ClusterTags(tags(inherited)),
            (_, layer::Origin::Written(_, Some(index))) => Origin::Override(index),
            (_, layer::Origin::Written(_, None)) => Origin::Configured,
            (_, layer::Origin::Catalogue(_)) => Origin::Default,
        }
    }

    /// The text that sets it.
    fn text(&self) -> String {
        match self.layer.origin {
            layer::Origin::Tags(tags) => texts(setting(tags, self.severity).map(|measured| &*measured.tag.tag)),
            layer::Origin::Written(written, _) => written.to_string(),
            layer::Origin::Catalogue(source) => source.to_owned(),
        }
    }
}

impl<'a> Resolver<'a> {
    fn new(metric: &'a BoundMetric<'a>) -> Self {
        let ladder = Ladder::unset(metric.metric.severities.len());
        Self { metric, ladder, steps: Vec::new(), issues: Vec::new() }
    }

    fn apply(&mut self, layer: &'a Layer<'a>) {
        match &layer.ladder {
            Ok(ladder) => {
                for (severity, outcome) in self.ladder.complete(ladder, self.metric.metric.bad) {
                    self.steps.push(Step { layer, severity, level: ladder.setting(severity).level(), outcome });
                }
            }
            // A ladder that would be overridden as a whole need not be measurable.
            Err(_) if self.ladder.is_complete() => {}
            Err(error) => {
                if let layer::Origin::Written(written, _) = layer.origin {
                    self.issues.push(Issue::written(layer.source, self.metric.metric.row, written, *error));
                }
            }
        }
    }

    fn finish(mut self) -> ResolvedMetric {
        let left_out: Vec<Issue> = self.left_out().flat_map(|(step, by)| self.left_out_issues(step, by)).collect();
        self.issues.extend(left_out);
        self.issues.extend(self.missing());
        let is_off = self.is_off();
        let applied = self.steps.iter().filter(|step| step.outcome == Outcome::Applied);
        let mut thresholds: Vec<Threshold> = applied.filter_map(|step| self.threshold(step)).collect();
        thresholds.sort_by_key(|threshold| threshold.severity);
        self.issues.extend(self.violations(&thresholds));
        let is_unset = |severity: &&usize| self.ladder.setting(**severity) == Setting::Unset;
        ResolvedMetric {
            thresholds,
            candidates: self.steps.iter().filter(|step| step.is_kept()).map(|step| self.candidate(step)).collect(),
            is_off,
            switched_off: if is_off { self.switched_off() } else { Vec::new() },
            defaults_without_denominator: self.metric.without_denominator.iter().filter(is_unset).count(),
            issues: self.issues,
        }
    }

    /// The issues of what a guard does not allow; each names the levels that are in effect in its place.
    fn violations(&self, thresholds: &[Threshold]) -> Vec<Issue> {
        let metric = &self.metric.metric;
        let level = |one: &Threshold| {
            let value = amount(one.value, metric.row.unit);
            format!("{} {value} ({})", metric.severities[one.severity], one.source.name())
        };
        let levels: Vec<String> = thresholds.iter().map(level).collect();
        let in_effect = match levels[..] {
            [] => "No level is in effect.".to_owned(),
            _ => format!("In effect: {}.", levels.join(", ")),
        };
        let violations = self.metric.violations.iter();
        violations.flat_map(|violation| violation.issues(metric.severities, &in_effect)).collect()
    }

    fn threshold(&self, step: &Step) -> Option<Threshold> {
        let (metric, severity, source) = (self.metric.metric.row.metric, step.severity, step.layer.source);
        step.level.map(|value| Threshold { metric, severity, value, source })
    }

    fn candidate(&self, step: &Step) -> Candidate {
        let Step { severity, level, outcome, .. } = *step;
        Candidate { metric: self.metric.metric.row.metric, severity, level, origin: step.origin(), outcome }
    }

    /// Levels that are left out because a less severe level of a more specific source would be crossed after them, each
    /// with such a level. Where a more severe level is crossed before them, nobody misses them.
    fn left_out(&self) -> impl Iterator<Item = (&Step<'a>, &Step<'a>)> {
        let out_of_order = self.steps.iter().enumerate().filter(|(_, step)| step.outcome == Outcome::OutOfOrder);
        out_of_order.filter_map(|(turn, step)| {
            Some((step, self.steps[..turn].iter().find(|earlier| self.leaves_out(earlier, step))?))
        })
    }

    /// Whether a level in effect is less severe than another one and would be crossed after it.
    fn leaves_out(&self, earlier: &Step, later: &Step) -> bool {
        let is_less_severe = earlier.outcome == Outcome::Applied && earlier.severity < later.severity;
        is_less_severe && !self.metric.metric.bad.in_order(&[earlier.level, later.level])
    }

    /// An issue for each key whose level is left out because of a level of a more specific source.
    fn left_out_issues(&self, step: &Step, by: &Step) -> Vec<Issue> {
        let [level, other] = [step, by].map(|step| &self.metric.metric.severities[step.severity]);
        let advice = format!(
            "Write a {level} level beside `{}` ({}), or change one of them: the {level} level here would be crossed \
             before the {other} level there.",
            by.text(),
            by.layer.source.name(),
        );
        let issues = match step.layer.origin {
            layer::Origin::Tags(tags) => {
                setting(tags, step.severity).map(|measured| measured.tag.issue(Reason::WrongOrder)).collect()
            }
            layer::Origin::Written(..) | layer::Origin::Catalogue(_) => {
                let metric = self.metric.metric.row.metric;
                vec![Issue::configured(step.layer.source, metric, &step.text(), Reason::WrongOrder)]
            }
        };
        issues.into_iter().map(|issue: Issue| issue.advising(advice.clone())).collect()
    }

    /// The issue of a guard that requires levels which no source sets.
    fn missing(&self) -> Option<Issue> {
        let (guard, required) = self.metric.guard?;
        let is_unset = |severity: &usize| self.ladder.setting(*severity) == Setting::Unset;
        let unset: Vec<usize> = required.iter().copied().filter(is_unset).collect();
        let metric = &self.metric.metric;
        (!unset.is_empty()).then(|| missing(guard, metric.row.metric, &unset, metric.severities))
    }

    fn is_off(&self) -> bool {
        let is_disabled_by_tag = |step: &Step| step.level.is_none() && step.layer.source.is_tag();
        !self.ladder.has_level() && self.steps.iter().any(is_disabled_by_tag)
    }

    fn switched_off(&self) -> Vec<usize> {
        let metric = &self.metric.metric;
        let enabled: Vec<Ladder> = self.metric.layers.iter().filter_map(Layer::enabled).collect();
        let ladder = Ladder::combined(&enabled, metric.severities.len(), metric.bad);
        ladder.settings().filter(|(_, setting)| setting.level().is_some()).map(|(severity, _)| severity).collect()
    }
}
