//! The validated configuration.
//!
//! `file` parses the text of the file and reports every mistake; `selection` joins the result with the catalogue once.
//! Nothing here reads a file, the environment or a clock.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::catalog::capacity::DescribedClass;
use crate::catalog::{Catalog, IntervalClass, MetricId, Statistic};
use crate::level::Written;
use crate::resource::{Described, OptionalCall, Role};

mod capacity;
mod discovery;
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

/// Added to two scrape intervals to make a bridge: scrape jitter and the start of a new process.
const BRIDGE_SLACK: Duration = Duration::from_secs(30);

/// The whole configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The accounts to poll. Never empty: if the file has none, it holds [`Account::default_chain`].
    pub accounts: Vec<Account>,
    /// The metrics of the services that are watched.
    pub catalog: Catalog,
    /// The optional calls that may be made.
    pub optional: BTreeSet<OptionalCall>,
    /// Intervals and age limits.
    pub polling: Polling,
    /// Which metrics are queried.
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
    /// Limits on what tags may set, in the order written.
    pub guards: Vec<Guard>,
    /// Instance classes described by the user. They take precedence over the built-in table.
    pub classes: Vec<DescribedClass>,
    /// How rules are generated.
    pub rules: Rules,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            accounts: vec![Account::default_chain(Vec::new())],
            catalog: discovery::as_shipped(),
            optional: OptionalCall::ALL.into(),
            polling: Polling::default(),
            metrics: Metrics { profile: Profile::Dashboards, statistics: Vec::new(), choices: Vec::new() },
            severities: vec!["warning".to_owned(), "critical".to_owned()],
            defaults: DefaultsMode::Warning,
            tags: Tags { prefix: "plimsoll/".to_owned(), legacy: BTreeMap::new() },
            labels: Labels {
                profile: LabelProfile::Yace,
                tags: Vec::new(),
                info_tags: Vec::new(),
                threshold_info: false,
                headroom: true,
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

    /// The optional calls that are made: those that may be, and that anything watched needs.
    #[must_use]
    pub fn optional_calls(&self) -> BTreeSet<OptionalCall> {
        self.optional.intersection(&self.catalog.optional_calls()).copied().collect()
    }

    /// The configuration of one metric.
    #[must_use]
    pub fn choice(&self, metric: MetricId) -> Option<&MetricChoice> {
        self.metrics.choices.iter().find(|choice| choice.metric == metric)
    }

    /// The configured name of a severity; empty for an index that no severity of this configuration has.
    #[must_use]
    pub fn severity(&self, index: usize) -> &str {
        self.severities.get(index).map_or("", String::as_str)
    }

    /// The overrides that match a resource, strongest first.
    ///
    /// An exact identifier beats any pattern, then more matchers beat fewer, then the later one wins.
    #[must_use]
    pub fn overrides_for(&self, resource: &Described, cluster: Option<&Described>) -> Vec<&Override> {
        overrides::strongest_first(&self.overrides, |item| &item.matchers, resource, cluster)
    }

    /// The guards that match a resource, strongest first, as with overrides.
    #[must_use]
    pub fn guards_for(&self, resource: &Described, cluster: Option<&Described>) -> Vec<&Guard> {
        overrides::strongest_first(&self.guards, |item| &item.matchers, resource, cluster)
    }

    /// Which default levels a resource gets: from the strongest matching override that sets `defaults`, else from its
    /// account, else from `[defaults] mode`.
    #[must_use]
    pub fn defaults_mode(&self, resource: &Described, cluster: Option<&Described>, account: &str) -> DefaultsMode {
        let overridden = self.overrides_for(resource, cluster).into_iter().find_map(|applied| applied.defaults);
        let of_account = || self.accounts.iter().find(|candidate| candidate.name == account)?.defaults;
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
    /// The external id that the role's trust policy requires.
    pub external_id: Option<String>,
    /// Empty means the default chain's region.
    pub regions: Vec<String>,
    /// Overrides `defaults` for this account.
    pub defaults: Option<DefaultsMode>,
}

impl Account {
    /// The account of the AWS default credential chain; without `regions`, the chain's own region is used.
    #[must_use]
    pub fn default_chain(regions: Vec<String>) -> Self {
        Self { name: "default".to_owned(), role_arn: None, external_id: None, regions, defaults: None }
    }
}

/// Intervals and age limits.
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
    /// How late CloudWatch publishes a datapoint. Age limits and the `for` of rules allow for it.
    pub publication_delay: Duration,
    /// How long a value is served after the end of its period, by period.
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

    /// The shortest time for which a value is served after the poll that fetched it.
    ///
    /// When it is fetched, the newest datapoint is at most one period plus the publication delay old.
    #[must_use]
    pub fn min_served_time(&self, timing: Timing) -> Duration {
        let at_fetch = self.publication_delay + Duration::from_secs(timing.period_seconds.into());
        Duration::from_secs(timing.age_limit_seconds.into()).saturating_sub(at_fetch)
    }
}

