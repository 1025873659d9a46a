//! The result of the pipeline for one resource.

use std::collections::BTreeSet;

use super::candidate::{Candidate, SetBy, Threshold};
use super::issue::{self, Issue};
use super::ladder::Outcome;
use super::resolve::ResolvedMetric;
use super::schedule::MuteSchedule;
use super::source::Source;
use super::subject::ResolveContext;
use crate::level::Reason;
use crate::resource::Resource;

/// The levels of one resource.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Resolved {
    /// By metric and severity, at most one each.
    pub thresholds: Vec<Threshold>,
    /// What the sources set, by metric, most specific source first; but the levels in effect that are configured for all
    /// resources or come from the catalogue are left out. Those are most levels of most fleets, `thresholds` has them,
    /// and kept twice they would cost 2 KB for each database.
    pub candidates: Vec<Candidate>,
    /// What cannot be used, by key and reason, at most [`MAX_ISSUES_PER_RESOURCE`](issue::MAX_ISSUES_PER_RESOURCE).
    pub issues: Vec<Issue>,
    /// How many issues there are beyond those.
    pub issues_omitted: usize,
    /// When tags mute levels; muted levels are among the others.
    pub schedule: MuteSchedule,
    /// Metrics without a level because of tags, by name.
    pub off: Vec<&'static str>,
    /// Severities of which these metrics would have levels if no tag switched them off.
    pub switched_off: BTreeSet<usize>,
    /// Metrics for which a tag or an override wants a level, readable or not, by name: they are polled.
    pub named: Vec<&'static str>,
    /// Default levels left out because their denominator is not known.
    pub defaults_without_denominator: usize,
}

impl Resolved {
    /// Adds that the tags of its cluster could not be read, so that weaker sources apply in their place.
    pub fn miss_cluster(&mut self, cluster: &str) {
        self.issues.push(Issue::tag("", cluster, Reason::ClusterTagsUnreadable, None));
        self.limit_issues();
    }

    /// Whether any source sets anything for a metric.
    #[must_use]
    pub fn concerns(&self, metric: &str) -> bool {
        self.candidates.iter().any(|one| one.metric == metric) || self.thresholds.iter().any(|one| one.metric == metric)
    }

    /// The settings for a metric that are not in effect, the most specific source first.
    pub fn overridden(&self, metric: &str) -> impl Iterator<Item = &Candidate> {
        self.candidates.iter().filter(move |one| one.metric == metric && one.outcome != Outcome::Applied)
    }

    /// What exactly sets a level in effect.
    #[must_use]
    pub fn set_by<'a>(&'a self, level: &Threshold, resource: &Resource, context: ResolveContext<'a>) -> SetBy<'a> {
        let is_it = |one: &&Candidate| {
            (one.metric, one.severity, one.outcome) == (level.metric, level.severity, Outcome::Applied)
        };
        match self.candidates.iter().find(is_it) {
            Some(candidate) => candidate.origin.set_by(level.metric, resource, context),
            None if level.source == Source::Configured => SetBy::configured(level.metric, resource, context),
            None => SetBy::default(level.metric, resource, context),
        }
    }

    pub(super) fn add(&mut self, metric: &'static str, of_metric: ResolvedMetric) {
        self.thresholds.extend(of_metric.thresholds);
        self.candidates.extend(of_metric.candidates);
        self.issues.extend(of_metric.issues);
        self.off.extend(of_metric.is_off.then_some(metric));
        self.switched_off.extend(of_metric.switched_off);
        self.defaults_without_denominator += of_metric.defaults_without_denominator;
    }

    /// Puts everything in order once all is added.
    pub(super) fn sorted(mut self) -> Self {
        self.thresholds.sort_by_key(|threshold| (threshold.metric, threshold.severity));
        self.candidates.sort_by_key(|candidate| candidate.metric);
        self.thresholds.shrink_to_fit();
        self.candidates.shrink_to_fit();
        self.off.sort_unstable();
        self.named.sort_unstable();
        self.limit_issues();
        self
    }

    fn limit_issues(&mut self) {
        let (issues, omitted) = issue::limit(std::mem::take(&mut self.issues));
        self.issues = issues;
        self.issues_omitted += omitted;
    }
}
