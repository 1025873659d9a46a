//! Metrics that are queried together, and what a scope does again and again.

use crate::config::Timing;
use crate::config::selection::Selected;
use crate::resource::{Lister, OptionalCall};
use crate::time::{Period, Seconds};

/// The shortest interval: time is counted in whole seconds.
pub(super) const FINEST: Seconds = Seconds::new(1);

/// Metrics that are queried together: same interval, same window, same age limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PollGroup {
    /// The time from one round to the next.
    pub interval: Seconds,
    /// The longest time to which a budget may stretch it.
    pub longest_interval: Seconds,
    /// The times of its queries.
    pub timing: Timing,
}

/// What a scope does again and again: the values of the label `task`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Task {
    /// Lists resources with their tags.
    List(Lister),
    /// Polls metrics with a period of 60 s.
    Minute,
    /// Polls metrics with a period of 300 s.
    FiveMinutes,
    /// Polls metrics with a period of an hour.
    Hour,
    /// Polls metrics with a period of a day.
    Day,
    /// Makes an optional call.
    Optional(OptionalCall),
}

impl Task {
    /// The value of the label `task`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::List(lister) => lister.name(),
            Self::Minute => "minute",
            Self::FiveMinutes => "five_minutes",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Optional(call) => call.name(),
        }
    }

    /// Whether it polls metrics.
    #[must_use]
    pub const fn is_poll(self) -> bool {
        matches!(self, Self::Minute | Self::FiveMinutes | Self::Hour | Self::Day)
    }
}

impl PollGroup {
    /// The poll group of a metric.
    #[must_use]
    pub fn of(selected: &Selected) -> Self {
        let interval = Seconds::from(selected.interval).max(FINEST);
        let longest_interval = Seconds::from(selected.longest_interval).max(interval);
        Self { interval, longest_interval, timing: selected.timing }
    }

    /// The task under which its success is reported.
    #[must_use]
    pub const fn task(self) -> Task {
        match self.timing.period {
            Period::Minute => Task::Minute,
            Period::FiveMinutes => Task::FiveMinutes,
            Period::Hour => Task::Hour,
            Period::Day => Task::Day,
        }
    }
}
