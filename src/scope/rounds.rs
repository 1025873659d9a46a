//! Rounds of polling: when each poll group is due, what is under way, what failed and is tried again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::event::Command;
use crate::config::Selection;
use crate::plan::{Batch, BatchResult, DueMetric, PollGroup, QueryResult, Savings, Task, batches, next_due};
use crate::resource::Generation;
use crate::time::{Seconds, Timestamp};

/// A failed batch is tried again after this long, if its round does not come sooner.
const RETRY: Seconds = Seconds::MINUTE;

/// The rounds of one scope.
#[derive(Debug)]
pub(super) struct Rounds {
    key: String,
    /// What a budget saves.
    pub(super) savings: Savings,
    by_poll_group: BTreeMap<PollGroup, Round>,
}

/// The state of one poll group; all times are those of the steady clock.
#[derive(Debug)]
struct Round {
    /// When everything is queried again.
    due: Timestamp,
    /// When only what failed is queried again.
    retry: Option<Timestamp>,
    failed: Vec<Arc<Batch>>,
    outstanding: usize,
    /// The inventory that its batches were made from.
    generation: Generation,
    /// When the first batch that succeeded was requested, since everything was due.
    requested_at: Option<Timestamp>,
    last_success: Option<Timestamp>,
    newest: Option<Timestamp>,
    settled: bool,
}

impl Round {
    const fn new(now: Timestamp, generation: Generation) -> Self {
        Self {
            due: now,
            retry: None,
            failed: Vec::new(),
            outstanding: 0,
            generation,
            requested_at: None,
            last_success: None,
            newest: None,
            settled: false,
        }
    }

    /// Records the end of a batch; a result is no newer than its request, however long the call took.
    fn ended(&mut self, batch: &Arc<Batch>, reply: Option<&BatchResult>) {
        self.outstanding = self.outstanding.saturating_sub(1);
        let Some(reply) = reply else {
            self.failed.push(Arc::clone(batch));
            return;
        };
        let requested_at = reply.requested_at.steady;
        self.requested_at = Some(self.requested_at.map_or(requested_at, |first| first.min(requested_at)));
        let newest = reply
            .answers
            .iter()
            .filter_map(QueryResult::point)
            .map(|point| reply.requested_at.to_steady(point.end))
            .max();
        self.newest = self.newest.max(newest);
    }

    /// Values of different batches are of different age; the task reports the oldest.
    fn over(&mut self, now: Timestamp) {
        self.settled = true;
        if self.failed.is_empty() {
            self.last_success = Some(self.requested_at.unwrap_or(now));
        } else {
            self.retry = Some(now + RETRY).filter(|retry| *retry < self.due);
        }
    }
}

impl Rounds {
    pub(super) fn new(selection: &Selection, key: &str, now: Timestamp) -> Self {
        let by_poll_group = selection
            .polled()
            .map(|selected| (PollGroup::of(selected), Round::new(now, Generation::default())))
            .collect();
        Self { key: key.to_owned(), savings: Savings::default(), by_poll_group }
    }

    /// Starts every round that is due; one that is still under way is not started twice.
    pub(super) fn due<'a>(
        &mut self,
        now: Timestamp,
        generation: Generation,
        due_metrics: impl Fn(PollGroup) -> Vec<DueMetric<'a>>,
    ) -> Vec<Command> {
        let mut commands = Vec::new();
        for (&poll_group, round) in self.by_poll_group.iter_mut().filter(|(_, round)| round.outstanding == 0) {
            let batches = if now >= round.due {
                round.due = next_due(self.savings.interval(poll_group), &self.key, now);
                round.failed.clear();
                round.requested_at = None;
                round.generation = generation;
                batches(&due_metrics(poll_group), poll_group, generation).into_iter().map(Arc::new).collect()
            } else if round.retry.is_some_and(|retry| now >= retry) {
                std::mem::take(&mut round.failed)
            } else {
                continue;
            };
            round.retry = None;
            round.outstanding = batches.len();
            if batches.is_empty() {
                round.over(now);
                commands.push(Command::Finished(poll_group.task()));
            }
            commands.extend(batches.into_iter().map(Command::Fetch));
        }
        commands
    }

    /// Records the end of a batch; returns the task whose round is over with it.
    pub(super) fn ended(&mut self, batch: &Arc<Batch>, reply: Option<&BatchResult>, now: Timestamp) -> Option<Task> {
        let round = self.by_poll_group.get_mut(&batch.poll_group)?;
        round.ended(batch, reply);
        if round.outstanding > 0 {
            return None;
        }
        round.over(now);
        Some(batch.poll_group.task())
    }

    /// The inventories that batches under way, or to be tried again, were made from.
    pub(super) fn generations(&self) -> BTreeSet<Generation> {
        let open = self.by_poll_group.values().filter(|round| round.outstanding > 0 || !round.failed.is_empty());
        open.map(|round| round.generation).collect()
    }

    /// Whether every first round is over, well or badly.
    pub(super) fn are_settled(&self) -> bool {
        self.by_poll_group.values().all(|round| round.settled)
    }

    /// For each task, the oldest last success of its poll groups and the newest point of any.
    pub(super) fn tasks(&self) -> BTreeMap<Task, (Option<Timestamp>, Option<Timestamp>)> {
        let mut tasks = BTreeMap::new();
        for (poll_group, round) in &self.by_poll_group {
            let (last_success, newest) = tasks.entry(poll_group.task()).or_insert((round.last_success, round.newest));
            *last_success = round.last_success.min(*last_success);
            *newest = round.newest.max(*newest);
        }
        tasks
    }
}
