//! Windows of time that come again each week or each day, on the clock of a zone.

use std::fmt;

use super::calendar::Clock;
use super::span::Span;
use super::weekdays::{Weekdays, name};
use super::zone::Zone;
use crate::time::{Seconds, Timestamp};

const WEEK: Seconds = Seconds::new(7 * 86_400);

/// Days after today among which there is a window, even if the clock skips that of the next week.
const DAYS_AHEAD: i64 = 16;

/// A window of time that comes again.
///
/// It begins and ends when the clock first shows its times; a time that the clock skips counts from the skip on. So a
/// window is muted once in a night in which the clock is set back, and is never muted longer than the clock shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// On which it begins.
    days: Weekdays,
    /// The second of the day at which it begins.
    from: Seconds,
    /// How long it lasts on the clock: a day at most, or if it begins on one day only, less than a week.
    length: Seconds,
    zone: Zone,
}

impl Window {
    /// A window that begins on some days at a second of the day and ends at another one, on the next day if that is
    /// earlier. The second at which it ends may be that at the end of the day.
    ///
    /// `None` if it is empty or never ends.
    pub(super) fn of_days(days: Weekdays, from: Seconds, until: Seconds, zone: Zone) -> Option<Self> {
        let length = if until - from == Seconds::DAY { Seconds::DAY } else { (until - from).rem_euclid(Seconds::DAY) };
        let never_ends = length == Seconds::DAY && days == Weekdays::ALL;
        // Every day is the same in all zones that have a fixed offset.
        let (from, zone) = match zone {
            Zone::East(east) if days == Weekdays::ALL => ((from - east).rem_euclid(Seconds::DAY), Zone::UTC),
            _ => (from, zone),
        };
        (length > Seconds::ZERO && !never_ends).then_some(Self { days, from, length, zone })
    }

    /// A window from one day of the week, counted from Monday, and second of the day to another one.
    pub(super) fn of_week(from: (u8, Seconds), until: (u8, Seconds), zone: Zone) -> Option<Self> {
        let of_week = |(day, second): (u8, Seconds)| i64::from(day) * Seconds::DAY + second;
        let length = (of_week(until) - of_week(from)).rem_euclid(WEEK);
        (length > Seconds::ZERO).then_some(Self { days: Weekdays::only(from.0), from: from.1, length, zone })
    }

    /// How long it lasts at most on the clock; windows of whole days in a row are one.
    pub(super) fn longest(self) -> Seconds {
        if self.length == Seconds::DAY { self.days.longest_row() * Seconds::DAY } else { self.length }
    }

    /// The zone of its clock.
    pub(super) const fn zone(self) -> Zone {
        self.zone
    }

    /// The current window, else the next one.
    pub(super) fn span(self, now: Timestamp) -> Option<Span> {
        let today = self.zone.clock(now).div_euclid(Seconds::DAY);
        // One that began before may still go on, together with those that it follows without a break.
        let days_back = if self.length < Seconds::DAY { 2 } else { 8 };
        let mut found: Option<Span> = None;
        for next in self.spans(today - days_back, today + DAYS_AHEAD) {
            match &mut found {
                Some(found) if next.from <= found.until => found.until = found.until.max(next.until),
                Some(found) if now < found.until => break,
                _ => found = Some(next),
            }
        }
        found.filter(|found| now < found.until)
    }

    /// The windows that begin on dates from one to another, counted from 1970-01-01.
    fn spans(self, first: i64, last: i64) -> impl Iterator<Item = Span> {
        let dates = (first..=last).filter(move |date| self.days.has_date(*date));
        let spans = dates.map(move |date| {
            let [from, until] =
                [self.from, self.from + self.length].map(|time| self.zone.second(date * Seconds::DAY + time));
            Span { from, until }
        });
        spans.filter(|span| span.from < span.until)
    }
}

/// As a tag has it: `daily 01:00-04:00`, `mon-fri 20:00-06:00`, `sat-sun` for whole days, `fri:20:00-mon:06:00`.
impl fmt::Display for Window {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { days, from, length, zone } = *self;
        let until = from + length;
        match days.single() {
            _ if days == Weekdays::ALL => {
                write!(formatter, "daily {}-{}", Clock(from), Clock(until.rem_euclid(Seconds::DAY)))?;
            }
            _ if from == Seconds::ZERO && length == Seconds::DAY => write!(formatter, "{days}")?,
            Some(day) if length >= Seconds::DAY => {
                let last = name(i64::from(day) + until.div_euclid(Seconds::DAY));
                write!(
                    formatter,
                    "{}:{}-{last}:{}",
                    name(day.into()),
                    Clock(from),
                    Clock(until.rem_euclid(Seconds::DAY))
                )?;
            }
            _ => write!(formatter, "{days} {}-{}", Clock(from), Clock(until.rem_euclid(Seconds::DAY)))?,
        }
        write!(formatter, "{zone}")
    }
}
