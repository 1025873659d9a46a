//! Reads `[polling]`: intervals and age limits.

use std::time::Duration;

use super::reader::{Bounds, Section};
use crate::config::Polling;

/// Intervals: AWS's quotas do not allow less than a second, and no period is longer than a day.
pub(super) const INTERVAL: Bounds = Bounds(Duration::from_secs(1), Duration::from_hours(24));

/// The interval without a level: the values describe five minutes, which after an hour are no picture of it any more.
const WITHOUT_LEVEL: Bounds = Bounds(Duration::from_secs(1), Duration::from_hours(1));

/// Publication delay: with a longer one, a query that looks back ten minutes might find no complete one-minute datapoint.
const PUBLICATION_DELAY: Bounds = Bounds(Duration::ZERO, Duration::from_mins(8));

/// Offset: with a longer one, the datapoint of the next minute would be published meanwhile.
const OFFSET: Bounds = Bounds(Duration::ZERO, Duration::from_mins(1));

/// Age limits: a minute is the shortest period; `CloudWatch` keeps one-minute datapoints for 15 days.
const AGE_LIMIT: Bounds = Bounds(Duration::from_mins(1), Duration::from_hours(15 * 24));

pub(super) fn read(mut section: Section, polling: &mut Polling) {
    section.set(&mut polling.discovery, "discovery", |value| value.duration(INTERVAL));
    section.set(&mut polling.fast, "fast", |value| value.duration(INTERVAL));
    section.set(&mut polling.slow, "slow", |value| value.duration(INTERVAL));
    section.set(&mut polling.without_level, "without_level", |value| value.duration(WITHOUT_LEVEL));
    section.set(&mut polling.sparse, "sparse", |value| value.duration(INTERVAL));
    section.set(&mut polling.daily, "daily", |value| value.duration(INTERVAL));
    section.set(&mut polling.publication_delay, "publication_delay", |value| value.duration(PUBLICATION_DELAY));
    section.set(&mut polling.offset, "offset", |value| value.duration(OFFSET));
    if let Some(mut limits) = section.section("age_limit") {
        let age_limits = &mut polling.age_limit;
        limits.set(&mut age_limits.minute, "minute", |value| value.duration(AGE_LIMIT));
        limits.set(&mut age_limits.five_minutes, "five_minutes", |value| value.duration(AGE_LIMIT));
        limits.set(&mut age_limits.hour, "hour", |value| value.duration(AGE_LIMIT));
        limits.set(&mut age_limits.day, "day", |value| value.duration(AGE_LIMIT));
        limits.finish();
    }
    section.finish();
}
