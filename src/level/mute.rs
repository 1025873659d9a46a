//! How long a person wants no alarm: `2026-12-01T10:00Z`, `2026-12-01`, `yes`, `daily 01:00-04:00`, `no`.
//!
//! Text in, spans of time out. It knows neither resources nor metrics, and `now` comes in.

use std::fmt;

use super::{OFF, Reason};

pub mod slip;
#[cfg(test)]
mod tests;

/// Since 1970.
type Seconds = i64;

const MINUTE: Seconds = 60;
const HOUR: Seconds = 60 * MINUTE;
const DAY: Seconds = 24 * HOUR;

/// The year 10000 begins then: years have four digits.
const END_OF_TIME: Seconds = 253_402_300_800;

/// As far from UTC as any place on Earth: Kiribati, <https://www.iana.org/time-zones>.
const FARTHEST_ZONE: Seconds = 14 * HOUR;

/// What a person wrote of muting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mute {
    /// Not at all, whatever a weaker source says.
    No,
    /// For ever.
    Always,
    /// Until a second.
    Until {
        /// The first second; [`Seconds::MIN`] as people write it, later [within](Self::within) a guard.
        from: Seconds,
        /// The first second after it.
        end: Seconds,
    },
    /// Every day between two seconds of the UTC day, which differ; past midnight where the end comes first.
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
    /// The first second; [`Seconds::MIN`] if it has always been.
    pub from: Seconds,
    /// The first second after it; [`Seconds::MAX`] if it never ends.
    pub until: Seconds,
}

impl Span {
    /// All of time.
    pub const EVER: Self = Self { from: Seconds::MIN, until: Seconds::MAX };

    /// Whether it is under way.
    #[must_use]
    pub const fn contains(self, now: Seconds) -> bool {
        self.from <= now && now < self.until
    }
}

impl Mute {
    /// Until a second, as people write it.
    #[must_use]
    pub const fn until(end: Seconds) -> Self {
        Self::Until { from: Seconds::MIN, end }
    }

    /// What is left of it where no mute may last longer than `longest`: one that ends at a time begins so long before.
    #[must_use]
    pub fn within(self, longest: Seconds) -> Option<Self> {
        match self {
            Self::No => Some(self),
            Self::Always => None,
            Self::Until { from, end } => Some(Self::Until { from: from.max(end - longest), end }),
            Self::Daily { from, until } => (window(from, until) <= longest).then_some(self),
        }
    }

    /// The muted span that is under way, else the next one, else none.
    #[must_use]
    pub fn span(self, now: Seconds) -> Option<Span> {
        match self {
            Self::No => None,
            Self::Always => Some(Span::EVER),
            Self::Until { from, end } => Some(Span { from, until: end }).filter(|_| now < end && from < end),
            Self::Daily { from, until } => Some(daily_span(from, window(from, until), now)),
        }
    }

    /// Whether it may mute from now on: one [within](Self::within) a guard begins later than a person wrote.
    #[must_use]
    pub const fn has_begun(self, now: Seconds) -> bool {
        !matches!(self, Self::Until { from, .. } if now < from)
    }

    /// When it was over for good; `None` where it can still mute.
    #[must_use]
    pub const fn ended(self, now: Seconds) -> Option<Seconds> {
        match self {
            Self::Until { end, .. } if end <= now => Some(end),
            _ => None,
        }
    }

    /// Whether it mutes any second from now on in which none of the others does.
    #[must_use]
    pub fn reaches_beyond(self, others: &[Self], now: Seconds) -> bool {
        let mutes = |mute: &Self, moment| mute.span(moment).is_some_and(|span| span.contains(moment));
        let all = || others.iter().chain([&self]);
        // Between the bounds of mutes that end, each day is like the one before: two days behind a bound show it all.
        let bounds =
            all().filter_map(|mute| if let Self::Until { from, end } = mute { Some([*from, *end]) } else { None });
        let looks = bounds.flatten().chain([now]).filter(|look| *look >= now).flat_map(|look| [look, look + DAY]);
        // What none of the others covers begins with itself, or where one of them ends.
        let mut turns = looks.flat_map(|look| {
            let spans = all().filter_map(move |mute| mute.span(look));
            spans.flat_map(|span| [span.from, span.until]).chain([look])
        });
        turns.any(|turn| {
            (now..Seconds::MAX).contains(&turn) && mutes(&self, turn) && !others.iter().any(|other| mutes(other, turn))
        })
    }
}

