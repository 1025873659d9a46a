//! Rounds of polling: when each rhythm is due, what is under way, what failed and is tried again.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Command;
use super::listing::is_due;
use crate::config::Selection;
use crate::plan::{Answer, Ask, Batch, Reply, Rhythm, Seconds, Task, batches};

/// A failed batch is tried again after this long, if its round does not come sooner.
const RETRY_SECONDS: Seconds = 60;

/// The rounds of one scope.
#[derive(Debug)]
pub(super) struct Rounds {
    key: String,
    by_rhythm: BTreeMap<Rhythm, Round>,
}

/// The state of one rhythm.
#[derive(Debug)]
struct Round {
    /// When everything is asked again.
    due: Seconds,
    /// When only what failed is asked again.
    retry: Option<Seconds>,
    failed: Vec<Arc<Batch>>,
    outstanding: usize,
    /// When the first batch that succeeded was asked, since everything was due.
    asked: Option<Seconds>,
    last_success: Option<Seconds>,
    newest: Option<Seconds>,
    settled: bool,
}

impl Round {
    const fn new(now: Seconds) -> Self {
        Self {
            due: now,
            retry: None,
            failed: Vec::new(),
            outstanding: 0,
            asked: None,
            last_success: None,
            newest: None,
            settled: false,
        }
    }

    /// Takes the end of a batch in; a reply is no newer than its question, however long both took.
    fn ended(&mut self, batch: &Arc<Batch>, reply: Option<&Reply>) {
        self.outstanding = self.outstanding.saturating_sub(1);
        let Some(reply) = reply else {
            self.failed.push(Arc::clone(batch));
            return;
        };
        self.asked = Some(self.asked.map_or(reply.asked, |first| first.min(reply.asked)));
        let newest = reply.answers.iter().filter_map(Answer::point).map(|point| point.end).max();
        self.newest = self.newest.max(newest);
    }

    /// Values of different batches are of different age; what is said of all of them holds for the oldest.
    fn over(&mut self, now: Seconds) {
        self.settled = true;
        if self.failed.is_empty() {
            self.last_success = Some(self.asked.unwrap_or(now));
        } else {
            self.retry = Some(now + RETRY_SECONDS).filter(|retry| *retry < self.due);
        }
    }
}

impl Rounds {
    pub(super) fn new(selection: &Selection, key: &str, now: Seconds) -> Self {
        let by_rhythm = selection.polled().map(|selected| (Rhythm::of(selected), Round::new(now))).collect();
        Self { key: key.to_owned(), by_rhythm }
    }

    /// Starts every round that is due; one that is still under way is not started twice.
    pub(super) fn due<'a>(&mut self, now: Seconds, asks: impl Fn(Rhythm) -> Vec<Ask<'a>>) -> Vec<Command> {
        let mut commands = Vec::new();
        for (&rhythm, round) in self.by_rhythm.iter_mut().filter(|(_, round)| round.outstanding == 0) {
            let batches = if is_due(round.due, Seconds::from(rhythm.interval_seconds), now) {
                round.due = rhythm.next_due(&self.key, now);
                round.failed.clear();
                round.asked = None;
                batches(&asks(rhythm), rhythm).into_iter().map(Arc::new).collect()
            } else if round.retry.is_some_and(|retry| now >= retry) {
                std::mem::take(&mut round.failed)
            } else {
                continue;
            };
            round.retry = None;
            round.outstanding = batches.len();
            if batches.is_empty() {
                round.over(now);
                commands.push(Command::Finished(rhythm.task()));
            }
            commands.extend(batches.into_iter().map(Command::Fetch));
        }
        commands
    }

    /// Notes the end of a batch; returns the task whose round is over with it.
    pub(super) fn ended(&mut self, batch: &Arc<Batch>, reply: Option<&Reply>, now: Seconds) -> Option<Task> {
        let round = self.by_rhythm.get_mut(&batch.rhythm)?;
        round.ended(batch, reply);
        if round.outstanding > 0 {
            return None;
        }
        round.over(now);
        Some(batch.rhythm.task())
    }

    /// Whether every first round is over, well or badly.
    pub(super) fn are_settled(&self) -> bool {
        self.by_rhythm.values().all(|round| round.settled)
    }

    /// For each task, the oldest last success of its rhythms and the newest point of any.
    pub(super) fn tasks(&self) -> BTreeMap<Task, (Option<Seconds>, Option<Seconds>)> {
        let mut tasks = BTreeMap::new();
        for (rhythm, round) in &self.by_rhythm {
            let (last_success, newest) = tasks.entry(rhythm.task()).or_insert((round.last_success, round.newest));
            *last_success = round.last_success.min(*last_success);
            *newest = round.newest.max(*newest);
        }
        tasks
    }
}
