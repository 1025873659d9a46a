//! The join of configuration and catalogue: what is asked, how often, and how long it lives.
//!
//! Made once; no other room reads catalogue rows together with configuration for that.

use std::collections::HashMap;
use std::time::Duration;

use super::{Config, MetricChoice, Polling, Profile};
use crate::catalog::{Condition, IntervalClass, MetricId, Row, Sentinel, Statistic};
use crate::level::Written;
use crate::resource::{Kind, Role};

/// Every metric of the catalogue with what the configuration says of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// In the catalogue's order.
    pub metrics: Vec<Selected>,
    /// Whether `CloudWatch` is asked at all; without it, only thresholds are served.
    pub polls: bool,
}

/// One metric as it is to be polled, judged and drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Selected {
    /// The catalogue row.
    pub row: &'static Row,
    /// The statistic that levels are compared with, first, then those to show; no duplicates.
    pub statistics: Vec<Statistic>,
    /// How often it is asked.
    pub interval: Duration,
    /// The period of its queries, how far they look back and how long a value lives.
    pub timing: Timing,
    /// Whether the profile or the configuration asks for it even without a level.
    pub polled_by_default: bool,
    /// The configured level for every resource without a more specific one.
    pub threshold: Option<Written>,
    /// What its rule waits for.
    pub rule_for: Duration,
    /// The aggregates that Aurora clusters are asked for: of all members, or of those of one role; never with a level.
    pub aggregates: Vec<Option<Role>>,
}

/// The times of one query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timing {
    /// Seconds of one datapoint.
    pub period_seconds: u32,
    /// Seconds that a query looks back.
    pub look_back_seconds: u32,
    /// Seconds a value lives after the end of its period.
    pub age_limit_seconds: u32,
    /// Seconds that a period of several minutes is left alone after its end: CloudWatch publishes minute by minute,
    /// so until then it would answer with an aggregate of only the first of them.
    pub settle_seconds: u32,
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

    /// The metrics that CloudWatch is asked for.
    pub fn polled(&self) -> impl Iterator<Item = &Selected> {
        self.metrics.iter().filter(|_| self.polls)
    }

    /// The metrics that can have a level, by kind and name.
    #[must_use]
    pub fn judged(&self) -> HashMap<(Kind, &'static str), &Selected> {
        let judged = self.metrics.iter().filter(|selected| selected.row.alert.is_some());
        judged.map(|selected| ((selected.row.kind, selected.row.metric), selected)).collect()
    }

    /// Whether a value is no measurement but says that the metric is not in use.
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
        let interval = interval(&config.polling, row, choice);
        let timing = Timing::of(period(row, interval), &config.polling);
        Self {
            row,
            statistics: statistics(config.metrics.profile, row, choice),
            interval,
            timing,
            polled_by_default: polled_by_default(config.metrics.profile, row, choice.is_some()),
            threshold: row.alert.and(choice).and_then(|choice| choice.threshold.clone()),
            aggregates: aggregates(row, choice),
            rule_for: choice.and_then(|choice| choice.rule_for).unwrap_or_else(|| least_for(config, row, timing)),
        }
    }
}

impl Timing {
    fn of(period: Period, polling: &Polling) -> Self {
        let limits = &polling.age_limit;
        let (period_seconds, look_back_seconds, age_limit) = match period {
            Period::Minute => (60, 600, limits.minute),
            Period::FiveMinutes => (300, 1200, limits.five_minutes),
            Period::Hour => (3600, 3 * 3600, limits.hour),
            Period::Day => (86_400, 48 * 3600, limits.day),
        };
        let settle = if period == Period::Minute { Duration::ZERO } else { polling.publication_delay };
        Self {
            period_seconds,
            look_back_seconds,
            age_limit_seconds: whole_seconds(age_limit),
            settle_seconds: whole_seconds(settle),
        }
    }
}

fn whole_seconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_secs()).unwrap_or(u32::MAX)
}

/// The periods that `CloudWatch` is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
pub(super) enum Period {
    Minute,
    FiveMinutes,
    Hour,
    Day,
}

impl Period {
    /// The shortest period that covers an interval, so that no minute goes unseen.
    const fn covering(interval: Duration) -> Self {
        match interval.as_secs() {
            0..=60 => Self::Minute,
            61..=300 => Self::FiveMinutes,
            301..=3600 => Self::Hour,
            _ => Self::Day,
        }
    }

    /// The period that a timing was made from.
    pub(super) const fn of(timing: Timing) -> Self {
        Self::covering(Duration::from_secs(timing.period_seconds as u64))
    }

    /// What the configuration calls its age limit, under `[polling.age_limit]`.
    pub(super) const fn age_limit_key(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::FiveMinutes => "five_minutes",
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }

    /// The period of a class as shipped.
    pub(super) const fn of_class(class: IntervalClass) -> Self {
        match class {
            IntervalClass::Fast => Self::Minute,
            IntervalClass::Slow => Self::FiveMinutes,
            IntervalClass::Sparse => Self::Hour,
            IntervalClass::Daily => Self::Day,
        }
    }
}

/// A sum grows with its period: were it to follow the interval, a level compared with it would change its meaning.
fn period(row: &Row, interval: Duration) -> Period {
    if row.statistic == Statistic::Sum { Period::of_class(row.interval) } else { Period::covering(interval) }
}

fn interval(polling: &Polling, row: &Row, choice: Option<&MetricChoice>) -> Duration {
    choice.and_then(|choice| choice.interval).unwrap_or_else(|| polling.interval(row.interval))
}

fn statistics(profile: Profile, row: &Row, choice: Option<&MetricChoice>) -> Vec<Statistic> {
    let shown = if matches!(profile, Profile::Dashboards | Profile::All) { row.shown } else { &[] };
    let configured = choice.map_or(&[][..], |choice| &choice.statistics);
    let mut statistics = vec![row.statistic];
    for statistic in shown.iter().chain(configured) {
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
        // Broken replication has a rule of its own, which fires without any level.
        Profile::Alerting => named || row.sentinel == Sentinel::BrokenReplication,
        Profile::Dashboards => named || !row.shown.is_empty(),
        Profile::All => named || !row.when.contains(&Condition::OnlyWhenNamed),
    }
}

/// The shortest `for` with which one datapoint followed by silence never pages.
///
/// A value is served from its publication to its age limit and seen one bridge longer. A row that counts events
/// fires at once: its one datapoint is the event.
#[must_use]
pub fn least_for(config: &Config, row: &Row, timing: Timing) -> Duration {
    let Some(alert) = row.alert.filter(|alert| alert.keep_firing_seconds == 0) else {
        return Duration::ZERO;
    };
    let limit = Duration::from_secs(timing.age_limit_seconds.into());
    let seen = limit.saturating_sub(config.polling.publication_delay) + config.bridge();
    let whole_minutes = Duration::from_mins(seen.as_secs().div_ceil(60));
    whole_minutes.max(Duration::from_secs(alert.min_for_seconds.into()))
}
