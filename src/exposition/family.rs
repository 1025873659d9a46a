//! One family: its head, and its columns in the order of the scopes.

use std::sync::Arc;

use crate::snapshot::{Family, NEVER};
use crate::time::Timestamp;

use super::column::{CHUNK_BYTES, EncodedColumn, Source};
use super::deflate::{Deflater, Segment};

/// One family as it is encoded.
#[derive(Debug)]
pub(super) struct EncodedFamily {
    family: Arc<Family>,
    head: Arc<Segment>,
    pub(super) columns: Vec<Arc<EncodedColumn>>,
}

impl EncodedFamily {
    /// `before` is the same family of the page before: what did not change is not encoded again.
    pub(super) fn new(
        family: &Arc<Family>,
        sources: &[Source<'_>],
        before: Option<&Self>,
        now: Timestamp,
        deflater: &mut Deflater,
    ) -> Self {
        // Nearly always at the same place as before: to look at all would take long with many scopes and shards.
        let known = |place: usize, source| {
            let columns = &before?.columns;
            let candidates = columns.get(place).into_iter().chain(columns);
            candidates.into_iter().find(|known| known.is_current_for(source, now)).cloned()
        };
        let head = before.filter(|before| *before.family == **family).map(|before| Arc::clone(&before.head));
        Self {
            family: Arc::clone(family),
            head: head.unwrap_or_else(|| Arc::new(deflater.segment_of(&head_of(family)))),
            columns: sources
                .iter()
                .enumerate()
                .map(|(place, source)| {
                    let replaced = before.and_then(|before| before.columns.get(place)).map(|column| &**column);
                    let encode = || Arc::new(EncodedColumn::new(family, *source, replaced, now, deflater));
                    known(place, *source).unwrap_or_else(encode)
                })
                .collect(),
        }
    }

    /// The same with the columns of one shard only.
    pub(super) fn shard(&self, shard: u8) -> Self {
        let columns = self.columns.iter().filter(|column| column.shard == Some(shard)).cloned().collect();
        Self { family: Arc::clone(&self.family), head: Arc::clone(&self.head), columns }
    }

    /// The first time at which an included sample expires or an excluded one begins.
    pub(super) fn valid_until(&self) -> Timestamp {
        self.columns.iter().map(|column| column.valid_until).min().unwrap_or(NEVER)
    }

    /// The number of lines with a value.
    pub(super) fn series(&self) -> usize {
        self.columns.iter().map(|column| column.series).sum()
    }

    /// The compressed text in its order.
    pub(super) fn segments(&self) -> impl Iterator<Item = &Segment> {
        let of_columns = self.columns.iter().flat_map(|column| column.segments());
        std::iter::once(&*self.head).chain(of_columns)
    }

    /// Appends text of the family until `text` has [`CHUNK_BYTES`] or the family ends.
    pub(super) fn write(&self, cursor: &mut Cursor, text: &mut Vec<u8>) {
        if !cursor.begun {
            text.extend_from_slice(head_of(&self.family).as_bytes());
            cursor.begun = true;
        }
        while let Some(column) = self.columns.get(cursor.column) {
            column.write(&mut cursor.sample, text);
            if text.len() >= CHUNK_BYTES {
                return;
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

fn head_of(Family { name, help }: &Family) -> String {
    // No series of CloudWatch ends like this: its names end in the statistic.
    let kind = if name.ends_with("_total") { "counter" } else { "gauge" };
    format!("# HELP {name} {help}\n# TYPE {name} {kind}\n")
}
