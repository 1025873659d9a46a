//! Times that must fit together: each is possible by itself, not every combination is.

use std::time::Duration;

use humantime::format_duration;

use super::reader::Found;
use super::{Config, Polling};
use crate::catalog::IntervalClass;
use crate::config::selection::{Period, Selected, Selection, least_for};

/// `CloudWatch` has a point a minute at most: asking more often finds it earlier and pays for it again.
const FINEST_PERIOD: Duration = Duration::from_mins(1);

pub(super) fn check(config: &Config, found: &Found) {
    for selected in Selection::of(config).metrics {
        check_age(&config.polling, &selected, found);
        check_interval(&selected, found);
        check_rule_for(config, &selected, found);
    }
    check_bridge(config, found);
}

/// A value must outlive the wait for the next one, or it comes and goes.
fn check_age(polling: &Polling, selected: &Selected, found: &Found) {
    let lives = polling.outlives(selected.timing);
    if selected.interval < lives {
        return;
    }
    let limit = Period::of(selected.timing).age_limit_key();
    let needed =
        Duration::from_secs(selected.timing.period_seconds.into()) + polling.publication_delay + selected.interval;
    let limit_path = format!("polling.age_limit.{limit}");
    let position =
        found.position_of(&[&interval_path(selected), &limit_path, class_path(selected), "polling.publication_delay"]);
    let what =
        format!("values asked every {} would expire before the next ones come", format_duration(selected.interval));
    let remedy =
        format!("make `{limit_path}` longer than {} (period, publication delay and interval)", format_duration(needed));
    found.refuse(position, what, remedy);
}

/// Shorter than `CloudWatch`'s own minute costs more; longer than the class's period coarsens what levels are
/// compared with.
fn check_interval(selected: &Selected, found: &Found) {
    let (own, class) = (interval_path(selected), class_path(selected));
    let position = found.position_of(&[&own, class]);
    let path = if found.has(&own) { own.as_str() } else { class };
    let interval = format_duration(selected.interval);
    if selected.interval < FINEST_PERIOD {
        let times = FINEST_PERIOD.as_secs().div_ceil(selected.interval.as_secs());
        let what =
            format!("`{path}` is {interval}: each metric is asked and billed {times} times for each point it can have");
        found.warn(position, what, "write `60s` or more unless the delay matters more than the money");
    }
    let (period, usual) = (Period::of(selected.timing), Period::of_class(selected.row.interval));
    if period > usual {
        let period = format_duration(Duration::from_secs(selected.timing.period_seconds.into()));
        let what =
            format!("`{path}` is {interval}: levels are compared with values of {period} each, and rules wait longer");
        found.warn(position, what, "write a shorter interval if peaks must be seen");
    }
}

/// A rule that waits less than a value lives can fire on one datapoint.
fn check_rule_for(config: &Config, selected: &Selected, found: &Found) {
    let least = least_for(config, selected.row, selected.timing);
    if selected.rule_for < least {
        let path = format!("metrics.{}.for", selected.row.metric);
        let what =
            format!("`{path}` is {}: one datapoint followed by silence can page", format_duration(selected.rule_for));
        found.warn(found.position_of(&[&path]), what, format!("write {} or more", format_duration(least)));
    }
}

/// A bridge shorter than two scrapes does not span a failed one.
fn check_bridge(config: &Config, found: &Found) {
    let least = 2 * config.rules.scrape_interval;
    if config.bridge() < least {
        let what = format!(
            "`rules.bridge` is {}: one failed scrape would resolve every page",
            format_duration(config.bridge())
        );
        let remedy = format!("write {} or more, two scrape intervals, or leave it out", format_duration(least));
        found.refuse(found.position_of(&["rules.bridge"]), what, remedy);
    }
}

fn interval_path(selected: &Selected) -> String {
    format!("metrics.{}.interval", selected.row.metric)
}

fn class_path(selected: &Selected) -> &'static str {
    match selected.row.interval {
        IntervalClass::Fast => "polling.fast",
        IntervalClass::Slow => "polling.slow",
        IntervalClass::Sparse => "polling.sparse",
        IntervalClass::Daily => "polling.daily",
    }
}
