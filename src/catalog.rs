//! The catalogue: every metric we know, one row each, and the series names made from it.
//!
//! A row says a thing once; HELP texts, the poll plan, thresholds, rules and documents are made from it.
//! Constant tables and questions about them. No configuration, no resource state, no I/O.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::resource::{Engine, Kind, Resource};

pub mod amount;
pub mod capacity;
pub mod class;
pub mod condition;
mod db_cluster;
mod db_instance;
pub mod measure;
pub mod name;
mod row;
pub mod statistic;

pub use condition::Condition;
pub use statistic::Statistic;

/// One CloudWatch metric of one kind of resource.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// What CloudWatch calls it; the namespace is always `AWS/RDS`.
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
    /// The least time in seconds that a rule waits (`for`).
    pub min_for_seconds: u32,
    /// The rule's `keep_firing_for` in seconds, for rows of which one value is enough.
    pub keep_firing_seconds: u32,
    /// Whether values grow by themselves, so that a low one is bad only where it was higher before.
    pub only_once_fallen: bool,
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
}

/// One default level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DefaultLevel {
    /// In the metric's own unit.
    Value(f64),
    /// A share of the row's denominator, 0.1 for 10 percent.
    Share(f64),
}

/// What a relative level is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denominator {
    /// `AllocatedStorage` with additional volumes.
    AllocatedStorage,
    /// The dedicated log volume.
    LogVolumeSize,
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
            Self::Minutes => "minutes",
            Self::Count => "count",
            Self::CountPerSecond => "count per second",
            Self::CountPerMinute => "count per minute",
            Self::CountPerFiveMinutes => "count per 5 minutes",
            Self::None => "none",
        }
    }
}

/// What an Aurora Serverless v2 instance that has paused itself still sends, always as 0; it sends nothing else. The one
/// that is cheapest to ask stands first.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html>
pub const ZERO_WHILE_PAUSED: [&str; 3] = ["ServerlessDatabaseCapacity", "ACUUtilization", "CPUUtilization"];

/// How often a metric is worth asking; the seconds behind each are configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IntervalClass {
    /// Every minute: what pages people.
    Fast,
    /// Every five minutes: all else, and what CloudWatch itself has every five minutes.
    Slow,
    /// Every hour: volume sizes.
    Sparse,
    /// Every day: backup sizes.
    Daily,
}

const MIB: f64 = 1_048_576.0;

/// What a person can mean in bytes: a smaller number is MiB or GiB without its unit; the upper end is four times the
/// largest volume of an instance.
const BYTES: (f64, f64) = (MIB, 256.0 * MIB * MIB);

/// What a person can mean in milliseconds: from ten microseconds to an hour.
const MILLISECONDS: (f64, f64) = (0.01, 3.6e6);

/// Every row of every kind.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    db_instance::TABLES.iter().copied().flatten().chain(db_cluster::ROWS)
}

/// The longest name that is looked up: a key of a tag has no more characters, and no metric comes near it.
const MAX_NAME: usize = 128;

/// The row of a metric as a person writes it, in any case.
///
/// `EBSIOBalance%`, `EBSIOBalance`, `ebsiobalance_percent` and `aws_rds_ebsiobalance_percent` are the same metric.
/// Where instances and clusters have a metric of one name, it is the row that has a bad side: at most one of them has,
/// and what both say of the series is the same.
#[must_use]
pub fn find(metric: &str) -> Option<&'static Row> {
    static BY_SPELLING: LazyLock<HashMap<String, &'static Row>> = LazyLock::new(by_spelling);
    if metric.len() > MAX_NAME {
        return None;
    }
    BY_SPELLING.get(metric.to_ascii_lowercase().as_str()).copied()
}

fn by_spelling() -> HashMap<String, &'static Row> {
    let mut found: HashMap<String, &'static Row> = HashMap::new();
    for row in rows() {
        for spelling in row.spellings() {
            let kept = found.entry(spelling).or_insert(row);
            *kept = if kept.alert.is_none() { row } else { kept };
        }
    }
    found
}

impl Row {
    /// Whether a resource publishes it, as far as Describe can tell.
    #[must_use]
    pub fn publishes_on(&self, resource: &Resource) -> bool {
        self.is_for(resource) && self.when.iter().all(|condition| condition.holds(resource))
    }

    /// Whether a resource may publish it for all that Describe says: a level that is meant for many stands here.
    #[must_use]
    pub fn may_publish_on(&self, resource: &Resource) -> bool {
        self.is_for(resource) && self.when.iter().all(|condition| condition.may_hold(resource))
    }

    /// Whether a person who names it for this one resource is right: also where Describe does not show what it needs.
    #[must_use]
    pub fn can_exist_on(&self, resource: &Resource) -> bool {
        self.is_for(resource) && self.when.iter().all(|condition| condition.may_hold_unseen(resource))
    }

    /// The databases that publish it, told to somebody who expected it of one that does not: what that one lacks.
    #[must_use]
    pub fn published_by(&self, other: &Resource) -> String {
        if self.kind != other.kind {
            return format!("{}s", self.kind.name());
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
    pub fn is_aggregated_on(&self, cluster: &Resource) -> bool {
        let is_of_members = self.kind == Kind::DbInstance && cluster.kind == Kind::DbCluster;
        is_of_members && cluster.engine.is_aurora() && self.is_of_engine(cluster.engine)
    }

    /// The levels that stand for a resource when nobody says otherwise; none where it is not published.
    #[must_use]
    pub fn default_levels(&self, resource: &Resource) -> Option<&'static DefaultLevels> {
        let defaults = self.alert?.defaults;
        defaults.iter().find(|levels| levels.apply_to(resource)).filter(|_| self.publishes_on(resource))
    }

    /// The HELP text of the series of one statistic.
    #[must_use]
    pub fn help_text(&self, statistic: Statistic) -> String {
        format!("CloudWatch AWS/RDS {} {statistic}, {}: {}.", self.metric, self.unit_of(statistic), self.help)
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
        format!("Threshold for CloudWatch AWS/RDS {} {}, {unit}: {side}.", self.metric, self.statistic)
    }

    /// Whether databases of an engine can have it.
    #[must_use]
    pub fn is_of_engine(&self, engine: Engine) -> bool {
        is_any_or_one_of(self.engines, engine)
    }

    fn is_for(&self, resource: &Resource) -> bool {
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
        let base = name::base(self.metric);
        let short = base.strip_prefix(name::PREFIX).unwrap_or(&base).to_owned();
        [metric.replace('%', ""), metric, short, base]
    }
}

impl DefaultLevels {
    fn apply_to(&self, resource: &Resource) -> bool {
        is_any_or_one_of(self.engines, resource.engine) && self.when.iter().all(|condition| condition.holds(resource))
    }
}

fn is_any_or_one_of(engines: &[Engine], engine: Engine) -> bool {
    engines.is_empty() || engines.contains(&engine)
}

#[cfg(test)]
mod tests;
