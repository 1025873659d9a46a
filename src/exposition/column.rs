//! The samples of one family in one scope and one shard, as text and as segments of the page.
//!
//! One writer makes the compressed and the streamed text, so they cannot differ.

use std::ops::Range;
use std::sync::Arc;

use crate::resource::ResourceIndex;
use crate::snapshot::{Column, Family, NEVER, Sample};
use crate::time::Timestamp;

use super::deflate::{Deflater, Segment};
use super::number;

/// The size of the pieces of text: a piece fits the CPU's cache, and a streaming scrape holds only one at a time.
pub(super) const CHUNK_BYTES: usize = 64 * 1024;

/// Longer than most lines, so that a chunk seldom exceeds its reserved capacity.
const LINE_BYTES: usize = 1024;

/// How many resources share a segment. A round of polling takes the resources in order, so that a page that is rendered
/// meanwhile differs from the one before in a part of them. Segments cannot refer to each other, which costs some bytes each.
const RESOURCES: usize = 1024;

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
    parts: Vec<Part>,
}

/// The samples of some resources, and their compressed text.
#[derive(Debug)]
struct Part {
    samples: Range<usize>,
    segment: Arc<Segment>,
}

impl EncodedColumn {
    /// `before` is the column that this one replaces: parts that have the same text are not encoded again.
    pub(super) fn new(
        family: &Arc<Family>,
        source: Source<'_>,
        before: Option<&Self>,
        now: Timestamp,
        deflater: &mut Deflater,
    ) -> Self {
        let Source { column, by_row, shard } = source;
        let mut encoded = Self {
            family: Arc::clone(family),
            column: Arc::clone(column),
            by_row: Arc::clone(by_row),
            shard,
            encoded_at: now,
            valid_until: column.extras.iter().filter_map(|extra| extra.next_change(now)).min().unwrap_or(NEVER),
            series: 0,
            parts: Vec::new(),
        };
        encoded.series = column.samples.iter().filter(|sample| encoded.has(sample)).count();
        let before = before.filter(|before| Arc::ptr_eq(&before.column.labels, &column.labels));
        for samples in column.samples.runs(group) {
            let segment = before.and_then(|before| encoded.segment_of(before, &samples));
            let segment = segment.unwrap_or_else(|| Arc::new(encoded.compress(samples.clone(), deflater)));
            encoded.parts.push(Part { samples, segment });
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

    /// The compressed text in its order.
    pub(super) fn segments(&self) -> impl Iterator<Item = &Segment> {
        self.parts.iter().map(|part| &*part.segment).filter(|segment| segment.text.bytes > 0)
    }

    fn compress(&self, samples: Range<usize>, deflater: &mut Deflater) -> Segment {
        if self.lines(samples.clone()).next().is_none() {
            return Segment::default();
        }
        let Range { start: mut next, end } = samples;
        deflater.segment(|text| self.write_until(end, &mut next, text))
    }

    /// The segment of these samples in a column that has the same lines for the same resources.
    fn segment_of(&self, before: &Self, samples: &Range<usize>) -> Option<Arc<Segment>> {
        let group_of =
            |column: &Column, samples: &Range<usize>| Some(group(column.samples.get(samples.start)?.resource));
        let own = group_of(&self.column, samples);
        let part = before.parts.iter().find(|part| group_of(&before.column, &part.samples) == own)?;
        let is_same = self.lines(samples.clone()).eq(before.lines(part.samples.clone()));
        is_same.then(|| Arc::clone(&part.segment))
    }

    /// What the lines of samples are made from, beside the labels of resources. Labels that are empty are left out, because
    /// the C library takes sixty times as long to compare those.
    fn lines(&self, samples: Range<usize>) -> impl Iterator<Item = (ResourceIndex, u64, Option<&str>)> {
        let samples = self.column.samples.range(samples).filter(|sample| self.has(sample));
        let labels = |sample: &Sample| Some(&*self.column.extra(sample).labels).filter(|labels| !labels.is_empty());
        samples.map(move |sample| (sample.resource, sample.value.to_bits(), labels(&sample)))
    }

    /// Appends lines, from the sample `next` on, until `text` has [`CHUNK_BYTES`] or the column ends.
    pub(super) fn write(&self, next: &mut usize, text: &mut Vec<u8>) {
        self.write_until(self.column.samples.len(), next, text);
    }

    fn write_until(&self, end: usize, next: &mut usize, text: &mut Vec<u8>) {
        text.reserve((CHUNK_BYTES + LINE_BYTES).saturating_sub(text.len()));
        for sample in self.column.samples.range(*next..end) {
            if text.len() >= CHUNK_BYTES {
                return;
            }
            *next += 1;
            if self.has(&sample) {
                push_line(text, &self.family.name, &self.column, &sample);
            }
        }
    }
}

const fn group(resource: ResourceIndex) -> usize {
    resource.position() / RESOURCES
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