/// How long a value is served after the end of its period.
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

/// Which metrics are queried.
#[derive(Debug, Clone, PartialEq)]
pub struct Metrics {
    /// Which part of the catalogue is queried.
    pub profile: Profile,
    /// Statistics queried of every metric that is queried, in addition to those of the catalogue.
    pub statistics: Vec<Statistic>,
    /// The configuration of single metrics.
    pub choices: Vec<MetricChoice>,
}

/// Which part of the catalogue is queried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// No metric. Only thresholds are served; another exporter fetches the metrics.
    None,
    /// Metrics that have a level on that resource.
    Alerting,
    /// Also the metrics that dashboards show.
    Dashboards,
    /// Every metric that the resource can have.
    All,
}

/// The configuration of one metric.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricChoice {
    /// The metric.
    pub metric: MetricId,
    /// Statistics queried in addition to those of the catalogue.
    pub statistics: Vec<Statistic>,
    /// The polling interval, instead of that of its class.
    pub interval: Option<Duration>,
    /// The levels of every resource without a more specific source.
    pub threshold: Option<Written>,
    /// The rule's `for`, instead of the computed one.
    pub rule_for: Option<Duration>,
    /// Aggregates over the members of Aurora clusters that are also queried: over all members (`None`) or those of one
    /// role.
    pub aggregates: Vec<Option<Role>>,
}

/// Which resources get default levels, and which of these levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultsMode {
    /// No default level.
    Off,
    /// Every level, but only for resources that carry or inherit a plimsoll tag.
    Tagged,
    /// Only the least severe level.
    Warning,
    /// Every level.
    Full,
}

/// How tags are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tags {
    /// The prefix of plimsoll's tag keys, by default `plimsoll/`.
    pub prefix: String,
    /// The meaning of existing tag keys without the prefix, by key.
    pub legacy: BTreeMap<String, Legacy>,
}

/// Labels on series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    /// The set of labels.
    pub profile: LabelProfile,
    /// Tag keys that become labels `tag_<key>` on metric and threshold series and on alerts.
    pub tags: Vec<String>,
    /// Further tag keys that become labels of the info series of a service only.
    pub info_tags: Vec<String>,
    /// Whether a series shows the source of each level that is not a default.
    pub threshold_info: bool,
    /// Whether a series shows how near each level is to being crossed.
    pub headroom: bool,
}

/// Which labels every series carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelProfile {
    /// As YACE does: with the ARN in `name`.
    Yace,
    /// Without the ARN, which makes the page a third smaller.
    Lean,
}

/// How rules are generated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// How often Prometheus scrapes plimsoll.
    pub scrape_interval: Duration,
    /// How far a rule looks back to span failed scrapes; if `None`, it is computed from the scrape interval.
    pub bridge: Option<Duration>,
    /// The URL of the pages in `docs/runbooks`; if empty, rules have no `runbook_url` annotation.
    pub runbook_url: String,
    /// A rule warns of a mute that ends later than this from now, or never.
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
