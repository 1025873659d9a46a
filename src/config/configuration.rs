//! The whole configuration.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::account::{Account, Regions};
use super::cost::Cost;
use super::defaults_mode::DefaultsMode;
use super::discovery;
use super::filter::{Filter, Filters};
use super::guards::Guard;
use super::labels::{LabelProfile, Labels};
use super::links::Links;
use super::metrics::{MetricChoice, Metrics, Profile};
use super::overrides::{self, Override};
use super::polling::Polling;
use super::rules::Rules;
use super::state::State;
use super::tags::Tags;
use super::web::Web;
use crate::catalog::capacity::DescribedClass;
use crate::catalog::{Catalog, MetricId};
use crate::resource::{Described, OptionalCall};

/// Added to two scrape intervals to make a bridge: scrape jitter and the start of a new process.
const BRIDGE_SLACK: Duration = Duration::from_secs(30);

/// The whole configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The accounts to poll. Never empty: if the file has none, it holds [`Account::default_chain`].
    pub accounts: Vec<Account>,
    /// Which resources of all accounts are watched.
    pub filter: Filter,
    /// The metrics of the services that are watched.
    pub catalog: Catalog,
    /// The optional calls that may be made.
    pub optional: BTreeSet<OptionalCall>,
    /// Intervals and age limits.
    pub polling: Polling,
    /// Which metrics are queried.
    pub metrics: Metrics,
    /// What polling may cost.
    pub cost: Cost,
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
    /// Where alerts link to.
    pub links: Links,
    /// Where plimsoll keeps what it knows over a restart.
    pub state: State,
    /// What the listener serves.
    pub web: Web,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            accounts: vec![Account::default_chain(Regions::OfChain)],
            filter: Filter::default(),
            catalog: discovery::as_shipped(),
            optional: OptionalCall::ALL.into(),
            polling: Polling::default(),
            metrics: Metrics { profile: Profile::Dashboards, statistics: Vec::new(), choices: Vec::new() },
            cost: Cost::default(),
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
            links: Links::default(),
            state: State::default(),
            web: Web::default(),
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

    /// The filters of an account, by its name.
    #[must_use]
    pub fn filters(&self, account: &str) -> Filters {
        let account = self.accounts.iter().find(|candidate| candidate.name == account);
        Filters { discovery: self.filter.clone(), account: account.map(|one| one.filter.clone()).unwrap_or_default() }
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
