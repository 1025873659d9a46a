//! The inputs of the pipeline after the tags are parsed.

use super::parse::ParsedTags;
use crate::config::{Config, Selection};
use crate::resource::Resource;

/// An instance or cluster with its parsed tags.
#[derive(Debug, Clone, Copy)]
pub struct Carrier<'a> {
    /// The instance or cluster.
    pub resource: &'a Resource,
    /// Its tags, read by [`parse`](super::parse()).
    pub tags: &'a ParsedTags,
}

/// The resource whose levels are resolved.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The resource with its own tags.
    pub own: Carrier<'a>,
    /// The cluster that an instance is a member of, if it is listed.
    pub cluster: Option<Carrier<'a>>,
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
