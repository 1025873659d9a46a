//! The findings: levels, tags that cannot be used or that AWS refuses, and losses by a plan.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};

use serde::Serialize;

use super::unjudged::ENGINE;
use super::{Loss, Losses, Reading, Refused, Unjudged, Unknown, refused, unjudged};
use crate::catalog;
use crate::catalog::amount::amount;
use crate::config::Config;
use crate::config::tag_key::{self, Key};
use crate::escape::Line;
use crate::explain::{self, Explanation, Level, MetricExplanation, Problem, Word};
use crate::inventory::{Known, View};
use crate::level::Reason;
use crate::level::mute::Mute;
use crate::plan::{Now, Seconds};
use crate::resource::{LimitSource, Resource};
use crate::threshold::{Issue, Source, TaggedMute};

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
    /// What cannot be judged as long as something is not known of the database.
    pub unjudged: Vec<Unjudged>,
    /// What mutes levels, now or at another time, or keeps them from it.
    pub mutes: Vec<Muting>,
    /// The connection limit that a tag sets.
    pub connection_limit: Option<f64>,
    /// Whether it stands for the members of a cluster of which none was given.
    pub imagined: bool,
    /// Whether it is a member of a cluster that was not given, or of which a plan does not know yet which one it is.
    pub cluster_missing: bool,
}

/// When a tag mutes levels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Muting {
    /// As CloudWatch names it; `None` for all.
    pub metric: Option<String>,
    /// When it mutes; in JSON as a tag has it.
    pub mute: Mute,
    /// When a mute until a time begins, if a guard limits it; in JSON as a tag has a time.
    pub from: Option<Mute>,
    /// Whether the cluster has the tag.
    pub inherited: bool,
}

impl Muting {
    fn of(tagged: &TaggedMute) -> Self {
        let from = match tagged.mute {
            Mute::Until { from, .. } if from > Seconds::MIN => Some(Mute::until(from)),
            _ => None,
        };
        let inherited = tagged.source == Source::ClusterTag;
        Self { metric: tagged.metric.map(str::to_owned), mute: tagged.mute, from, inherited }
    }
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
    let check = Check { reading, after, losses, config };
    let explained = explain::all(after, Now::at(moment)).into_iter().zip(after.inventory.known());
    let checked = explained.map(|(explanation, known)| check.resource(explanation, known));
    Report { resources: checked.filter(|one| !one.imagined || one.is_telling()).collect() }
}

/// What the findings are made from.
struct Check<'a> {
    reading: &'a Reading,
    after: &'a View,
    losses: &'a Losses,
    config: &'a Config,
}

impl Check<'_> {
    fn resource(&self, explanation: Explanation, known: &Known) -> Checked {
        let (reading, resource) = (self.reading, &*known.resource);
        let cluster = self.after.inventory.cluster_of(resource).map(|cluster| &*cluster.resource);
        let refused = refused::of(resource, self.config);
        let imagined = reading.imagined.contains(&resource.arn);
        let attributes = unknown_attributes(reading, resource, cluster);
        let (mut problems, mut without_judgement) = (Vec::new(), Vec::new());
        for issue in issues(known, &refused) {
            match Unjudged::of(issue, &attributes, imagined) {
                Some(unjudged) => without_judgement.push(unjudged),
                None => problems.push(self.problem(resource, issue)),
            }
        }
        Checked {
            explanation: Explanation { problems, ..explanation },
            refused,
            losses: self.losses_of(resource, cluster),
            unknown: own_unknown(reading, resource, self.config),
            unjudged: without_judgement,
            mutes: known.resolved.schedule.mutes.iter().map(Muting::of).collect(),
            connection_limit: connection_limit(resource),
            imagined,
            cluster_missing: resource.cluster.is_some() && cluster.is_none(),
        }
    }

    fn problem(&self, resource: &Resource, issue: &Issue) -> Problem {
        let problem = Problem::of(&resource.arn, issue);
        let remedy = unjudged::remedy(issue, &self.reading.omitted);
        Problem { remedy: remedy.unwrap_or(problem.remedy), ..problem }
    }

    /// Its losses, except levels that are not known yet; but a mute mutes whatever a level will be.
    fn losses_of(&self, resource: &Resource, cluster: Option<&Resource>) -> Vec<Loss> {
        let unknown = unknown_metrics(self.reading, resource, cluster, self.config);
        let losses = self.losses.get(&resource.arn).into_iter().flatten();
        losses.filter(|loss| loss.muted.is_some() || !unknown.contains(loss.metric)).cloned().collect()
    }
}

/// The issues of a resource's own tags and levels, except those of tags that AWS refuses, which never get as far as
/// plimsoll. A cluster that is missing is no issue: files need not hold every cluster.
fn issues<'a>(known: &'a Known, refused: &'a [Refused]) -> impl Iterator<Item = &'a Issue> {
    let issues = known.resolved.issues.iter().filter(|issue| issue.reason != Reason::ClusterTagsUnreadable);
    issues.filter(|issue| !refused.iter().any(|one| one.is_about(&issue.tag_key)))
}

