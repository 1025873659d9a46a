//! The time that a call is about.

use super::now::Seconds;
use crate::config::selection::Timing;

/// The time that a call is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first second, a multiple of the period.
    pub start: Seconds,
    /// The first second after it, a multiple of the period: no unfinished period is read.
    pub end: Seconds,
}

impl Window {
    /// The window of a call that is made now: whole periods, those left out that are unfinished or not settled yet.
    #[must_use]
    pub fn of(timing: Timing, now: Seconds) -> Self {
        let period = Seconds::from(timing.period_seconds);
        let settled = now - Seconds::from(timing.settle_seconds);
        let end = settled - settled.rem_euclid(period);
        let periods = Seconds::from(timing.look_back_seconds).div_euclid(period).max(1);
        Self { start: end - periods * period, end }
    }
}
