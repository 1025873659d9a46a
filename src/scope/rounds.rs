//! The rounds of polling of a scope, one for each poll group.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::event::Command;
use super::round::Round;
use crate::config::Selection;
use crate::plan::{Batch, BatchResult, DueMetric, PollGroup, Savings, Task, batches};
use crate::resource::Generation;
use crate::time::Timestamp;

/// The rounds of one scope.
#[derive(Debug)]
pub(super) struct Rounds {
    key: String,
    /// What a budget saves.
    pub(super) savings: Savings,
    by_poll_group: BTreeMap<PollGroup, Round>,
}

impl Rounds {
    pub(super) fn new(selection: &Selection, key: &str) -> Self {
        let by_poll_group = selection.polled().map(|selected| (PollGroup::of(selected), Round::new())).collect();
        Self { key: key.to_owned(), savings: Savings::default(), by_poll_group }
    }

    /// Starts every round that is due, and queries again what failed.
    pub(super) fn due<'a, I: Iterator<Item = DueMetric<'a>>>(
        &mut self,
        now: Timestamp,
        generation: Generation,
        due_metrics: impl Fn(PollGroup) -> I,
    ) -> Vec<Command> {
        let mut commands = Vec::new();
        for (&poll_group, round) in &mut self.by_poll_group {
            let fetched = if round.is_due(now) {
                let mut batches = batches(due_metrics(poll_group), poll_group, generation);
                round.schedule(self.savings.stretched(poll_group), &self.key, now);
                round.start(&mut batches, generation, now);
                let finished = batches.is_empty().then_some(Command::Finished(poll_group.task()));
                commands.extend(finished);
                batches
            } else {
                round.again(now)
            };
            commands.extend(fetched.into_iter().map(Arc::new).map(Command::Fetch));
        }
        commands
    }

    /// Records the end of a batch; returns the task if no other batch of its round is under way.
    pub(super) fn ended(&mut self, batch: &Arc<Batch>, reply: Option<&BatchResult>, now: Timestamp) -> Option<Task> {
        let round = self.by_poll_group.get_mut(&batch.poll_group)?;
        round.ended(batch, reply, now).then_some(batch.poll_group.task())
    }

    /// The inventories that batches under way, or to be tried again, were made from.
    pub(super) fn generations(&self) -> BTreeSet<Generation> {
        let open = self.by_poll_group.values().filter(|round| round.is_open());
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
