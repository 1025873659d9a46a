//! The configuration as written: TOML lowered by hand into [`Config`], every mistake in one run.
//!
//! Not by serde: it stops at the first unknown key or wrong type and knows no remedy. Each table is read key by
//! key with small typed readers that note what is wrong and where; a wrong value leaves its default in place, so
//! that reading goes on. Text in, values out: who opens the file is not its concern.

use std::collections::BTreeMap;
use std::time::Duration;

use toml::de::{DeTable, DeValue};

use super::{Account, Config, DefaultsMode, LabelProfile, Labels, Polling, Rules};
use crate::catalog::name::tag_label;
use problem::placed;
use reader::{Bounds, Found, Section, Value};

mod accounts;
mod classes;
mod discovery;
mod guards;
mod metrics;
mod overrides;
mod problem;
mod reader;
mod tags;
mod timing;

pub use problem::{Problem, Problems};

/// The longest file that is read: a thousand overrides fit several times.
const MAX_BYTES: usize = 1 << 20;

/// The most severities: people tell few apart, and each is a series per metric and database.
const MAX_SEVERITIES: usize = 8;

/// The longest name that becomes a label value or a part of a tag key.
const MAX_NAME: usize = 64;

/// Intervals: below a second AWS's quotas end, above a day there is no period that covers them.
const INTERVAL: Bounds = Bounds(Duration::from_secs(1), Duration::from_hours(24));

/// Publication delay: beyond it, a query that looks back ten minutes might see no complete point of a minute.
const PUBLICATION_DELAY: Bounds = Bounds(Duration::ZERO, Duration::from_mins(8));

/// Age limits: a minute is the shortest period; `CloudWatch` keeps points of a minute for 15 days.
const AGE_LIMIT: Bounds = Bounds(Duration::from_mins(1), Duration::from_hours(15 * 24));

/// Scrape intervals: Prometheus forgets a series that it has not seen for five minutes.
const SCRAPE_INTERVAL: Bounds = Bounds(Duration::from_secs(1), Duration::from_mins(5));

/// Bridges: with a longer one, a mute or a deletion would act more than an hour late.
const BRIDGE: Bounds = Bounds(Duration::from_secs(1), Duration::from_hours(1));

/// Longest mutes: a daily window has an hour at least, and what lasts a year (of 365 days and 6 hours) is for ever.
const LONGEST_MUTE: Bounds = Bounds(Duration::from_hours(1), Duration::from_hours(8766));

/// A configuration and what is worth a warning in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// Every value checked.
    pub config: Config,
    /// Allowed, but dearer or weaker than it looks.
    pub warnings: Vec<Problem>,
}

/// Reads the text of a configuration file; `file_name` stands in messages.
///
/// # Errors
/// Every unknown key and impossible value with its place and a remedy; only a text that is no TOML stops at the first.
pub fn parse(text: &str, file_name: &str) -> Result<Parsed, Problems> {
    let found = Found::default();
    let config = read(text, &found);
    let (errors, warnings) = (found.errors.into_inner(), found.warnings.into_inner());
    match config {
        Some(config) if errors.is_empty() => Ok(Parsed { config, warnings: placed(warnings, text, file_name) }),
        _ => Err(Problems(placed(errors, text, file_name))),
    }
}

fn read(text: &str, found: &Found) -> Option<Config> {
    if text.len() > MAX_BYTES {
        found.refuse(0, "the file is too long", format_args!("write at most {MAX_BYTES} bytes"));
        return None;
    }
    match DeTable::parse(text) {
        Ok(document) => {
            let document = DeValue::Table(document.into_inner());
            Some(lower(Section::root(&document, found)?, found))
        }
        Err(error) => {
            let offset = error.span().unwrap_or_default().start;
            let message = error.message().replace('\n', ", ");
            found.refuse(offset, format_args!("not valid TOML: {message}"), "correct it here, the rest is read then");
            None
        }
    }
}

fn lower(mut root: Section, found: &Found) -> Config {
    let mut config = Config::default();
    if let Some(section) = root.section("thresholds") {
        thresholds(section, &mut config.severities);
    }
    if let Some(section) = root.section("discovery") {
        config.catalog = discovery::read(section);
    }
    if let Some(section) = root.section("polling") {
        polling(section, &mut config.polling);
    }
    if let Some(section) = root.section("rules") {
        rules(section, &mut config.rules);
    }
    if let Some(section) = root.section("metrics") {
        config.metrics = metrics::read(section, &config);
    }
    // Values that belong together are compared only if each could be read: else a default would be compared.
    if !found.any_error() {
        timing::check(&config, found);
    }
    if let Some(mut section) = root.section("defaults") {
        section.set(&mut config.defaults, "mode", defaults_mode);
        section.finish();
    }
    if let Some(section) = root.section("tags") {
        config.tags = tags::read(section, &config);
    }
    if let Some(section) = root.section("labels") {
        labels(section, &mut config.labels);
    }
    // What may be spent, `[budget]`, is to be read here.
    config.accounts = accounts::read(&mut root);
    config.overrides = overrides::read(&mut root, &config);
    config.guards = guards::read(&mut root, &config);
    config.classes = classes::read(&mut root);
    root.finish();
    config
}

