//! Metrics that are queried together, and what a scope does again and again.

use crate::config::Timing;
use crate::config::selection::{Selected, WithoutLevel};
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
    /// Whether it is queried of resources on which no alert depends on its metrics, and of no others.
    pub without_level: bool,
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
    /// Polls metrics with a period of 300 s of resources on which no alert depends on them.
    WithoutLevel,
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
            Self::WithoutLevel => "without_level",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Optional(call) => call.name(),
        }
    }

    /// Whether it polls metrics.
    #[must_use]
    pub const fn is_poll(self) -> bool {
        matches!(self, Self::Minute | Self::FiveMinutes | Self::WithoutLevel | Self::Hour | Self::Day)
    }
}

impl PollGroup {
    /// The usual poll group of a metric.
    #[must_use]
    pub fn of(selected: &Selected) -> Self {
        let interval = Seconds::from(selected.interval).max(FINEST);
        let longest_interval = Seconds::from(selected.longest_interval).max(interval);
        Self { interval, longest_interval, timing: selected.timing, without_level: false }
    }

    /// The poll group in which a metric is queried of resources on which no alert depends on it, if it is not the usual one.
    /// A budget does not stretch it, because it drops these metrics first.
    #[must_use]
    pub fn without_level(selected: &Selected) -> Option<Self> {
        let WithoutLevel { interval, timing } = selected.without_level?;
        let interval = Seconds::from(interval).max(FINEST);
        Some(Self { interval, longest_interval: interval, timing, without_level: true })
    }

    /// Both.
    pub fn all(selected: &Selected) -> impl Iterator<Item = Self> {
        [Self::of(selected)].into_iter().chain(Self::without_level(selected))
    }

    /// The task under which its success is reported.
    #[must_use]
    pub const fn task(self) -> Task {
        match self.timing.period {
            _ if self.without_level => Task::WithoutLevel,
            Period::Minute => Task::Minute,
            Period::FiveMinutes => Task::FiveMinutes,
            Period::Hour => Task::Hour,
            Period::Day => Task::Day,
        }
    }
}
