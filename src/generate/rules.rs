//! Prometheus alert rules: one per metric with a bad side, some for states, some for plimsoll itself.
//!
//! What a rule compares and how long it waits is decided here; levels are series and never stand in a rule.

use std::time::Duration;

use crate::config::{Config, Selection};

mod file;
mod forecast;
mod links;
mod metric;
mod mute;
mod own;
pub(super) mod promql;
mod state;
mod threshold;
#[cfg(test)]
mod tests;

use file::{File, Group, GroupRule, Rule};
pub(super) use metric::alert_name;
use promql::Form;

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
}

/// The rule file of a configuration, as YAML.
///
/// `selection` is the configuration's own. Another scrape interval changes the bridge, and with it every `for`.
#[must_use]
pub fn rules(config: &Config, selection: &Selection, options: &RuleOptions) -> String {
    let Some(scrape_interval) = options.scrape_interval else {
        return rule_file(config, selection, options.selector.as_deref());
    };
    let mut config = config.clone();
    config.rules.scrape_interval = scrape_interval;
    rule_file(&config, &Selection::of(&config), options.selector.as_deref())
}

fn rule_file(config: &Config, selection: &Selection, selector: Option<&str>) -> String {
    let form = Form::new(config, selector);
    let metric = groups("metric", None, &metric::rules(&form, selection));
    let state = groups("state", None, &state::rules(&form, config, selection));
    let threshold = groups("threshold", None, &threshold::rules(&form, config, selection));
    let mut own = groups("own", Some(own::evaluation_interval(config)), &own::rules(&form, config, selection));
    own[0].rules.insert(0, GroupRule::Recording(own::RECORDING));
    NOTE.to_owned() + &File { groups: [metric, state, threshold, own].concat() }.to_yaml()
}

fn groups(subject: &str, interval: Option<Duration>, rules: &[Rule]) -> Vec<Group> {
    let group = |(index, rules): (usize, &[Rule])| Group {
        name: format!("plimsoll-{subject}-{}", index + 1),
        interval: interval.map(promql::duration),
        rules: rules.iter().map(|rule| GroupRule::Alert(Box::new(rule.clone()))).collect(),
    };
    rules.chunks(RULES_PER_GROUP).enumerate().map(group).collect()
}
