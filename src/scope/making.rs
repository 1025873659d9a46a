//! Makes one resource with its levels from what was listed and learned.

use std::collections::HashMap;
use std::sync::Arc;

use super::capacity_sources::CapacitySources;
use super::left_out::WithParent;
use super::listing::Listing;
use super::names::FormerNames;
use super::optional::Resting;
use super::status_age;
use super::watched::Watched;
use crate::config::Config;
use crate::plan::Now;
use crate::resource::Described;
use crate::threshold::{self, Carrier, ParsedTags, ResolveContext, Subject};

/// The parsed tags of those that others inherit from, by ARN.
type ParentTags<'a> = HashMap<&'a str, Arc<ParsedTags>>;

/// What all resources of a fleet are made from.
pub(super) struct Making<'a> {
    listing: &'a Listing,
    context: ResolveContext<'a>,
    parent_tags: ParentTags<'a>,
    capacity_sources: &'a mut CapacitySources,
    resting: Resting,
    former_names: &'a FormerNames,
    now: Now,
}

impl<'a> Making<'a> {
    pub(super) fn new(
        listing: &'a Listing,
        (context, parent_tags): (ResolveContext<'a>, ParentTags<'a>),
        capacity_sources: &'a mut CapacitySources,
        former_names: &'a FormerNames,
        now: Now,
    ) -> Self {
        let resting = capacity_sources.optional.blue_green().resting(listing.listed().map(|(one, _)| &**one));
        Self { listing, context, parent_tags, capacity_sources, resting, former_names, now }
    }

    /// `before` is the resource of that ARN in the fleet that is replaced.
    pub(super) fn watched(&mut self, (described, parent): WithParent, before: Option<&Watched>) -> Watched {
        let Self { listing, context, parent_tags, capacity_sources, resting, former_names, now } = self;
        let status_since = status_age::since(before, described, now.steady);
        let mut resource = capacity_sources.resource((described, parent), context.config, before, *now);
        status_age::describe(&mut resource, parent, now.to_wall(status_since));
        let tags = parent_tags.get(&*resource.arn).cloned();
        let tags = tags.unwrap_or_else(|| parsed(&resource, before, context.config));
        let carrier = parent.and_then(|one| Some(Carrier { resource: one, tags: parent_tags.get(&*one.arn)? }));
        let subject = Subject { resource: &resource, tags: &tags, parent: carrier };
        let mut resolved = threshold::resolve(subject, *context, now.wall);
        if let Some(id) = resource.cluster.as_deref().filter(|id| listing.misses_cluster(id)) {
            resolved.miss_cluster(id);
        }
        if resting.contains(&resource, parent) {
            resolved.schedule.mute_resting();
        }
        let named_since = former_names.since(before, &resource, now.steady);
        Watched { named_since, ..Watched::new(resource, tags, resolved, status_since).sharing(before) }
    }

    /// Whether a resource that was made from the first pages of a listing would be the same if it was made again: mutes
    /// depend on the time, and only a complete listing shows which clusters are missing.
    pub(super) fn stays(&self, known: &Watched, listed: &Arc<Described>) -> bool {
        let misses_cluster = || listed.cluster.as_deref().is_some_and(|id| self.listing.misses_cluster(id));
        let is_listed_so = Arc::ptr_eq(&known.resource.described, listed);
        is_listed_so && known.resolved.schedule.mutes.is_empty() && !misses_cluster()
    }
}

/// The parsed tags of a resource: those of before if its tags are the same.
pub(super) fn parsed(resource: &Described, before: Option<&Watched>, config: &Config) -> Arc<ParsedTags> {
    let before = before.filter(|known| known.resource.tags == resource.tags);
    before.map_or_else(
        || Arc::new(threshold::parse(&resource.tags, resource.kind, config)),
        |known| Arc::clone(&known.tags),
    )
}
