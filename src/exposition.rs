//! From columns to one page: text families, compressed one by one, served as one gzip member or streamed as text.
//!
//! A family is encoded again only when its columns changed or a sample of it began or expired. No clock, no network;
//! own metrics arrive as ready text.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::snapshot::{Column, Family, ScopeSnapshot, Seconds};

mod deflate;
mod family;
mod number;
mod page;

pub use page::Page;

use deflate::Deflater;
use family::EncodedFamily;

/// Makes pages and remembers the families of the last one.
#[derive(Debug, Default)]
pub struct Renderer {
    encoded: BTreeMap<String, Arc<EncodedFamily>>,
    deflater: Deflater,
}

impl Renderer {
    /// A renderer that remembers nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The page of everything the scopes serve at `now`: families by name, in each the scopes in the order given.
    ///
    /// Costs CPU in proportion to what changed since the last call; belongs into a blocking thread.
    pub fn render(&mut self, scopes: &[Arc<ScopeSnapshot>], now: Seconds) -> Page {
        let encoded = by_name(scopes)
            .into_iter()
            .map(|(name, input)| (name.to_owned(), self.reuse_or_encode(name, input, now)))
            .collect();
        self.encoded = encoded;
        Page::new(now, self.encoded.values().cloned())
    }

    fn reuse_or_encode(&mut self, name: &str, input: Input<'_>, now: Seconds) -> Arc<EncodedFamily> {
        match self.encoded.get(name) {
            Some(encoded) if encoded.stands_for(input.family, &input.columns, now) => Arc::clone(encoded),
            _ => {
                let columns = input.columns.into_iter().cloned().collect();
                Arc::new(EncodedFamily::new(Arc::clone(input.family), columns, now, &mut self.deflater))
            }
        }
    }
}

/// One family over all scopes; if scopes disagree on the help text, the first one's stands.
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
