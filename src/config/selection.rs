//! The join of configuration and catalogue: which metrics are queried, how often, and how long their values are served.
//!
//! It is made once. No other room joins catalogue rows with the configuration for this purpose.

use std::collections::HashMap;
use std::time::Duration;

use super::{Config, MetricChoice, Profile, Timing};
use crate::catalog::{Condition, IntervalClass, MetricId, Provider, Row, Sentinel, Statistic};
use crate::level::Written;
use crate::resource::{Kind, Role};
use crate::time::{Period, Seconds};

mod without_level;

pub use without_level::WithoutLevel;

/// Every metric of the catalogue with its configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// In the catalogue's order.
    pub metrics: Vec<Selected>,
    /// Whether `CloudWatch` is queried at all. If not, only thresholds are served.
    pub polls: bool,
}

/// One metric: how it is polled, which levels it has, and how its rule waits.
#[derive(Debug, Clone, PartialEq)]
pub struct Selected {
    /// The catalogue row.
    pub row: &'static Row,
    /// First the statistic that levels are compared with, then those that are only shown; no duplicates.
    pub statistics: Vec<Statistic>,
    /// How often it is queried.
    pub interval: Duration,
    /// How seldom a budget may make it: at least twice within the `for` of its rule, and while the value before is served.
    pub longest_interval: Duration,
    /// The period and look-back of its queries, and how long a value is served.
    pub timing: Timing,
    /// How it is queried of resources on which no alert depends on it, if that is less often.
    pub without_level: Option<WithoutLevel>,
    /// The metrics whose alerts also read it.
    pub read_with: Vec<&'static str>,
    /// Whether the profile or the configuration selects it even for resources without a level on it.
    pub polled_by_default: bool,
    /// The configured levels of every resource without a more specific source.
    pub threshold: Option<Written>,
    /// The `for` of its rule.
    pub rule_for: Duration,
    /// The `for` of its alerts of each severity, in the order of the severities.
    pub waits: Vec<Duration>,
    /// The metrics whose values are made of its values: a level on one of them needs these, too.
    pub feeds: Vec<&'static str>,
    /// Aggregates queried for Aurora clusters: over all members (`None`) or those of one role. They never have a level.
    pub aggregates: Vec<Option<Role>>,
}

impl Selection {
    /// Joins a configuration with every row of the catalogue.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        Self {
            metrics: config.catalog.rows().map(|row| Selected::of(config, row)).collect(),
            polls: config.metrics.profile != Profile::None,
        }
    }

    /// The metrics that CloudWatch is queried for.
    pub fn polled(&self) -> impl Iterator<Item = &Selected> {
        self.metrics.iter().filter(|selected| self.polls && selected.row.is_polled())
    }

    /// The sums that can be computed: those of metrics that have datapoints of the same period, each with these metrics.
    pub fn sums(&self) -> impl Iterator<Item = (&Selected, [&Selected; 2])> {
        let find = |kind, metric| self.metrics.iter().find(|one| one.row.kind == kind && one.row.metric == metric);
        let with_parts = self
            .polled_sums()
            .filter_map(move |(sum, [one, other])| Some((sum, [find(sum.row.kind, one)?, find(sum.row.kind, other)?])));
        with_parts.filter(|(_, [one, other])| one.timing.period == other.timing.period)
    }

    fn polled_sums(&self) -> impl Iterator<Item = (&Selected, [&'static str; 2])> {
        let parts = |selected: &Selected| match selected.row.provider {
            Provider::Computed(parts) => Some(parts),
            _ => None,
        };
        self.metrics.iter().filter(|_| self.polls).filter_map(move |one| Some((one, parts(one)?)))
    }

    /// The metrics that can have a level, by kind and name.
    #[must_use]
    pub fn judged(&self) -> HashMap<(Kind, &'static str), &Selected> {
        let judged = self.metrics.iter().filter(|selected| selected.row.alert.is_some());
        judged.map(|selected| ((selected.row.kind, selected.row.metric), selected)).collect()
    }

    /// Whether a value is not a measurement but means that the metric is not in use.
    #[must_use]
    #[expect(clippy::float_cmp, reason = "AWS sends exactly -1")]
    pub fn is_sentinel(&self, metric: MetricId, value: f64) -> bool {
        let is_dropped = |row: &Row| row.id() == metric && row.sentinel == Sentinel::Dropped;
        value == -1.0 && self.metrics.iter().any(|selected| is_dropped(selected.row))
    }
}

impl Selected {
    fn of(config: &Config, row: &'static Row) -> Self {
        let choice = config.choice(row.id());
        let interval = interval(config, row, choice);
        let timing = config.polling.timing(period(row, interval));
        let least = min_rule_for(config, row, timing);
        let waits: Vec<_> =
            (0..config.severities.len()).map(|severity| wait(config, choice, severity, least)).collect();
        let mut selected = Self {
            row,
            statistics: statistics(config, row, choice),
            interval,
            longest_interval: longest_interval(config, timing, interval, &waits),
            timing,
            without_level: None,
            read_with: without_level::read_with(config, row),
            polled_by_default: polled_by_default(config.metrics.profile, row, choice.is_some()),
            feeds: config.catalog.rows().filter(|one| one.is_computed_from(row)).map(|one| one.metric).collect(),
            threshold: row.alert.and(choice).and_then(|choice| choice.threshold.clone()),
            aggregates: aggregates(row, choice),
            rule_for: choice.and_then(|choice| choice.rule_for).unwrap_or(least),
            waits,
        };
        selected.without_level = without_level(config, choice, &selected);
        selected
    }
}

