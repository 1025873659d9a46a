//! The report on all resources: levels, tags that cannot be used or that AWS refuses, and losses by a plan.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};

use serde::Serialize;

use super::checked::{Checked, Muting};
use super::forgotten_prefix;
use super::input::Input;
use super::loss::{Loss, Losses};
use super::refused::{self, Refused};
use super::undetermined::{self, Undetermined};
use super::unknown::Unknown;
use crate::catalog;
use crate::config::Config;
use crate::config::tag_key::{self, Key};
use crate::escape::Line;
use crate::explain::{self, Explanation, Problem};
use crate::inventory::{Known, View};
use crate::level::Reason;
use crate::level::mute::Mute;
use crate::plan::Now;
use crate::resource::{Described, LimitSource, Resource};
use crate::threshold::Issue;
use crate::time::Timestamp;

/// The findings about every resource.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// By ARN, or by the name that the file has for it.
    pub resources: Vec<Checked>,
}

impl Report {
    /// Whether anything cannot be used or would be refused.
    #[must_use]
    pub fn has_issues(&self) -> bool {
        let is_bad = |one: &Checked| !one.refused.is_empty() || one.explanation.has_problems();
        self.resources.iter().any(is_bad)
    }

    /// Whether a plan removes, weakens or mutes any level.
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

/// The report on `input`; `after` has its resolved levels, and `losses` comes from [`losses`](super::losses).
#[must_use]
pub fn report(input: &Input, after: &View, losses: &Losses, config: &Config, moment: Timestamp) -> Report {
    let check = Check { now: moment, input, after, losses, config };
    let explained = explain::all(after, Now::at(moment)).into_iter().zip(after.inventory.known());
    let checked = explained.map(|(explanation, known)| check.resource(explanation, known));
    Report { resources: checked.filter(|checked| !checked.placeholder || checked.has_findings()).collect() }
}

/// What the report is made from.
struct Check<'a> {
    now: Timestamp,
    input: &'a Input,
    after: &'a View,
    losses: &'a Losses,
    config: &'a Config,
}

impl Check<'_> {
    fn resource(&self, explanation: Explanation, known: &Known) -> Checked {
        let (input, resource) = (self.input, &*known.resource);
        let cluster = self.after.inventory.cluster_of(resource).map(|cluster| &*cluster.resource.described);
        let refused = refused::of(resource, self.config);
        let placeholder = input.placeholder.contains(&*resource.arn);
        let attributes = unknown_attributes(input, resource, cluster);
        let (mut problems, mut undetermined) = (Vec::new(), Vec::new());
        for issue in issues(known, &refused) {
            match Undetermined::of(issue, &attributes, placeholder) {
                Some(one) => undetermined.push(one),
                None => problems.push(self.problem(resource, issue)),
            }
        }
        problems.extend(forgotten_prefix::problems(resource, self.config));
        let mutes = known.resolved.schedule.mutes.iter().filter(|tagged| !has_ended(tagged.mute, self.now));
        Checked {
            explanation: Explanation { problems, ..explanation },
            refused,
            losses: self.losses_of(resource, cluster),
            unknown: own_unknown(input, resource, self.config),
            undetermined,
            mutes: mutes.map(Muting::of).collect(),
            connection_limit: connection_limit(resource),
            placeholder,
            cluster_missing: resource.cluster.is_some() && cluster.is_none(),
        }
    }

    fn problem(&self, resource: &Described, issue: &Issue) -> Problem {
        let problem = Problem::of(&resource.arn, issue);
        let remedy = undetermined::remedy(issue, &self.input.omitted);
        Problem { remedy: remedy.unwrap_or(problem.remedy), ..problem }
    }

    /// The losses of a resource, except levels that are not known yet. A mute counts even then, because it mutes every
    /// possible level.
    fn losses_of(&self, resource: &Described, cluster: Option<&Described>) -> Vec<Loss> {
        let unknown = unknown_metrics(self.input, resource, cluster, self.config);
        let losses = self.losses.get(&*resource.arn).into_iter().flatten();
        losses.filter(|loss| loss.muted.is_some() || !unknown.contains(loss.metric)).cloned().collect()
    }
}

/// Whether a mute has ended. It mutes nothing any more, and after a day it is an issue.
fn has_ended(mute: Mute, now: Timestamp) -> bool {
    matches!(mute, Mute::Until { end, .. } if end <= now)
}

/// The issues of a resource's own tags and levels. Tags that AWS refuses are left out, because plimsoll would never see
/// them. A missing cluster is no issue, because files need not contain every cluster.
fn issues<'a>(known: &'a Known, refused: &'a [Refused]) -> impl Iterator<Item = &'a Issue> {
    let issues = known.resolved.issues.iter().filter(|issue| issue.reason != Reason::ClusterTagsUnreadable);
    issues.filter(|issue| !refused.iter().any(|one| one.is_about(&issue.tag_key)))
}

/// The connection limit that a tag sets.
fn connection_limit(resource: &Resource) -> Option<f64> {
    let limit = resource.capacity.max_connections.filter(|limit| limit.source == LimitSource::Tag)?;
    Some(limit.value)
}

/// The attributes that decide the resource's metrics and denominators and are known only when a plan is applied.
fn unknown_attributes(input: &Input, resource: &Described, cluster: Option<&Described>) -> BTreeSet<&'static str> {
    let carriers = std::iter::once(resource).chain(cluster);
    let unknown = carriers.filter_map(|carrier| input.unknown.get(&*carrier.arn));
    unknown.flat_map(|unknown| unknown.attributes.iter().copied()).collect()
}

/// The metrics whose levels for a resource are known only when a plan is applied.
fn unknown_metrics(
    input: &Input,
    resource: &Described,
    cluster: Option<&Described>,
    config: &Config,
) -> BTreeSet<&'static str> {
    let carriers = std::iter::once(resource).chain(cluster);
    let keys = carriers.filter_map(|carrier| input.unknown.get(&*carrier.arn)).flat_map(|unknown| &unknown.keys);
    keys.filter_map(|key| metric_of(key, config)).collect()
}

/// The metric of a tag key, if it is a key for levels.
fn metric_of(key: &str, config: &Config) -> Option<&'static str> {
    if let Some(legacy) = config.tags.legacy.get(key) {
        return Some(legacy.metric);
    }
    let Key::Level(metric, _) = tag_key::read(key, &config.tags.prefix) else { return None };
    catalog::find(metric).map(|row| row.metric)
}

/// What is not known yet of plimsoll's own tags.
fn own_unknown(input: &Input, resource: &Described, config: &Config) -> Unknown {
    let mut unknown = input.unknown.get(&*resource.arn).cloned().unwrap_or_default();
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
        let undetermined = count(|one| usize::from(!one.is_known()));
        let checked = count(|one| usize::from(!one.placeholder));
        write!(text, "{checked} checked, issues: {issues}, levels lost, weakened or muted: {losses}")?;
        if undetermined > 0 { writeln!(text, ", judged in part: {undetermined}") } else { writeln!(text) }
    }
}
