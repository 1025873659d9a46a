//! One metric of the catalogue, and its names, texts and conditions.

use super::alert::{Alert, DefaultLevels};
use super::condition::Condition;
use super::interval_class::IntervalClass;
use super::metric_id::MetricId;
use super::name;
use super::provider::Provider;
use super::side::Side;
use super::statistic::Statistic;
use super::unit::Unit;
use crate::resource::{Described, Engine, Kind, Resource};
use crate::time::Period;

/// Why a share is a level on the sum of two metrics and on neither of them:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html>.
pub const SHARED_LIMIT: &str = "storage has one limit for reads and writes together";

/// One metric of one kind of resource.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// The CloudWatch name, in the namespace of the kind's service; a name of plimsoll for other metrics.
    pub metric: &'static str,
    /// One sentence for HELP, without the unit.
    pub help: &'static str,
    /// The unit its values are served in.
    pub unit: Unit,
    /// The kind of resource it belongs to.
    pub kind: Kind,
    /// The engines that publish it; empty means all of them.
    pub engines: &'static [Engine],
    /// Further conditions for it to exist; all must hold.
    pub when: &'static [Condition],
    /// How often it is queried.
    pub interval: IntervalClass,
    /// How often CloudWatch has a new value: nothing is gained by a shorter interval.
    pub published: Period,
    /// The statistic that thresholds are compared with.
    pub statistic: Statistic,
    /// Further statistics for dashboards; empty for a metric that is queried only for a level or if it is configured.
    pub shown: &'static [Statistic],
    /// When a value is bad; `None` for a metric without a bad side.
    pub alert: Option<Alert>,
    /// The meaning of -1.
    pub sentinel: Sentinel,
    /// Whether CloudWatch has no values while nothing happens, so that missing values are no fault.
    pub silent_while_idle: bool,
    /// Where its values come from.
    pub provider: Provider,
}

/// The meaning of -1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sentinel {
    /// -1 is a value like any other.
    None,
    /// -1 means "not in use": no point is served.
    Dropped,
    /// -1 means "replication is broken": served, and a rule of its own fires.
    BrokenReplication,
}

impl Row {
    /// The identity of the metric, which rows of several kinds may share.
    #[must_use]
    pub fn id(&self) -> MetricId {
        MetricId::of(self.kind, self.metric)
    }

    /// The prefix of all its series: `aws_rds_cpuutilization`.
    #[must_use]
    pub fn base(&self) -> String {
        name::base(self.kind.service.prefix, self.metric)
    }

    /// The series of a statistic: `aws_rds_cpuutilization_average`.
    #[must_use]
    pub fn series(&self, statistic: Statistic) -> String {
        format!("{}_{}", self.base(), name::snake(&statistic.to_string()))
    }

    /// The series that levels are compared with; `None` where the alert rule computes the value.
    #[must_use]
    pub fn compared_series(&self) -> Option<String> {
        match self.provider {
            Provider::CloudWatch | Provider::Computed(_) => Some(self.series(self.statistic)),
            Provider::Describe(fact) => Some(format!("{}_{}", self.kind.service.prefix, fact.series())),
            Provider::Forecast(_) => None,
        }
    }

    /// Whether CloudWatch is queried for it.
    #[must_use]
    pub fn is_polled(&self) -> bool {
        self.provider == Provider::CloudWatch
    }

    /// Whether its values are datapoints, which have an end and an age limit: those of CloudWatch, and their sums.
    #[must_use]
    pub fn has_points(&self) -> bool {
        matches!(self.provider, Provider::CloudWatch | Provider::Computed(_))
    }

    /// Whether its values are made of those of another row.
    #[must_use]
    pub fn is_computed_from(&self, other: &Self) -> bool {
        self.kind == other.kind && self.provider.is_from(other.metric)
    }

    /// Its name with the statistic that levels are compared with, where it has statistics.
    #[must_use]
    pub fn title(&self) -> String {
        match self.provider {
            Provider::CloudWatch | Provider::Computed(_) => format!("{} ({})", self.metric, self.statistic),
            Provider::Describe(_) | Provider::Forecast(_) => self.metric.to_owned(),
        }
    }

    /// Whether `CloudWatch` has a statistic of it: there is no percentile of a metric that may be -1.
    ///
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html>
    #[must_use]
    pub fn has_statistic(&self, statistic: Statistic) -> bool {
        let is_percentile = matches!(statistic, Statistic::Percentile(_) | Statistic::TrimmedMean(..));
        !is_percentile || self.sentinel == Sentinel::None
    }

    /// How near a value is to a level of the metric: see [`Side::headroom_ratio`].
    ///
    /// `None` for a metric without a bad side, and for -1, which is no lag but broken replication.
    #[must_use]
    #[expect(clippy::float_cmp, reason = "AWS sends exactly -1")]
    pub fn headroom_ratio(&self, value: f64, level: f64) -> Option<f64> {
        let alert = self.alert.filter(|_| self.sentinel == Sentinel::None || value != -1.0)?;
        Some(alert.bad.headroom_ratio(value, level))
    }

