//! The command that sets the levels of a metric as a tag, for a person to change and run.

use std::collections::BTreeMap;

use super::tagged::{TagFormat, Tagged};
use crate::catalog::{Row, Unit};
use crate::config::Config;
use crate::inventory::Known;
use crate::resource::{GIB, Kind};

/// The command that sets the levels in effect; `None` for what carries no tags, and without a level.
pub(super) fn command(known: &Known, row: &Row, config: &Config) -> Option<String> {
    let kind = known.resource.kind;
    if kind == Kind::QUOTA || kind.is_volume() {
        return None;
    }
    // RDS allows no `%` in tags.
    let key = format!("{}{}", config.tags.prefix, row.metric.replace('%', ""));
    // A tag that can be read is the best start; it may be relative, which its levels no longer are.
    let own = known.resource.tags.get(&key).filter(|_| !known.resolved.issues.iter().any(|one| one.tag_key == key));
    let value = own.map(str::to_owned).or_else(|| ladder(known, row, config))?;
    let tagged = Tagged { arn: known.resource.arn.to_string(), tags: BTreeMap::from([(key, value)]) };
    tagged.has_arn().then(|| tagged.text(TagFormat::AwsCli))
}

/// The levels in effect in the grammar of tags, `-` for a severity without one.
fn ladder(known: &Known, row: &Row, config: &Config) -> Option<String> {
    let levels: Vec<_> = known.resolved.thresholds.iter().filter(|level| level.metric == row.metric).collect();
    let of = |severity| levels.iter().find(|level| level.severity == severity);
    let written = (0..config.severities.len())
        .map(|severity| of(severity).map_or_else(|| "-".to_owned(), |level| written(level.value, row.unit)));
    (!levels.is_empty()).then(|| written.collect::<Vec<_>>().join("/"))
}

/// A level in the metric's unit, as a tag has it; at most two decimals.
fn written(value: f64, unit: Unit) -> String {
    let number = |value: f64| (value * 100.0).round() / 100.0;
    match unit {
        Unit::Bytes | Unit::BytesPerSecond if value >= GIB => format!("{}GiB", number(value / GIB)),
        Unit::Bytes | Unit::BytesPerSecond => format!("{}B", value.round()),
        Unit::Seconds => format!("{}s", number(value)),
        Unit::Milliseconds => format!("{}ms", number(value)),
        Unit::Microseconds => format!("{}us", number(value)),
        Unit::Minutes => format!("{}min", number(value)),
        _ if value.abs() < 1.0 => value.to_string(),
        _ => number(value).to_string(),
    }
}
