//! Prometheus alert rules: one per metric with a bad side, some for states, some for plimsoll itself.
//!
//! What a rule compares and how long it waits is decided here; levels are series and never stand in a rule.

use std::time::Duration;

use crate::config::{Config, Selection};

mod check;
mod deployed;
mod expression;
mod file;
mod forecast;
mod grafana;
mod links;
mod metric;
mod mute;
mod operator;
mod own;
pub(super) mod promql;
mod state;
mod threshold;
mod version;
#[cfg(test)]
mod tests;

pub use check::Report;
pub use deployed::{DeployedAlert, NoRules, deployed};
use file::{File, Group, GroupRule, Rule, yaml};
pub(super) use metric::alert_name;
use promql::{Form, Identity};

/// The rules of a group run one after the other in each evaluation, so groups stay small.
const RULES_PER_GROUP: usize = 20;

/// The first line of every rule file.
const NOTE: &str =
    "# Made by `plimsoll rules` from the catalogue and the configuration: change those, not this file.\n";

/// What the command line says about the rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleOptions {
    /// Matchers for every selector, such as `job="plimsoll"`, while another exporter serves the same names.
    pub selector: Option<String>,
    /// How often Prometheus scrapes plimsoll, instead of what the configuration says.
    pub scrape_interval: Option<Duration>,
    /// What the rules are for.
    pub format: RuleFormat,
}

/// What loads the rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum RuleFormat {
    /// Prometheus, from a file.
    #[default]
    Prometheus,
    /// The Prometheus operator, as a manifest.
    Operator,
    /// Grafana, from a file in its provisioning folder; with the uid of its data source.
    Grafana(String),
}

/// Rules as a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFile {
    /// The name of the file.
    pub file: String,
    /// YAML.
    pub text: String,
}

/// The rules on the resources of one service, or on plimsoll itself.
struct Part {
    name: &'static str,
    groups: Vec<Group>,
}

/// What the part with the rules on plimsoll is called.
const OWN: &str = "plimsoll";

/// All rules of a configuration in one document, as YAML.
///
/// `selection` is the configuration's own. Another scrape interval changes the bridge, and with it every `for`.
#[must_use]
pub fn rules(config: &Config, selection: &Selection, options: &RuleOptions) -> String {
    let groups = parts(config, selection, options).into_iter().flat_map(|part| part.groups);
    document(&options.format, OWN, groups.collect())
}

/// The same rules as a file for each service, and one for plimsoll itself.
#[must_use]
pub fn rule_files(config: &Config, selection: &Selection, options: &RuleOptions) -> Vec<RuleFile> {
    let parts = parts(config, selection, options).into_iter();
    let file = |Part { name, groups }| {
        let title = if name == OWN { OWN.to_owned() } else { format!("{OWN}-{name}") };
        RuleFile { file: format!("{name}.yml"), text: document(&options.format, &title, groups) }
    };
    parts.map(file).collect()
}

/// How deployed rules differ from those that a configuration needs.
#[must_use]
pub fn check(config: &Config, selection: &Selection, options: &RuleOptions, deployed: &[DeployedAlert]) -> Report {
    check::compare(&alerts(config, selection, options), deployed)
}

/// Every alert rule of a configuration.
fn alerts(config: &Config, selection: &Selection, options: &RuleOptions) -> Vec<Rule> {
    let groups = parts(config, selection, options).into_iter().flat_map(|part| part.groups);
    let alert = |rule| match rule {
        GroupRule::Alert(rule) => Some(*rule),
        GroupRule::Recording(_) => None,
    };
    groups.flat_map(|group| group.rules).filter_map(alert).collect()
}

fn document(format: &RuleFormat, name: &str, groups: Vec<Group>) -> String {
    let text = match format {
        RuleFormat::Prometheus => yaml(&File { groups }),
        RuleFormat::Operator => yaml(&operator::manifest(name, groups)),
        RuleFormat::Grafana(data_source) => yaml(&grafana::provisioning(&groups, data_source)),
    };
    NOTE.to_owned() + &text
}

/// The version of the rules that the configuration makes without flags. It is part of the rules, and a running plimsoll
/// serves it, so that an alert fires if the two differ.
#[must_use]
pub fn version(config: &Config, selection: &Selection) -> String {
    let parts = parts_of(config, selection, &Form::new(config, None));
    version::of(&parts.into_iter().flat_map(|part| part.groups).collect::<Vec<_>>())
}

fn parts(config: &Config, selection: &Selection, options: &RuleOptions) -> Vec<Part> {
    let version = version(config, selection);
    let selector = options.selector.as_deref();
    let Some(scrape_interval) = options.scrape_interval else {
        return with_version(config, selection, &Form::new(config, selector), &version);
    };
    let mut config = config.clone();
    config.rules.scrape_interval = scrape_interval;
    with_version(&config, &Selection::of(&config), &Form::new(&config, selector), &version)
}

/// All rules, with the rule on their version among those on plimsoll.
fn with_version(config: &Config, selection: &Selection, form: &Form, version: &str) -> Vec<Part> {
    let mut parts = parts_of(config, selection, form);
    let outdated = version::outdated(form, config, version);
    parts.iter_mut().filter(|part| part.name == OWN).for_each(|own| {
        own.groups.extend(groups("plimsoll-version", None, std::slice::from_ref(&outdated)));
    });
    parts
}

/// All rules but the one on their version.
fn parts_of(config: &Config, selection: &Selection, form: &Form) -> Vec<Part> {
    let of_service = |identity: &Identity| {
        let service = identity.service();
        let metric = metric::rules(form, selection, service);
        let state = state::rules(form, config, selection, identity);
        let name = |subject| format!("{OWN}-{}-{subject}", service.name);
        let groups = [groups(&name("metric"), None, &metric), groups(&name("state"), None, &state)].concat();
        Part { name: service.name, groups }
    };
    let services = Identity::services(config.catalog.kinds());
    services.iter().map(of_service).chain([own_part(config, selection, form)]).collect()
}

fn own_part(config: &Config, selection: &Selection, form: &Form) -> Part {
    let threshold = groups("plimsoll-threshold", None, &threshold::rules(form, config, selection));
    let interval = own::evaluation_interval(config);
    let mut own = groups("plimsoll-own", Some(interval), &own::rules(form, config, selection));
    own[0].rules.insert(0, GroupRule::Recording(own::RECORDING));
    Part { name: OWN, groups: [threshold, own].concat() }
}

fn groups(name: &str, interval: Option<Duration>, rules: &[Rule]) -> Vec<Group> {
    let group = |(index, rules): (usize, &[Rule])| Group {
        name: format!("{name}-{}", index + 1),
        interval,
        rules: rules.iter().map(|rule| GroupRule::Alert(Box::new(rule.clone()))).collect(),
    };
    rules.chunks(RULES_PER_GROUP).enumerate().map(group).collect()
}
