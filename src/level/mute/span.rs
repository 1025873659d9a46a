//! Spans of time.

use crate::time::Timestamp;

/// A span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first second; [`Timestamp::MIN`] if it has no start.
    pub from: Timestamp,
    /// The first second after it; [`Timestamp::MAX`] if it has no end.
    pub until: Timestamp,
}

impl Span {
    /// All of time.
    pub const EVER: Self = Self { from: Timestamp::MIN, until: Timestamp::MAX };

    /// Whether a time is in it.
    #[must_use]
    pub fn contains(self, now: Timestamp) -> bool {
        self.from <= now && now < self.until
    }
}
