//! The explanation of one resource.

use serde::{Deserialize, Serialize};

use super::{Summary, Values, Word};
use crate::catalog::{Denominator, Row, Side};
use crate::inventory::{Known, View};
use crate::level::mute::Mute;
use crate::plan::Now;
use crate::resource::{Capacity, LimitSource, Resource, ResourceIndex};
use crate::threshold::{self, Candidate, Issue, Outcome, ResolveContext, Resolved, Source, Threshold};
use crate::time::Timestamp;

/// Every level of one resource with its reasons.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// What it is.
    #[serde(flatten)]
    pub resource: Summary,
    /// The instance class; empty for clusters without one.
    pub class: String,
    /// The cluster it is a member of.
    pub cluster: Option<String>,
    /// Metrics for which any source sets anything, by name.
    pub metrics: Vec<MetricExplanation>,
    /// What cannot be used: its own tags first, then those of its cluster.
    pub problems: Vec<Problem>,
    /// How many more there are.
    pub problems_omitted: usize,
}

/// One metric of one resource.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MetricExplanation {
    /// As CloudWatch names it.
    pub metric: String,
    /// The series that levels are compared with; empty where the alert rule computes the value.
    pub series: String,
    /// The unit of every number here.
    pub unit: String,
    /// `above` or `below`: where values are bad.
    pub bad: String,
    /// What is served now; `None` where nothing is.
    pub value: Option<f64>,
    /// Whether its tags disable all its levels.
    pub off: bool,
    /// The mute that mutes its levels now; in JSON as a tag has it.
    pub muted: Option<Word<Mute>>,
    /// When the mute ends, as a tag has it; `None` for never, or if no level is muted.
    pub muted_until: Option<String>,
    /// Why nothing is served although it should be: the label `reason` of `plimsoll_threshold_unwatched`.
    pub unwatched: Option<String>,
    /// Whether nothing is served because CloudWatch has had nothing, ever or for a day; that only a default level stands
    /// on it is why `plimsoll_defaults_never_answered` counts it instead.
    pub unanswered: bool,
    /// What `20pct` is a share of, where it is known.
    pub measured_against: Option<Measured>,
    /// The levels in effect, least severe first.
    pub levels: Vec<Level>,
    /// The settings that are not in effect, the most specific source first.
    pub overridden: Vec<Overridden>,
}

/// What relative levels are shares of.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Such as `allocated storage`.
    pub what: String,
    /// In the metric's unit.
    pub value: f64,
    /// Where the number comes from.
    pub source: Word<LimitSource>,
    /// What it is after a change that no datapoint has seen yet, so that levels still go by `value`.
    pub awaited: Option<f64>,
}

/// A level that stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// The configured name.
    pub severity: String,
    /// In the metric's unit.
    pub level: f64,
    /// Where it comes from.
    pub source: Word<Source>,
    /// The tag, the configured ladder, or the publication that a default comes from.
    pub set_by: String,
    /// How far the value may still go, in the metric's unit; negative once it is crossed.
    pub headroom: Option<f64>,
    /// The same as a share of the greater of value and level: 1 is far, 0 is at the level, below 0 is crossed.
    pub headroom_ratio: Option<f64>,
}

/// A setting that is not in effect.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Overridden {
    /// The configured name.
    pub severity: String,
    /// `None` where the source disables the level.
    pub level: Option<f64>,
    /// Where it comes from.
    pub source: Word<Source>,
    /// What sets it, as in [`Level::set_by`].
    pub set_by: String,
    /// Why it is not in effect.
    pub why: String,
}

/// Something that a person wrote and that cannot be used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The ARN of the resource that carries it.
    pub on: String,
    /// The key as found, or the configured level.
    pub tag_key: String,
    /// The value as found.
    pub text: String,
    /// A word of a closed set, as in `plimsoll_threshold_issue`.
    pub reason: String,
    /// The metric, if the key names one.
    pub metric: Option<String>,
    /// The guard that it goes against.
    pub guard: Option<String>,
    /// What a person can do about it.
    pub remedy: String,
}

impl Explanation {
    /// Whether anything that a person wrote cannot be used.
    #[must_use]
    pub const fn has_problems(&self) -> bool {
        !self.problems.is_empty() || self.problems_omitted > 0
    }

    /// The tags and levels for a metric that cannot be used.
    #[must_use]
    pub fn problems_of(&self, metric: &str) -> Vec<&Problem> {
        self.problems.iter().filter(|problem| problem.metric.as_deref() == Some(metric)).collect()
    }

    /// What cannot be used and concerns no metric that is explained.
    #[must_use]
    pub fn other_problems(&self) -> Vec<&Problem> {
        let is_explained = |name: &str| self.metrics.iter().any(|metric| metric.metric == name);
        self.problems.iter().filter(|problem| !problem.metric.as_deref().is_some_and(is_explained)).collect()
    }

    /// Of a resource, of one metric or of all.
    pub(super) fn of(view: &View, index: ResourceIndex, metric: Option<&str>, now: Now) -> Self {
        let inventory = &*view.inventory;
        let known = &inventory.known()[index.position()];
        let cluster = inventory.cluster_of(&known.resource);
        let values = Values::of(view, now);
        let summary = Summary::of(known, &values, index);
        let subject = Subject { known, context: inventory.context(), values, index };
        let rows = inventory.context().selection.metrics.iter().map(|selected| selected.row);
        let is_wanted = |row: &&Row| {
            let has_any = || known.resolved.concerns(row.metric);
            row.can_exist_on(&known.resource) && metric.map_or_else(has_any, |metric| metric == row.metric)
        };
        let mut metrics: Vec<_> = rows.filter(is_wanted).filter_map(|row| subject.metric(row.metric)).collect();
        metrics.sort_by(|left, right| left.metric.cmp(&right.metric));
        Self {
            resource: summary,
            class: known.resource.class.clone(),
            cluster: known.resource.cluster.clone(),
            metrics,
            problems: problems(known, cluster, metric),
            problems_omitted: known.resolved.issues_omitted,
        }
    }
}

