//! The inputs of the pipeline after the tags are parsed.

use super::parse::ParsedTags;
use super::source::Source;
use crate::config::{Config, Selection};
use crate::resource::{Described, Resource};

/// An instance or cluster with its parsed tags.
#[derive(Debug, Clone, Copy)]
pub struct Carrier<'a> {
    /// The instance or cluster.
    pub resource: &'a Described,
    /// Its tags, read by [`parse`](super::parse()).
    pub tags: &'a ParsedTags,
}

/// The resource whose levels are resolved.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The resource with what shares are taken of.
    pub resource: &'a Resource,
    /// Its own tags, read by [`parse`](super::parse()).
    pub tags: &'a ParsedTags,
    /// Whose tags it inherits: the cluster that an instance is a member of, if it is listed, or the instance of a volume.
    pub parent: Option<Carrier<'a>>,
}

impl Carrier<'_> {
    /// What its tags are to a resource that inherits them.
    pub(super) fn source(&self) -> Source {
        if self.resource.kind.is_cluster() { Source::ClusterTag } else { Source::InstanceTag }
    }
}

impl<'a> Subject<'a> {
    /// The resource as the carrier of its own tags.
    pub(super) fn own(self) -> Carrier<'a> {
        Carrier { resource: self.resource, tags: self.tags }
    }
}

/// What is the same for all resources of a scope.
#[derive(Debug, Clone, Copy)]
pub struct ResolveContext<'a> {
    /// The whole configuration.
    pub config: &'a Config,
    /// The configuration joined with the catalogue.
    pub selection: &'a Selection,
    /// The configured name of the account.
    pub account: &'a str,
}
