//! Parses the configuration file, which is TOML, into [`Config`] and reports every mistake in one run.
//!
//! serde is not used: it stops at the first unknown key or wrong type and cannot give a remedy. Small typed readers
//! read each table key by key and report what is wrong and where. A wrong value leaves the default in place, so that
//! reading goes on. The input is text: opening the file is the caller's task.

use std::collections::BTreeMap;
use std::time::Duration;

use toml::de::{DeTable, DeValue};

use super::{Config, LabelProfile, Labels, Rules};
use crate::catalog::name::tag_label;
use diagnostics::Diagnostics;
use names::{MAX_NAME, distinct};
use problem::locate;
use reader::{Bounds, Section, Value};

mod accounts;
mod classes;
mod cost;
mod defaults;
pub(super) mod diagnostics;
mod discovery;
mod filters;
mod guards;
mod links;
mod metric_names;
mod metrics;
mod names;
mod overrides;
mod places;
mod polling;
pub(super) mod problem;
pub(super) mod reader;
mod state;
mod tags;
mod timing;
mod waits;
mod web;

pub use names::is_of_tags;
pub use problem::{Problem, Problems};

/// The largest file that is read. Several thousand overrides fit.
const MAX_BYTES: usize = 1 << 20;

/// The most severities: people distinguish only a few, and each one is a series per metric and database.
const MAX_SEVERITIES: usize = 8;

/// Scrape intervals: Prometheus drops a series from query results five minutes after its last sample.
const SCRAPE_INTERVAL: Bounds = Bounds(Duration::from_secs(1), Duration::from_mins(5));

/// Bridges: a mute or a deletion takes effect one bridge late, and an hour is the most that is acceptable.
const BRIDGE: Bounds = Bounds(Duration::from_secs(1), Duration::from_hours(1));

/// Longest mutes: a daily window is an hour at least, and a mute of a year (365 days and 6 hours) is as good as endless.
const LONGEST_MUTE: Bounds = Bounds(Duration::from_hours(1), Duration::from_hours(8766));

/// A configuration and the warnings about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The configuration; every value is valid.
    pub config: Config,
    /// Values that are allowed but cost more or protect less than they seem to.
    pub warnings: Vec<Problem>,
}

/// Parses the text of a configuration file; messages show `file_name`.
///
/// # Errors
/// Every unknown key and invalid value with its position and a remedy. A syntax error of TOML is reported alone.
pub fn parse(text: &str, file_name: &str) -> Result<Parsed, Problems> {
    let diagnostics = Diagnostics::default();
    let config = read(text, &diagnostics);
    let (errors, warnings) = (diagnostics.errors.into_inner(), diagnostics.warnings.into_inner());
    match config {
        Some(config) if errors.is_empty() => Ok(Parsed { config, warnings: locate(warnings, text, file_name) }),
        _ => Err(Problems(locate(errors, text, file_name))),
    }
}

fn read(text: &str, diagnostics: &Diagnostics) -> Option<Config> {
    if text.len() > MAX_BYTES {
        diagnostics.error(0, "the file is too long", format_args!("write at most {MAX_BYTES} bytes"));
        return None;
    }
    match DeTable::parse(text) {
        Ok(document) => {
            let document = DeValue::Table(document.into_inner());
            Some(lower(Section::root(&document, diagnostics)?, diagnostics))
        }
        Err(error) => {
            let offset = error.span().unwrap_or_default().start;
            let message = error.message().replace('\n', ", ");
            diagnostics.error(
                offset,
                format_args!("not valid TOML: {message}"),
                "correct this first: the rest of the file is checked after that",
            );
            None
        }
    }
}

fn lower(mut root: Section, diagnostics: &Diagnostics) -> Config {
    let mut config = Config::default();
    if let Some(section) = root.section("thresholds") {
        thresholds(section, &mut config.severities);
    }
    if let Some(section) = root.section("discovery") {
        discovery::read(section, &mut config);
    }
    if let Some(section) = root.section("polling") {
        polling::read(section, &mut config.polling);
    }
    if let Some(section) = root.section("rules") {
        rules(section, &mut config.rules, &config.severities);
    }
    if let Some(section) = root.section("links") {
        links::read(section, &mut config.links);
    }
    if let Some(section) = root.section("state") {
        state::read(section, &mut config.state);
    }
    if let Some(section) = root.section("web") {
        web::read(section, &mut config.web);
    }
    if let Some(section) = root.section("metrics") {
        config.metrics = metrics::read(section, &config);
    }
    if let Some(section) = root.section("cost") {
        cost::read(section, &mut config.cost);
    }
    // Values that must fit together are compared only if all of them are valid: otherwise a default would be compared.
    if !diagnostics.has_errors() {
        timing::check(&config, diagnostics);
    }
    if let Some(mut section) = root.section("defaults") {
        section.set(&mut config.defaults, "mode", defaults::mode);
        section.finish();
    }
    if let Some(section) = root.section("tags") {
        config.tags = tags::read(section, &config);
    }
    if let Some(section) = root.section("labels") {
        labels(section, &mut config.labels);
    }
    config.accounts = accounts::read(&mut root);
    config.overrides = overrides::read(&mut root, &config);
    config.guards = guards::read(&mut root, &config);
    config.classes = classes::read(&mut root);
    root.finish();
    config
}

