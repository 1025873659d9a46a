//! The catalogue: every metric we know, one row each, and the series names made from it.
//!
//! HELP texts, the poll plan, thresholds, rules and documents are made from a row.
//! Constant tables and what can be read off them. No configuration, no resource state, no I/O.

use crate::resource::{Described, Engine, Kind};
use crate::time::Seconds;

pub mod amount;
pub mod capacity;
pub mod class;
pub mod condition;
mod db_cluster;
mod db_instance;
mod db_volume;
mod described;
mod docdb;
pub mod fact;
pub mod forecast;
pub mod measure;
mod metric_id;
pub mod name;
mod neptune;
mod provider;
mod ranges;
mod rds_proxy;
mod row;
mod rows;
mod side;
pub mod statistic;

pub use condition::Condition;
pub use fact::{Fact, Form};
pub use forecast::Forecast;
pub use metric_id::MetricId;
pub use provider::Provider;
pub use rows::{Catalog, find, rows};
pub use statistic::Statistic;

/// Why a share is a level on the sum of two metrics and on neither of them:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html>.
pub const SHARED_LIMIT: &str = "storage has one limit for reads and writes together";

/// One metric of one kind of resource.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// The CloudWatch name, in the namespace of the kind's service; our own name for what is not of CloudWatch.
    pub metric: &'static str,
    /// One sentence in our words, without the unit.
    pub help: &'static str,
    /// The unit its values are served in.
    pub unit: Unit,
    /// The kind of resource it belongs to.
    pub kind: Kind,
    /// The engines that publish it; empty means all of them.
    pub engines: &'static [Engine],
    /// What else must hold for it to exist: all of these.
    pub when: &'static [Condition],
    /// How often it is worth asking.
    pub interval: IntervalClass,
    /// The statistic that thresholds are compared with.
    pub statistic: Statistic,
    /// The statistics that dashboards draw besides; empty for a metric that only a level or a name switches on.
    pub shown: &'static [Statistic],
    /// What makes a value bad; `None` for a metric that only informs.
    pub alert: Option<Alert>,
    /// What -1 means, where it is not a measurement.
    pub sentinel: Sentinel,
    /// Whether CloudWatch has nothing of it while nothing happens, so that silence is no fault.
    pub silent_while_idle: bool,
    /// Where its values come from.
    pub provider: Provider,
}

/// When a value is bad, and the levels that stand when nobody says otherwise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alert {
    /// The side on which values are bad.
    pub bad: Side,
    /// The lowest and the highest level a person can mean, in the metric's unit, both inclusive.
    pub plausible: (f64, f64),
    /// What `20pct` is a share of, for metrics that are not percentages themselves.
    pub relative_to: Option<Denominator>,
    /// Default levels, first match by engine and condition wins.
    pub defaults: &'static [DefaultLevels],
    /// The least time that a rule waits (`for`).
    pub min_for: Seconds,
    /// The rule's `keep_firing_for`, for rows of which one value is enough.
    pub keep_firing: Seconds,
    /// The operations that the value is the duration of: while they take next to no time together, no value is bad.
    pub busy: Option<Busy>,
    /// Whether values grow by themselves, so that a low one is bad only where it was higher before.
    pub only_once_fallen: bool,
}

/// How much a database must be waiting for operations, so that their duration matters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Busy {
    /// The metric with their number per second.
    pub operations: &'static str,
    /// Operations per second times duration in seconds: how many were running at a time, on average.
    pub at_a_time: f64,
}

/// The side of a threshold on which values are bad; the comparison is strict, as AWS's alarms compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Bad when the value is greater than the level.
    High,
    /// Bad when the value is less than the level.
    Low,
}

