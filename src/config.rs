//! What the user wants: the configuration as meant, every value checked.
//!
//! `file` reads what was written and finds every mistake; `selection` joins it with the catalogue once.
//! Nothing here reads a file, the environment or a clock.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::catalog::capacity::DescribedClass;
use crate::catalog::{IntervalClass, Statistic};
use crate::level::Written;
use crate::resource::{Resource, Role};

mod capacity;
pub mod file;
mod guards;
mod legacy;
pub mod nearest;
mod overrides;
pub mod selection;
pub mod tag_key;
#[cfg(test)]
mod tests;

pub use capacity::ConnectionTag;
pub use guards::{Bound, Guard};
pub use legacy::Legacy;
pub use overrides::{Matcher, Override, Pattern};
pub use selection::{Selection, Timing};

/// What a bridge spans beside two scrape intervals: the jitter of scrapes and the start of a new process.
const BRIDGE_SLACK: Duration = Duration::from_secs(30);

/// The whole configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Where to look; never empty: without any in the file, it is [`Account::default_chain`].
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
    /// How far tags may go, in the order written.
    pub guards: Vec<Guard>,
    /// Classes described by the user, who knows better than the table.
    pub classes: Vec<DescribedClass>,
    /// How rules are generated.
    pub rules: Rules,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            accounts: vec![Account::default_chain(Vec::new())],
            polling: Polling::default(),
            metrics: Metrics { profile: Profile::Dashboards, choices: Vec::new() },
            severities: vec!["warning".to_owned(), "critical".to_owned()],
            defaults: DefaultsMode::Warning,
            tags: Tags { prefix: "plimsoll/".to_owned(), legacy: BTreeMap::new() },
            labels: Labels {
                profile: LabelProfile::Yace,
                tags: Vec::new(),
                info_tags: Vec::new(),
                threshold_info: false,
            },
            overrides: Vec::new(),
            guards: Vec::new(),
            classes: Vec::new(),
            rules: Rules::default(),
        }
    }
}

impl Config {
    /// How long a rule looks back, so that one failed scrape or one restart resolves nothing.
    #[must_use]
    pub fn bridge(&self) -> Duration {
        self.rules.bridge.unwrap_or(2 * self.rules.scrape_interval + BRIDGE_SLACK)
    }

    /// What the file says of a metric, by the catalogue's name.
    #[must_use]
    pub fn choice(&self, metric: &str) -> Option<&MetricChoice> {
        self.metrics.choices.iter().find(|choice| choice.metric == metric)
    }

    /// The overrides that match a resource, strongest first.
    ///
    /// An exact identifier beats any pattern, then more matchers beat fewer, then the later one wins.
    #[must_use]
    pub fn overrides_for(&self, resource: &Resource, cluster: Option<&Resource>) -> Vec<&Override> {
        overrides::strongest_first(&self.overrides, |one| &one.matchers, resource, cluster)
    }

    /// The guards that match a resource, strongest first, as with overrides.
    #[must_use]
    pub fn guards_for(&self, resource: &Resource, cluster: Option<&Resource>) -> Vec<&Guard> {
        overrides::strongest_first(&self.guards, |one| &one.matchers, resource, cluster)
    }

    /// Which default levels a resource gets: its strongest override that says so, else its account, else all alike.
    #[must_use]
    pub fn defaults_mode(&self, resource: &Resource, cluster: Option<&Resource>, account: &str) -> DefaultsMode {
        let overridden = self.overrides_for(resource, cluster).into_iter().find_map(|one| one.defaults);
        let of_account = || self.accounts.iter().find(|one| one.name == account)?.defaults;
        overridden.or_else(of_account).unwrap_or(self.defaults)
    }
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

impl Account {
    /// The account that the AWS default chain leads to, in these regions or in the chain's own.
    #[must_use]
    pub fn default_chain(regions: Vec<String>) -> Self {
        Self { name: "default".to_owned(), role_arn: None, external_id: None, regions, defaults: None }
    }
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

impl Default for Polling {
    fn default() -> Self {
        Self {
            discovery: Duration::from_mins(2),
            fast: Duration::from_mins(1),
            slow: Duration::from_mins(5),
            sparse: Duration::from_hours(1),
            daily: Duration::from_hours(24),
            publication_delay: Duration::from_mins(2),
            age_limit: AgeLimits {
                minute: Duration::from_mins(7),
                five_minutes: Duration::from_mins(14),
                hour: Duration::from_hours(6),
                day: Duration::from_hours(72),
            },
        }
    }
}

impl Polling {
    /// The configured interval of a class.
    #[must_use]
    pub const fn interval(&self, class: IntervalClass) -> Duration {
        match class {
            IntervalClass::Fast => self.fast,
            IntervalClass::Slow => self.slow,
            IntervalClass::Sparse => self.sparse,
            IntervalClass::Daily => self.daily,
        }
    }

    /// How long a value stays served after the poll that fetched it, at the least.
    ///
    /// The newest point is up to a period and the publication delay old when it is fetched.
    #[must_use]
    pub fn outlives(&self, timing: Timing) -> Duration {
        let at_fetch = self.publication_delay + Duration::from_secs(timing.period_seconds.into());
        Duration::from_secs(timing.age_limit_seconds.into()).saturating_sub(at_fetch)
    }
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
    /// What CloudWatch makes of the members of Aurora clusters and is asked besides: of all, or of those of one role.
    pub aggregates: Vec<Option<Role>>,
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
    /// What other keys say, by key.
    pub legacy: BTreeMap<String, Legacy>,
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
    /// Whether a series tells the source of every level that is not a default.
    pub threshold_info: bool,
}

/// Which labels every series carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelProfile {
    /// As YACE: with the ARN in `name`.
    Yace,
    /// Without the ARN: a third smaller.
    Lean,
}

/// How rules are generated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// How often Prometheus scrapes plimsoll.
    pub scrape_interval: Duration,
    /// How long a rule looks back over failed scrapes; `None` computes it from the scrape interval.
    pub bridge: Option<Duration>,
    /// Where the pages of `docs/runbooks` are; empty leaves the annotation out.
    pub runbook_url: String,
    /// A mute that lasts longer from now on, or has no end, is warned of.
    pub longest_mute: Duration,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            scrape_interval: Duration::from_mins(1),
            bridge: None,
            runbook_url: String::new(),
            longest_mute: Duration::from_hours(14 * 24),
        }
    }
}
