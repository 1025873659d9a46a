//! Renders columns into one page in the Prometheus text format. Each column is compressed separately; the page is served
//! as one gzip member or streamed as text.
//!
//! A column is encoded again only if it changed or one of its samples began or expired. This room uses no clock
//! and no network. plimsoll's own metrics arrive as finished text.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::snapshot::{Column, Family, ScopeSnapshot};
use crate::time::Timestamp;

mod column;
mod deflate;
mod family;
mod number;
mod page;

pub use page::Page;

use deflate::Deflater;
use family::EncodedFamily;

/// Renders pages and keeps the encoded families of the last one for reuse.
#[derive(Debug, Default)]
pub struct Renderer {
    encoded: BTreeMap<String, Arc<EncodedFamily>>,
    deflater: Deflater,
}

impl Renderer {
    /// A renderer without encoded families.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The page of everything that the scopes serve at `now`: families by name, and in each family the scopes in the given
    /// order.
    ///
    /// The CPU time is proportional to what changed since the last call. Call it on a blocking thread.
    pub fn render(&mut self, scopes: &[Arc<ScopeSnapshot>], now: Timestamp) -> Page {
        let Self { encoded: before, deflater } = self;
        let encode = |(name, Input { family, columns }): (&str, Input<'_>)| {
            let before = before.get(name).map(|family| &**family);
            (name.to_owned(), Arc::new(EncodedFamily::new(family, &columns, before, now, deflater)))
        };
        self.encoded = by_name(scopes).into_iter().map(encode).collect();
        Page::new(now, self.encoded.values().cloned())
    }
}

/// One family over all scopes. If their help texts differ, that of the first scope is used.
struct Input<'a> {
    family: &'a Arc<Family>,
    columns: Vec<&'a Arc<Column>>,
}

fn by_name(scopes: &[Arc<ScopeSnapshot>]) -> BTreeMap<&str, Input<'_>> {
    let mut inputs = BTreeMap::new();
    for (family, column) in scopes.iter().flat_map(|scope| &scope.columns) {
        let input = inputs.entry(family.name.as_str()).or_insert_with(|| Input { family, columns: Vec::new() });
        input.columns.push(column);
    }
    inputs
}

#[cfg(test)]
mod tests;
