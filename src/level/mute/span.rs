//! Spans of time.

use super::calendar::Seconds;

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