/// How long a daily window lasts.
const fn window(from: Seconds, until: Seconds) -> Seconds {
    (until - from).rem_euclid(DAY)
}

fn daily_span(from: Seconds, length: Seconds, now: Seconds) -> Span {
    let latest = now - (now - from).rem_euclid(DAY);
    let from = if now < latest + length { latest } else { latest + DAY };
    Span { from, until: from + length }
}

/// Reads the value of a tag that mutes.
///
/// A time without a zone is in UTC, a date means its start. Spaces around the parts do not matter.
///
/// # Errors
/// [`Reason::BadTime`] for all that the grammar does not have.
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

/// The text that is left.
struct Reader<'a>(&'a str);

impl Reader<'_> {
    const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes a character of a set.
    fn one_of(&mut self, set: &str) -> Option<char> {
        let first = self.0.chars().next().filter(|first| set.contains(*first))?;
        self.0 = &self.0[first.len_utf8()..];
        Some(first)
    }

    fn spaces(&mut self) {
        self.0 = self.0.trim_start();
    }

    /// Takes two or four digits, which make less than a limit.
    fn number(&mut self, digits: usize, limit: i64) -> Option<i64> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        number.bytes().all(|byte| byte.is_ascii_digit()).then(|| number.parse().ok())?.filter(|number| *number < limit)
    }

    /// `2026-12-01`, as the second at which it starts.
    fn date(&mut self) -> Option<Seconds> {
        let year = self.number(4, 10_000)?;
        self.one_of("-")?;
        let month = self.number(2, 13)?;
        self.one_of("-")?;
        let day = self.number(2, 32)?;
        let days = days_of(year, month, day);
        (date_of(days) == (year, month, day)).then_some(days * DAY)
    }

    /// `10:00`, `10:00:30` or `10:00:30.000`, whose fraction does not count, as seconds of the day.
    fn clock(&mut self) -> Option<Seconds> {
        let hour = self.number(2, 24)?;
        self.one_of(":")?;
        let minute = self.number(2, 60)?;
        let second = if self.one_of(":").is_some() { self.number(2, 60)? } else { 0 };
        if let Some(fraction) = self.0.strip_prefix('.') {
            self.0 = fraction.trim_start_matches(|digit: char| digit.is_ascii_digit());
            Some(()).filter(|()| self.0.len() < fraction.len())?;
        }
        Some(hour * HOUR + minute * MINUTE + second)
    }

    /// The same, and `24:00`.
    fn clock_or_midnight(&mut self) -> Option<Seconds> {
        match self.0.strip_prefix("24:00") {
            Some(rest) => {
                self.0 = rest;
                Some(DAY)
            }
            None => self.clock(),
        }
    }

    /// Nothing, `Z`, `UTC`, `+01:00` or `-0100`, as seconds east of UTC.
    fn zone(&mut self) -> Option<Seconds> {
        self.spaces();
        if self.0.eq_ignore_ascii_case("UTC") {
            self.0 = "";
            return Some(0);
        }
        let Some(sign) = self.one_of("Zz+-").filter(|sign| "+-".contains(*sign)) else {
            return Some(0);
        };
        let hours = self.number(2, 24)? * HOUR;
        self.one_of(":");
        let east = hours + self.number(2, 60)? * MINUTE;
        Some(if sign == '-' { -east } else { east }).filter(|_| east <= FARTHEST_ZONE)
    }
}

/// Days from 1970 to a date of the Gregorian calendar. Years are counted from March, so that leap days come last.
const fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    // Five months from March on have 153 days, whichever five.
    let before_month = (153 * month + 2) / 5;
    365 * year + leaps + before_month + day - 719_469
}

/// The date of a day; undoes [`days_of`].
const fn date_of(days: i64) -> (i64, i64, i64) {
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