fn thresholds(mut section: Section, severities: &mut Vec<String>) {
    section.set(severities, "severities", |list| {
        let names = distinct(list, is_severity, "write at most 64 letters, digits, `_` and `-`; `mute` is reserved");
        if names.is_empty() || names.len() > MAX_SEVERITIES {
            list.error(
                format_args!("has {} valid names", names.len()),
                format_args!("write 1 to {MAX_SEVERITIES} names, least severe first"),
            );
        }
        warn_of_order(list, &names);
        Some(names).filter(|names| !names.is_empty())
    });
    section.finish();
}

/// Severity names with a usual order. In another order, mild levels would be treated as severe ones.
const WELL_KNOWN: [(&str, u8); 11] = [
    ("info", 0),
    ("notice", 0),
    ("ticket", 1),
    ("warn", 1),
    ("warning", 1),
    ("error", 2),
    ("high", 2),
    ("crit", 3),
    ("critical", 3),
    ("page", 3),
    ("emergency", 4),
];

fn warn_of_order(list: &Value, names: &[String]) {
    let rank =
        |name: &str| WELL_KNOWN.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, rank)| *rank);
    let known: Vec<_> = names.iter().filter_map(|name| Some((name, rank(name)?))).collect();
    for pair in known.windows(2).filter(|pair| pair[0].1 > pair[1].1) {
        let what = format!("has {:?} before {:?}, which is usually less severe", pair[0].0, pair[1].0);
        list.warn(what, "write the least severe name first: the last name is for outages");
    }
}

/// A severity is a label value and the last part of tag keys, as in `plimsoll/CPUUtilization/warning`, where `mute` is
/// reserved.
fn is_severity(name: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    (1..=MAX_NAME).contains(&name.len()) && name.bytes().all(is_allowed) && !name.eq_ignore_ascii_case("mute")
}

fn rules(mut section: Section, rules: &mut Rules, severities: &[String]) {
    section.set(&mut rules.scrape_interval, "scrape_interval", |value| value.duration(SCRAPE_INTERVAL));
    section.set(&mut rules.bridge, "bridge", |value| value.duration(BRIDGE).map(Some));
    section.set(&mut rules.longest_mute, "longest_mute", |value| value.duration(LONGEST_MUTE));
    section.set(&mut rules.waits, "for", |value| Some(waits::by_severity(&value.section()?, severities)));
    section.finish();
}

fn labels(mut section: Section, labels: &mut Labels) {
    section.set(&mut labels.profile, "profile", |value| {
        value.choice(&[("yace", LabelProfile::Yace), ("lean", LabelProfile::Lean)])
    });
    let mut taken = BTreeMap::new();
    labels.tags = label_tags(&section.entries("tags"), &mut taken);
    labels.info_tags = label_tags(&section.entries("info_tags"), &mut taken);
    section.set(&mut labels.threshold_info, "threshold_info", Value::boolean);
    section.set(&mut labels.headroom, "headroom", Value::boolean);
    section.finish();
}

/// Reads tag keys that become labels; `taken` maps each label name in use to its tag key.
fn label_tags(entries: &[Value], taken: &mut BTreeMap<String, String>) -> Vec<String> {
    let mut keys = Vec::new();
    for entry in entries {
        let Some(key) = entry.text() else { continue };
        let Some(label) = tag_label(key).filter(|_| key.chars().all(is_of_tags)) else {
            entry.error(
                format_args!("cannot have {key:?}"),
                "write a tag key such as `team` or `cost-center`: it becomes a label name",
            );
            continue;
        };
        if let Some(other) = taken.get(&label) {
            entry.error(
                format_args!("has {key:?}, whose label `{label}` is also that of {other:?}"),
                "remove one of them",
            );
            continue;
        }
        taken.insert(label, key.to_owned());
        keys.push(key.to_owned());
    }
    keys
}
