//! The rounds of polling of a scope, one for each poll group.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::event::Command;
use super::remainder::Remainder;
use super::round::Round;
use crate::config::Selection;
use crate::plan::{Batch, BatchResult, DueMetric, PollGroup, Quota, Savings, Task};
use crate::resource::{Generation, Resource};
use crate::time::Timestamp;

/// The batches of a scope that wait or are under way, but for those that failed: as many as the limiter may call at a time,
/// and as many again, so that no call waits for a turn of the scope.
pub(super) const BATCHES: usize = 2 * Quota::METRIC_DATA.concurrency;

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
        let by_poll_group =
            selection.polled().flat_map(PollGroup::all).map(|poll_group| (poll_group, Round::new())).collect();
        Self { key: key.to_owned(), savings: Savings::default(), by_poll_group }
    }

    /// Goes on with the poll groups of a new configuration. Returns the tasks of rounds under way that it does not have.
    pub(super) fn reconfigure(&mut self, selection: &Selection) -> BTreeSet<Task> {
        let mut before = std::mem::replace(self, Self::new(selection, &self.key));
        self.savings = std::mem::take(&mut before.savings);
        for (poll_group, round) in &mut self.by_poll_group {
            if let Some(known) = before.by_poll_group.remove(poll_group) {
                *round = known;
            }
        }
        let open = before.by_poll_group.into_iter().filter(|(_, round)| round.is_open());
        open.map(|(poll_group, _)| poll_group.task()).collect()
    }

    pub(super) fn poll_groups(&self) -> impl Iterator<Item = PollGroup> {
        self.by_poll_group.keys().copied()
    }

    /// Every poll group of which all metrics have been polled, and when.
    pub(super) fn last_successes(&self) -> impl Iterator<Item = (PollGroup, Timestamp)> {
        self.by_poll_group.iter().filter_map(|(poll_group, round)| Some((*poll_group, round.last_success?)))
    }

    /// Goes on after a round that another process made; one that would be due by now is made at once.
    pub(super) fn go_on(&mut self, poll_group: PollGroup, succeeded_at: Timestamp, now: Timestamp) {
        let due = self.savings.stretched(poll_group).next_due(&self.key, succeeded_at);
        if let Some(round) = self.by_poll_group.get_mut(&poll_group).filter(|_| due > now) {
            round.go_on(succeeded_at, due);
        }
    }

    /// Makes the rounds of some poll groups due, after those under way.
    pub(super) fn poll_at_once(&mut self, is_wanted: impl Fn(PollGroup) -> bool) {
        for (_, round) in self.by_poll_group.iter_mut().filter(|(poll_group, _)| is_wanted(**poll_group)) {
            round.poll_at_once();
        }
    }

    /// Starts every round that is due, and queries again what failed.
    pub(super) fn due(&mut self, now: Timestamp, generation: Generation) -> Vec<Command> {
        let mut commands = Vec::new();
        for (&poll_group, round) in &mut self.by_poll_group {
            if round.is_due(now) {
                round.schedule(self.savings.stretched(poll_group), &self.key, now);
                round.start(generation, now);
            } else {
                commands.extend(round.again(now).into_iter().map(Arc::new).map(Command::Fetch));
            }
        }
        commands
    }

    /// The next batches, those of the round that began first before all others, and which rounds are over. `due` returns
    /// what is due of a poll group in a remainder; while the first listing is growing, more may come. `known` is that of
    /// [`Remainder::take`].
    pub(super) fn next<'a, I: Iterator<Item = (&'a Arc<Resource>, Vec<DueMetric<'a>>)>>(
        &mut self,
        now: Timestamp,
        (generation, is_growing): (Generation, bool),
        due: impl Fn(PollGroup, &Remainder) -> I,
        mut known: impl FnMut(&DueMetric) -> Option<Timestamp>,
    ) -> Vec<Command> {
        let mut commands = Vec::new();
        let mut free = BATCHES.saturating_sub(self.by_poll_group.values().map(Round::under_way).sum());
        let mut in_line: Vec<_> = self.by_poll_group.iter_mut().collect();
        in_line.sort_by_key(|(_, round)| round.remainder.as_ref().map(|remainder| remainder.began));
        for (&poll_group, round) in in_line {
            let batches = round.take(free, poll_group, is_growing, |remainder| {
                let due = due(poll_group, remainder);
                remainder.take(free, (poll_group, generation), due, &mut known)
            });
            free = free.saturating_sub(batches.len());
            commands.extend(batches.into_iter().map(Arc::new).map(Command::Fetch));
            commands.extend(round.ends(now).then_some(Command::Finished(poll_group.task())));
        }
        commands
    }

    /// Lets new resources of the first listing have their turn in the rounds under way.
    pub(super) fn enter(&mut self, new: &[Arc<str>]) {
        let remainders = self.by_poll_group.values_mut().filter_map(|round| round.remainder.as_mut());
        remainders.for_each(|remainder| remainder.enter(new.iter()));
    }

    /// Ends all rounds with what is under way, and makes them due again.
    pub(super) fn give_up(&mut self) {
        self.by_poll_group.values_mut().for_each(Round::give_up);
    }

    /// Records the end of a batch.
    pub(super) fn ended(&mut self, batch: &Arc<Batch>, reply: Option<&BatchResult>, now: Timestamp) {
        if let Some(round) = self.by_poll_group.get_mut(&batch.poll_group) {
            round.ended(batch, reply, now);
        }
    }

    /// The inventories that batches under way, or to be tried again, were made from.
    pub(super) fn generations(&self) -> BTreeSet<Generation> {
        self.by_poll_group.values().flat_map(Round::generations).collect()
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