/// Default levels for some engines and conditions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DefaultLevels {
    /// Empty means every engine of the row.
    pub engines: &'static [Engine],
    /// All must hold.
    pub when: &'static [Condition],
    /// The least severe level.
    pub warning: Option<DefaultLevel>,
    /// The most severe level: only where crossing it means an outage within hours.
    pub critical: Option<DefaultLevel>,
    /// Where the numbers come from.
    pub source: &'static str,
    /// Why these numbers, and on which databases crossing them is no trouble.
    pub why: &'static str,
}

/// One default level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DefaultLevel {
    /// In the metric's own unit.
    Value(f64),
    /// A share of the row's denominator, 0.1 for 10 percent.
    Share(f64),
    /// `20pct and 100GiB`: a share of the row's denominator and an amount in the metric's own unit, crossed only together.
    Both(f64, f64),
}

/// What a relative level is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denominator {
    /// `AllocatedStorage` with additional volumes.
    AllocatedStorage,
    /// The dedicated log volume.
    LogVolumeSize,
    /// The local storage of an Aurora member.
    LocalStorage,
    /// Where transaction and binary logs are kept: the dedicated log volume, else `AllocatedStorage`.
    ///
    /// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.dlv.html>
    LogStorage,
    /// The memory of the class.
    InstanceMemory,
    /// The engine's connection limit.
    MaxConnections,
    /// Virtual CPUs of the class.
    Vcpus,
    /// The most capacity units a serverless cluster may take.
    MaxAcu,
    /// Provisioned or baseline I/O operations per second.
    ProvisionedIops,
    /// Provisioned or baseline throughput.
    ProvisionedThroughput,
    /// Network bandwidth of the class.
    NetworkBandwidth,
}

impl Denominator {
    /// Whether no value goes beyond it, so that a level there is crossed always or never.
    ///
    /// More sessions than vCPUs may wait, and volumes and networks burst beyond what they bear for good.
    #[must_use]
    pub const fn is_limit(self) -> bool {
        match self {
            Self::AllocatedStorage
            | Self::LogVolumeSize
            | Self::LocalStorage
            | Self::LogStorage
            | Self::InstanceMemory
            | Self::MaxConnections
            | Self::MaxAcu => true,
            Self::Vcpus | Self::ProvisionedIops | Self::ProvisionedThroughput | Self::NetworkBandwidth => false,
        }
    }
}

/// What -1 stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sentinel {
    /// -1 is a value like any other.
    None,
    /// -1 means "not in use": no point is served.
    Dropped,
    /// -1 means "replication is broken": served, and a rule of its own fires.
    BrokenReplication,
}

/// The unit of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// 0 to 100.
    Percent,
    /// Bytes.
    Bytes,
    /// Bytes per second.
    BytesPerSecond,
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// Microseconds.
    Microseconds,
    /// Minutes.
    Minutes,
    /// A plain number.
    Count,
    /// Events per second.
    CountPerSecond,
    /// Events per minute.
    CountPerMinute,
    /// Events per five minutes.
    CountPerFiveMinutes,
    /// A number without unit, such as a state or a ratio.
    None,
}

impl Unit {
    /// The unit as HELP texts and documents write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Percent => "percent",
            Self::Bytes => "bytes",
            Self::BytesPerSecond => "bytes per second",
            Self::Seconds => "seconds",
            Self::Milliseconds => "milliseconds",
            Self::Microseconds => "microseconds",
            Self::Minutes => "minutes",
            Self::Count => "count",
            Self::CountPerSecond => "count per second",
            Self::CountPerMinute => "count per minute",
            Self::CountPerFiveMinutes => "count per 5 minutes",
            Self::None => "none",
        }
    }
}

/// How often a metric is worth asking; the seconds behind each are configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IntervalClass {
    /// Every minute: what pages people.
    Fast,
    /// Every five minutes: all else, and what CloudWatch itself has every five minutes.
    Slow,
    /// Every hour: volume sizes and what CloudWatch has every hour.
    Sparse,
    /// Every day: backup sizes.
    Daily,
}

impl Row {
    /// What identifies the metric: rows of several kinds may share it.
    #[must_use]
    pub fn id(&self) -> MetricId {
        MetricId::of(self.kind, self.metric)
    }

