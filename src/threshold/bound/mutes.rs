//! How long guards let tags mute metrics.

use std::collections::BTreeMap;
use std::time::Duration;

use humantime::format_duration;

use crate::catalog::MetricId;
use crate::config::Guard;

/// How long a metric may be muted at a time, and the guard that limits it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct MuteLimit<'a> {
    /// In seconds.
    pub(in super::super) longest: i64,
    pub(in super::super) guard: &'a str,
}

/// The limit of each metric, if it has one.
pub(in super::super) type MuteLimits<'a> = BTreeMap<&'static str, Option<MuteLimit<'a>>>;

impl<'a> MuteLimit<'a> {
    /// The limit of a metric: that of the strongest guard with a limit for this metric, else that of the strongest guard
    /// with a limit for all metrics.
    pub(super) fn of(strongest_first: &[&'a Guard], metric: MetricId) -> Option<Self> {
        let limit = |guard: &&'a Guard, longest: Option<Duration>| {
            let longest = i64::try_from(longest?.as_secs()).unwrap_or(i64::MAX);
            Some(Self { longest, guard: &guard.name })
        };
        let of_metric = |guard: &&'a Guard| limit(guard, guard.bound(metric)?.longest_mute);
        let of_all = |guard: &&'a Guard| limit(guard, guard.longest_mute);
        strongest_first.iter().find_map(of_metric).or_else(|| strongest_first.iter().find_map(of_all))
    }

    /// What the guard allows, such as `a mute of at most 8h`.
    pub(in super::super) fn allowed(self) -> String {
        match u64::try_from(self.longest) {
            Ok(0) | Err(_) => "no mute".to_owned(),
            Ok(seconds) => format!("a mute of at most {}", format_duration(Duration::from_secs(seconds))),
        }
    }
}