fn thresholds(mut section: Section, severities: &mut Vec<String>) {
    section.set(severities, "severities", |list| {
        let names = distinct(list, is_severity, "write letters, digits, `_` and `-`, at most 64, not `mute`");
        if names.is_empty() || names.len() > MAX_SEVERITIES {
            list.refuse(
                format_args!("has {} usable names", names.len()),
                format_args!("write 1 to {MAX_SEVERITIES} names, least severe first"),
            );
        }
        warn_of_order(list, &names);
        Some(names).filter(|names| !names.is_empty())
    });
    section.finish();
}

/// Names that people use in one order: with the other one, each level would be taken for its opposite.
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
        let what = format!("has {:?} before {:?}, which sounds milder", pair[0].0, pair[1].0);
        list.warn(what, "write the least severe first: levels of the last one are those of outages");
    }
}

/// A severity is a label value and a part of tag keys: `plimsoll/CPUUtilization/warning`, where `mute` is taken.
fn is_severity(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    (1..=MAX_NAME).contains(&name.len()) && name.bytes().all(fits) && !name.eq_ignore_ascii_case("mute")
}

fn polling(mut section: Section, polling: &mut Polling) {
    section.set(&mut polling.discovery, "discovery", |value| value.duration(INTERVAL));
    section.set(&mut polling.fast, "fast", |value| value.duration(INTERVAL));
    section.set(&mut polling.slow, "slow", |value| value.duration(INTERVAL));
    section.set(&mut polling.sparse, "sparse", |value| value.duration(INTERVAL));
    section.set(&mut polling.daily, "daily", |value| value.duration(INTERVAL));
    section.set(&mut polling.publication_delay, "publication_delay", |value| value.duration(PUBLICATION_DELAY));
    if let Some(mut limits) = section.section("age_limit") {
        let position = &mut polling.age_limit;
        limits.set(&mut position.minute, "minute", |value| value.duration(AGE_LIMIT));
        limits.set(&mut position.five_minutes, "five_minutes", |value| value.duration(AGE_LIMIT));
        limits.set(&mut position.hour, "hour", |value| value.duration(AGE_LIMIT));
        limits.set(&mut position.day, "day", |value| value.duration(AGE_LIMIT));
        limits.finish();
    }
    section.finish();
}

fn rules(mut section: Section, rules: &mut Rules) {
    section.set(&mut rules.scrape_interval, "scrape_interval", |value| value.duration(SCRAPE_INTERVAL));
    section.set(&mut rules.bridge, "bridge", |value| value.duration(BRIDGE).map(Some));
    section.set(&mut rules.longest_mute, "longest_mute", |value| value.duration(LONGEST_MUTE));
    section.set(&mut rules.runbook_url, "runbook_url", |value| {
        value.text_that(is_url, "write an address that begins with `https://` or `http://`").map(str::to_owned)
    });
    section.finish();
}

fn is_url(text: &str) -> bool {
    let address = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    address.is_some_and(|address| {
        !address.is_empty() && !address.contains(|one: char| one.is_whitespace() || one.is_control())
    })
}

fn defaults_mode(value: &Value) -> Option<DefaultsMode> {
    value.choice(&[
        ("off", DefaultsMode::Off),
        ("tagged", DefaultsMode::Tagged),
        ("warning", DefaultsMode::Warning),
        ("full", DefaultsMode::Full),
    ])
}

/// Whether RDS allows a character in the keys and values of tags.
#[must_use]
pub fn is_of_tags(character: char) -> bool {
    character.is_alphanumeric() || " _.:/=+-@".contains(character)
}

fn labels(mut section: Section, labels: &mut Labels) {
    section.set(&mut labels.profile, "profile", |value| {
        value.choice(&[("yace", LabelProfile::Yace), ("lean", LabelProfile::Lean)])
    });
    let mut taken = BTreeMap::new();
    labels.tags = label_tags(&section.entries("tags"), &mut taken);
    labels.info_tags = label_tags(&section.entries("info_tags"), &mut taken);
    section.set(&mut labels.threshold_info, "threshold_info", Value::yes_or_no);
    section.finish();
}

/// Tag keys that become labels; `taken` holds which key made each label name.
fn label_tags(entries: &[Value], taken: &mut BTreeMap<String, String>) -> Vec<String> {
    let mut keys = Vec::new();
    for entry in entries {
        let Some(key) = entry.text() else { continue };
        let Some(label) = tag_label(key).filter(|_| key.chars().all(is_of_tags)) else {
            entry.refuse(format_args!("cannot have {key:?}"), "write a tag key that makes a label name");
            continue;
        };
        if let Some(other) = taken.get(&label) {
            entry.refuse(format_args!("has {key:?}, whose label `{label}` is that of {other:?}"), "leave one out");
            continue;
        }
        taken.insert(label, key.to_owned());
        keys.push(key.to_owned());
    }
    keys
}

/// The entries of a list of texts that fit a check, each once, letters of any case taken for the same.
fn distinct(list: &Value, fits: impl Fn(&str) -> bool, remedy: &str) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for entry in list.entries() {
        let Some(text) = entry.text_that(&fits, remedy) else {
            continue;
        };
        if kept.iter().any(|other| other.eq_ignore_ascii_case(text)) {
            entry.refuse(format_args!("has {text:?} twice"), "leave one out");
            continue;
        }
        kept.push(text.to_owned());
    }
    kept
}
