//! Days of the Gregorian calendar, and seconds of the day.

use std::fmt;

use crate::time::Seconds;

/// The number of days from 1970-01-01 to a date. Years are counted from March, so that a leap day is the last day.
pub(super) const fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    // Any five months in a row, counted from March, have 153 days.
    let before_month = (153 * month + 2) / 5;
    365 * year + leaps + before_month + day - 719_469
}

/// The date that is so many days after 1970-01-01, as year, month and day: the inverse of [`days_of`].
pub(super) const fn date_of(days: i64) -> (i64, i64, i64) {
    // The calendar repeats every 400 years, which have 146,097 days.
    let since_year_0 = days + 719_468;
    let of_cycle = since_year_0.rem_euclid(146_097);
    let leaps = of_cycle / 1460 - of_cycle / 36_524 + of_cycle / 146_096;
    let year = since_year_0.div_euclid(146_097) * 400 + (of_cycle - leaps) / 365;
    let of_year = days - days_of(year, 3, 1);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    if month < 10 { (year, month + 3, day) } else { (year + 1, month - 9, day) }
}

/// A second of the day, as people write it.
pub(super) struct Clock(pub(super) Seconds);

impl fmt::Display for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, of_hour) = (self.0.div_euclid(Seconds::HOUR), self.0.rem_euclid(Seconds::HOUR));
        let (minute, second) = (of_hour.div_euclid(Seconds::MINUTE), of_hour.rem_euclid(Seconds::MINUTE).get());
        write!(formatter, "{hour:02}:{minute:02}")?;
        if second > 0 { write!(formatter, ":{second:02}") } else { Ok(()) }
    }
}
