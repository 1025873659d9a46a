//! The explanation of one resource, as JSON has it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::problem::Problem;
use super::summary::Summary;
use super::word::Word;
use crate::level::mute::Mute;
use crate::resource::LimitSource;
use crate::threshold::Source;

/// Every level of one resource with its reasons.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// The resource.
    #[serde(flatten)]
    pub resource: Summary,
    /// The instance class; empty for clusters without one.
    pub class: String,
    /// The cluster it is a member of.
    pub cluster: Option<String>,
    /// What AWS says of it, with names as people write them.
    #[serde(default)]
    pub facts: Vec<Fact>,
    /// Every tag that it carries.
    #[serde(default)]
    pub all_tags: BTreeMap<String, String>,
    /// The instances of a cluster.
    #[serde(default)]
    pub members: Vec<Member>,
    /// Pages about it elsewhere, the most useful first.
    #[serde(default)]
    pub links: Vec<Link>,
    /// Metrics for which any source sets anything, by name.
    pub metrics: Vec<MetricExplanation>,
    /// Tags and levels that cannot be used: its own first, then those of its cluster.
    pub problems: Vec<Problem>,
    /// The number of further problems.
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
    /// The value that is served now; `None` without one.
    pub value: Option<f64>,
    /// How many seconds ago the period of the value ended; `None` without a value, and for what a listing returned.
    #[serde(default)]
    pub age_seconds: Option<i64>,
    /// Whether its tags disable all its levels.
    pub off: bool,
    /// The mute that mutes its levels now; in JSON as a tag has it.
    pub muted: Option<Word<Mute>>,
    /// When the mute ends, as a tag has it; `None` for never, or if no level is muted.
    pub muted_until: Option<String>,
    /// Why nothing is served although it should be: the label `reason` of `plimsoll_threshold_unwatched`.
    pub unwatched: Option<String>,
    /// Whether no value is served because CloudWatch has had none, ever or for a day, on a metric with only default levels:
    /// then `plimsoll_defaults_never_answered` counts it instead.
    pub unanswered: bool,
    /// The denominator of relative levels such as `20pct`, if it is known.
    pub measured_against: Option<Measured>,
    /// The levels in effect, least severe first.
    pub levels: Vec<Level>,
    /// The settings that are not in effect, the most specific source first.
    pub overridden: Vec<Overridden>,
    /// The command that sets these levels as a tag, to be changed; `None` for what carries no tags.
    #[serde(default)]
    pub command: Option<String>,
    /// The runbook of its alert, if an address is configured.
    #[serde(default)]
    pub runbook: Option<String>,
}

/// What AWS says of a resource.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is about.
    pub name: String,
    /// As AWS writes it, or with its unit.
    pub value: String,
}

/// An instance of a cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its identifier.
    pub id: String,
    /// Its ARN; `None` while it is not listed.
    pub arn: Option<String>,
    /// `writer` or `reader`.
    pub role: String,
}

/// A page elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Where it leads.
    pub name: String,
    /// The address.
    pub url: String,
}

/// The denominator of relative levels.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Such as `allocated storage`.
    pub what: String,
    /// In the metric's unit.
    pub value: f64,
    /// Where the number comes from.
    pub source: Word<LimitSource>,
    /// The new denominator after a change that no datapoint reflects yet; until then levels use `value`.
    pub awaited: Option<f64>,
}

/// A level in effect.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// The configured name.
    pub severity: String,
    /// Whether no configured severity is more severe.
    #[serde(default)]
    pub most_severe: bool,
    /// In the metric's unit.
    pub level: f64,
    /// Where it comes from.
    pub source: Word<Source>,
    /// The tag, the configured ladder, or the publication that a default comes from.
    pub set_by: String,
    /// How far the value is from the level, in the metric's unit; negative once it is crossed.
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

impl Explanation {
    /// Whether any tag or configured level cannot be used.
    #[must_use]
    pub const fn has_problems(&self) -> bool {
        !self.problems.is_empty() || self.problems_omitted > 0
    }

    /// The tags and levels for a metric that cannot be used.
    #[must_use]
    pub fn problems_of(&self, metric: &str) -> Vec<&Problem> {
        self.problems.iter().filter(|problem| problem.metric.as_deref() == Some(metric)).collect()
    }

    /// The problems that concern none of the explained metrics.
    #[must_use]
    pub fn other_problems(&self) -> Vec<&Problem> {
        let is_explained = |name: &str| self.metrics.iter().any(|metric| metric.metric == name);
        self.problems.iter().filter(|problem| !problem.metric.as_deref().is_some_and(is_explained)).collect()
    }
}
