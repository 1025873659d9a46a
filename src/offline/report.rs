//! What is found: levels, what cannot be used, what AWS refuses, and what a plan takes away.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use serde::Serialize;

use super::{Reading, Refused, refused};
use crate::catalog::amount::amount;
use crate::catalog::{self, Side};
use crate::config::Config;
use crate::explain::{self, Explanation, Known, View};
use crate::level::Reason;
use crate::level::mute::Mute;
use crate::snapshot::Seconds;
use crate::threshold::Threshold;

/// The findings about every resource.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// By ARN, or by the name that the file has for it.
    pub resources: Vec<Checked>,
}

/// The findings about one resource.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checked {
    /// Its levels and what cannot be used, as in a running exporter, but for values.
    #[serde(flatten)]
    pub explanation: Explanation,
    /// Tags that AWS would not take.
    pub refused: Vec<Refused>,
    /// Levels that a plan takes away, weakens or mutes.
    pub losses: Vec<Loss>,
    /// Our tags whose values are known only when the plan is applied.
    pub unknown: Vec<String>,
}

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

impl Report {
    /// Whether anything cannot be used or would be refused.
    #[must_use]
    pub fn has_issues(&self) -> bool {
        let is_bad = |one: &Checked| !one.refused.is_empty() || one.explanation.has_problems();
        self.resources.iter().any(is_bad)
    }

    /// Whether a plan takes any level away, weakens or mutes it.
    #[must_use]
    pub fn has_losses(&self) -> bool {
        self.resources.iter().any(|one| !one.losses.is_empty())
    }

    /// As JSON, for programs.
    #[must_use]
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).map(|text| text + "\n").unwrap_or_default()
    }
}

/// Reports on what was read; both views are made from it, with the same configuration.
#[must_use]
pub fn report(reading: &Reading, (before, after): (&View, &View), config: &Config, moment: Seconds) -> Report {
    let severities = &config.severities;
    let known = before.roster.known().iter();
    let known: BTreeMap<&str, &Known> = known.map(|known| (known.resource.arn.as_str(), known)).collect();
    let explained = explain::all(after, moment).into_iter().zip(after.roster.known());
    let check = |(mut explanation, now): (Explanation, &Known)| {
        let arn = now.resource.arn.as_str();
        let refused = refused::of(&now.resource, severities.len());
        // A cluster reports its own tags, what AWS refuses never gets as far as plimsoll, and files need not hold every
        // cluster.
        explanation.problems.retain(|problem| {
            let of_cluster = problem.on != arn || problem.reason == Reason::ClusterTagsUnreadable.name();
            !of_cluster && refused.iter().all(|one| one.key != problem.tag_key)
        });
        let losses = known.get(arn).map(|known| losses(known, now, severities, moment)).unwrap_or_default();
        let unknown = reading.unknown.get(arn).into_iter().flatten();
        let unknown = unknown.filter(|key| key.starts_with(&config.tags.prefix)).cloned().collect();
        Checked { explanation, refused, losses, unknown }
    };
    Report { resources: explained.map(check).collect() }
}

fn losses(before: &Known, now: &Known, severities: &[String], moment: Seconds) -> Vec<Loss> {
    let same = |one: &Threshold, other: &Threshold| one.metric == other.metric && one.severity == other.severity;
    let lost = |old: &Threshold| {
        let after = now.resolved.thresholds.iter().find(|new| same(old, new)).map(|new| new.value);
        let bad = catalog::find(old.metric)?.alert?.bad;
        let severity = severities.get(old.severity)?.clone();
        let mute = new_mute(before, now, old.metric, moment).map(|mute| mute.to_string());
        let weaker = mute.is_some() || after.is_none_or(|after| is_weaker(bad, old.value, after));
        let loss = Loss { metric: old.metric.to_owned(), severity, before: old.value, after, muted: mute };
        weaker.then_some(loss)
    };
    before.resolved.thresholds.iter().filter_map(lost).collect()
}

/// A mute that was not there before and is not over.
fn new_mute(before: &Known, now: &Known, metric: &str, moment: Seconds) -> Option<Mute> {
    let old = before.resolved.mutes_of(metric);
    let mutes = now.resolved.mutes_of(metric).into_iter();
    mutes.filter(|mute| mute.span(moment).is_some()).find(|mute| !old.contains(mute))
}

/// Whether a worsening value crosses the new level later than the old one.
fn is_weaker(bad: Side, before: f64, after: f64) -> bool {
    match bad {
        Side::High => after > before,
        Side::Low => after < before,
    }
}

impl Display for Report {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        self.resources.iter().try_for_each(|one| one.fmt(text))?;
        let count = |of: fn(&Checked) -> usize| self.resources.iter().map(of).sum::<usize>();
        let issues = count(|one| one.explanation.problems.len() + one.explanation.problems_omitted + one.refused.len());
        let losses = count(|one| one.losses.len());
        writeln!(text, "{} checked, issues: {issues}, levels lost, weakened or muted: {losses}", self.resources.len())
    }
}

impl Display for Checked {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        let one = &self.explanation.resource;
        writeln!(text, "{} ({} {})", one.arn, one.kind, one.engine)?;
        self.write_levels(text)?;
        self.refused.iter().try_for_each(|refused| writeln!(text, "  issue: {refused}"))?;
        self.explanation.problems.iter().try_for_each(|problem| writeln!(text, "  issue: {problem}"))?;
        self.losses.iter().try_for_each(|loss| writeln!(text, "  {loss}"))?;
        self.unknown.iter().try_for_each(|key| writeln!(text, "  not known until the plan is applied: {key}"))?;
        writeln!(text)
    }
}

impl Checked {
    /// Levels that a person gave; what the catalogue gives besides is counted.
    fn write_levels(&self, text: &mut Formatter<'_>) -> fmt::Result {
        let mut defaults = 0;
        for metric in &self.explanation.metrics {
            let unit = catalog::find(&metric.metric).map_or(catalog::Unit::None, |row| row.unit);
            for level in &metric.levels {
                if level.source == crate::threshold::Source::Default.name() {
                    defaults += 1;
                    continue;
                }
                let (name, severity, bad) = (&metric.metric, &level.severity, &metric.bad);
                writeln!(text, "  {name} {severity} {bad} {} ({})", amount(level.level, unit), level.said)?;
            }
            if let Some(mute) = &metric.muted {
                writeln!(text, "  {} muted ({mute})", metric.metric)?;
            }
            if metric.off {
                writeln!(text, "  {} off", metric.metric)?;
            }
        }
        if defaults > 0 { writeln!(text, "  and {defaults} default levels") } else { Ok(()) }
    }
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
