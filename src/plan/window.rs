//! The time that a call is about.

use crate::config::Timing;
use crate::time::{Seconds, Timestamp};

/// A call looks back this part of the full look-back if the newest datapoint of each of its queries is known and inside.
///
/// `CloudWatch` charges its quota of datapoints by the time that a call is about. What lies before the newest known datapoint
/// is older than what is served, so that it would never be used, however late it comes.
const SHORT: i64 = 2;

/// The time that a call is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first second, a multiple of the period.
    pub start: Timestamp,
    /// The first second after it, a multiple of the period: no unfinished period is read.
    pub end: Timestamp,
}

impl Window {
    /// The window of a call that is made now: whole periods, those left out that are unfinished or not settled yet.
    ///
    /// `known` is the end of the newest datapoint that is known, of several queries the oldest such end; `None` if one has
    /// no known datapoint. The window is short if that datapoint is inside, so that it finds all that a full one would.
    #[must_use]
    pub fn of(timing: Timing, known: Option<Timestamp>, now: Timestamp) -> Self {
        let period = Seconds::from(timing.period);
        let end = (now - timing.settle).floor(period);
        let window = |look_back: Seconds| Self { start: end - look_back.div_euclid(period).max(1) * period, end };
        let short = window(Seconds::new(timing.look_back.get() / SHORT));
        if known.is_some_and(|known| short.start <= known - period) { short } else { window(timing.look_back) }
    }

    /// Whether a call for a query whose newest datapoint ends at `known` may have a short window.
    #[must_use]
    pub fn is_short(timing: Timing, known: Timestamp, now: Timestamp) -> bool {
        Self::of(timing, Some(known), now) != Self::of(timing, None, now)
    }

    /// How many periods it has.
    #[must_use]
    pub(super) fn periods(self, timing: Timing) -> i64 {
        (self.end - self.start).div_euclid(timing.period.into())
    }
}
