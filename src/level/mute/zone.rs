//! Time zones: a fixed offset from UTC, or a place whose clocks change.
//!
//! The database of zones is built in, so that a mute means the same on every machine.

use std::fmt;
use std::sync::LazyLock;

use super::calendar::Clock;
use crate::time::{Seconds, Timestamp};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase, TimeZoneName};

static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

static NAMES: LazyLock<Vec<TimeZoneName<'static>>> = LazyLock::new(|| DATABASE.available().collect());

/// Whose clock a time is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Zone {
    /// One that is always this far ahead of UTC.
    East(Seconds),
    /// A zone of the IANA database, such as `Europe/Berlin`: <https://www.iana.org/time-zones>.
    Named(&'static str),
}

impl Zone {
    pub(super) const UTC: Self = Self::East(Seconds::ZERO);

    /// The zone of that name, in upper or lower case. Names have an area and a place: `EST` and `CET` are not read,
    /// because people mean a zone whose clocks change by them, and the database does not.
    pub(super) fn named(name: &str) -> Option<Self> {
        let known = NAMES.iter().map(TimeZoneName::as_str).filter(|_| name.contains('/'));
        known.into_iter().find(|known| known.eq_ignore_ascii_case(name)).map(Self::Named)
    }

    /// What its clock shows, as the time since it showed the start of 1970.
    pub(super) fn clock(self, now: Timestamp) -> Seconds {
        let offset = || Some(seconds(self.time_zone()?.to_offset(instant(now)?)));
        let utc = now - Timestamp::default();
        match self {
            Self::East(east) => utc + east,
            Self::Named(_) => utc + offset().unwrap_or_default(),
        }
    }

    /// The second at which its clock first shows a time, or skips it.
    pub(super) fn second(self, clock: Seconds) -> Timestamp {
        let utc = Timestamp::default() + clock;
        match self {
            Self::East(east) => utc - east,
            Self::Named(_) => self.time_zone().and_then(|zone| second_in(&zone, utc)).unwrap_or(utc),
        }
    }

    /// The seconds after `now` at which its clock is changed, in order.
    pub(super) fn changes(self, now: Timestamp) -> Vec<Timestamp> {
        let zone = self.time_zone().zip(instant(now));
        let last = now + LOOK_AHEAD;
        let changes = zone.iter().flat_map(|(zone, now)| zone.following(*now));
        changes.map(|change| timestamp(change.timestamp())).take_while(|change| *change < last).collect()
    }

    fn time_zone(self) -> Option<TimeZone> {
        match self {
            Self::East(_) => None,
            Self::Named(name) => DATABASE.get(name).ok(),
        }
    }
}

/// A year and a month: every change of a clock that comes each year is in it.
const LOOK_AHEAD: Seconds = Seconds::new(400 * 86_400);

/// The second at which the clock of a zone first shows what that of UTC shows at `utc`, or skips it.
fn second_in(zone: &TimeZone, utc: Timestamp) -> Option<Timestamp> {
    let time = TimeZone::UTC.to_datetime(instant(utc)?);
    Some(match zone.to_ambiguous_timestamp(time).offset() {
        AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Fold { before: offset, .. } => utc - seconds(offset),
        AmbiguousOffset::Gap { before, .. } => {
            let after_skip = instant(utc - seconds(before) + Seconds::new(1))?;
            timestamp(zone.preceding(after_skip).next()?.timestamp())
        }
    })
}

/// `None` before the year -9999 and after the year 9999.
fn instant(moment: Timestamp) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_second(moment.as_second()).ok()
}

fn timestamp(instant: jiff::Timestamp) -> Timestamp {
    Timestamp::from_second(instant.as_second())
}

fn seconds(offset: Offset) -> Seconds {
    Seconds::new(offset.seconds().into())
}

/// As it stands behind a time: nothing for UTC.
impl fmt::Display for Zone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::UTC => Ok(()),
            Self::East(east) => {
                let (sign, ahead) = if east < Seconds::ZERO { ('-', -east) } else { ('+', east) };
                write!(formatter, " {sign}{}", Clock(ahead))
            }
            Self::Named(name) => write!(formatter, " {name}"),
        }
    }
}
