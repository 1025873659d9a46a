//! Reads the parts of a mute: dates, times of day and zones.

use super::calendar::{date_of, days_of};
use super::weekdays::Weekdays;
use super::zone::Zone;
use crate::time::Seconds;

/// The greatest offset from UTC, that of Kiribati: <https://www.iana.org/time-zones>.
const FARTHEST_ZONE: Seconds = Seconds::new(14 * 3_600);

/// The rest of a text that is read from left to right.
pub(super) struct Reader<'a>(pub(super) &'a str);

impl Reader<'_> {
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes a character of a set.
    pub(super) fn one_of(&mut self, set: &str) -> Option<char> {
        let first = self.0.chars().next().filter(|first| set.contains(*first))?;
        self.0 = &self.0[first.len_utf8()..];
        Some(first)
    }

    /// Takes spaces, if there are any.
    pub(super) fn spaces(&mut self) -> bool {
        let before = self.0.len();
        self.0 = self.0.trim_start();
        self.0.len() < before
    }

    pub(super) fn begins_with_digit(&self) -> bool {
        self.0.starts_with(|first: char| first.is_ascii_digit())
    }

    /// Takes a word of letters if it is the one that is looked for.
    fn word<T>(&mut self, find: impl Fn(&str) -> Option<T>) -> Option<T> {
        let end = self.0.find(|one: char| !one.is_alphabetic()).unwrap_or(self.0.len());
        let found = find(&self.0[..end])?;
        self.0 = &self.0[end..];
        Some(found)
    }

    /// `daily` and the spaces behind it.
    pub(super) fn daily(&mut self) -> Option<()> {
        self.word(|word| word.eq_ignore_ascii_case("daily").then_some(()))?;
        self.spaces().then_some(())
    }

    /// A day of the week, counted from Monday.
    pub(super) fn weekday(&mut self) -> Option<u8> {
        self.word(Weekdays::named)
    }

    /// The rest of `mon-fri` or `mon/wed/sat-sun` behind the first day, up to the end or to a time or zone behind spaces.
    ///
    /// RDS allows no comma in tags, so that a slash or a space may stand between two days, too.
    pub(super) fn weekdays(&mut self, first: u8) -> Option<Weekdays> {
        let (mut days, mut day) = (Weekdays::NONE, first);
        loop {
            let mut is_apart = self.spaces();
            let mut last = day;
            if self.one_of("-").is_some() {
                self.spaces();
                last = self.weekday()?;
                is_apart = self.spaces();
            }
            days = days.with(day, last);
            let is_listed = self.one_of(",/+").is_some();
            self.spaces();
            match self.weekday() {
                Some(next) if is_listed || is_apart => day = next,
                Some(_) => return None,
                None => return Some(days).filter(|_| !is_listed && (is_apart || self.is_empty())),
            }
        }
    }

    /// `20:00-06:00`, as seconds of the day; the end may be `24:00`.
    pub(super) fn times(&mut self) -> Option<(Seconds, Seconds)> {
        let from = self.clock()?;
        self.spaces();
        self.one_of("-")?;
        self.spaces();
        Some((from, self.clock_or_midnight()?))
    }

    /// Takes a number of exactly so many digits, which must be less than a limit.
    fn number(&mut self, digits: usize, limit: i64) -> Option<i64> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        number.bytes().all(|byte| byte.is_ascii_digit()).then(|| number.parse().ok())?.filter(|number| *number < limit)
    }

    /// `2026-12-01`, as the seconds from the start of 1970 to its start, by the same clock.
    pub(super) fn date(&mut self) -> Option<Seconds> {
        let year = self.number(4, 10_000)?;
        self.one_of("-")?;
        let month = self.number(2, 13)?;
        self.one_of("-")?;
        let day = self.number(2, 32)?;
        let days = days_of(year, month, day);
        (date_of(days) == (year, month, day)).then_some(days * Seconds::DAY)
    }

    /// `10:00`, `10:00:30` or `10:00:30.000`, whose fraction does not count, as seconds of the day.
    pub(super) fn clock(&mut self) -> Option<Seconds> {
        let hour = self.number(2, 24)?;
        self.one_of(":")?;
        let minute = self.number(2, 60)?;
        let second = if self.one_of(":").is_some() { self.number(2, 60)? } else { 0 };
        if let Some(fraction) = self.0.strip_prefix('.') {
            self.0 = fraction.trim_start_matches(|digit: char| digit.is_ascii_digit());
            Some(()).filter(|()| self.0.len() < fraction.len())?;
        }
        Some(hour * Seconds::HOUR + minute * Seconds::MINUTE + Seconds::new(second))
    }

    /// The same, and `24:00`.
    pub(super) fn clock_or_midnight(&mut self) -> Option<Seconds> {
        match self.0.strip_prefix("24:00") {
            Some(rest) => {
                self.0 = rest;
                Some(Seconds::DAY)
            }
            None => self.clock(),
        }
    }

    /// Nothing, `Z`, `UTC`, `+01:00`, `-0100` or `Europe/Berlin`, up to the end.
    pub(super) fn zone(&mut self) -> Option<Zone> {
        self.spaces();
        if self.0.eq_ignore_ascii_case("UTC") {
            self.0 = "";
            return Some(Zone::UTC);
        }
        if let Some(named) = Zone::named(self.0) {
            self.0 = "";
            return Some(named);
        }
        let Some(sign) = self.one_of("Zz+-").filter(|sign| "+-".contains(*sign)) else {
            return Some(Zone::UTC);
        };
        let hours = self.number(2, 24)? * Seconds::HOUR;
        self.one_of(":");
        let east = hours + self.number(2, 60)? * Seconds::MINUTE;
        Some(Zone::East(if sign == '-' { -east } else { east })).filter(|_| east <= FARTHEST_ZONE)
    }
}
