//! How far a resource can go, with what tags and configuration say of it.

use std::collections::BTreeMap;

use super::Config;
use super::tag_key::{self, Key};
use crate::catalog::capacity;
use crate::level::Reason;
use crate::resource::Resource;

/// A tag that tells the connection limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionTag<'a> {
    /// The key as found.
    pub key: &'a str,
    /// The value as found.
    pub text: &'a str,
    /// What it tells, or why that does not count.
    pub limit: Result<u32, Reason>,
}

impl Config {
    /// Computes the limits of a resource that its cluster, its tags and the configured classes decide with it.
    pub fn measure(&self, resource: &mut Resource, cluster: Option<&Resource>) {
        let tagged = self.tagged_connections(resource).or_else(|| self.tagged_connections(cluster?));
        capacity::fill(resource, cluster, &self.classes, tagged.map(f64::from));
    }

    fn tagged_connections(&self, carrier: &Resource) -> Option<u32> {
        self.connection_tags(&carrier.tags).into_iter().find_map(|tag| tag.limit.ok())
    }

    /// Those of the tags that set the connection limit; if they set different ones, none of them counts.
    #[must_use]
    pub fn connection_tags<'a>(&self, tags: &'a BTreeMap<String, String>) -> Vec<ConnectionTag<'a>> {
        let tags = tags.iter().filter(|(key, _)| tag_key::read(key, &self.tags.prefix) == Key::MaxConnections);
        let mut told: Vec<_> = tags.map(|(key, text)| ConnectionTag { key, text, limit: connections(text) }).collect();
        let mut limits: Vec<u32> = told.iter().filter_map(|tag| tag.limit.ok()).collect();
        limits.dedup();
        if limits.len() > 1 {
            for tag in &mut told {
                tag.limit = tag.limit.and(Err(Reason::Duplicate));
            }
        }
        told
    }
}

/// A whole number above zero.
fn connections(text: &str) -> Result<u32, Reason> {
    let limit = text.trim().parse().ok().filter(|limit| *limit > 0 && !text.contains('+'));
    limit.ok_or(Reason::NotANumber)
}