/// One resource, and what its metrics are explained with.
struct Subject<'a> {
    known: &'a Known,
    context: ResolveContext<'a>,
    values: Values<'a>,
    index: ResourceIndex,
}

impl Subject<'_> {
    fn metric(&self, metric: &str) -> Option<MetricExplanation> {
        let row = self.values.row(metric, self.index)?;
        let bad = row.alert?.bad;
        let value = self.values.current(row.metric, self.index);
        let resolved: &Resolved = &self.known.resolved;
        let standing = resolved.thresholds.iter().filter(|threshold| threshold.metric == row.metric);
        Some(MetricExplanation {
            metric: row.metric.to_owned(),
            series: row.compared_series().unwrap_or_default(),
            unit: row.unit.name().to_owned(),
            bad: if bad == Side::High { "above" } else { "below" }.to_owned(),
            value,
            off: resolved.off.contains(&row.metric),
            muted: resolved.schedule.muted_by(row.metric, self.values.now.wall).map(|tagged| Word::Known(tagged.mute)),
            muted_until: self.muted_until(row.metric).map(|end| Mute::until(end).to_string()),
            unwatched: self.values.unwatched(row.metric, self.index).map(|reason| reason.name().to_owned()),
            unanswered: self.values.is_unanswered(row.metric, self.index),
            measured_against: measured(row, &self.known.resource),
            levels: standing.map(|threshold| self.level(threshold, row, value)).collect(),
            overridden: resolved.overridden(row.metric).map(|candidate| self.overridden(candidate)).collect(),
        })
    }

    /// The end of everything that mutes a metric now.
    fn muted_until(&self, metric: &str) -> Option<Timestamp> {
        let (schedule, now) = (&self.known.resolved.schedule, self.values.now.wall);
        schedule.muted_until(&schedule.muted_by(metric, now)?, now)
    }

    fn level(&self, threshold: &Threshold, row: &Row, value: Option<f64>) -> Level {
        let set_by = self.known.resolved.set_by(threshold, &self.known.resource, self.context);
        let ratio = value.and_then(|value| row.headroom_ratio(value, threshold.value));
        let headroom = || Some(row.alert?.bad.headroom(value?, threshold.value));
        Level {
            severity: self.severity(threshold.severity),
            level: threshold.value,
            source: Word::Known(threshold.source),
            set_by: set_by.to_string(),
            headroom: ratio.and_then(|_| headroom()),
            headroom_ratio: ratio,
        }
    }

    fn overridden(&self, candidate: &Candidate) -> Overridden {
        let why = match candidate.outcome {
            Outcome::OutOfOrder => "it would invert the ladder of a more specific source",
            Outcome::Applied | Outcome::Overridden => "a more specific source sets it",
        };
        let set_by = candidate.origin.set_by(candidate.metric, &self.known.resource, self.context);
        Overridden {
            severity: self.severity(candidate.severity),
            level: candidate.level,
            source: Word::Known(candidate.origin.source()),
            set_by: set_by.to_string(),
            why: why.to_owned(),
        }
    }

    fn severity(&self, index: usize) -> String {
        self.context.config.severity(index).to_owned()
    }
}

/// What a relative level of the metric is a share of, where it is known.
fn measured(row: &Row, resource: &Resource) -> Option<Measured> {
    let denominator = row.alert?.relative_to?;
    let what = called(denominator, &resource.capacity);
    let source = Word::Known(threshold::denominator::known(denominator, resource)?.source);
    let value = threshold::denominator::of(row, resource)?;
    let is_held = resource.capacity.held.contains_key(row.metric);
    let awaited = threshold::denominator::current(row, resource).filter(|_| is_held);
    Some(Measured { what: what.to_owned(), value, source, awaited })
}

/// What people call a denominator.
const fn called(denominator: Denominator, capacity: &Capacity) -> &'static str {
    match denominator {
        Denominator::AllocatedStorage => "allocated storage",
        Denominator::LogStorage if capacity.log_volume_bytes.is_none() => "allocated storage",
        Denominator::LogVolumeSize | Denominator::LogStorage => "log volume",
        Denominator::LocalStorage => "local storage",
        Denominator::InstanceMemory => "memory",
        Denominator::MaxConnections => "connections",
        Denominator::Vcpus => "virtual CPUs",
        Denominator::MaxAcu => "capacity units",
        Denominator::ProvisionedIops => "I/O operations",
        Denominator::ProvisionedThroughput => "disk throughput",
        Denominator::NetworkBandwidth => "network bandwidth",
    }
}

fn problems(known: &Known, cluster: Option<&Known>, metric: Option<&str>) -> Vec<Problem> {
    let carriers = std::iter::once(known).chain(cluster);
    let all = carriers.flat_map(|carrier| carrier.resolved.issues.iter().map(|issue| (&carrier.resource.arn, issue)));
    let wanted = all.filter(|(_, issue)| metric.is_none() || issue.metric.is_none() || issue.metric == metric);
    wanted.map(|(on, issue)| Problem::of(on, issue)).collect()
}

impl Problem {
    /// An issue of the resource with this ARN.
    #[must_use]
    pub fn of(on: &str, issue: &Issue) -> Self {
        Self {
            on: on.to_owned(),
            tag_key: issue.tag_key.clone(),
            text: issue.text.clone(),
            reason: issue.reason.name().to_owned(),
            metric: issue.metric.map(str::to_owned),
            guard: issue.guard.clone(),
            remedy: issue.remedy().to_owned(),
        }
    }
}
