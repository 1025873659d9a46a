//! What a round has not queried yet. Its batches are made when their calls are near: those of a large fleet together would
//! be the largest part of its memory.

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
    /// Queries that are in no batch yet, and the inventory that they were made from.
    packer: Packer,
    pub(super) generation: Generation,
}

impl Remainder {
    /// All of a round that begins now.
    pub(super) fn new(failures: u32, generation: Generation, now: Timestamp) -> Self {
        Self { began: now, failures, last: None, packer: Packer::default(), generation }
    }

    /// The ARN behind which it goes on.
    pub(super) fn last(&self) -> Option<&str> {
        self.last.as_ref().map(|resource| resource.arn.as_str())
    }

    /// So many of its batches, from what is due behind [`last`](Self::last) in the inventory of this generation; fewer if
    /// nothing is left. A resource with many statistics may make one more. `known` returns the end of the newest datapoint
    /// of a metric if a short window suffices for it.
    pub(super) fn take<'a>(
        &mut self,
        count: usize,
        (poll_group, generation): (PollGroup, Generation),
        mut due: impl Iterator<Item = (&'a Arc<Resource>, Vec<DueMetric<'a>>)>,
        mut known: impl FnMut(&DueMetric) -> Option<Timestamp>,
    ) -> Vec<Batch> {
        let failures = self.failures;
        let batch = |generation| move |pack: Pack| pack.batch(poll_group, generation, failures);
        let mut batches = Vec::new();
        let before = std::mem::replace(&mut self.generation, generation);
        if before != generation {
            batches.extend(self.packer.rest().map(batch(before)));
        }
        while batches.len() < count {
            let Some((resource, metrics)) = due.next() else {
                batches.extend(self.packer.rest().map(batch(generation)));
                break;
            };
            let full = metrics.iter().filter_map(|metric| self.packer.add(metric, known(metric)));
            batches.extend(full.map(batch(generation)));
            self.last = Some(Arc::clone(resource));
        }
        batches
    }
}