/// The connection limit that a tag sets.
fn connection_limit(resource: &Resource) -> Option<f64> {
    let limit = resource.capacity.max_connections.filter(|limit| limit.source == LimitSource::Tag)?;
    Some(limit.value)
}

/// The attributes that decide on its metrics and sizes and are known only when a plan is applied.
fn unknown_attributes(reading: &Reading, resource: &Resource, cluster: Option<&Resource>) -> BTreeSet<&'static str> {
    let carriers = std::iter::once(resource).chain(cluster);
    let unknown = carriers.filter_map(|carrier| reading.unknown.get(&carrier.arn));
    unknown.flat_map(|unknown| unknown.attributes.iter().copied()).collect()
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
fn own_unknown(reading: &Reading, resource: &Resource, config: &Config) -> Unknown {
    let mut unknown = reading.unknown.get(&resource.arn).cloned().unwrap_or_default();
    unknown.keys.retain(|key| key.starts_with(&config.tags.prefix) || config.tags.legacy.contains_key(key));
    unknown
}

impl Display for Report {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        for one in &self.resources {
            one.lines().iter().try_for_each(|line| writeln!(text, "{}", Line(line)))?;
            writeln!(text)?;
        }
        let count = |of: fn(&Checked) -> usize| self.resources.iter().map(of).sum::<usize>();
        let issues = count(|one| one.explanation.problems.len() + one.explanation.problems_omitted + one.refused.len());
        let losses = count(|one| one.losses.len());
        let unjudged = count(|one| usize::from(!one.is_known()));
        let checked = count(|one| usize::from(!one.imagined));
        write!(text, "{checked} checked, issues: {issues}, levels lost, weakened or muted: {losses}")?;
        if unjudged > 0 { writeln!(text, ", judged in part: {unjudged}") } else { writeln!(text) }
    }
}

impl Checked {
    /// What is found, as text that is not escaped yet.
    fn lines(&self) -> Vec<String> {
        let one = &self.explanation.resource;
        let mut lines = vec![format!("{} ({} {})", one.arn, one.kind, one.engine)];
        lines.extend(self.level_lines());
        lines.extend(self.mutes.iter().map(|mute| format!("  {mute}")));
        lines.extend(self.connection_limit.map(|limit| format!("  connection limit {limit} (tag)")));
        lines.extend(self.refused.iter().map(|refused| format!("  issue: {refused}")));
        lines.extend(self.explanation.problems.iter().map(|problem| format!("  issue: {problem}")));
        lines.extend(self.loss_lines());
        lines.extend(self.unjudged.iter().map(|unjudged| format!("  {unjudged}")));
        lines.extend(self.unknown_lines());
        lines
    }

    /// Whether everything that plimsoll would go by is known.
    fn is_known(&self) -> bool {
        let Unknown { keys, all, defaults, attributes: _ } = &self.unknown;
        let knows_tags = keys.is_empty() && !all && !defaults;
        knows_tags && !self.lacks_engine() && self.unjudged.is_empty() && !self.cluster_missing
    }

    fn lacks_engine(&self) -> bool {
        self.unknown.attributes.contains(ENGINE)
    }

    /// Whether there is more to it than default levels.
    fn is_telling(&self) -> bool {
        let has_level = |metric: &MetricExplanation| metric.off || metric.levels.iter().any(is_given);
        let is_quiet = self.losses.is_empty() && self.unjudged.is_empty() && self.mutes.is_empty();
        !is_quiet || self.explanation.has_problems() || self.explanation.metrics.iter().any(has_level)
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
        let engine = (self.lacks_engine(), ENGINE);
        let maps = [engine, (*all, "all tags"), (*defaults && !all, "default tags of the provider")];
        let maps = maps.into_iter().filter_map(|(is_unknown, what)| is_unknown.then_some(what));
        let unknown = keys.iter().map(String::as_str).chain(maps);
        let unknown = unknown.map(|what| format!("  not known until the plan is applied: {what}"));
        let missing = self.explanation.cluster.as_ref().filter(|_| self.cluster_missing).map(|cluster| {
            format!("  its cluster {cluster} was not given, or is not known yet: its tags are not known here")
        });
        unknown.chain(missing).collect()
    }

    /// The levels that persons set; the default levels are only counted.
    fn level_lines(&self) -> Vec<String> {
        let (mut lines, mut defaults) = (Vec::new(), 0);
        for metric in &self.explanation.metrics {
            let unit = catalog::find(&metric.metric).map_or(catalog::Unit::None, |row| row.unit);
            for level in &metric.levels {
                if !is_given(level) {
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

/// Whether a person set the level.
fn is_given(level: &Level) -> bool {
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
            Mute::Daily { .. } => write!(text, "muted {} ({carrier})", self.mute),
            Mute::Until { .. } => write!(text, "muted until {} ({carrier})", self.mute),
        }
    }
}
