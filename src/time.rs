//! Moments, durations and the periods of CloudWatch, in whole seconds: CloudWatch, tags and Prometheus need none finer.
//!
//! Arithmetic saturates: a result before the start or after the end of time is the start or the end. No clock is read here,
//! and no calendar is known.

use std::ops::{Add, AddAssign, Mul, Neg, Sub};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A moment, in seconds since 1970-01-01T00:00Z. The default is that moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(i64);

/// A duration in seconds, negative if it goes back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seconds(i64);

/// How much time one datapoint of a query covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// 60 s.
    Minute,
    /// 300 s.
    FiveMinutes,
    /// 3600 s.
    Hour,
    /// 86,400 s.
    Day,
}

impl Timestamp {
    /// The start of time: before every other moment.
    pub const MIN: Self = Self(i64::MIN);
    /// The end of time: after every other moment.
    pub const MAX: Self = Self(i64::MAX);

    /// The moment so many seconds after the start of 1970.
    #[must_use]
    pub const fn from_second(second: i64) -> Self {
        Self(second)
    }

    /// The seconds since the start of 1970.
    #[must_use]
    pub const fn as_second(self) -> i64 {
        self.0
    }

    /// The last multiple of a step, counted from 1970, that is not after this moment. The step is at least a second.
    #[must_use]
    pub fn floor(self, step: Seconds) -> Self {
        self - Seconds(self.0).rem_euclid(step)
    }
}

impl Seconds {
    /// No time.
    pub const ZERO: Self = Self(0);
    /// A minute.
    pub const MINUTE: Self = Self(60);
    /// An hour.
    pub const HOUR: Self = Self(3_600);
    /// A day without a change of the clock.
    pub const DAY: Self = Self(86_400);

    /// So many seconds.
    #[must_use]
    pub const fn new(seconds: i64) -> Self {
        Self(seconds)
    }

    /// The number of seconds.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// How many steps fit in, rounded down. The step is at least a second.
    #[must_use]
    pub const fn div_euclid(self, step: Self) -> i64 {
        self.0.div_euclid(step.0)
    }

    /// What is left of the last step, never negative. The step is at least a second.
    #[must_use]
    pub const fn rem_euclid(self, step: Self) -> Self {
        Self(self.0.rem_euclid(step.0))
    }
}

impl Period {
    /// The shortest period that is not shorter than an interval, so that every minute is part of a datapoint; a day at
    /// most.
    #[must_use]
    pub const fn covering(interval: Seconds) -> Self {
        match interval.0 {
            ..=60 => Self::Minute,
            61..=300 => Self::FiveMinutes,
            301..=3_600 => Self::Hour,
            _ => Self::Day,
        }
    }

    /// The number of seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        match self {
            Self::Minute => 60,
            Self::FiveMinutes => 300,
            Self::Hour => 3_600,
            Self::Day => 86_400,
        }
    }
}

impl Add<Seconds> for Timestamp {
    type Output = Self;

    fn add(self, later: Seconds) -> Self {
        Self(self.0.saturating_add(later.0))
    }
}

impl AddAssign<Seconds> for Timestamp {
    fn add_assign(&mut self, later: Seconds) {
        *self = *self + later;
    }
}

impl Sub<Seconds> for Timestamp {
    type Output = Self;

    fn sub(self, earlier: Seconds) -> Self {
        Self(self.0.saturating_sub(earlier.0))
    }
}

/// The time from the other moment to this one.
impl Sub for Timestamp {
    type Output = Seconds;

    fn sub(self, since: Self) -> Seconds {
        Seconds(self.0.saturating_sub(since.0))
    }
}

impl Add for Seconds {
    type Output = Self;

    fn add(self, more: Self) -> Self {
        Self(self.0.saturating_add(more.0))
    }
}

impl Sub for Seconds {
    type Output = Self;

    fn sub(self, less: Self) -> Self {
        Self(self.0.saturating_sub(less.0))
    }
}

impl Neg for Seconds {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Mul<Seconds> for i64 {
    type Output = Seconds;

