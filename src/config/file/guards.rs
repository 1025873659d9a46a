//! Reads `[[guard]]`: matchers, bounds by metric, how many metrics tags may add, and how long tags may mute.

use std::time::Duration;

use super::metric_names::{self, Named};
use super::names::MAX_NAME;
use super::reader::{Bounds, Section, Value};
use super::{metrics, overrides};
use crate::catalog::{DefaultLevels, MetricId, measure};
use crate::config::{Bound, Config, Guard};
use crate::level::{AmountUnit, Level, Reason, Written};
use crate::resource::Engine;

/// The highest value of `extra_metrics`: the catalogue has fewer metrics.
const MAX_EXTRA_METRICS: u32 = 1000;

/// Longest mutes: from none at all to a year (365 days and 6 hours), which is as good as endless.
const LONGEST_MUTE: Bounds = Bounds(Duration::ZERO, Duration::from_hours(8766));

/// `config` holds what was read so far: every source of levels except tags.
pub(super) fn read(root: &mut Section, config: &Config) -> Vec<Guard> {
    let mut guards: Vec<Guard> = Vec::new();
    for entry in root.tables("guard") {
        let Some(guard) = read_guard(&entry, config) else { continue };
        if guards.iter().any(|other| other.name == guard.name) {
            entry.error(format_args!("has the name {:?}, as an earlier one has", guard.name), "give it another name");
        }
        if guards.iter().any(|other| overrides::same_matchers(&other.matchers, &guard.matchers)) {
            entry.error("has the same matchers as an earlier one", "merge them into one");
        }
        guards.push(guard);
    }
    guards
}

fn read_guard(entry: &Value, config: &Config) -> Option<Guard> {
    let mut section = entry.section()?;
    let name = section.value("name");
    if name.is_none() {
        entry.error("has no name", "add `name`: each issue shows the guard that caused it");
    }
    let matchers = overrides::matchers(&mut section);
    let bounds = section.section("bounds").filter(|section| !section.is_empty());
    let extra_metrics = section.value("extra_metrics");
    let longest_mute = section.value("longest_mute");
    if bounds.is_none() && extra_metrics.is_none() && longest_mute.is_none() {
        entry.error("limits nothing", "add `bounds`, `extra_metrics` or `longest_mute`");
    }
    section.finish();
    let is_name = |text: &str| (1..=MAX_NAME).contains(&text.len()) && !text.contains(char::is_control);
    // All values are read before the first error returns, so that no mistake hides another.
    let name = name.and_then(|name| name.text_if(is_name, "write 1 to 64 characters"));
    let bounds = bounds.map(|section| by_metric(&section, config, overrides::engine_of(&matchers))).unwrap_or_default();
    let extra_metrics = extra_metrics.and_then(|value| value.whole_number(MAX_EXTRA_METRICS));
    let longest_mute = longest_mute.and_then(|value| value.duration(LONGEST_MUTE));
    let (name, matchers) = (name?.to_owned(), matchers.into_iter().collect::<Option<_>>()?);
    Some(Guard { name, matchers, bounds, extra_metrics, longest_mute })
}

fn by_metric(section: &Section, config: &Config, engine: Option<Engine>) -> Vec<(MetricId, Bound)> {
    let mut bounds: Vec<(MetricId, Bound)> = Vec::new();
    for entry in section.remaining() {
        let Some(named) = metric_names::metric(&entry, &config.catalog, &[]) else { continue };
        metric_names::check_engine(&entry, named, engine);
        let Some(bound) = bound(&entry, named, config) else { continue };
        if bounds.iter().any(|(other, _)| named.ids().contains(other)) {
            entry.error("names a metric a second time, in another spelling", "remove one of them");
        }
        bounds.extend(named.ids().into_iter().map(|metric| (metric, bound.clone())));
    }
    bounds
}

fn bound(entry: &Value, named: Named, config: &Config) -> Option<Bound> {
    let mut section = entry.section()?;
    if section.is_empty() {
        entry.error("limits nothing", "add `lowest`, `highest`, `may_be_off`, `required` or `longest_mute`");
    }
    let mut bound = Bound::default();
    section.set(&mut bound.lowest, "lowest", |value| metrics::bound(value, named).map(Some));
    section.set(&mut bound.highest, "highest", |value| metrics::bound(value, named).map(Some));
    section.set(&mut bound.may_be_off, "may_be_off", Value::boolean);
    section.set(&mut bound.longest_mute, "longest_mute", |value| value.duration(LONGEST_MUTE).map(Some));
    let required = section.entries("required");
    bound.required = required.iter().filter_map(|value| required_level(value, named, config)).collect();
    section.finish();
    if let (Some(lowest), Some(highest)) = (&bound.lowest, &bound.highest)
        && crossed(named, lowest, highest)
    {
        entry.error("has a `lowest` above its `highest`", "write the smaller number as `lowest`");
    }
    Some(bound)
}

/// The index of a severity for which the metric must have a level. It warns if only tags could set that level.
fn required_level(value: &Value, named: Named, config: &Config) -> Option<usize> {
    let severity = metrics::severity(value, &config.severities)?;
    if !is_set(named, severity, config) {
        let what = format!("requires a {} level, but neither the catalogue nor this file sets one", value.text()?);
        let remedy =
            format!("set one in [metrics.{}]: otherwise every database without such a tag has an issue", named.name());
        value.warn(what, remedy);
    }
    Some(severity)
}

/// Whether the catalogue or the configuration sets a level of the severity, at least for some databases.
fn is_set(named: Named, severity: usize, config: &Config) -> bool {
    let has_level = |written: &Written| match written {
        Written::Ladder(levels) => levels.get(severity).is_some_and(Option::is_some),
        Written::Off => false,
    };
    let is_most_severe = severity + 1 == config.severities.len();
    let overridden = config.overrides.iter().flat_map(|applied| &applied.thresholds);
    named.rows().filter_map(|row| row.alert).any(|alert| {
        let sets = |levels: &DefaultLevels| {
            (severity == 0 && levels.warning.is_some()) || (is_most_severe && levels.critical.is_some())
        };
        alert.defaults.iter().any(sets)
    }) || named.ids().into_iter().filter_map(|metric| config.choice(metric)?.threshold.as_ref()).any(has_level)
        || overridden.filter(|(metric, _)| named.ids().contains(metric)).any(|(_, written)| has_level(written))
}

/// Whether no number can be within both bounds. A share is compared only with a share: its denominator depends on the
/// database.
fn crossed(named: Named, lowest: &Level, highest: &Level) -> bool {
    let Some(row) = named.rows().min_by_key(|row| row.alert.is_none()) else { return false };
    let number = |level| match measure::value(row, level, None) {
        Err(Reason::NoDenominator) => share(level).map(|share| (true, share)),
        other => other.ok().map(|number| (false, number)),
    };
    match (number(lowest), number(highest)) {
        (Some((left, lowest)), Some((right, highest))) => left == right && lowest > highest,
        _ => false,
    }
}

/// The percentage of a level that is a single percentage.
fn share(level: &Level) -> Option<f64> {
    match level {
        Level::One(amount) if amount.unit == AmountUnit::Percent => Some(amount.number),
        _ => None,
    }
}
