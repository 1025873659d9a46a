//! Builds one column from samples and their further labels.

use std::collections::HashMap;
use std::sync::Arc;

use crate::level::mute::Span;
use crate::resource::ResourceIndex;
use crate::snapshot::{Column, Family, Sample, labels};

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

/// A column that is being built: equal further labels are kept once.
pub(super) struct Builder {
    labels: Arc<[Box<str>]>,
    extras: Vec<Box<str>>,
    by_text: HashMap<Box<str>, u32>,
    samples: Vec<Sample>,
}

impl Builder {
    pub(super) fn new(labels: &Arc<[Box<str>]>) -> Self {
        let by_text = HashMap::from([(Box::from(""), 0)]);
        Self { labels: Arc::clone(labels), extras: vec![Box::from("")], by_text, samples: Vec::new() }
    }

    pub(super) fn push(&mut self, resource: ResourceIndex, extra: &str, value: f64) {
        self.push_during(resource, extra, value, Span::EVER);
    }

    pub(super) fn push_during(&mut self, resource: ResourceIndex, extra: &str, value: f64, span: Span) {
        let extra = self.extra(extra);
        self.samples.push(Sample { resource, extra, value, begins: span.from, expires: span.until });
    }

    fn extra(&mut self, text: &str) -> u32 {
        if let Some(index) = self.by_text.get(text) {
            return *index;
        }
        let index = u32::try_from(self.extras.len()).unwrap_or(u32::MAX);
        self.extras.push(text.into());
        self.by_text.insert(text.into(), index);
        index
    }

    pub(super) fn finish(self, family: Family) -> Entry {
        let column = Column { labels: self.labels, extras: self.extras, samples: self.samples };
        (Arc::new(family), Arc::new(column))
    }
}