    fn mul(self, unit: Seconds) -> Seconds {
        Seconds(self.saturating_mul(unit.0))
    }
}

impl From<Period> for Seconds {
    fn from(period: Period) -> Self {
        Self(period.seconds().into())
    }
}

impl From<Period> for Duration {
    fn from(period: Period) -> Self {
        Self::from_secs(period.seconds().into())
    }
}

/// The whole seconds of it.
impl From<Duration> for Seconds {
    fn from(duration: Duration) -> Self {
        Self(i64::try_from(duration.as_secs()).unwrap_or(i64::MAX))
    }
}

/// Zero if it is negative.
impl From<Seconds> for Duration {
    fn from(seconds: Seconds) -> Self {
        Self::from_secs(u64::try_from(seconds.0).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_second(43_200);

    #[test]
    fn moments_and_durations_are_added_and_subtracted() {
        assert_eq!(NOON + Seconds::HOUR, Timestamp::from_second(46_800));
        assert_eq!(NOON - Seconds::DAY, Timestamp::from_second(-43_200));
        assert_eq!((NOON + Seconds::HOUR) - NOON, Seconds::HOUR);
        assert_eq!(NOON - (NOON + Seconds::HOUR), -Seconds::HOUR);
        assert_eq!(60 * Seconds::MINUTE + Seconds::HOUR - Seconds::MINUTE, Seconds::new(7_140));
        let mut later = NOON;
        later += Seconds::MINUTE;
        assert_eq!(later.as_second(), 43_260);
    }

    #[test]
    fn arithmetic_saturates() {
        assert_eq!(Timestamp::MAX + Seconds::MINUTE, Timestamp::MAX);
        assert_eq!(Timestamp::MIN - Seconds::MINUTE, Timestamp::MIN);
        assert_eq!(Timestamp::MIN - NOON, Seconds::new(i64::MIN));
        assert_eq!(Timestamp::MAX - Timestamp::MIN, Seconds::new(i64::MAX));
        assert_eq!(-Seconds::new(i64::MIN), Seconds::new(i64::MAX));
        assert_eq!(Seconds::new(i64::MAX) + Seconds::DAY, Seconds::new(i64::MAX));
        assert_eq!(Seconds::new(i64::MIN) - Seconds::DAY, Seconds::new(i64::MIN));
        assert_eq!(i64::MAX * Seconds::DAY, Seconds::new(i64::MAX));
        assert_eq!(Timestamp::MIN.floor(Seconds::MINUTE), Timestamp::MIN);
    }

    #[test]
    fn steps_count_from_1970_and_downwards() {
        let check = |second: i64, step: Seconds, expected: i64| {
            assert_eq!(Timestamp::from_second(second).floor(step), Timestamp::from_second(expected), "{second}");
        };
        check(43_259, Seconds::MINUTE, 43_200);
        check(43_260, Seconds::MINUTE, 43_260);
        check(-1, Seconds::MINUTE, -60);
        assert_eq!(Seconds::new(-1).div_euclid(Seconds::DAY), -1);
        assert_eq!(Seconds::new(-1).rem_euclid(Seconds::DAY), Seconds::new(86_399));
    }

    #[test]
    fn a_period_covers_an_interval() {
        let check = |seconds: i64, expected: Period| {
            let period = Period::covering(Seconds::new(seconds));
            assert_eq!(period, expected, "{seconds}");
            assert!(Seconds::from(period) >= Seconds::new(seconds) || period == Period::Day, "{seconds}");
        };
        check(1, Period::Minute);
        check(60, Period::Minute);
        check(61, Period::FiveMinutes);
        check(300, Period::FiveMinutes);
        check(301, Period::Hour);
        check(3_600, Period::Hour);
        check(3_601, Period::Day);
        check(1_000_000, Period::Day);
    }

    #[test]
    fn durations_of_std_are_cut_to_whole_seconds() {
        assert_eq!(Seconds::from(Duration::from_millis(1_999)), Seconds::new(1));
        assert_eq!(Seconds::from(Duration::MAX), Seconds::new(i64::MAX));
        assert_eq!(Duration::from(Seconds::HOUR), Duration::from_hours(1));
        assert_eq!(Duration::from(-Seconds::HOUR), Duration::ZERO);
    }
}
