//! The grammar of mutes: `2026-12-01T10:00Z`, `2026-12-01`, `yes`, `daily 01:00-04:00`, `no`.
//!
//! Text in, spans of time out. Resources and metrics are not known here; `now` is passed in.

use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{OFF, Reason};

mod calendar;
mod reader;
pub mod slip;
#[cfg(test)]
mod tests;

use calendar::{DAY, HOUR, MINUTE, Seconds, date_of};
use reader::Reader;

/// The start of the year 10000: years have four digits.
const END_OF_TIME: Seconds = 253_402_300_800;

/// When levels are muted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mute {
    /// Not at all, whatever weaker sources set.
    No,
    /// For ever.
    Always,
    /// Until a time.
    Until {
        /// The first second: [`Seconds::MIN`] as written, later if a guard [limits](Self::within) it.
        from: Seconds,
        /// The first second after the mute.
        end: Seconds,
    },
    /// Every day between two different seconds of the UTC day; over midnight if the end is the smaller one.
    Daily {
        /// The first second.
        from: Seconds,
        /// The first second after it.
        until: Seconds,
    },
}

/// A span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first second; [`Seconds::MIN`] if it has no start.
    pub from: Seconds,
    /// The first second after it; [`Seconds::MAX`] if it has no end.
    pub until: Seconds,
}

impl Span {
    /// All of time.
    pub const EVER: Self = Self { from: Seconds::MIN, until: Seconds::MAX };

    /// Whether a time is in it.
    #[must_use]
    pub const fn contains(self, now: Seconds) -> bool {
        self.from <= now && now < self.until
    }
}

impl Mute {
    /// A mute until a time, as written.
    #[must_use]
    pub const fn until(end: Seconds) -> Self {
        Self::Until { from: Seconds::MIN, end }
    }

    /// The part of it that is allowed where no mute may be longer than `longest`: a mute until a time begins that long
    /// before its end, and any other one is allowed as a whole or not at all.
    #[must_use]
    pub fn within(self, longest: Seconds) -> Option<Self> {
        match self {
            Self::No => Some(self),
            Self::Always => None,
            Self::Until { from, end } => Some(Self::Until { from: from.max(end - longest), end }),
            Self::Daily { from, until } => (window(from, until) <= longest).then_some(self),
        }
    }

    /// The current muted span, else the next one, else none.
    #[must_use]
    pub fn span(self, now: Seconds) -> Option<Span> {
        match self {
            Self::No => None,
            Self::Always => Some(Span::EVER),
            Self::Until { from, end } => Some(Span { from, until: end }).filter(|_| now < end && from < end),
            Self::Daily { from, until } => Some(daily_span(from, window(from, until), now)),
        }
    }

    /// Whether it has begun: a mute that a guard [limits](Self::within) begins later than written.
    #[must_use]
    pub const fn has_begun(self, now: Seconds) -> bool {
        !matches!(self, Self::Until { from, .. } if now < from)
    }

    /// When it ended for good; `None` if it can still mute.
    #[must_use]
    pub const fn ended(self, now: Seconds) -> Option<Seconds> {
        match self {
            Self::Until { end, .. } if end <= now => Some(end),
            _ => None,
        }
    }

    /// Whether it mutes any second from now on in which none of the others mutes.
    #[must_use]
    pub fn reaches_beyond(self, others: &[Self], now: Seconds) -> bool {
        let mutes = |mute: &Self, moment| mute.span(moment).is_some_and(|span| span.contains(moment));
        let all = || others.iter().chain([&self]);
        // Only the start and end of a mute until a time make one day differ from the next: two days after each are enough.
        let bounds =
            all().filter_map(|mute| if let Self::Until { from, end } = mute { Some([*from, *end]) } else { None });
        let days = bounds.flatten().chain([now]).filter(|day| *day >= now).flat_map(|day| [day, day + DAY]);
        // A second that no other mute covers comes first where this mute begins or another one ends.
        let mut changes = days.flat_map(|day| {
            let spans = all().filter_map(move |mute| mute.span(day));
            spans.flat_map(|span| [span.from, span.until]).chain([day])
        });
        changes.any(|at| {
            (now..Seconds::MAX).contains(&at) && mutes(&self, at) && !others.iter().any(|other| mutes(other, at))
        })
    }
}

/// The length of a daily window.
const fn window(from: Seconds, until: Seconds) -> Seconds {
    (until - from).rem_euclid(DAY)
}

fn daily_span(from: Seconds, length: Seconds, now: Seconds) -> Span {
    let latest = now - (now - from).rem_euclid(DAY);
    let from = if now < latest + length { latest } else { latest + DAY };
    Span { from, until: from + length }
}

/// Reads the value of a mute tag.
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
    let mute = match text.split_once(' ') {
        Some((word, window)) if word.eq_ignore_ascii_case("daily") => daily(Reader(window.trim_start())),
        _ => until(Reader(text)),
    };
    mute.ok_or(Reason::BadTime)
}

fn until(mut text: Reader) -> Option<Mute> {
    let mut end = text.date()?;
    if !text.is_empty() {
        text.one_of("Tt ")?;
        end += text.clock()? - text.zone()?;
    }
    Some(Mute::until(end)).filter(|_| text.is_empty() && (0..END_OF_TIME).contains(&end))
}

fn daily(mut text: Reader) -> Option<Mute> {
    let from = text.clock()?;
    text.spaces();
    text.one_of("-")?;
    text.spaces();
    let until = text.clock_or_midnight()?;
    let zone = text.zone()?;
    let [from, until] = [from, until].map(|clock| (clock - zone).rem_euclid(DAY));
    Some(Mute::Daily { from, until }).filter(|_| text.is_empty() && from != until)
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
                let (year, month, day) = date_of(end.div_euclid(DAY));
                write!(formatter, "{year:04}-{month:02}-{day:02}T{}Z", Clock(end.rem_euclid(DAY)))
            }
            Self::Daily { from, until } => write!(formatter, "daily {}-{}", Clock(*from), Clock(*until)),
        }
    }
}

/// A second of the day, as people write it.
struct Clock(Seconds);

impl fmt::Display for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute, second) = (self.0 / HOUR, self.0 % HOUR / MINUTE, self.0 % MINUTE);
        write!(formatter, "{hour:02}:{minute:02}")?;
        if second > 0 { write!(formatter, ":{second:02}") } else { Ok(()) }
    }
}
