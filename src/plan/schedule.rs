//! When tasks and poll groups are due: on a grid of their interval, shifted a little from scope to scope.

use super::poll_group::{FINEST, PollGroup};
use crate::time::{Seconds, Timestamp};

/// Listings and optional calls of scopes are spread over so long, so that many of them do not call in the same second.
const SPREAD: Seconds = Seconds::MINUTE;

/// Polls are spread over a shorter time: the later the poll, the older the values that are served.
const POLL_SPREAD: Seconds = Seconds::new(15);

/// Until its rounds are on the grid, a poll group waits longer than its interval by up to this share of it.
const STRETCH: i64 = 5;

impl PollGroup {
    /// When the round after the one that was due at `last` is due, for the scope whose name is given.
    ///
    /// Rounds are on a grid: one interval apart, so long after the end of a period that its datapoint is just published.
    /// A round at the start of plimsoll is not on the grid. The rounds after it approach the grid, never less than an
    /// interval apart, because AWS bills each one, and never so far apart that values expire in between.
    #[must_use]
    pub fn next_due(self, scope: &str, last: Timestamp) -> Timestamp {
        let Self { interval, timing, .. } = self;
        let phase = timing.poll_delay + shift(scope).rem_euclid(POLL_SPREAD.min(interval));
        let on_grid = on_grid_after(interval, phase, last + interval - Seconds::new(1));
        // The newest datapoint of a round that is not on the grid may be a whole period older.
        let served_longer = timing.age_limit - timing.poll_delay - timing.period.into() - interval;
        let most = Seconds::new(interval.div_euclid(Seconds::new(STRETCH)));
        on_grid.min(last + interval + served_longer.min(most).max(Seconds::ZERO))
    }
}

/// The first second after `now` on the scope's own grid of an interval.
#[must_use]
pub fn next_due(interval: Seconds, scope: &str, now: Timestamp) -> Timestamp {
    let interval = interval.max(FINEST);
    on_grid_after(interval, shift(scope).rem_euclid(interval.min(SPREAD)), now)
}

/// The first second after `now` that is `phase` after a multiple of the interval.
fn on_grid_after(interval: Seconds, phase: Seconds, now: Timestamp) -> Timestamp {
    let phase = phase.rem_euclid(interval);
    (now - phase).floor(interval) + interval + phase
}

/// A number that is the same for a scope in every run (FNV-1a).
fn shift(scope: &str) -> Seconds {
    let hash = scope
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    Seconds::new(i64::from(u32::try_from(hash >> 33).unwrap_or(0)))
}
