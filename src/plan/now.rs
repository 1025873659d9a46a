//! One moment by two clocks: one that cannot be set, for ages, and the wall clock, for calendars.

use crate::level::mute::Span;
use crate::time::{Seconds, Timestamp};

/// One moment by two clocks.
///
/// The wall clock may be set while plimsoll runs. Ages must not change then: a value that has been held for seven minutes
/// is seven minutes old, whatever the wall clock shows. So everything that expires or is due counts by `steady`, and
/// `wall` is used only for what people and AWS write as a time of day: mutes, query windows, the ends of datapoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// The wall clock at the start of the process plus the time that has passed since.
    pub steady: Timestamp,
    /// The wall clock.
    pub wall: Timestamp,
}

impl Now {
    /// A moment at which both clocks show the same, as they do unless the wall clock was set after the start.
    #[must_use]
    pub const fn at(second: Timestamp) -> Self {
        Self { steady: second, wall: second }
    }

    /// By how much the wall clock has been set forward since the start; negative if it was set back.
    #[must_use]
    pub fn ahead(self) -> Seconds {
        self.wall - self.steady
    }

    /// What the steady clock shows when the wall clock shows `wall`. The ends of time stay where they are.
    #[must_use]
    pub fn to_steady(self, wall: Timestamp) -> Timestamp {
        match wall {
            Timestamp::MIN | Timestamp::MAX => wall,
            _ => wall - self.ahead(),
        }
    }

    /// What the wall clock shows when the steady clock shows `steady`.
    #[must_use]
    pub fn to_wall(self, steady: Timestamp) -> Timestamp {
        steady + self.ahead()
    }

    /// A span of the wall clock by the steady clock.
    #[must_use]
    pub fn to_steady_span(self, wall: Span) -> Span {
        Span { from: self.to_steady(wall.from), until: self.to_steady(wall.until) }
    }
}
