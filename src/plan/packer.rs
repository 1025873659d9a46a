//! Packs queries as they come: a round of a large fleet has hundreds of batches, which are not made before their turn.

use super::batch::{Batch, DueMetric, QUERIES_PER_CALL, Query};
use super::poll_group::PollGroup;
use crate::resource::Generation;
use crate::time::Timestamp;

/// Packs queries as they come.
///
/// The queries of a call have one window. Those that need a long one are packed apart: one metric without datapoints in each
/// call would else double the datapoints of all.
#[derive(Debug, Default)]
pub struct Packer {
    short: Pack,
    long: Pack,
}

/// Queries of one call.
#[derive(Debug, Default)]
pub struct Pack {
    /// See [`Batch::known`].
    known: Option<Timestamp>,
    queries: Vec<Query>,
}

/// Packs what is due into full batches; the statistics of one metric are never in two calls. No datapoint is known.
#[must_use]
pub fn batches<'a>(
    due_metrics: impl IntoIterator<Item = DueMetric<'a>>,
    poll_group: PollGroup,
    generation: Generation,
) -> Vec<Batch> {
    let mut packer = Packer::default();
    let mut full: Vec<_> = due_metrics.into_iter().filter_map(|due| packer.add(&due, None)).collect();
    full.extend(packer.rest());
    full.into_iter().map(|pack| pack.batch(poll_group, generation, 0)).collect()
}

impl Packer {
    /// Adds a metric; returns the queries before it if those of the metric do not fit their call. A short window suffices
    /// if the end of the newest datapoint is given, of several statistics the oldest such end.
    pub fn add(&mut self, due: &DueMetric, known: Option<Timestamp>) -> Option<Pack> {
        if known.is_some() { self.short.add(due, known) } else { self.long.add(due, None) }
    }

    /// The queries that are in no batch yet: in one call if they fit it, for a call more would need more than a longer window.
    pub fn rest(&mut self) -> impl Iterator<Item = Pack> + use<> {
        let Self { mut short, mut long } = std::mem::take(self);
        if short.queries.len() + long.queries.len() <= QUERIES_PER_CALL && !long.queries.is_empty() {
            long.queries.append(&mut short.queries);
        }
        [short, long].into_iter().filter(|pack| !pack.queries.is_empty())
    }
}

impl Pack {
    /// The batch of a poll group that has these queries.
    #[must_use]
    pub fn batch(self, poll_group: PollGroup, generation: Generation, failures: u32) -> Batch {
        let Self { known, queries } = self;
        Batch { poll_group, generation, failures, known, queries }
    }

    fn add(&mut self, due: &DueMetric, known: Option<Timestamp>) -> Option<Self> {
        let fits = self.queries.len() + due.selected.statistics.len() <= QUERIES_PER_CALL;
        let full = (!fits).then(|| std::mem::take(self));
        if self.queries.is_empty() {
            (self.known, self.queries) = (known, Vec::with_capacity(QUERIES_PER_CALL));
        } else {
            self.known = self.known.min(known);
        }
        self.queries.extend(due.queries());
        full
    }
}
