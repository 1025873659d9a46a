//! When metrics were last polled, on its way into what is saved and back, so that a restart queries none of them twice
//! within its interval.

use std::collections::{BTreeMap, BTreeSet};

use super::rounds::Rounds;
use super::saved::SavedRound;
use crate::plan::{Now, PollGroup};
use crate::time::{Seconds, Timestamp};

/// Metrics with an interval up to this one are polled at once: a start must show soon whether CloudWatch can be reached,
/// and a replica that takes over has values that may be older than those of the one before.
const AT_ONCE: Seconds = Seconds::MINUTE;

/// When all metrics of each period and interval were last polled.
pub(super) fn saved(rounds: &Rounds, now: Now) -> Vec<SavedRound> {
    let mut oldest: BTreeMap<(u32, i64), Timestamp> = BTreeMap::new();
    for (poll_group, succeeded_at) in rounds.last_successes() {
        let last = oldest.entry(key(poll_group)).or_insert(succeeded_at);
        *last = succeeded_at.min(*last);
    }
    let saved = |((period, interval), last)| SavedRound { period, interval, succeeded_at: now.to_wall(last) };
    oldest.into_iter().map(saved).collect()
}

/// Goes on after the rounds that were saved. Metrics that nobody has an answer of are polled at once, with all of their poll
/// group, and so are those whose round would be in the future.
pub(super) fn restore(rounds: &mut Rounds, saved: &[SavedRound], unanswered: &BTreeSet<PollGroup>, now: Now) {
    let known: Vec<PollGroup> = rounds.poll_groups().filter(|one| !unanswered.contains(one)).collect();
    for poll_group in known.into_iter().filter(|poll_group| poll_group.interval > AT_ONCE) {
        let last = saved.iter().find(|round| (round.period, round.interval) == key(poll_group));
        if let Some(last) = last.filter(|last| last.succeeded_at <= now.wall) {
            rounds.go_on(poll_group, now.to_steady(last.succeeded_at), now.steady);
        }
    }
}

fn key(poll_group: PollGroup) -> (u32, i64) {
    (poll_group.timing.period.seconds(), poll_group.interval.get())
}
