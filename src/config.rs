//! What the user wants: the configuration as meant, every value checked.
//!
//! `file` reads what was written and finds every mistake; `selection` joins it with the catalogue once.
//! Nothing here reads a file, the environment or a clock.

use std::time::Duration;

use crate::catalog::Statistic;
use crate::level::Written;
use crate::resource::Engine;

pub mod selection;

pub use selection::Selection;

/// The whole configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Where to look; empty means the AWS default chain and its region.
    pub accounts: Vec<Account>,
    /// When to ask.
    pub polling: Polling,
    /// What to ask.
    pub metrics: Metrics,
    /// Severity names, least severe first; at least one.
    pub severities: Vec<String>,
    /// Which databases get the catalogue's default levels.
    pub defaults: DefaultsMode,
    /// How tags are read.
    pub tags: Tags,
    /// Labels on series.
    pub labels: Labels,
    /// Levels for some resources, in the order written.
    pub overrides: Vec<Override>,
    /// How rules are generated.
    pub rules: Rules,
}

/// One set of credentials and the regions it is used in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The value of the label `account` on plimsoll's own series.
    pub name: String,
    /// The role to assume; `None` stays with the default chain.
    pub role_arn: Option<String>,
    /// The external id that the role's trust policy asks for.
    pub external_id: Option<String>,
    /// Empty means the default chain's region.
    pub regions: Vec<String>,
    /// Overrides `defaults` for this account.
    pub defaults: Option<DefaultsMode>,
}

/// When to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Polling {
    /// How often databases and their tags are listed.
    pub discovery: Duration,
    /// The interval of fast metrics.
    pub fast: Duration,
    /// The interval of slow metrics.
    pub slow: Duration,
    /// The interval of volume sizes.
    pub sparse: Duration,
    /// The interval of backup sizes.
    pub daily: Duration,
    /// How late CloudWatch publishes: age limits and the `for` of rules leave room for it.
    pub publication_delay: Duration,
    /// How long a value lives after the end of its period, by period.
    pub age_limit: AgeLimits,
}

/// How long a value lives after the end of its period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgeLimits {
    /// Periods of 60 s.
    pub minute: Duration,
    /// Periods of 300 s.
    pub five_minutes: Duration,
    /// Periods of an hour.
    pub hour: Duration,
    /// Periods of a day.
    pub day: Duration,
}

/// What to ask.
#[derive(Debug, Clone, PartialEq)]
pub struct Metrics {
    /// How much of the catalogue is asked.
    pub profile: Profile,
    /// What is said of single metrics, by the catalogue's name.
    pub choices: Vec<MetricChoice>,
}

/// How much of the catalogue is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// No metric: thresholds only, beside another exporter that fetches metrics.
    None,
    /// Metrics with a level on that resource.
    Alerting,
    /// Also what dashboards draw.
    Dashboards,
    /// Every metric that the resource can have.
    All,
}

/// What the configuration says of one metric.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricChoice {
    /// The catalogue row's metric.
    pub metric: &'static str,
    /// Statistics asked besides the catalogue's.
    pub statistics: Vec<Statistic>,
    /// Its own interval.
    pub interval: Option<Duration>,
    /// The level for every resource without a more specific one.
    pub threshold: Option<Written>,
    /// The rule's `for`, instead of the computed one.
    pub rule_for: Option<Duration>,
}

/// Which databases get default levels, and which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultsMode {
    /// No default level.
    Off,
    /// Only resources that carry or inherit a plimsoll tag, every level.
    Tagged,
    /// Only the least severe level.
    Warning,
    /// Every level.
    Full,
}

/// How tags are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tags {
    /// What every key of ours begins with, `plimsoll/` as shipped.
    pub prefix: String,
}

/// Labels on series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    /// `yace` or `lean`.
    pub profile: LabelProfile,
    /// Tag keys that stand as `tag_<key>` on metric and threshold series and in alerts.
    pub tags: Vec<String>,
    /// Tag keys that stand on `aws_rds_info` besides.
    pub info_tags: Vec<String>,
}

/// Which labels every series carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelProfile {
    /// As YACE: with the ARN in `name`.
    Yace,
    /// Without the ARN: a third smaller.
    Lean,
}

/// Levels for the resources that match.
#[derive(Debug, Clone, PartialEq)]
pub struct Override {
    /// All must match.
    pub matchers: Vec<Matcher>,
    /// Levels by the catalogue's metric.
    pub thresholds: Vec<(&'static str, Written)>,
    /// Overrides `defaults` for these resources.
    pub defaults: Option<DefaultsMode>,
}

/// One condition of an override.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matcher {
    /// The identifier of an instance or cluster.
    Id(Pattern),
    /// The identifier of the cluster it is in, or is.
    Cluster(Pattern),
    /// The engine family.
    Engine(Engine),
    /// The class, such as `db.t3.*`.
    Class(Pattern),
    /// The twelve digits.
    AccountId(String),
    /// The region.
    Region(String),
    /// A tag of the resource or its cluster.
    Tag(String, Pattern),
}

/// A text with `*` for any run of characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(pub String);

impl Pattern {
    /// Whether it names one text only.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        !self.0.contains('*')
    }
}

/// How rules are generated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// How often Prometheus scrapes plimsoll.
    pub scrape_interval: Duration,
    /// How long a rule looks back over failed scrapes; `None` computes it from the scrape interval.
    pub bridge: Option<Duration>,
    /// Where runbooks are, the alert's name is appended; empty leaves the annotation out.
    pub runbook_url: String,
}
