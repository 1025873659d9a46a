//! How tags are read.

use std::collections::BTreeMap;

use super::legacy::Legacy;

/// How tags are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tags {
    /// The prefix of plimsoll's tag keys, by default `plimsoll/`.
    pub prefix: String,
    /// The meaning of existing tag keys without the prefix, by key.
    pub legacy: BTreeMap<String, Legacy>,
}

impl Tags {
    /// Whether a key begins with the prefix or is a configured legacy key.
    #[must_use]
    pub fn owns(&self, key: &str) -> bool {
        key.starts_with(&self.prefix) || self.legacy.contains_key(key)
    }
}
