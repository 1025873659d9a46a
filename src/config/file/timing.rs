//! Checks that intervals, age limits and bridges fit together. Each of them is valid by itself.

use std::time::Duration;

use humantime::format_duration;

use super::diagnostics::Diagnostics;
use crate::catalog::IntervalClass;
use crate::config::selection::{Selected, Selection, min_rule_for, period_of_class};
use crate::config::{Config, Polling};
use crate::time::Period;

pub(super) fn check(config: &Config, diagnostics: &Diagnostics) {
    let metrics = Selection::of(config).metrics;
    for selected in &metrics {
        check_age(&config.polling, selected, diagnostics);
        check_interval(selected, diagnostics);
        check_rule_for(config, selected, diagnostics);
        check_waits(config, selected, diagnostics);
    }
    check_severity_waits(config, &metrics, diagnostics);
    check_bridge(config, diagnostics);
}

/// A value must be served until the next one is fetched, or its series has gaps.
fn check_age(polling: &Polling, selected: &Selected, diagnostics: &Diagnostics) {
    if selected.interval < polling.min_served_time(selected.timing) {
        return;
    }
    let limit = age_limit_key(selected.timing.period);
    let needed = Duration::from(selected.timing.period) + polling.publication_delay + selected.interval;
    let limit_path = format!("polling.age_limit.{limit}");
    let position = diagnostics.position_of(&[
        &interval_path(selected),
        &limit_path,
        class_path(selected),
        "polling.publication_delay",
    ]);
    let what =
        format!("values queried every {} would expire before the next ones arrive", format_duration(selected.interval));
    let remedy = format!(
        "set `{limit_path}` to more than {}, the sum of period, publication delay and interval",
        format_duration(needed)
    );
    diagnostics.error(position, what, remedy);
}

/// More frequent queries than `CloudWatch` has datapoints find them earlier, but each one is billed. An interval longer than
/// the class's period makes the values coarser that levels are compared with.
fn check_interval(selected: &Selected, diagnostics: &Diagnostics) {
    if !selected.row.is_polled() {
        return;
    }
    let (own, class) = (interval_path(selected), class_path(selected));
    let position = diagnostics.position_of(&[&own, class]);
    let path = if diagnostics.has(&own) { own.as_str() } else { class };
    let interval = format_duration(selected.interval);
    let published = Duration::from(selected.row.published);
    if selected.interval < published {
        let times = published.as_secs().div_ceil(selected.interval.as_secs());
        let what = format!("`{path}` is {interval}: each datapoint is queried and billed up to {times} times");
        let remedy = format!("write `{}s` or more, unless a shorter delay is worth the cost", published.as_secs());
        diagnostics.warn(position, what, remedy);
    }
    let (period, usual) = (selected.timing.period, period_of_class(selected.row.interval));
    if period > usual {
        let period = format_duration(Duration::from(selected.timing.period));
        let what =
            format!("`{path}` is {interval}: levels are compared with values over {period}, and rules wait longer");
        diagnostics.warn(position, what, "write a shorter interval if short peaks must fire an alert");
    }
}

/// A rule whose `for` is shorter than the time for which a value is served can fire on one datapoint.
fn check_rule_for(config: &Config, selected: &Selected, diagnostics: &Diagnostics) {
    let least = min_rule_for(config, selected.row, selected.timing);
    if selected.rule_for < least {
        let path = format!("metrics.{}.for", selected.row.metric);
        let what = format!(
            "`{path}` is {}: a single datapoint with none after it can fire an alert",
            format_duration(selected.rule_for)
        );
        diagnostics.warn(diagnostics.position_of(&[&path]), what, format!("write {} or more", format_duration(least)));
    }
}

/// The same for single severities: nobody has to write them, so they are refused.
fn check_waits(config: &Config, selected: &Selected, diagnostics: &Diagnostics) {
    let least = min_rule_for(config, selected.row, selected.timing);
    let configured = config.choice(selected.row.id()).into_iter().flat_map(|choice| &choice.waits);
    for (severity, wait) in configured.filter(|(_, wait)| **wait < least) {
        let path = format!("metrics.{}.for.{}", selected.row.metric, config.severity(*severity));
        let what =
            format!("`{path}` is {}: a single datapoint with none after it can fire an alert", format_duration(*wait));
        diagnostics.error(diagnostics.position_of(&[&path]), what, format!("write {} or more", format_duration(least)));
    }
}

/// A severity for which every rule waits longer anyway was meant to shorten them.
fn check_severity_waits(config: &Config, metrics: &[Selected], diagnostics: &Diagnostics) {
    for (severity, wait) in &config.rules.waits {
        let least = |selected: &Selected| min_rule_for(config, selected.row, selected.timing);
        let shortest = metrics.iter().map(least).filter(|least| !least.is_zero()).min().unwrap_or_default();
        if *wait <= shortest {
            let path = format!("rules.for.{}", config.severity(*severity));
            let what = format!("`{path}` has no effect: every rule waits {} or longer", format_duration(shortest));
            diagnostics.error(diagnostics.position_of(&[&path]), what, "write a longer time, or remove it");
        }
    }
}

/// A bridge shorter than two scrape intervals does not span a failed scrape.
fn check_bridge(config: &Config, diagnostics: &Diagnostics) {
    let least = 2 * config.rules.scrape_interval;
    if config.bridge() < least {
        let what = format!(
            "`rules.bridge` is {}: one failed scrape would resolve every alert",
            format_duration(config.bridge())
        );
        let remedy = format!("write {} (two scrape intervals) or more, or remove it", format_duration(least));
        diagnostics.error(diagnostics.position_of(&["rules.bridge"]), what, remedy);
    }
}

fn interval_path(selected: &Selected) -> String {
    format!("metrics.{}.interval", selected.row.metric)
}

/// The key of the age limit of a period under `[polling.age_limit]`.
const fn age_limit_key(period: Period) -> &'static str {
    match period {
        Period::Minute => "minute",
        Period::FiveMinutes => "five_minutes",
        Period::Hour => "hour",
        Period::Day => "day",
    }
}

fn class_path(selected: &Selected) -> &'static str {
    match selected.row.interval {
        IntervalClass::Fast => "polling.fast",
        IntervalClass::Slow => "polling.slow",
        IntervalClass::Sparse => "polling.sparse",
        IntervalClass::Daily => "polling.daily",
    }
}
