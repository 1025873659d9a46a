//! Remedies that name what the author of a tag probably meant: a metric, a unit.

use crate::catalog::{Row, SHARED_LIMIT};
use crate::config::{Config, tag_key};
use crate::level::{AmountUnit, Writer, Written, is_meant_as_off, unit, unit_names, unknown_unit};

/// Minutes, which people write as `m` where they mean MiB.
const MINUTES: AmountUnit = AmountUnit::Micros(60_000_000);

/// The key that was probably meant by one with an unknown metric, if one is similar; `word` follows the metric in it.
pub(super) fn unknown_metric(metric: &str, word: Option<&str>, config: &Config) -> Option<String> {
    let words: Vec<&str> = config.severities.iter().map(String::as_str).chain([tag_key::MUTE]).collect();
    let meant = tag_key::meant(metric, word, &words)?;
    Some(format!("Did you mean `{}{meant}`?", config.tags.prefix))
}

/// The word for no level, or the word that is no unit with the units of the metric.
pub(super) fn unreadable(row: &Row, text: &str) -> Option<String> {
    if is_meant_as_off(text) {
        return Some("Write `off` to have no level.".to_owned());
    }
    let name = unknown_unit(text)?;
    row.alert.map(|_| format!("`{name}` is not understood: {}.", units(row)))
}

/// The units of the metric, or the metric that a share was meant for.
pub(super) fn wrong_unit(row: &Row, written: Option<&Written>) -> String {
    if let Some(sum) = row.sum().filter(|_| written.is_some_and(|written| written.has_unit(AmountUnit::Percent))) {
        return format!("Write the share on {}: {SHARED_LIMIT}.", sum.metric);
    }
    let minutes = match written.is_some_and(|written| written.has_unit(MINUTES)) {
        true if row.takes(AmountUnit::Bytes(1)) => "; `m` is minutes, `MiB` is mebibytes",
        true if row.takes(AmountUnit::Multiple(1)) => "; `m` is minutes, `M` is millions",
        _ => "",
    };
    format!("{}{minutes}.", units(row))
}

/// The units that a level of the metric can have, with one name for each; `G` and `GB` are the same size.
fn units(row: &Row) -> String {
    let mut known: Vec<(AmountUnit, &str)> = Vec::new();
    for (unit, name) in unit_names().filter_map(|name| Some((unit(name, Writer::Tag)?, name))) {
        let is_size = matches!(unit, AmountUnit::Multiple(_)) && row.takes(AmountUnit::Bytes(1));
        if row.takes(unit) && !is_size && known.iter().all(|(taken, _)| *taken != unit) {
            known.push((unit, name));
        }
    }
    let names: Vec<&str> = known.into_iter().map(|(_, name)| name).collect();
    match names[..] {
        [] => format!("{} takes no unit", row.metric),
        _ => format!("{} takes the units {} or none", row.metric, names.join(", ")),
    }
}
