//! What a round has not queried yet. Its batches are made when their calls are near: those of a large fleet together would
//! be the largest part of its memory.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::plan::{Batch, DueMetric, Pack, Packer, PollGroup};
use crate::resource::{Generation, Resource};
use crate::time::Timestamp;

/// The rest of a round that began.
#[derive(Debug)]
pub(super) struct Remainder {
    /// When the round began, by the steady clock.
    pub(super) began: Timestamp,
    /// How often in a row a batch had failed by then.
    failures: u32,
    /// The last resource whose metrics are packed. Every inventory is in the order of ARNs, so that each resource has its
    /// turn once, whatever is listed meanwhile.
    last: Option<Arc<Resource>>,
    /// The ARNs of resources that were listed for the first time when those behind them had had their turn.
    late: BTreeSet<Arc<str>>,
    /// Queries that are in no batch yet, and the inventory that they were made from.
    packer: Packer,
    pub(super) generation: Generation,
}

impl Remainder {
    /// All of a round that begins now.
    pub(super) fn new(failures: u32, generation: Generation, now: Timestamp) -> Self {
        Self { began: now, failures, last: None, late: BTreeSet::new(), packer: Packer::default(), generation }
    }

    /// The ARN behind which it goes on.
    pub(super) fn last(&self) -> Option<&str> {
        self.last.as_ref().map(|resource| resource.arn.as_str())
    }

    /// What had no turn before [`last`](Self::last).
    pub(super) fn late(&self) -> impl Iterator<Item = &Arc<str>> {
        self.late.iter()
    }

    /// Lets new resources have their turn, those before the last one, too.
    pub(super) fn enter<'a>(&mut self, new: impl Iterator<Item = &'a Arc<str>>) {
        if let Some(last) = self.last.as_ref().map(|resource| resource.arn.as_str()) {
            self.late.extend(new.filter(|arn| ***arn < *last).cloned());
        }
    }

    /// So many of its full batches, from what is due in the inventory of this generation, of [`late`](Self::late) resources
    /// and behind [`last`](Self::last); fewer if nothing is left. A resource with many statistics may make one more. `known`
    /// returns the end of the newest datapoint of a metric if a short window suffices for it.
    pub(super) fn take<'a>(
        &mut self,
        count: usize,
        (poll_group, generation): (PollGroup, Generation),
        mut due: impl Iterator<Item = (&'a Arc<Resource>, Vec<DueMetric<'a>>)>,
        mut known: impl FnMut(&DueMetric) -> Option<Timestamp>,
    ) -> Vec<Batch> {
        let of_others = if self.generation == generation { Vec::new() } else { self.rest(poll_group) };
        self.generation = generation;
        let mut batches = of_others;
        while batches.len() < count {
            let Some((resource, metrics)) = due.next() else { break };
            let full: Vec<_> = metrics.iter().filter_map(|metric| self.packer.add(metric, known(metric))).collect();
            batches.extend(full.into_iter().map(|pack| self.batch(poll_group, pack)));
            if !self.late.remove(resource.arn.as_str()) {
                self.last = Some(Arc::clone(resource));
            }
        }
        batches
    }

    /// What does not fill a batch: up to two, of queries that need a short and a long window.
    pub(super) fn rest(&mut self, poll_group: PollGroup) -> Vec<Batch> {
        self.packer.rest().map(|pack| self.batch(poll_group, pack)).collect()
    }

    fn batch(&self, poll_group: PollGroup, pack: Pack) -> Batch {
        pack.batch(poll_group, self.generation, self.failures)
    }
}
