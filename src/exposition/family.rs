//! One family as text and as a segment of the page.
//!
//! Compressed and streamed text come from the same writer, so that they cannot differ.

use std::sync::Arc;

use crate::snapshot::{Column, Family, NEVER, Sample, Seconds};

use super::deflate::{Deflater, Segment};
use super::number;

/// How much text is made at a time: it stays in the CPU's cache, and a scrape that streams holds no more than this.
pub(super) const CHUNK_BYTES: usize = 64 * 1024;

/// Above the longest line that is common, so that a chunk seldom grows past its room.
const LINE_BYTES: usize = 1024;

/// What one family came from and what it became.
#[derive(Debug)]
pub(super) struct EncodedFamily {
    family: Arc<Family>,
    columns: Vec<Arc<Column>>,
    /// Samples that had expired by then, or begin later, are left out.
    encoded_at: Seconds,
    /// When the first sample that is in expires, or the first that is not begins.
    pub(super) valid_until: Seconds,
    /// Lines with a value.
    pub(super) series: usize,
    /// The compressed text; empty when no sample lives.
    pub(super) segment: Segment,
}

impl EncodedFamily {
    pub(super) fn new(family: Arc<Family>, columns: Vec<Arc<Column>>, now: Seconds, deflater: &mut Deflater) -> Self {
        let (series, valid_until) = survey(&columns, now);
        let mut encoded = Self { family, columns, encoded_at: now, valid_until, series, segment: Segment::default() };
        if series > 0 {
            let mut cursor = Cursor::default();
            encoded.segment = deflater.segment(|text| encoded.write(&mut cursor, text));
        }
        encoded
    }

    /// Whether encoding these columns at `now` would make the same text.
    pub(super) fn stands_for(&self, family: &Family, columns: &[&Arc<Column>], now: Seconds) -> bool {
        let same = |(mine, theirs): (&Arc<Column>, &&Arc<Column>)| Arc::ptr_eq(mine, theirs);
        (self.encoded_at..self.valid_until).contains(&now)
            && *self.family == *family
            && self.columns.len() == columns.len()
            && self.columns.iter().zip(columns).all(same)
    }

    /// Appends the next piece of the family's text, up to [`CHUNK_BYTES`]; less than that is left at its end only.
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

/// How many samples live at `now`, and until when it is these.
fn survey(columns: &[Arc<Column>], now: Seconds) -> (usize, Seconds) {
    let samples = columns.iter().flat_map(|column| &column.samples);
    samples.fold((0, NEVER), |(series, valid_until), sample| {
        let next_change = sample.next_change(now).unwrap_or(NEVER);
        (series + usize::from(sample.lives(now)), valid_until.min(next_change))
    })
}

fn push_head(text: &mut Vec<u8>, family: &Family) {
    let pieces = ["# HELP ", &family.name, " ", &family.help, "\n# TYPE ", &family.name, " gauge\n"];
    for piece in pieces {
        text.extend_from_slice(piece.as_bytes());
    }
}

fn push_line(text: &mut Vec<u8>, name: &str, column: &Column, sample: &Sample) {
    text.extend_from_slice(name.as_bytes());
    push_labels(text, &column.labels[sample.row as usize], &column.extras[sample.extra as usize]);
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
