//! The time that a call is about.

use crate::config::Timing;
use crate::time::{Seconds, Timestamp};

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
    #[must_use]
    pub fn of(timing: Timing, now: Timestamp) -> Self {
        let period = Seconds::from(timing.period);
        let end = (now - timing.settle).floor(period);
        let periods = timing.look_back.div_euclid(period).max(1);
        Self { start: end - periods * period, end }
    }
}
