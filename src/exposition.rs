//! Renders columns into one page in the Prometheus text format. Each column is compressed separately; the page is served
//! as one gzip member or streamed as text.
//!
//! A column is encoded again only if it changed or one of its samples began or expired. This room uses no clock
//! and no network. plimsoll's own metrics arrive as finished text.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::snapshot::{Family, ScopeSnapshot};
use crate::time::Timestamp;

mod column;
mod deflate;
mod family;
mod number;
mod page;

pub use page::Page;

use column::Source;
use deflate::Deflater;
use family::EncodedFamily;

/// Renders pages and keeps the encoded families of the last one for reuse.
#[derive(Debug, Default)]
pub struct Renderer {
    /// Into how many shards pages are split; 0 for pages that are served whole only.
    shards: u8,
    encoded: BTreeMap<String, Arc<EncodedFamily>>,
    deflater: Deflater,
}

impl Renderer {
    /// A renderer without encoded families.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A renderer of pages that are split into shards, for scrapes of one of them. The whole page is made of the same
    /// segments, so that nothing is kept twice; then the series of a column stand by shard.
    #[must_use]
    pub fn with_shards(shards: u8) -> Self {
        Self { shards, ..Self::default() }
    }

    /// The page of everything that the scopes serve at `now`: families by name, and in each family the scopes in the given
    /// order.
    ///
    /// The CPU time is proportional to what changed since the last call. Call it on a blocking thread.
    pub fn render(&mut self, scopes: &[Arc<ScopeSnapshot>], now: Timestamp) -> Page {
        let Self { shards, encoded: before, deflater } = self;
        let encode = |(name, Input { family, sources }): (&str, Input<'_>)| {
            let before = before.get(name).map(|family| &**family);
            (name.to_owned(), Arc::new(EncodedFamily::new(family, &sources, before, now, deflater)))
        };
        self.encoded = by_name(scopes, *shards).into_iter().map(encode).collect();
        Page::new(now, self.encoded.values().cloned().collect()).split(self.shards)
    }
}

/// One family over all scopes. If their help texts differ, that of the first scope is used.
struct Input<'a> {
    family: &'a Arc<Family>,
    sources: Vec<Source<'a>>,
}

fn by_name(scopes: &[Arc<ScopeSnapshot>], shards: u8) -> BTreeMap<&str, Input<'_>> {
    let mut inputs = BTreeMap::new();
    for ScopeSnapshot { columns, shards: by_row, .. } in scopes.iter().map(|scope| &**scope) {
        for (family, column) in columns {
            let input = inputs.entry(family.name.as_str()).or_insert_with(|| Input { family, sources: Vec::new() });
            let shards = if shards == 0 { vec![None] } else { (0..shards).map(Some).collect() };
            input.sources.extend(shards.into_iter().map(|shard| Source { column, by_row, shard }));
        }
    }
    inputs
}

#[cfg(test)]
mod tests;
