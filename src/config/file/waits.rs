//! Reads how long rules wait: the `for` of a metric, and of single severities.

use std::collections::BTreeMap;
use std::time::Duration;

use super::metric_names::Named;
use super::reader::{Bounds, Section, Value, suggest_choice};
use crate::config::MetricChoice;

/// The `for` of a rule: an alert that waits longer than a week is of no use.
const RULE_FOR: Bounds = Bounds(Duration::ZERO, Duration::from_hours(7 * 24));

/// The `for` of a metric: a duration, or a table of severities.
pub(super) fn of_metric(section: &mut Section, choice: &mut MetricChoice, named: Named, severities: &[String]) {
    let Some(value) = section.value("for") else { return };
    if named.rows().all(|row| row.alert.is_none()) {
        let what =
            format!("has no effect: `{}` has no rule, because neither high nor low values are bad", named.name());
        value.error(what, "remove it");
    } else if value.is_text() {
        choice.rule_for = value.duration(RULE_FOR);
    } else {
        let table = value.table("write a duration such as \"10m\", or a table such as { critical = \"10m\" }");
        choice.waits = table.map(|table| by_severity(&table, severities)).unwrap_or_default();
    }
}

/// Durations by the index of the severity that is their key.
pub(super) fn by_severity(table: &Section, severities: &[String]) -> BTreeMap<usize, Duration> {
    let wait = |value: &Value| Some((index(value, severities)?, value.duration(RULE_FOR)?));
    table.remaining().iter().filter_map(wait).collect()
}

/// The index of the severity that a key names.
fn index(value: &Value, severities: &[String]) -> Option<usize> {
    let found = severities.iter().position(|name| *name == value.key);
    if found.is_none() {
        let names = severities.iter().map(String::as_str);
        value.key_error("is not a severity", suggest_choice(&value.key, names));
    }
    found
}
