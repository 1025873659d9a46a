//! The capacity of a resource, where tags and configuration decide it together with AWS.

use std::sync::Arc;

use super::Config;
use super::tag_key::{self, Key};
use crate::catalog::capacity;
use crate::level::Reason;
use crate::resource::{Described, Learned, LimitSource, Resource, Setting, Tags};

/// A tag that sets the connection limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionTag<'a> {
    /// The tag's key.
    pub key: &'a str,
    /// The tag's value.
    pub text: &'a str,
    /// The limit, or why the tag is not used.
    pub limit: Result<u32, Reason>,
}

impl Config {
    /// The resource that a description makes, together with that of its cluster, the tags of both, the configured
    /// classes and the connection limit of its parameter groups, over which that of a tag wins.
    #[must_use]
    pub fn resource(
        &self,
        described: &Arc<Described>,
        cluster: Option<&Described>,
        group_limit: Option<(Setting, LimitSource)>,
    ) -> Resource {
        let described = described.joined(cluster);
        let tagged = self.tagged_connections(&described).or_else(|| self.tagged_connections(cluster?));
        let tagged = tagged.map(|limit| (Setting::Number(limit.into()), LimitSource::Tag));
        let connections = tagged.or(group_limit);
        let capacity = capacity::capacity(&described, cluster, &self.classes, connections.as_ref());
        Resource { described, learned: Learned::default(), capacity }
    }

    fn tagged_connections(&self, carrier: &Described) -> Option<u32> {
        self.connection_tags(&carrier.tags).into_iter().find_map(|tag| tag.limit.ok())
    }

    /// Those of the tags that set the connection limit; if they set different ones, none of them counts.
    #[must_use]
    pub fn connection_tags<'a>(&self, tags: &'a Tags) -> Vec<ConnectionTag<'a>> {
        let tags = tags.iter().filter(|(key, _)| tag_key::read(key, &self.tags.prefix) == Key::MaxConnections);
        let mut found: Vec<_> = tags.map(|(key, text)| ConnectionTag { key, text, limit: connections(text) }).collect();
        let mut limits: Vec<u32> = found.iter().filter_map(|tag| tag.limit.ok()).collect();
        limits.dedup();
        if limits.len() > 1 {
            for tag in &mut found {
                tag.limit = tag.limit.and(Err(Reason::Duplicate));
            }
        }
        found
    }
}

/// Parses a whole number above zero.
fn connections(text: &str) -> Result<u32, Reason> {
    let limit = text.trim().parse().ok().filter(|limit| *limit > 0 && !text.contains('+'));
    limit.ok_or(Reason::NotANumber)
}
