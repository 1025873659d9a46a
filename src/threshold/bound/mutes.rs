//! How long guards let tags mute metrics.

use std::collections::BTreeMap;
use std::time::Duration;

use humantime::format_duration;

use crate::catalog::MetricId;
use crate::config::Guard;
use crate::time::Seconds;

/// How long a metric may be muted at a time, and the guard that limits it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct MuteLimit<'a> {
    pub(in super::super) longest: Seconds,
    pub(in super::super) guard: &'a str,
}

/// The limit of each metric, if it has one.
pub(in super::super) type MuteLimits<'a> = BTreeMap<&'static str, Option<MuteLimit<'a>>>;

impl<'a> MuteLimit<'a> {
    /// The limit of a metric: that of the strongest guard with a limit for this metric, else that of the strongest guard
    /// with a limit for all metrics.
    pub(super) fn of(strongest_first: &[&'a Guard], metric: MetricId) -> Option<Self> {
        let limit =
            |guard: &&'a Guard, longest: Option<Duration>| Some(Self { longest: longest?.into(), guard: &guard.name });
        let of_metric = |guard: &&'a Guard| limit(guard, guard.bound(metric)?.longest_mute);
        let of_all = |guard: &&'a Guard| limit(guard, guard.longest_mute);
        strongest_first.iter().find_map(of_metric).or_else(|| strongest_first.iter().find_map(of_all))
    }

    /// What the guard allows, such as `a mute of at most 8h`.
    pub(in super::super) fn allowed(self) -> String {
        match Duration::from(self.longest) {
            Duration::ZERO => "no mute".to_owned(),
            longest => format!("a mute of at most {}", format_duration(longest)),
        }
    }
}
