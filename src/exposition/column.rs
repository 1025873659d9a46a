//! The samples of one family in one scope and one shard, as text and as a segment of the page.
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

/// A column, or the samples of it that one shard has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) column: &'a Arc<Column>,
    /// The shard of each place in the column's labels; 0 for those beyond its end.
    pub(super) by_row: &'a Arc<[u8]>,
    /// `None` for all samples, whatever their shards.
    pub(super) shard: Option<u8>,
}

/// One column, in one shard if the page is split, and its encoded text.
#[derive(Debug)]
pub(super) struct EncodedColumn {
    family: Arc<Family>,
    column: Arc<Column>,
    by_row: Arc<[u8]>,
    pub(super) shard: Option<u8>,
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
    pub(super) fn new(family: &Arc<Family>, source: Source<'_>, now: Timestamp, deflater: &mut Deflater) -> Self {
        let Source { column, by_row, shard } = source;
        let mut encoded = Self {
            family: Arc::clone(family),
            column: Arc::clone(column),
            by_row: Arc::clone(by_row),
            shard,
            encoded_at: now,
            valid_until: column.extras.iter().filter_map(|extra| extra.next_change(now)).min().unwrap_or(NEVER),
            series: 0,
            segment: Segment::default(),
        };
        encoded.series = column.samples.iter().filter(|sample| encoded.has(sample)).count();
        if encoded.series > 0 {
            let mut next = 0;
            encoded.segment = deflater.segment(|text| encoded.write(&mut next, text));
        }
        encoded
    }

    /// Whether encoding this source of the same family at `now` would make the same text.
    pub(super) fn is_current_for(&self, source: Source<'_>, now: Timestamp) -> bool {
        Arc::ptr_eq(&self.column, source.column)
            && (self.shard, &self.by_row) == (source.shard, source.by_row)
            && (self.encoded_at..self.valid_until).contains(&now)
    }

    /// Whether a sample is live and of this shard.
    fn has(&self, sample: &Sample) -> bool {
        let shard = || self.by_row.get(sample.resource.position()).copied().unwrap_or_default();
        self.shard.is_none_or(|wanted| wanted == shard()) && self.column.lives(sample, self.encoded_at)
    }

    /// Appends lines, from the sample `next` on, until `text` has [`CHUNK_BYTES`] or the column ends.
    pub(super) fn write(&self, next: &mut usize, text: &mut Vec<u8>) {
        text.reserve((CHUNK_BYTES + LINE_BYTES).saturating_sub(text.len()));
        for sample in &self.column.samples[*next..] {
            if text.len() >= CHUNK_BYTES {
                return;
            }
            *next += 1;
            if self.has(sample) {
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
