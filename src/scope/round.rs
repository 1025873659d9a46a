//! One round of polling: which batches are under way, which failed and are queried again, and when.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::remainder::Remainder;
use crate::plan::{Batch, BatchResult, PollGroup, QueryResult};
use crate::resource::Generation;
use crate::time::{Seconds, Timestamp};

/// A batch that failed once is queried again after this long: its call has already been retried with pauses.
const FIRST_PAUSE: Seconds = Seconds::new(1);

/// The pause doubles with each failure in a row up to this one, so that a dead region gets a call a minute of each batch.
const LONGEST_PAUSE: Seconds = Seconds::MINUTE;

/// How often queries without a result are queried again in a round. AWS bills these calls, unlike those that fail.
const PARTS_AGAIN: u32 = 2;

/// The state of one poll group; all times are those of the steady clock.
#[derive(Debug)]
pub(super) struct Round {
    /// When everything is queried again; `None` before the first round.
    due: Option<Timestamp>,
    /// What failed, and when it is queried again.
    failed: Vec<(Batch, Timestamp)>,
    /// What has not been queried since everything was due.
    pub(super) remainder: Option<Remainder>,
    /// How many batches are under way, by the inventory that they were made from.
    under_way: BTreeMap<Generation, usize>,
    /// Whether it began, or goes on with what failed, and has not ended since.
    is_open: bool,
    /// How often in a row a batch failed, since one succeeded.
    failures: u32,
    /// When the first batch that succeeded was requested, since everything was due.
    requested_at: Option<Timestamp>,
    pub(super) last_success: Option<Timestamp>,
    pub(super) newest: Option<Timestamp>,
    pub(super) settled: bool,
}

impl Round {
    pub(super) fn new() -> Self {
        Self {
            due: None,
            failed: Vec::new(),
            remainder: None,
            under_way: BTreeMap::new(),
            is_open: false,
            failures: 0,
            requested_at: None,
            last_success: None,
            newest: None,
            settled: false,
        }
    }

    /// Whether everything is to be queried now. A round that is still under way is not started twice.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        !self.is_open && self.due.is_none_or(|due| now >= due)
    }

    /// Whether batches are under way, or will be queried, or queried again.
    pub(super) fn is_open(&self) -> bool {
        self.is_open || !self.failed.is_empty()
    }

    /// The inventories that its batches were made from.
    pub(super) fn generations(&self) -> BTreeSet<Generation> {
        let failed = self.failed.iter().map(|(batch, _)| batch.generation);
        let packed = self.remainder.iter().map(|remainder| remainder.generation);
        self.under_way.keys().copied().chain(failed).chain(packed).collect()
    }

    /// How many batches are under way.
    pub(super) fn under_way(&self) -> usize {
        self.under_way.values().sum()
    }

    /// Goes on after a round of another process.
    pub(super) fn go_on(&mut self, succeeded_at: Timestamp, due: Timestamp) {
        self.last_success = self.last_success.max(Some(succeeded_at));
        self.due = Some(due);
        self.settled = true;
    }

    /// Makes everything due.
    pub(super) const fn poll_at_once(&mut self) {
        self.due = None;
    }

    /// Begins with all queries.
    pub(super) fn start(&mut self, generation: Generation, now: Timestamp) {
        self.failed.clear();
        self.requested_at = None;
        self.is_open = true;
        self.remainder = Some(Remainder::new(self.failures, generation, now));
    }

    /// So many batches of the remainder, which are under way from now on; fewer if nothing is left. While the first listing
    /// goes on, more may come, so that only full ones are taken.
    pub(super) fn take(
        &mut self,
        count: usize,
        poll_group: PollGroup,
        is_growing: bool,
        batches: impl FnOnce(&mut Remainder) -> Vec<Batch>,
    ) -> Vec<Batch> {
        let Some(remainder) = self.remainder.as_mut().filter(|_| count > 0) else { return Vec::new() };
        let mut batches = batches(remainder);
        if batches.len() < count && !is_growing {
            batches.extend(remainder.rest(poll_group));
            self.remainder = None;
        }
        self.sent(&batches);
        batches
    }

    /// Ends with what is under way, and makes everything due again.
    pub(super) fn give_up(&mut self) {
        self.remainder = None;
        self.failed.clear();
        self.due = None;
    }

    fn sent(&mut self, batches: &[Batch]) {
        for batch in batches {
            *self.under_way.entry(batch.generation).or_default() += 1;
        }
    }

    /// Plans the next round; one that starts late by less than its interval does not delay those after it.
    pub(super) fn schedule(&mut self, poll_group: PollGroup, scope: &str, now: Timestamp) {
        let last = self.due.filter(|due| now - *due < poll_group.interval).unwrap_or(now);
        self.due = Some(poll_group.next_due(scope, last));
    }

    /// What failed and is to be queried again now, unless everything is due.
    pub(super) fn again(&mut self, now: Timestamp) -> Vec<Batch> {
        if self.due.is_none_or(|due| now >= due) {
            return Vec::new();
        }
        let again: Vec<_> = self.failed.extract_if(.., |(_, at)| now >= *at).map(|(batch, _)| batch).collect();
        self.is_open |= !again.is_empty();
        self.sent(&again);
        again
    }

    /// Records the end of a batch.
    pub(super) fn ended(&mut self, batch: &Arc<Batch>, reply: Option<&BatchResult>, now: Timestamp) {
        if let Some(count) = self.under_way.get_mut(&batch.generation) {
            *count -= 1;
        }
        self.under_way.retain(|_, count| *count > 0);
        let again = match reply {
            None => {
                self.failures = self.failures.max(batch.failures.saturating_add(1));
                Some(batch.again())
            }
            Some(reply) => {
                self.failures = 0;
                self.succeeded(reply);
                batch.missing(&reply.answers).filter(|missing| missing.failures <= PARTS_AGAIN)
            }
        };
        self.failed.extend(again.map(|batch| {
            let at = now + pause(batch.failures);
            (batch, at)
        }));
    }

    /// A result is no newer than its request, however long the call took.
    fn succeeded(&mut self, reply: &BatchResult) {
        let requested_at = reply.requested_at.steady;
        self.requested_at = Some(self.requested_at.map_or(requested_at, |first| first.min(requested_at)));
        let points = reply.answers.iter().filter_map(QueryResult::point);
        self.newest = self.newest.max(points.map(|point| reply.requested_at.to_steady(point.end)).max());
    }

    /// Ends if nothing is under way or left to query; returns whether it does.
    ///
    /// Values of different batches are of different age; the task reports the oldest.
    pub(super) fn ends(&mut self, now: Timestamp) -> bool {
        if !self.is_open || self.remainder.is_some() || !self.under_way.is_empty() {
            return false;
        }
        self.is_open = false;
        self.settled = true;
        if self.failed.is_empty() {
            self.last_success = Some(self.requested_at.unwrap_or(now));
        }
        true
    }
}

/// How long to wait after so many failures in a row.
fn pause(failures: u32) -> Seconds {
    let doubled = FIRST_PAUSE.get().checked_shl(failures.saturating_sub(1)).filter(|pause| *pause > 0);
    doubled.map_or(LONGEST_PAUSE, Seconds::new).min(LONGEST_PAUSE)
}
