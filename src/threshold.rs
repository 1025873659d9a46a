//! The levels of one resource: from its tags, its cluster's tags, overrides, configuration and defaults.
//!
//! What cannot be used comes out as an issue, and the next source takes over. Levels that are muted are levels; when
//! their series rest is said beside them. No series, no text for pages, no clock.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::{Config, Selection};
use crate::level::Reason;
use crate::resource::Resource;

mod chain;
mod defaults;
mod guard;
pub mod denominator;
mod issue;
mod mute;
mod remedy;
mod saying;
mod sources;
mod tags;
mod trace;
#[cfg(test)]
mod tests;

pub use issue::{Issue, MAX_ISSUES_PER_RESOURCE};
pub use mute::TaggedMute;
pub use trace::{MetricTrace, Outcome, Voice, trace};

use sources::Sources;

/// Where a level comes from, the most specific first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// A tag of the resource itself.
    ResourceTag,
    /// A tag of its cluster.
    ClusterTag,
    /// A configured override that matches it.
    Override,
    /// The configured level of the metric.
    Configured,
    /// The catalogue's default.
    Default,
}

impl Source {
    /// The value of the label `source`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ResourceTag => "resource_tag",
            Self::ClusterTag => "cluster_tag",
            Self::Override => "override",
            Self::Configured => "configured",
            Self::Default => "default",
        }
    }
}

/// One level that stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    /// The catalogue row's metric.
    pub metric: &'static str,
    /// Index into the configured severities.
    pub severity: usize,
    /// In the metric's own unit.
    pub value: f64,
    /// Who said so.
    pub source: Source,
}

/// Everything that the sources say of one resource.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Resolved {
    /// By metric and severity, at most one each.
    pub thresholds: Vec<Threshold>,
    /// What could not be used, by key and reason, at most [`MAX_ISSUES_PER_RESOURCE`].
    pub issues: Vec<Issue>,
    /// How many issues there are beyond those.
    pub issues_omitted: usize,
    /// When tags mute levels, at most once for each metric and once for all; muted levels are among the others.
    pub mutes: Vec<TaggedMute>,
    /// How many seconds guards let these mute each metric at a time.
    longest_mutes: BTreeMap<&'static str, i64>,
    /// The next second at which a mute begins, ends, comes within a guard or counts as forgotten: until then, and not
    /// before it was resolved, what is said here of mutes holds.
    pub next_mute_change: Option<i64>,
    /// Metrics without a level where tags took one away, by name.
    pub off: Vec<&'static str>,
    /// Severities of which these metrics would have levels, did no tag switch them off.
    pub switched_off: BTreeSet<usize>,
    /// Metrics for which a tag or an override wants a level, readable or not, by name: they are polled.
    pub named: Vec<&'static str>,
    /// Default levels left out because what they are a share of is not known.
    pub defaults_without_denominator: usize,
}

impl Resolved {
    /// Notes that the tags of its cluster could not be read, so that weaker sources speak in their place.
    pub fn miss_cluster(&mut self, cluster: &str) {
        self.issues.push(Issue::tag("", cluster, Reason::ClusterTagsUnreadable, None));
        let (issues, omitted) = issue::limit(std::mem::take(&mut self.issues));
        self.issues = issues;
        self.issues_omitted += omitted;
    }
}

/// Whether any tag of a resource is one of ours, readable or not.
#[must_use]
pub fn carries_tags(resource: &Resource, config: &Config) -> bool {
    tags::read(resource, resource, config).carries_ours
}

/// Whether a tag would say something on a resource, without an issue.
#[must_use]
pub fn is_understood(resource: &Resource, (key, text): (&str, &str), config: &Config) -> bool {
    let tagged = Resource { tags: BTreeMap::from([(key.to_owned(), text.to_owned())]), ..resource.clone() };
    let read = tags::read(&tagged, &tagged, config);
    read.carries_ours && read.issues.is_empty()
}

/// The levels of one resource, and the issues of its own tags.
///
/// `cluster` is the cluster that an instance is a member of, if it could be listed: its tags are inherited, their
/// issues are not, for the cluster reports them itself, but for those of levels that hang on what a database has: they
/// stand where that is not known or too little. `account` is the configured name of the account. Which mutes are at
/// fault, `now` decides.
#[must_use]
pub fn resolve(
    resource: &Resource,
    cluster: Option<&Resource>,
    config: &Config,
    selection: &Selection,
    account: &str,
    now: i64,
) -> Resolved {
    let mut sources = Sources::gather(resource, cluster, config, account);
    let (mut resolved, mut issues) = mute::hear(&sources, selection, now);
    issues.extend(sources.limit_extra_metrics(selection));
    issues.extend(sources.own.issues.iter().cloned());
    for selected in selection.metrics.iter().filter(|selected| selected.row.can_exist_on(resource)) {
        let metric = selected.row.metric;
        if sources.names(selected.row) {
            resolved.named.push(metric);
        }
        let Some(alert) = &selected.row.alert else { continue };
        let chain = sources.speak(selected, alert);
        issues.extend(sources.inherited_issues(metric).cloned());
        if chain.is_off() {
            resolved.off.push(metric);
            resolved.switched_off.extend(sources.severities_without_off(selected, alert));
        }
        resolved.thresholds.extend(chain.thresholds());
        resolved.defaults_without_denominator += chain.defaults_without_denominator;
        issues.extend(chain.issues);
    }
    resolved.thresholds.sort_by_key(|threshold| (threshold.metric, threshold.severity));
    resolved.off.sort_unstable();
    resolved.named.sort_unstable();
    (resolved.issues, resolved.issues_omitted) = issue::limit(issues);
    resolved
}
