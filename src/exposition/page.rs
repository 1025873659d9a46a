//! One page: everything that is served until the next page, ready for gzip and for plain text.

use std::sync::Arc;

use bytes::Bytes;

use crate::snapshot::NEVER;
use crate::time::Timestamp;

use super::column::CHUNK_BYTES;
use super::deflate::{self, Checksum};
use super::family::{Cursor, EncodedFamily};

/// Everything that is served from one point in time on.
#[derive(Debug)]
pub struct Page {
    rendered_at: Timestamp,
    valid_until: Timestamp,
    series: usize,
    text: Checksum,
    families: Vec<Arc<EncodedFamily>>,
    /// The same page by shard, if it is split.
    shards: Vec<Arc<Self>>,
}

impl Default for Page {
    /// An empty page, which serves plimsoll's own metrics only.
    fn default() -> Self {
        Self::new(Timestamp::default(), Vec::new())
    }
}

impl Page {
    pub(super) fn new(rendered_at: Timestamp, families: Vec<Arc<EncodedFamily>>) -> Self {
        let valid_until = families.iter().map(|family| family.valid_until()).min().unwrap_or(NEVER);
        let families: Vec<_> = families.into_iter().filter(|family| family.series() > 0).collect();
        let segments = families.iter().flat_map(|family| family.segments());
        let text = segments.fold(Checksum::default(), |before, segment| before.followed_by(segment.text));
        Self {
            rendered_at,
            valid_until,
            series: families.iter().map(|family| family.series()).sum(),
            text,
            families,
            shards: Vec::new(),
        }
    }

    /// The same page, which can also be served by shard.
    pub(super) fn split(mut self, shards: u8) -> Self {
        let shard = |shard| {
            let families = self.families.iter().map(|family| Arc::new(family.shard(shard))).collect();
            Arc::new(Self::new(self.rendered_at, families))
        };
        self.shards = (0..shards).map(shard).collect();
        self
    }

    /// The `now` it was rendered at.
    #[must_use]
    pub const fn rendered_at(&self) -> Timestamp {
        self.rendered_at
    }

    /// The first second at which a sample on it expires or another one begins. The page must be rendered again by then.
    #[must_use]
    pub const fn valid_until(&self) -> Timestamp {
        self.valid_until
    }

    /// The number of series on it.
    #[must_use]
    pub const fn series(&self) -> usize {
        self.series
    }

    /// The length of its text in bytes.
    #[must_use]
    pub const fn text_bytes(&self) -> u64 {
        self.text.bytes
    }

    /// One shard of it: a page of its own with a part of the series. `None` for a page that is not split so.
    #[must_use]
    pub fn shard(&self, shard: u8) -> Option<&Arc<Self>> {
        self.shards.get(usize::from(shard))
    }

    /// The length of the longest text that one scrape gets: of the largest shard if it is split, else of the page.
    #[must_use]
    pub fn largest_text_bytes(&self) -> u64 {
        self.shards.iter().map(|shard| shard.text.bytes).max().unwrap_or(self.text.bytes)
    }

    /// The page followed by `tail`, as one gzip member in pieces.
    ///
    /// It is one member because `curl --compressed` stops after the first one.
    #[must_use]
    pub fn gzip(&self, tail: &[u8]) -> Vec<Bytes> {
        let segments = self.families.iter().flat_map(|family| family.segments());
        let segments = segments.map(|segment| segment.compressed.clone());
        let end = deflate::gzip_end(self.text, tail);
        std::iter::once(Bytes::from_static(deflate::GZIP_HEADER)).chain(segments).chain([end.into()]).collect()
    }

    /// The page as text of [`text_bytes`](Self::text_bytes) bytes. The iterator makes each piece from the columns when it is
    /// needed.
    pub fn text(self: Arc<Self>) -> impl Iterator<Item = Bytes> + Send + 'static {
        Text { page: self, family: 0, cursor: Cursor::default() }
    }
}

/// Makes the text of a page piece by piece.
struct Text {
    page: Arc<Page>,
    family: usize,
    cursor: Cursor,
}

impl Iterator for Text {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        let mut text = Vec::new();
        while let Some(family) = self.page.families.get(self.family) {
            family.write(&mut self.cursor, &mut text);
            if text.len() >= CHUNK_BYTES {
                break;
            }
            self.family += 1;
            self.cursor = Cursor::default();
        }
        (!text.is_empty()).then(|| text.into())
    }
}
