//! The one-minute samples of one metric: which of them exist and which can be read now.
#![expect(clippy::cast_precision_loss, reason = "seconds since 1970 fit in a double")]

use super::curve::{Curve, MINUTE};

/// How simulated time passes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timing {
    /// When the simulation started, in seconds since 1970.
    pub started: i64,
    /// Simulated seconds in one real second.
    pub speed: f64,
    /// Seconds from the end of a sample's minute until it can be read.
    pub delay: i64,
    /// Whether the newest sample follows the curve until the next one comes.
    pub live: bool,
}

/// A time without samples: none of a minute that ends after `after` and begins before `before`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gap {
    pub after: i64,
    pub before: i64,
}

impl Gap {
    /// A gap that begins at `after` and has not ended yet.
    pub(super) const fn since(after: i64) -> Self {
        Self { after, before: i64::MAX }
    }

    const fn covers(self, minute: i64) -> bool {
        minute + MINUTE > self.after && minute < self.before
    }
}

/// The samples of one metric under one set of dimensions.
pub(super) struct Series {
    pub source: Source,
    pub seed: u64,
    pub gaps: Vec<Gap>,
    pub timing: Timing,
}

/// Where samples come from.
pub(super) enum Source {
    Curve(Curve),
    /// One sample, readable at once, and no other.
    Once {
        minute: i64,
        value: f64,
    },
}

impl Series {
    /// The sample of the minute that begins at `minute`, if it exists and can be read.
    pub(super) fn sample(&self, minute: i64, now: i64) -> Option<f64> {
        match &self.source {
            Source::Once { minute: only, value } => (minute == *only).then_some(*value),
            Source::Curve(curve) => self.of_curve(curve, minute, now),
        }
    }

    fn of_curve(&self, curve: &Curve, minute: i64, now: i64) -> Option<f64> {
        let end = minute + MINUTE;
        let readable = end + self.timing.delay <= now;
        let in_gap = self.gaps.iter().any(|gap| gap.covers(minute));
        if !readable || in_gap || minute % curve.every_s.max(MINUTE) != 0 {
            return None;
        }
        let newest = end + MINUTE + self.timing.delay > now;
        let at = if self.timing.live && newest { now - self.timing.delay } else { end };
        let elapsed = (at - self.timing.started) as f64 * self.timing.speed;
        Some(curve.sample(self.seed, minute, self.timing.started as f64 + elapsed, elapsed))
    }
}
