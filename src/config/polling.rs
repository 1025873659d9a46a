//! Intervals and age limits.

use std::time::Duration;

use super::timing::Timing;
use crate::catalog::IntervalClass;
use crate::time::{Period, Seconds};

/// Intervals and age limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Polling {
    /// How often databases and their tags are listed.
    pub discovery: Duration,
    /// The interval of fast metrics.
    pub fast: Duration,
    /// The interval of slow metrics.
    pub slow: Duration,
    /// The interval of slow metrics on databases where no alert depends on them.
    pub without_level: Duration,
    /// The interval of volume sizes.
    pub sparse: Duration,
    /// The interval of backup sizes.
    pub daily: Duration,
    /// How late CloudWatch publishes a datapoint. Age limits and the `for` of rules allow for it.
    pub publication_delay: Duration,
    /// How long after the publication of a datapoint it is polled.
    pub offset: Duration,
    /// How long a value is served after the end of its period, by period.
    pub age_limit: AgeLimits,
}

impl Default for Polling {
    fn default() -> Self {
        Self {
            discovery: Duration::from_mins(2),
            fast: Duration::from_mins(1),
            slow: Duration::from_mins(5),
            without_level: Duration::from_mins(10),
            sparse: Duration::from_hours(1),
            daily: Duration::from_hours(24),
            publication_delay: Duration::from_mins(2),
            offset: Duration::from_secs(5),
            age_limit: AgeLimits {
                minute: Duration::from_mins(7),
                five_minutes: Duration::from_mins(14),
                hour: Duration::from_hours(6),
                day: Duration::from_hours(72),
            },
        }
    }
}

impl Polling {
    /// The configured interval of a class.
    #[must_use]
    pub const fn interval(&self, class: IntervalClass) -> Duration {
        match class {
            IntervalClass::Fast => self.fast,
            IntervalClass::Slow => self.slow,
            IntervalClass::Sparse => self.sparse,
            IntervalClass::Daily => self.daily,
        }
    }

    /// The period and look-back of queries of a period, and how long their values are served.
    pub(super) fn timing(&self, period: Period) -> Timing {
        let limits = &self.age_limit;
        let (look_back, age_limit) = match period {
            Period::Minute => (10 * Seconds::MINUTE, limits.minute),
            Period::FiveMinutes => (20 * Seconds::MINUTE, limits.five_minutes),
            Period::Hour => (3 * Seconds::HOUR, limits.hour),
            Period::Day => (48 * Seconds::HOUR, limits.day),
        };
        let settle = if period == Period::Minute { Duration::ZERO } else { self.publication_delay };
        let poll_delay = (self.publication_delay + self.offset).into();
        Timing { period, look_back, age_limit: age_limit.into(), settle: settle.into(), poll_delay }
    }

    /// The shortest time for which a value is served after the poll that fetched it.
    ///
    /// When it is fetched, the newest datapoint is at most one period plus the publication delay old.
    #[must_use]
    pub fn min_served_time(&self, timing: Timing) -> Duration {
        let at_fetch = self.publication_delay + Duration::from(timing.period);
        Duration::from(timing.age_limit).saturating_sub(at_fetch)
    }
}

/// How long a value is served after the end of its period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgeLimits {
    /// Periods of 60 s.
    pub minute: Duration,
    /// Periods of 300 s.
    pub five_minutes: Duration,
    /// Periods of an hour.
    pub hour: Duration,
    /// Periods of a day.
    pub day: Duration,
}
