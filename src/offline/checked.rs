//! The findings about one resource, as JSON and as lines of text.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};

use serde::Serialize;

use super::loss::Loss;
use super::refused::Refused;
use super::undetermined::{ENGINE, Undetermined};
use super::unknown::Unknown;
use crate::catalog;
use crate::catalog::amount::amount;
use crate::explain::{Explanation, Level, MetricExplanation, Problem, Word};
use crate::level::Reason;
use crate::level::mute::Mute;
use crate::threshold::{Source, TaggedMute};
use crate::time::Timestamp;

/// The findings about one resource.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checked {
    /// Its levels and issues, as in a running exporter, but without values.
    #[serde(flatten)]
    pub explanation: Explanation,
    /// Tags that AWS would refuse.
    pub refused: Vec<Refused>,
    /// Levels that a plan removes, weakens or mutes.
    pub losses: Vec<Loss>,
    /// plimsoll's tags that are known only when the plan is applied.
    pub unknown: Unknown,
    /// Tags and levels that cannot be checked, because facts about the database are not known.
    pub undetermined: Vec<Undetermined>,
    /// The mutes that apply, now or at another time, including those that keep levels unmuted.
    pub mutes: Vec<Muting>,
    /// The connection limit that a tag sets.
    pub connection_limit: Option<f64>,
    /// Whether it is a placeholder for the members of a cluster of which none was given.
    pub placeholder: bool,
    /// Whether its cluster was not given, or a plan does not know it yet.
    pub cluster_missing: bool,
}

/// A mute, and the levels that it mutes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Muting {
    /// As CloudWatch names it; `None` for all.
    pub metric: Option<String>,
    /// When it mutes; in JSON as in a tag.
    pub mute: Mute,
    /// When a mute until a time begins, if a guard limits it; in JSON as in a tag.
    pub from: Option<Mute>,
    /// Whether the cluster has the tag.
    pub inherited: bool,
}

impl Muting {
    pub(super) fn of(tagged: &TaggedMute) -> Self {
        let from = match tagged.mute {
            Mute::Until { from, .. } if from > Timestamp::MIN => Some(Mute::until(from)),
            _ => None,
        };
        let inherited = tagged.source == Source::ClusterTag;
        Self { metric: tagged.metric.map(str::to_owned), mute: tagged.mute, from, inherited }
    }
}

impl Checked {
    /// The findings as lines of text, not escaped.
    pub(super) fn lines(&self) -> Vec<String> {
        let resource = &self.explanation.resource;
        let mut lines = vec![format!("{} ({} {})", resource.arn, resource.kind, resource.engine)];
        lines.extend(self.level_lines());
        lines.extend(self.mutes.iter().map(|mute| format!("  {mute}")));
        lines.extend(self.connection_limit.map(|limit| format!("  connection limit {limit} (tag)")));
        lines.extend(self.refused.iter().map(|refused| format!("  issue: {refused}")));
        lines.extend(
            self.explanation.problems.iter().map(|problem| format!("  issue: {problem}{}", self.instead(problem))),
        );
        lines.extend(self.loss_lines());
        lines.extend(self.undetermined.iter().map(|undetermined| format!("  {undetermined}")));
        lines.extend(self.unknown_lines());
        lines
    }

    /// Whether everything that decides its levels is known.
    pub(super) fn is_known(&self) -> bool {
        let Unknown { keys, all, defaults, attributes: _ } = &self.unknown;
        let are_tags_known = keys.is_empty() && !all && !defaults;
        are_tags_known && !self.is_engine_unknown() && self.undetermined.is_empty() && !self.cluster_missing
    }

    fn is_engine_unknown(&self) -> bool {
        self.unknown.attributes.contains(ENGINE)
    }

    /// Whether it has anything but default levels.
    pub(super) fn has_findings(&self) -> bool {
        let has_level = |metric: &MetricExplanation| metric.off || metric.levels.iter().any(is_set_by_user);
        let has_none = self.losses.is_empty() && self.undetermined.is_empty() && self.mutes.is_empty();
        !has_none || self.explanation.has_problems() || self.explanation.metrics.iter().any(has_level)
    }

