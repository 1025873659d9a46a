//! The grammar of mutes: `2026-12-01T10:00Z`, `2026-12-01`, `yes`, `no`, windows such as `daily 01:00-04:00`,
//! `mon-fri 20:00-06:00 Europe/Berlin` and `sun:05:00-sun:06:00`, and `maintenance-window`.
//!
//! Text in, spans of time out. Resources and metrics are not known here; `now` is passed in.

use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{OFF, Reason};
use crate::time::{Seconds, Timestamp};

mod beyond;
mod calendar;
mod reader;
pub mod slip;
mod span;
#[cfg(test)]
mod tests;
mod weekdays;
mod window;
pub mod written;
mod zone;

pub use span::Span;
pub use window::Window;

use calendar::{Clock, date_of};
use reader::Reader;
use weekdays::Weekdays;
use zone::Zone;

/// The start of the year 10000: years have four digits.
const END_OF_TIME: Timestamp = Timestamp::from_second(253_402_300_800);

/// When levels are muted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mute {
    /// Not at all, whatever weaker sources set.
    No,
    /// For ever.
    Always,
    /// Until a time.
    Until {
        /// The first second: [`Timestamp::MIN`] as written, later if a guard [limits](Self::within) it.
        from: Timestamp,
        /// The first second after the mute.
        end: Timestamp,
    },
    /// In a window that comes again.
    Window(Window),
}

impl Mute {
    /// A mute until a time, as written.
    #[must_use]
    pub const fn until(end: Timestamp) -> Self {
        Self::Until { from: Timestamp::MIN, end }
    }

    /// The part of it that is allowed where no mute may be longer than `longest`: a mute until a time begins that long
    /// before its end, and any other one is allowed as a whole or not at all.
    #[must_use]
    pub fn within(self, longest: Seconds) -> Option<Self> {
        match self {
            Self::No => Some(self),
            Self::Always => None,
            Self::Until { from, end } => Some(Self::Until { from: from.max(end - longest), end }),
            Self::Window(window) => (window.longest() <= longest).then_some(self),
        }
    }

    /// The current muted span, else the next one, else none.
    #[must_use]
    pub fn span(self, now: Timestamp) -> Option<Span> {
        match self {
            Self::No => None,
            Self::Always => Some(Span::EVER),
            Self::Until { from, end } => Some(Span { from, until: end }).filter(|_| now < end && from < end),
            Self::Window(window) => window.span(now),
        }
    }

    /// Whether it has begun: a mute that a guard [limits](Self::within) begins later than written.
    #[must_use]
    pub fn has_begun(self, now: Timestamp) -> bool {
        !matches!(self, Self::Until { from, .. } if now < from)
    }

    /// When it ended for good; `None` if it can still mute.
    #[must_use]
    pub fn ended(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Until { end, .. } if end <= now => Some(end),
            _ => None,
        }
    }
}

/// Reads a mute that is the same for every resource; [`written::Written::parse`] reads all that a tag may have.
///
/// A time without a zone is in UTC, a date means its start. Spaces around the parts do not matter.
///
/// # Errors
/// [`Reason::BadTime`] for everything that the grammar does not have.
pub fn parse(text: &str) -> Result<Mute, Reason> {
    let text = text.trim();
    let is = |word: &&str| word.eq_ignore_ascii_case(text);
    if is(&"yes") {
        return Ok(Mute::Always);
    }
    if is(&"no") || OFF.iter().any(is) {
        return Ok(Mute::No);
    }
    until(Reader(text)).or_else(|| recurring(Reader(text)).map(Mute::Window)).ok_or(Reason::BadTime)
}

fn until(mut text: Reader) -> Option<Mute> {
    let date = text.date()?;
    let mut end = Zone::UTC.second(date);
    if !text.is_empty() {
        text.one_of("Tt ")?;
        let clock = text.clock()?;
        end = text.zone()?.second(date + clock);
    }
    Some(Mute::until(end)).filter(|_| text.is_empty() && (Timestamp::default()..END_OF_TIME).contains(&end))
}

fn recurring(mut text: Reader) -> Option<Window> {
    if let Some(first) = text.weekday() {
        if text.one_of(":").is_some() {
            return of_week(first, text);
        }
        let days = text.weekdays(first)?;
        if !text.begins_with_digit() {
            return of_days(days, (Seconds::ZERO, Seconds::DAY), text);
        }
        let times = text.times()?;
        return of_days(days, times, text);
    }
    text.daily()?;
    let times = text.times()?;
    of_days(Weekdays::ALL, times, text)
}

fn of_days(days: Weekdays, (from, until): (Seconds, Seconds), mut text: Reader) -> Option<Window> {
    let zone = text.zone().filter(|_| text.is_empty())?;
    Window::of_days(days, from, until, zone)
}

/// AWS's own spelling, such as `sun:05:00-sun:06:00`, behind the first colon.
fn of_week(first: u8, mut text: Reader) -> Option<Window> {
    let from = text.clock()?;
    text.spaces();
    text.one_of("-")?;
    text.spaces();
    let last = text.weekday()?;
    text.one_of(":")?;
    let until = text.clock_or_midnight()?;
    let zone = text.zone().filter(|_| text.is_empty())?;
    Window::of_week((first, from), (last, until), zone)
}

/// As text in the grammar of [`parse`].
impl Serialize for Mute {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Mute {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// In the grammar that [`parse`] reads.
impl fmt::Display for Mute {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::No => formatter.write_str("no"),
            Self::Always => formatter.write_str("yes"),
            Self::Until { end, .. } => {
                let shown = Zone::UTC.clock(*end);
                let (year, month, day) = date_of(shown.div_euclid(Seconds::DAY));
                write!(formatter, "{year:04}-{month:02}-{day:02}T{}Z", Clock(shown.rem_euclid(Seconds::DAY)))
            }
            Self::Window(window) => window.fmt(formatter),
        }
    }
}