    /// What all series of the metric begin with: `aws_rds_cpuutilization`.
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

    /// The row that is the sum of this one and another.
    #[must_use]
    pub fn sum(&self) -> Option<&'static Self> {
        let is_sum = |row: &&Self| matches!(row.provider, Provider::Computed(_)) && row.is_computed_from(self);
        rows().find(is_sum)
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

    /// Whether `CloudWatch` has a statistic of it: no percentile of a metric that may be -1.
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
    pub fn publishes_on(&self, resource: &Described) -> bool {
        let is_described = || match self.provider {
            Provider::CloudWatch | Provider::Forecast(_) | Provider::Computed(_) => true,
            Provider::Describe(fact) => fact.value(resource).is_some(),
        };
        self.is_for(resource) && self.when.iter().all(|condition| condition.holds(resource)) && is_described()
    }

    /// Whether a resource may publish it for all that Describe says: a level that is meant for many stands here.
    #[must_use]
    pub fn may_publish_on(&self, resource: &Described) -> bool {
        self.is_for(resource) && self.when.iter().all(|condition| condition.may_hold(resource))
    }

    /// Whether a person who names it for this one resource is right: also where Describe does not show what it needs.
    #[must_use]
    pub fn can_exist_on(&self, resource: &Described) -> bool {
        self.is_for(resource) && self.when.iter().all(|condition| condition.may_hold_unseen(resource))
    }

    /// The databases that publish it, in words for a person who expected it of another one: what that one lacks.
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

    /// Whether CloudWatch has it for the members of a cluster together, too.
    ///
    /// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/dimensions.html>
    #[must_use]
    pub fn is_aggregated_on(&self, cluster: &Described) -> bool {
        self.kind.parent == Some(cluster.kind) && cluster.engine.is_aurora() && self.is_of_engine(cluster.engine)
    }

    /// The levels that stand for a resource when nobody says otherwise; none where it is not published.
    #[must_use]
    pub fn default_levels(&self, resource: &Described) -> Option<&'static DefaultLevels> {
        let defaults = self.alert?.defaults;
        defaults.iter().find(|levels| levels.apply_to(resource)).filter(|_| self.publishes_on(resource))
    }

    /// The HELP text of the series of one statistic.
    #[must_use]
    pub fn help_text(&self, statistic: Statistic) -> String {
        format!("{} {statistic}, {}: {}.", self.at_cloudwatch(), self.unit_of(statistic), self.help)
    }

    /// The HELP text of the threshold series; for a metric without a bad side it says only what it would be compared with.
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
        is_any_or_one_of(self.engines, engine)
    }

    fn is_for(&self, resource: &Described) -> bool {
        self.kind == resource.kind && self.is_of_engine(resource.engine)
    }

    /// `SampleCount` counts samples, whatever is measured.
    fn unit_of(&self, statistic: Statistic) -> String {
        match (statistic, self.unit) {
            (Statistic::SampleCount, _) => "in samples".to_owned(),
            (_, Unit::None) => "without unit".to_owned(),
            (_, unit) => format!("in {}", unit.name()),
        }
    }

    /// How a person may write its name, in lower case.
    fn spellings(&self) -> [String; 4] {
        let metric = self.metric.to_ascii_lowercase();
        let (base, prefix) = (self.base(), self.kind.service.prefix);
        let short = base.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')).unwrap_or(&base).to_owned();
        [metric.replace('%', ""), metric, short, base]
    }
}

impl DefaultLevels {
    fn apply_to(&self, resource: &Described) -> bool {
        is_any_or_one_of(self.engines, resource.engine) && self.when.iter().all(|condition| condition.holds(resource))
    }
}

fn is_any_or_one_of(engines: &[Engine], engine: Engine) -> bool {
    engines.is_empty() || engines.contains(&engine)
}

#[cfg(test)]
mod tests;
