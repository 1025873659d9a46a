//! An RDS Proxy as the fleet file describes it.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::sim::curve::Overlay;

/// One RDS Proxy.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Proxy {
    /// `EngineFamily`, such as `POSTGRESQL`.
    pub engine_family: String,
    /// The status.
    pub status: String,
    /// The tags, which only `ListTagsForResource` returns.
    pub tags: BTreeMap<String, String>,
    /// Differences from the default metrics.
    pub metrics: Overlay,
}

impl Default for Proxy {
    fn default() -> Self {
        Self {
            engine_family: "POSTGRESQL".to_owned(),
            status: "available".to_owned(),
            tags: BTreeMap::new(),
            metrics: Overlay::new(),
        }
    }
}
