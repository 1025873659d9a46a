//! What is found: levels, what cannot be used, what AWS refuses, and what a plan takes away.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};

use serde::Serialize;

use super::{Loss, Losses, Reading, Refused, Unknown, refused};
use crate::catalog;
use crate::catalog::amount::amount;
use crate::config::Config;
use crate::config::tag_key::{self, Key};
use crate::explain::{self, Explanation, Known, View};
use crate::level::Reason;
use crate::resource::Resource;
use crate::snapshot::Seconds;

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
    /// Our tags that are known only when the plan is applied.
    pub unknown: Unknown,
    /// Whether it is a member of a cluster that was not given, or of which a plan does not know yet which one it is.
    pub cluster_missing: bool,
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

/// Reports on what was read, as `after` shows it, with what is [lost](super::losses).
#[must_use]
pub fn report(reading: &Reading, after: &View, losses: &Losses, config: &Config, moment: Seconds) -> Report {
    let explained = explain::all(after, moment).into_iter().zip(after.roster.known());
    let check = |(mut explanation, known): (Explanation, &Known)| {
        let resource = &*known.resource;
        let cluster = after.roster.cluster_of(resource).map(|cluster| &*cluster.resource);
        let refused = refused::of(resource, config);
        // A cluster reports its own tags, what AWS refuses never gets as far as plimsoll, and files need not hold every
        // cluster.
        explanation.problems.retain(|problem| {
            let of_cluster = problem.on != resource.arn || problem.reason == Reason::ClusterTagsUnreadable.name();
            !of_cluster && refused.iter().all(|one| one.key != problem.tag_key)
        });
        let unknown = unknown_metrics(reading, resource, cluster, config);
        let losses = losses.get(&resource.arn).into_iter().flatten();
        // A mute rests whatever a level will be.
        let losses = losses.filter(|loss| loss.muted.is_some() || !unknown.contains(loss.metric.as_str()));
        Checked {
            explanation,
            refused,
            losses: losses.cloned().collect(),
            unknown: ours(reading, resource, config),
            cluster_missing: resource.cluster.is_some() && cluster.is_none(),
        }
    };
    Report { resources: explained.map(check).collect() }
}

/// The metrics whose levels for a resource are known only when a plan is applied.
fn unknown_metrics(
    reading: &Reading,
    resource: &Resource,
    cluster: Option<&Resource>,
    config: &Config,
) -> BTreeSet<&'static str> {
    let carriers = std::iter::once(resource).chain(cluster);
    let keys = carriers.filter_map(|carrier| reading.unknown.get(&carrier.arn)).flat_map(|unknown| &unknown.keys);
    keys.filter_map(|key| metric_of(key, config)).collect()
}

/// The metric that a key gives a level for, if it is a key for levels.
fn metric_of(key: &str, config: &Config) -> Option<&'static str> {
    if let Some(legacy) = config.tags.legacy.get(key) {
        return Some(legacy.metric);
    }
    let Key::Level(metric, _) = tag_key::read(key, &config.tags.prefix) else { return None };
    catalog::find(metric).map(|row| row.metric)
}

/// What is not known yet of tags that are ours.
fn ours(reading: &Reading, resource: &Resource, config: &Config) -> Unknown {
    let mut unknown = reading.unknown.get(&resource.arn).cloned().unwrap_or_default();
    unknown.keys.retain(|key| key.starts_with(&config.tags.prefix) || config.tags.legacy.contains_key(key));
    unknown
}

impl Display for Report {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        self.resources.iter().try_for_each(|one| one.fmt(text))?;
        let count = |of: fn(&Checked) -> usize| self.resources.iter().map(of).sum::<usize>();
        let issues = count(|one| one.explanation.problems.len() + one.explanation.problems_omitted + one.refused.len());
        let losses = count(|one| one.losses.len());
        let unjudged = count(|one| usize::from(!one.is_known()));
        write!(text, "{} checked, issues: {issues}, levels lost, weakened or muted: {losses}", self.resources.len())?;
        if unjudged > 0 { writeln!(text, ", judged in part: {unjudged}") } else { writeln!(text) }
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
        self.write_unknown(text)?;
        writeln!(text)
    }
}

impl Checked {
    /// Whether everything that plimsoll would go by is known.
    fn is_known(&self) -> bool {
        self.unknown == Unknown::default() && !self.cluster_missing
    }

    fn write_unknown(&self, text: &mut Formatter<'_>) -> fmt::Result {
        let Unknown { keys, all, defaults } = &self.unknown;
        let maps = [(*all, "all tags"), (*defaults && !all, "default tags of the provider")];
        let maps = maps.into_iter().filter_map(|(is_unknown, what)| is_unknown.then_some(what));
        let mut unknown = keys.iter().map(String::as_str).chain(maps);
        unknown.try_for_each(|what| writeln!(text, "  not known until the plan is applied: {what}"))?;
        match &self.explanation.cluster {
            Some(cluster) if self.cluster_missing => {
                writeln!(
                    text,
                    "  its cluster {cluster} was not given, or is not known yet: its tags are not known here"
                )
            }
            _ => Ok(()),
        }
    }

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
