//! The samples of one family in one scope, as text and as a segment of the page.
//!
//! One writer makes the compressed and the streamed text, so they cannot differ.

use std::sync::Arc;

use crate::snapshot::{Column, Family, NEVER, Sample};
use crate::time::Timestamp;

use super::deflate::{Deflater, Segment};
use super::number;

/// The size of the pieces of text: a piece fits the CPU's cache, and a streaming scrape holds only one at a time.
pub(super) const CHUNK_BYTES: usize = 64 * 1024;

/// Longer than most lines, so that a chunk seldom exceeds its reserved capacity.
const LINE_BYTES: usize = 1024;

/// One column and its encoded text.
#[derive(Debug)]
pub(super) struct EncodedColumn {
    family: Arc<Family>,
    column: Arc<Column>,
    /// The time of encoding. Samples that had expired by then or begin later are left out.
    encoded_at: Timestamp,
    /// The first time at which an included sample expires or an excluded one begins.
    pub(super) valid_until: Timestamp,
    /// The number of lines.
    pub(super) series: usize,
    /// The compressed text; empty if no sample is live.
    pub(super) segment: Segment,
}

impl EncodedColumn {
    pub(super) fn new(family: &Arc<Family>, column: &Arc<Column>, now: Timestamp, deflater: &mut Deflater) -> Self {
        let mut encoded = Self {
            family: Arc::clone(family),
            column: Arc::clone(column),
            encoded_at: now,
            valid_until: column.extras.iter().filter_map(|extra| extra.next_change(now)).min().unwrap_or(NEVER),
            series: column.samples.iter().filter(|sample| column.lives(sample, now)).count(),
            segment: Segment::default(),
        };
        if encoded.series > 0 {
            let mut next = 0;
            encoded.segment = deflater.segment(|text| encoded.write(&mut next, text));
        }
        encoded
    }

    /// Whether encoding this column of the same family at `now` would make the same text.
    pub(super) fn is_current_for(&self, column: &Arc<Column>, now: Timestamp) -> bool {
        Arc::ptr_eq(&self.column, column) && (self.encoded_at..self.valid_until).contains(&now)
    }

    /// Appends lines, from the sample `next` on, until `text` has [`CHUNK_BYTES`] or the column ends.
    pub(super) fn write(&self, next: &mut usize, text: &mut Vec<u8>) {
        text.reserve((CHUNK_BYTES + LINE_BYTES).saturating_sub(text.len()));
        for sample in &self.column.samples[*next..] {
            if text.len() >= CHUNK_BYTES {
                return;
            }
            *next += 1;
            if self.column.lives(sample, self.encoded_at) {
                push_line(text, &self.family.name, &self.column, sample);
            }
        }
    }
}

fn push_line(text: &mut Vec<u8>, name: &str, column: &Column, sample: &Sample) {
    text.extend_from_slice(name.as_bytes());
    push_labels(text, &column.labels[sample.resource.position()], &column.extra(sample).labels);
    text.push(b' ');
    number::push(text, sample.value);
    text.push(b'\n');
}

fn push_labels(text: &mut Vec<u8>, labels: &str, extra: &str) {
    if labels.is_empty() && extra.is_empty() {
        return;
    }
    text.push(b'{');
    text.extend_from_slice(labels.as_bytes());
    if !labels.is_empty() && !extra.is_empty() {
        text.push(b',');
    }
    text.extend_from_slice(extra.as_bytes());
    text.push(b'}');
}
