//! Whether a scope polls: of two replicas with one lease, only one does.

use std::collections::BTreeMap;

use super::report::TaskReport;
use crate::cost::Dollars;
use crate::plan::{Now, Task};
use crate::time::Timestamp;

/// Whether a scope polls, and since when by the steady clock.
#[derive(Debug)]
pub(super) struct Polling {
    started: Timestamp,
    since: Option<Timestamp>,
}

impl Polling {
    pub(super) const fn new(now: Timestamp) -> Self {
        Self { started: now, since: Some(now) }
    }

    /// Returns whether that is a change.
    pub(super) fn set(&mut self, polls: bool, now: Timestamp) -> bool {
        let changes = self.is_on() != polls;
        if changes {
            self.since = polls.then_some(now);
        }
        changes
    }

    pub(super) const fn is_on(&self) -> bool {
        self.since.is_some()
    }

    /// What polling costs in 30 days: nothing while the other replica polls.
    pub(super) fn spent(&self, dollars: Dollars) -> Dollars {
        if self.is_on() { dollars } else { Dollars::default() }
    }

    /// The tasks without polls that the other replica makes: their age would count as an outage. Polls that have been taken
    /// over are as young as that, as those of a process that starts are.
    pub(super) fn tasks(&self, mut tasks: BTreeMap<Task, TaskReport>, now: Now) -> BTreeMap<Task, TaskReport> {
        let Some(since) = self.since else {
            tasks.retain(|task, _| !task.is_poll());
            return tasks;
        };
        if since > self.started {
            for (_, report) in tasks.iter_mut().filter(|(task, _)| task.is_poll()) {
                report.last_success = report.last_success.max(Some(now.to_wall(since)));
            }
        }
        tasks
    }
}