    /// Which levels apply while a level cannot be used, as a sentence behind the problem.
    fn instead(&self, problem: &Problem) -> String {
        let is_level = problem.reason != Reason::BadTime.name() && problem.guard.is_none();
        let Some(metric) = problem.metric.as_deref().filter(|_| is_level) else { return String::new() };
        let explained = self.explanation.metrics.iter().find(|explained| explained.metric == metric);
        let unit = catalog::find(metric).map_or(catalog::Unit::None, |row| row.unit);
        let level = |level: &Level, bad: &str| {
            format!("{} {bad} {} ({})", level.severity, amount(level.level, unit), level.source)
        };
        let levels: Vec<String> = explained
            .into_iter()
            .flat_map(|explained| explained.levels.iter().map(|one| level(one, &explained.bad)))
            .collect();
        if levels.is_empty() {
            return " Until then it has no level.".to_owned();
        }
        format!(" Until then: {}.", levels.join(", "))
    }

    /// The losses, with one line for all levels of one mute.
    fn loss_lines(&self) -> Vec<String> {
        let is_muted = |loss: &&Loss| loss.after.is_some() && loss.muted.is_some();
        let muted: Vec<_> = self.losses.iter().filter(is_muted).collect();
        let distinct: BTreeSet<_> = muted.iter().filter_map(|loss| loss.muted).collect();
        let of_mute = |mute| {
            let alike: Vec<_> = muted.iter().filter(|loss| loss.muted == Some(mute)).collect();
            match alike[..] {
                [loss] => format!("  {loss}"),
                _ => format!("  muted: {} levels ({mute})", alike.len()),
            }
        };
        let others = self.losses.iter().filter(|loss| !is_muted(loss)).map(|loss| format!("  {loss}"));
        distinct.into_iter().map(of_mute).chain(others).collect()
    }

    fn unknown_lines(&self) -> Vec<String> {
        let Unknown { keys, all, defaults, attributes: _ } = &self.unknown;
        let engine = (self.is_engine_unknown(), ENGINE);
        let maps = [engine, (*all, "all tags"), (*defaults && !all, "default tags of the provider")];
        let maps = maps.into_iter().filter_map(|(is_unknown, what)| is_unknown.then_some(what));
        let unknown = keys.iter().map(String::as_str).chain(maps);
        let unknown = unknown.map(|what| format!("  not known until the plan is applied: {what}"));
        let missing = self.explanation.cluster.as_ref().filter(|_| self.cluster_missing).map(|cluster| {
            format!("  its cluster {cluster} was not given, or is not known yet: its tags are not known here")
        });
        unknown.chain(missing).collect()
    }

    /// The levels that users set; default levels are only counted.
    fn level_lines(&self) -> Vec<String> {
        let (mut lines, mut defaults) = (Vec::new(), 0);
        for metric in &self.explanation.metrics {
            let unit = catalog::find(&metric.metric).map_or(catalog::Unit::None, |row| row.unit);
            for level in &metric.levels {
                if !is_set_by_user(level) {
                    defaults += 1;
                    continue;
                }
                let (name, severity, bad) = (&metric.metric, &level.severity, &metric.bad);
                lines.push(format!("  {name} {severity} {bad} {} ({})", amount(level.level, unit), level.set_by));
            }
            if metric.off {
                lines.push(format!("  {} off", metric.metric));
            }
        }
        lines.extend((defaults > 0).then(|| format!("  and {defaults} default levels")));
        lines
    }
}

/// Whether a user set the level.
fn is_set_by_user(level: &Level) -> bool {
    level.source != Word::Known(Source::Default)
}

impl Display for Muting {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        let carrier = if self.inherited { "tag of the cluster" } else { "tag" };
        if let Some(metric) = &self.metric {
            write!(text, "{metric} ")?;
        }
        if let Some(from) = &self.from {
            return write!(text, "muted from {from} until {} ({carrier})", self.mute);
        }
        match self.mute {
            Mute::No => write!(text, "not muted ({carrier})"),
            Mute::Always => write!(text, "muted for ever ({carrier})"),
            Mute::Window(_) => write!(text, "muted {} ({carrier})", self.mute),
            Mute::Until { .. } => write!(text, "muted until {} ({carrier})", self.mute),
        }
    }
}
