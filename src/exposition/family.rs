//! One family as text and as a segment of the page.
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

/// One family: its columns and its encoded text.
#[derive(Debug)]
pub(super) struct EncodedFamily {
    family: Arc<Family>,
    columns: Vec<Arc<Column>>,
    /// The time of encoding. Samples that had expired by then or begin later are left out.
    encoded_at: Timestamp,
    /// The first time at which an included sample expires or an excluded one begins.
    pub(super) valid_until: Timestamp,
    /// The number of lines with a value.
    pub(super) series: usize,
    /// The compressed text; empty if no sample is live.
    pub(super) segment: Segment,
}

impl EncodedFamily {
    pub(super) fn new(family: Arc<Family>, columns: Vec<Arc<Column>>, now: Timestamp, deflater: &mut Deflater) -> Self {
        let (series, valid_until) = live_series(&columns, now);
        let mut encoded = Self { family, columns, encoded_at: now, valid_until, series, segment: Segment::default() };
        if series > 0 {
            let mut cursor = Cursor::default();
            encoded.segment = deflater.segment(|text| encoded.write(&mut cursor, text));
        }
        encoded
    }

    /// Whether encoding these columns at `now` would make the same text.
    pub(super) fn is_current_for(&self, family: &Family, columns: &[&Arc<Column>], now: Timestamp) -> bool {
        let is_same = |(encoded, current): (&Arc<Column>, &&Arc<Column>)| Arc::ptr_eq(encoded, current);
        (self.encoded_at..self.valid_until).contains(&now)
            && *self.family == *family
            && self.columns.len() == columns.len()
            && self.columns.iter().zip(columns).all(is_same)
    }

    /// Appends text of the family until `text` has [`CHUNK_BYTES`] or the family ends.
    pub(super) fn write(&self, cursor: &mut Cursor, text: &mut Vec<u8>) {
        text.reserve((CHUNK_BYTES + LINE_BYTES).saturating_sub(text.len()));
        if !cursor.begun {
            push_head(text, &self.family);
            cursor.begun = true;
        }
        while let Some(column) = self.columns.get(cursor.column) {
            for sample in &column.samples[cursor.sample..] {
                if text.len() >= CHUNK_BYTES {
                    return;
                }
                cursor.sample += 1;
                if sample.lives(self.encoded_at) {
                    push_line(text, &self.family.name, column, sample);
                }
            }
            *cursor = Cursor { column: cursor.column + 1, sample: 0, begun: true };
        }
    }
}

/// How far a family has been written.
#[derive(Debug, Default)]
pub(super) struct Cursor {
    begun: bool,
    column: usize,
    sample: usize,
}

/// The number of samples that are live at `now`, and the time until which these are the live ones.
fn live_series(columns: &[Arc<Column>], now: Timestamp) -> (usize, Timestamp) {
    let samples = columns.iter().flat_map(|column| &column.samples);
    samples.fold((0, NEVER), |(series, valid_until), sample| {
        let next_change = sample.next_change(now).unwrap_or(NEVER);
        (series + usize::from(sample.lives(now)), valid_until.min(next_change))
    })
}

fn push_head(text: &mut Vec<u8>, family: &Family) {
    // No series of CloudWatch ends like this: its names end in the statistic.
    let is_counter = family.name.ends_with("_total");
    let kind = if is_counter { " counter\n" } else { " gauge\n" };
    let pieces = ["# HELP ", &family.name, " ", &family.help, "\n# TYPE ", &family.name, kind];
    for piece in pieces {
        text.extend_from_slice(piece.as_bytes());
    }
}

fn push_line(text: &mut Vec<u8>, name: &str, column: &Column, sample: &Sample) {
    text.extend_from_slice(name.as_bytes());
    push_labels(text, &column.labels[sample.resource.position()], &column.extras[sample.extra as usize]);
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
