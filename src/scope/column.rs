//! Builds one column from samples and their further labels.

use std::collections::HashMap;
use std::sync::Arc;

use crate::level::mute::Span;
use crate::resource::ResourceIndex;
use crate::snapshot::{Column, Extra, Family, Sample, SamplesBuilder, labels};

/// A family with its column.
pub(super) type Entry = (Arc<Family>, Arc<Column>);

pub(super) fn family(name: &str, help: &str) -> Family {
    Family { name: name.to_owned(), help: help.to_owned() }
}

pub(super) fn one_label(name: &str, value: &str) -> String {
    let mut block = String::new();
    labels::push(&mut block, name, value);
    block
}

/// A column that is being built: equal further labels with equal times are kept once.
pub(super) struct Builder {
    labels: Arc<[Box<str>]>,
    extras: Vec<Extra>,
    by_labels: HashMap<Box<str>, Vec<u32>>,
    samples: SamplesBuilder,
}

impl Builder {
    pub(super) fn new(labels: &Arc<[Box<str>]>) -> Self {
        Self {
            labels: Arc::clone(labels),
            extras: Vec::new(),
            by_labels: HashMap::new(),
            samples: SamplesBuilder::default(),
        }
    }

    /// The same with room for so many samples.
    pub(super) fn with_room_for(samples: usize, labels: &Arc<[Box<str>]>) -> Self {
        Self { samples: SamplesBuilder::with_capacity(samples), ..Self::new(labels) }
    }

    pub(super) fn push(&mut self, resource: ResourceIndex, extra: &str, value: f64) {
        self.push_during(resource, extra, value, Span::EVER);
    }

    pub(super) fn push_during(&mut self, resource: ResourceIndex, extra: &str, value: f64, span: Span) {
        let extra = self.extra(extra, span);
        self.samples.push(Sample { value, resource, extra });
    }

    fn extra(&mut self, labels: &str, span: Span) -> u32 {
        let has_times = |extra: &Extra| (extra.begins, extra.expires) == (span.from, span.until);
        // Most samples of a column are like the one before, or follow it as they did on the resource before.
        let last = self.samples.last_extra();
        let is_near = |index: &u32| {
            self.extras.get(*index as usize).is_some_and(|extra| has_times(extra) && are_equal(&extra.labels, labels))
        };
        if let Some(near) = last.into_iter().flat_map(|last| [last, last + 1]).find(is_near) {
            return near;
        }
        // The newest first: values of one poll expire together.
        let is_it = |index: &&u32| has_times(&self.extras[**index as usize]);
        if let Some(index) = self.by_labels.get(labels).and_then(|indices| indices.iter().rev().find(is_it)) {
            return *index;
        }
        let index = u32::try_from(self.extras.len()).unwrap_or(u32::MAX);
        self.extras.push(Extra { labels: labels.into(), begins: span.from, expires: span.until });
        self.by_labels.entry(labels.into()).or_default().push(index);
        index
    }

    pub(super) fn finish(mut self, family: Family) -> Entry {
        self.extras.shrink_to_fit();
        let column = Column { labels: self.labels, extras: self.extras, samples: self.samples.finish() };
        (Arc::new(family), Arc::new(column))
    }
}

/// The C library takes sixty times as long for texts that are empty, because they have no address that can be read.
fn are_equal(one: &str, other: &str) -> bool {
    one.len() == other.len() && (one.is_empty() || one == other)
}