    /// The threshold series: `aws_rds_cpuutilization_threshold`; no statistic is called `threshold`.
    #[must_use]
    pub fn threshold_series(&self) -> String {
        format!("{}_threshold", self.base())
    }

    /// Whether a resource publishes it, as far as Describe can tell.
    #[must_use]
    pub fn publishes_on(&self, resource: &Resource) -> bool {
        let is_described = || match self.provider {
            Provider::CloudWatch | Provider::Forecast(_) | Provider::Computed(_) => true,
            Provider::Describe(fact) => fact.value(resource).is_some(),
        };
        self.is_for(resource) && self.when.iter().all(|condition| condition.holds(resource)) && is_described()
    }

    /// Whether a resource may publish it, as far as Describe shows; levels for many resources are resolved by this.
    #[must_use]
    pub fn may_publish_on(&self, resource: &Described) -> bool {
        self.is_for(resource) && self.when.iter().all(|condition| condition.may_hold(resource))
    }

    /// Whether it can exist on a resource, also if Describe does not show what it needs; tags on the resource use this.
    #[must_use]
    pub fn can_exist_on(&self, resource: &Described) -> bool {
        self.is_for(resource) && self.when.iter().all(|condition| condition.may_hold_unseen(resource))
    }

    /// The databases that publish it, as text, with only the conditions that `other` does not meet.
    #[must_use]
    pub fn published_by(&self, other: &Described) -> String {
        if self.kind != other.kind {
            return self.kind.plural.to_owned();
        }
        if !self.is_for(other) {
            return self.engines.iter().map(|engine| engine.name()).collect::<Vec<_>>().join(", ");
        }
        let lacking = self.when.iter().filter(|condition| !condition.may_hold_unseen(other));
        lacking.map(|condition| condition.words()).collect::<Vec<_>>().join(", and only ")
    }

    /// Whether CloudWatch also has its aggregate over the members of a cluster.
    ///
    /// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/dimensions.html>
    #[must_use]
    pub fn is_aggregated_on(&self, cluster: &Described) -> bool {
        self.kind.parent == Some(cluster.kind) && cluster.engine.is_aurora() && self.is_of_engine(cluster.engine)
    }

    /// The default levels of a resource; `None` where it is not published.
    #[must_use]
    pub fn default_levels(&self, resource: &Resource) -> Option<&'static DefaultLevels> {
        let defaults = self.alert?.defaults;
        defaults.iter().find(|levels| levels.apply_to(resource)).filter(|_| self.publishes_on(resource))
    }

    /// The HELP text of the series of one statistic.
    #[must_use]
    pub fn help_text(&self, statistic: Statistic) -> String {
        format!("{} {statistic}, {}: {}.", self.at_cloudwatch(), self.unit_of(statistic), self.help)
    }

    /// The HELP text of the threshold series.
    #[must_use]
    pub fn threshold_help_text(&self) -> String {
        let side = match self.alert.map(|alert| alert.bad) {
            Some(Side::High) => "bad above it",
            Some(Side::Low) => "bad below it",
            None => "no side is bad",
        };
        let unit = self.unit_of(self.statistic);
        match self.provider {
            Provider::CloudWatch | Provider::Computed(_) => {
                format!("Threshold for {} {}, {unit}: {side}.", self.at_cloudwatch(), self.statistic)
            }
            Provider::Describe(_) | Provider::Forecast(_) => format!("Threshold for {}, {unit}: {side}.", self.metric),
        }
    }

    /// What CloudWatch has of it: the metric, or those that it is the sum of.
    fn at_cloudwatch(&self) -> String {
        let namespace = self.kind.service.namespace;
        match self.provider {
            Provider::Computed(parts) => format!("CloudWatch {namespace} {}", parts.join(" + ")),
            _ => format!("CloudWatch {namespace} {}", self.metric),
        }
    }

    /// Whether databases of an engine can have it.
    #[must_use]
    pub fn is_of_engine(&self, engine: Engine) -> bool {
        self.engines.is_empty() || self.engines.contains(&engine)
    }

    /// Whether the resource is of its kind and of one of its engines.
    #[must_use]
    pub fn is_for(&self, resource: &Described) -> bool {
        self.kind == resource.kind && self.is_of_engine(resource.engine)
    }

    /// The unit of a statistic: `SampleCount` is always in samples.
    fn unit_of(&self, statistic: Statistic) -> String {
        match (statistic, self.unit) {
            (Statistic::SampleCount, _) => "in samples".to_owned(),
            (_, Unit::None) => "without unit".to_owned(),
            (_, unit) => format!("in {}", unit.name()),
        }
    }

    /// How a person may write its name, in lower case.
    pub(super) fn spellings(&self) -> [String; 4] {
        let metric = self.metric.to_ascii_lowercase();
        let (base, prefix) = (self.base(), self.kind.service.prefix);
        let short = base.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')).unwrap_or(&base).to_owned();
        [metric.replace('%', ""), metric, short, base]
    }
}
