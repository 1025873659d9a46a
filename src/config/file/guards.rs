//! Guards as written: matchers, bounds by metric, how many metrics tags may add, and how long they may mute.

use std::time::Duration;

use super::metrics::Named;
use super::reader::{Bounds, Section, Value};
use super::{Config, MAX_NAME, metrics, overrides};
use crate::catalog::{DefaultLevels, MetricId, measure};
use crate::config::{Bound, Guard};
use crate::level::{AmountUnit, Level, Reason, Written};
use crate::resource::Engine;

/// The most metrics that tags of one database may add: the catalogue has fewer.
const MAX_EXTRA_METRICS: u32 = 1000;

/// Longest mutes: none at all, up to a year (of 365 days and 6 hours), which is as good as for ever.
const LONGEST_MUTE: Bounds = Bounds(Duration::ZERO, Duration::from_hours(8766));

/// `config` is what was read so far: everybody who may give what a guard requires.
pub(super) fn read(root: &mut Section, config: &Config) -> Vec<Guard> {
    let mut guards: Vec<Guard> = Vec::new();
    for entry in root.tables("guard") {
        let Some(one) = one(&entry, config) else { continue };
        if guards.iter().any(|other| other.name == one.name) {
            entry.refuse(format_args!("is called {:?} as an earlier one is", one.name), "give it another name");
        }
        if guards.iter().any(|other| overrides::same_matchers(&other.matchers, &one.matchers)) {
            entry.refuse("matches exactly what an earlier one does", "write both as one");
        }
        guards.push(one);
    }
    guards
}

fn one(entry: &Value, config: &Config) -> Option<Guard> {
    let mut section = entry.section()?;
    let name = section.value("name");
    if name.is_none() {
        entry.refuse("has no name", "add `name`: issues say which guard made them");
    }
    let matchers = overrides::matchers(&mut section);
    let bounds = section.section("bounds").filter(|section| !section.is_empty());
    let extra_metrics = section.value("extra_metrics");
    let longest_mute = section.value("longest_mute");
    if bounds.is_none() && extra_metrics.is_none() && longest_mute.is_none() {
        entry.refuse("bounds nothing", "add `bounds`, `extra_metrics` or `longest_mute`");
    }
    section.finish();
    let is_name = |text: &str| (1..=MAX_NAME).contains(&text.len()) && !text.contains(char::is_control);
    // Everything is read before anything is given up, so that no mistake hides another.
    let name = name.and_then(|name| name.text_that(is_name, "write 1 to 64 characters"));
    let bounds = bounds.map(|section| by_metric(&section, config, overrides::engine_of(&matchers))).unwrap_or_default();
    let extra_metrics = extra_metrics.and_then(|value| value.whole_number(MAX_EXTRA_METRICS));
    let longest_mute = longest_mute.and_then(|value| value.duration(LONGEST_MUTE));
    let (name, matchers) = (name?.to_owned(), matchers.into_iter().collect::<Option<_>>()?);
    Some(Guard { name, matchers, bounds, extra_metrics, longest_mute })
}

fn by_metric(section: &Section, config: &Config, engine: Option<Engine>) -> Vec<(MetricId, Bound)> {
    let mut bounds: Vec<(MetricId, Bound)> = Vec::new();
    for entry in section.others() {
        let Some(named) = metrics::metric(&entry, &config.catalog, &[]) else { continue };
        metrics::refuse_foreign(&entry, named, engine);
        let Some(bound) = bound(&entry, named, config) else { continue };
        if bounds.iter().any(|(other, _)| named.ids().contains(other)) {
            entry.refuse("is there in another spelling too", "keep one of them");
        }
        bounds.extend(named.ids().into_iter().map(|metric| (metric, bound.clone())));
    }
    bounds
}

fn bound(entry: &Value, named: Named, config: &Config) -> Option<Bound> {
    let mut section = entry.section()?;
    if section.is_empty() {
        entry.refuse("bounds nothing", "add `lowest`, `highest`, `may_be_off`, `required` or `longest_mute`");
    }
    let mut bound = Bound::default();
    section.set(&mut bound.lowest, "lowest", |value| metrics::bound(value, named).map(Some));
    section.set(&mut bound.highest, "highest", |value| metrics::bound(value, named).map(Some));
    section.set(&mut bound.may_be_off, "may_be_off", Value::yes_or_no);
    section.set(&mut bound.longest_mute, "longest_mute", |value| value.duration(LONGEST_MUTE).map(Some));
    let required = section.entries("required");
    bound.required = required.iter().filter_map(|value| required_level(value, named, config)).collect();
    section.finish();
    if let (Some(lowest), Some(highest)) = (&bound.lowest, &bound.highest)
        && crossed(named, lowest, highest)
    {
        entry.refuse("has its lowest above its highest", "write the smaller number as `lowest`");
    }
    Some(bound)
}

/// The index of a severity of which the metric must have a level; a warning if only tags could give it.
fn required_level(value: &Value, named: Named, config: &Config) -> Option<usize> {
    let severity = metrics::severity(value, &config.severities)?;
    if !is_given(named, severity, config) {
        let what = format!("wants a {} level that neither the catalogue nor this file gives", value.text()?);
        let remedy =
            format!("write one in [metrics.{}]: every database without such a tag will be an issue", named.name());
        value.warn(what, remedy);
    }
    Some(severity)
}

/// Whether the catalogue or the configuration has a level of the severity, if only for some databases.
fn is_given(named: Named, severity: usize, config: &Config) -> bool {
    let has_level = |written: &Written| match written {
        Written::Ladder(levels) => levels.get(severity).is_some_and(Option::is_some),
        Written::Off => false,
    };
    let is_most_severe = severity + 1 == config.severities.len();
    let overridden = config.overrides.iter().flat_map(|applied| &applied.thresholds);
    named.rows().filter_map(|row| row.alert).any(|alert| {
        let gives = |levels: &DefaultLevels| {
            (severity == 0 && levels.warning.is_some()) || (is_most_severe && levels.critical.is_some())
        };
        alert.defaults.iter().any(gives)
    }) || named.ids().into_iter().filter_map(|metric| config.choice(metric)?.threshold.as_ref()).any(has_level)
        || overridden.filter(|(metric, _)| named.ids().contains(metric)).any(|(_, written)| has_level(written))
}

/// Whether no number is within both; shares whose whole nobody knows yet are compared with shares only.
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

/// The percentage of a level that is nothing but one.
fn share(level: &Level) -> Option<f64> {
    match level {
        Level::One(amount) if amount.unit == AmountUnit::Percent => Some(amount.number),
        _ => None,
    }
}
