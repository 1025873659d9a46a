//! Reads `[tags]`: the prefix of plimsoll's keys, and the meaning of existing keys.

use std::collections::BTreeMap;

use super::names::{MAX_NAME, is_of_tags};
use super::overrides::MAX_TAG_KEY;
use super::reader::{Section, Value, suggest_choice};
use super::{metric_names, metrics};
use crate::catalog::Row;
use crate::config::{Config, Legacy, Tags};
use crate::level::{self, AmountUnit, Writer};

/// `known` is what was read so far: the catalogue and the severities.
pub(super) fn read(mut section: Section, known: &Config) -> Tags {
    let mut tags = known.tags.clone();
    section.set(&mut tags.prefix, "prefix", |value| {
        let remedy = "write 1 to 64 of the characters RDS allows in tags: letters, digits, `_.:/=+-@`, and \
                      spaces except at the ends; it must not begin with `aws:` or `rds:`";
        value.text_if(is_prefix, remedy).map(str::to_owned)
    });
    if let Some(section) = section.section("legacy") {
        tags.legacy = legacy(&section, &tags.prefix, known);
    }
    section.finish();
    tags
}

/// Whether RDS accepts a text at the beginning of a tag key:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.html>.
fn is_prefix(text: &str) -> bool {
    let reserved = text.to_ascii_lowercase();
    (1..=MAX_NAME).contains(&text.len())
        && text.trim() == text
        && text.chars().all(is_of_tags)
        && !(reserved.starts_with("aws:") || reserved.starts_with("rds:"))
}

fn legacy(section: &Section, prefix: &str, known: &Config) -> BTreeMap<String, Legacy> {
    let mut legacy = BTreeMap::new();
    for entry in section.remaining() {
        if !(1..=MAX_TAG_KEY).contains(&entry.key.chars().count()) || !entry.key.chars().all(is_of_tags) {
            entry
                .key_error("is not a tag key that RDS allows", "write 1 to 128 letters, digits, spaces and `_.:/=+-@`");
        }
        if entry.key.starts_with(prefix) {
            entry.key_error("begins with the prefix, so it already has a meaning", "remove it");
        }
        if let Some(meaning) = meaning(&entry, known) {
            legacy.insert(entry.key.clone(), meaning);
        }
    }
    legacy
}

/// Reads a metric's name alone, or a table that can also have the severity and the unit.
fn meaning(entry: &Value, known: &Config) -> Option<Legacy> {
    if entry.is_text() {
        return Some(Legacy { metric: metric(entry, known)?.metric, severity: None, unit: AmountUnit::Bare });
    }
    let mut section = entry.section()?;
    let (named, severity, unit) = (section.value("metric"), section.value("severity"), section.value("unit"));
    if named.is_none() {
        entry.error("has no metric", "add `metric`, such as \"CPUUtilization\"");
    }
    section.finish();
    // An invalid severity or unit is an error of the file, so its value here is never used.
    let severity = severity.and_then(|value| metrics::severity(&value, &known.severities));
    let row = metric(&named?, known)?;
    let unit = unit.and_then(|value| unit_of(&value, row)).unwrap_or(AmountUnit::Bare);
    Some(Legacy { metric: row.metric, severity, unit })
}

fn metric(value: &Value, known: &Config) -> Option<&'static Row> {
    let row = metric_names::named(value, &known.catalog)?;
    if row.alert.is_none() {
        value.error(
            format_args!(
                "has no effect: `{}` cannot have a level, because neither high nor low values are bad",
                row.metric
            ),
            "remove it",
        );
        return None;
    }
    Some(row)
}

/// Reads a unit that the metric can have.
fn unit_of(value: &Value, row: &'static Row) -> Option<AmountUnit> {
    let text = value.text()?;
    let Some(unit) = level::unit(text, Writer::Configuration) else {
        let names = level::unit_names();
        value.error(format_args!("cannot be {text:?}"), suggest_choice(text, names));
        return None;
    };
    if !row.takes(unit) {
        let what = format_args!("is a unit that `{}` cannot have: {text:?}", row.metric);
        value.error(what, format_args!("the metric is in {}", row.unit.name()));
        return None;
    }
    Some(unit)
}
