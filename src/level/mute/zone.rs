//! Time zones: a fixed offset from UTC, or a place whose clocks change.
//!
//! The database of zones is built in, so that a mute means the same on every machine.

use std::fmt;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase, TimeZoneName};

use super::calendar::{HOUR, MINUTE, Seconds};

static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

static NAMES: LazyLock<Vec<TimeZoneName<'static>>> = LazyLock::new(|| DATABASE.available().collect());

/// Whose clock a time is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Zone {
    /// One that is always this many seconds ahead of UTC.
    East(Seconds),
    /// A zone of the IANA database, such as `Europe/Berlin`: <https://www.iana.org/time-zones>.
    Named(&'static str),
}

impl Zone {
    pub(super) const UTC: Self = Self::East(0);

    /// The zone of that name, in upper or lower case. Names have an area and a place: `EST` and `CET` are not read,
    /// because people mean a zone whose clocks change by them, and the database does not.
    pub(super) fn named(name: &str) -> Option<Self> {
        let known = NAMES.iter().map(TimeZoneName::as_str).filter(|_| name.contains('/'));
        known.into_iter().find(|known| known.eq_ignore_ascii_case(name)).map(Self::Named)
    }

    /// What its clock shows, in seconds since it showed the start of 1970.
    pub(super) fn clock(self, now: Seconds) -> Seconds {
        let offset = || Some(self.time_zone()?.to_offset(Timestamp::from_second(now).ok()?));
        match self {
            Self::East(east) => now + east,
            Self::Named(_) => now + offset().map_or(0, |offset| Seconds::from(offset.seconds())),
        }
    }

    /// The second at which its clock first shows a time, or skips it.
    pub(super) fn second(self, clock: Seconds) -> Seconds {
        match self {
            Self::East(east) => clock - east,
            Self::Named(_) => self.time_zone().and_then(|zone| second_in(&zone, clock)).unwrap_or(clock),
        }
    }

    /// The seconds after `now` at which its clock is changed, in order.
    pub(super) fn changes(self, now: Seconds) -> Vec<Seconds> {
        let zone = self.time_zone().zip(Timestamp::from_second(now).ok());
        let last = now + LOOK_AHEAD;
        let changes = zone.iter().flat_map(|(zone, now)| zone.following(*now));
        changes.map(|change| change.timestamp().as_second()).take_while(|change| *change < last).collect()
    }

    fn time_zone(self) -> Option<TimeZone> {
        match self {
            Self::East(_) => None,
            Self::Named(name) => DATABASE.get(name).ok(),
        }
    }
}

/// A year and a month: every change of a clock that comes each year is in it.
const LOOK_AHEAD: Seconds = 400 * 24 * HOUR;

fn second_in(zone: &TimeZone, clock: Seconds) -> Option<Seconds> {
    let time = TimeZone::UTC.to_datetime(Timestamp::from_second(clock).ok()?);
    Some(match zone.to_ambiguous_timestamp(time).offset() {
        AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Fold { before: offset, .. } => {
            clock - Seconds::from(offset.seconds())
        }
        AmbiguousOffset::Gap { before, .. } => {
            let after_skip = Timestamp::from_second(clock - Seconds::from(before.seconds()) + 1).ok()?;
            zone.preceding(after_skip).next()?.timestamp().as_second()
        }
    })
}

/// As it stands behind a time: nothing for UTC.
impl fmt::Display for Zone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::UTC => Ok(()),
            Self::East(east) => {
                let (sign, ahead) = if east < 0 { ('-', -east) } else { ('+', east) };
                write!(formatter, " {sign}{:02}:{:02}", ahead / HOUR, ahead % HOUR / MINUTE)
            }
            Self::Named(name) => write!(formatter, " {name}"),
        }
    }
}
