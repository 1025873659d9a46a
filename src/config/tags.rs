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