/// Only for slow metrics that people look at, and not for sums: read every other time, they would hide half of what happened.
fn without_level(config: &Config, choice: Option<&MetricChoice>, selected: &Selected) -> Option<WithoutLevel> {
    let Selected { row, statistics, interval, timing, .. } = selected;
    let has_interval = choice.is_some_and(|choice| choice.interval.is_some());
    let is_slow = row.interval == IntervalClass::Slow && timing.period == Period::FiveMinutes;
    let counts = statistics.iter().any(|one| matches!(one, Statistic::Sum | Statistic::SampleCount));
    let is_selected = selected.polled_by_default || !selected.aggregates.is_empty();
    let is_for_people = is_selected && row.sentinel != Sentinel::BrokenReplication;
    let without_level = || WithoutLevel::of(&config.polling, *interval, *timing);
    (is_slow && is_for_people && !counts && !has_interval).then(without_level).flatten()
}

/// The period of a class at its default interval.
pub(super) const fn period_of_class(class: IntervalClass) -> Period {
    match class {
        IntervalClass::Fast => Period::Minute,
        IntervalClass::Slow => Period::FiveMinutes,
        IntervalClass::Sparse => Period::Hour,
        IntervalClass::Daily => Period::Day,
    }
}

/// A sum grows with its period. Its period does not follow the interval, so that levels keep their meaning.
fn period(row: &Row, interval: Duration) -> Period {
    if row.statistic == Statistic::Sum { period_of_class(row.interval) } else { Period::covering(interval.into()) }
}

/// A sum is as slow as the slower one of its parts.
fn interval(config: &Config, row: &Row, choice: Option<&MetricChoice>) -> Duration {
    let of_row = |row: &Row, choice: Option<&MetricChoice>| {
        choice.and_then(|choice| choice.interval).unwrap_or_else(|| interval_of_class(config, row))
    };
    let parts = config.catalog.rows().filter(|part| row.has_points() && row.is_computed_from(part));
    let slowest = parts.map(|part| of_row(part, config.choice(part.id()))).max();
    slowest.unwrap_or_else(|| of_row(row, choice))
}

/// The interval of the row's class, which asks for nothing between two values that are minutes apart.
fn interval_of_class(config: &Config, row: &Row) -> Duration {
    let least = if row.published == Period::Minute { Duration::ZERO } else { row.published.into() };
    config.polling.interval(row.interval).max(least)
}

/// The time in which a poll that failed is made again.
const RETRY: Duration = Duration::from_mins(1);

/// Without a budget, the interval itself. A rule without a `for` fires on one datapoint, so that none may come late.
fn longest_interval(config: &Config, timing: Timing, interval: Duration, waits: &[Duration]) -> Duration {
    if config.cost.monthly_budget_usd.is_none() {
        return interval;
    }
    let served = config.polling.min_served_time(timing).saturating_sub(RETRY);
    let half = waits.iter().min().copied().unwrap_or_default() / 2;
    // The first rounds after a start or a change of the interval are up to a fifth longer apart.
    served.min(half * 5 / 6).max(interval)
}

fn statistics(config: &Config, row: &Row, choice: Option<&MetricChoice>) -> Vec<Statistic> {
    let shown = if matches!(config.metrics.profile, Profile::Dashboards | Profile::All) { row.shown } else { &[] };
    let of_every_metric = config.metrics.statistics.iter().filter(|statistic| row.has_statistic(**statistic));
    let configured = choice.map_or(&[][..], |choice| &choice.statistics);
    let mut statistics = vec![row.statistic];
    for statistic in shown.iter().chain(of_every_metric).chain(configured) {
        if !statistics.contains(statistic) {
            statistics.push(*statistic);
        }
    }
    statistics
}

fn aggregates(row: &Row, choice: Option<&MetricChoice>) -> Vec<Option<Role>> {
    let of_members = choice.filter(|_| row.kind.is_instance());
    of_members.map(|choice| choice.aggregates.clone()).unwrap_or_default()
}

fn polled_by_default(profile: Profile, row: &Row, named: bool) -> bool {
    match profile {
        Profile::None => false,
        // The rule on broken replication fires without any level.
        Profile::Alerting => named || row.sentinel == Sentinel::BrokenReplication,
        Profile::Dashboards => named || !row.shown.is_empty(),
        Profile::All => named || !row.when.contains(&Condition::OnlyWhenNamed),
    }
}

/// The `for` of alerts of a severity: what is configured for this metric, or else the shortest that is safe, or what is
/// configured for the severity if that is longer. An event has no `for`: it would be over before.
fn wait(config: &Config, choice: Option<&MetricChoice>, severity: usize, least: Duration) -> Duration {
    let of_metric = choice.and_then(|choice| choice.waits.get(&severity).copied().or(choice.rule_for));
    let of_severity = config.rules.waits.get(&severity).filter(|_| !least.is_zero());
    of_metric.unwrap_or_else(|| of_severity.map_or(least, |wait| least.max(*wait)))
}

/// The shortest `for` with which one datapoint, followed by no other, never fires an alert.
///
/// A value is served from its publication to its age limit, and a rule sees it one bridge longer. A row that counts
/// events has no `for`: its one datapoint is the event.
#[must_use]
pub fn min_rule_for(config: &Config, row: &Row, timing: Timing) -> Duration {
    let Some(alert) = row.alert.filter(|alert| alert.min_for > Seconds::ZERO) else {
        return Duration::ZERO;
    };
    let least = Duration::from(alert.min_for);
    if !row.has_points() {
        return least;
    }
    let limit = Duration::from(timing.age_limit);
    let visible = limit.saturating_sub(config.polling.publication_delay) + config.bridge();
    let whole_minutes = Duration::from_mins(visible.as_secs().div_ceil(60));
    whole_minutes.max(least)
}
