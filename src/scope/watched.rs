//! One resource of a scope with its levels.

use std::collections::HashMap;
use std::sync::Arc;

use crate::catalog::Row;
use crate::plan::PolledResource;
use crate::resource::{Resource, ResourceIndex, Text};
use crate::threshold::{ParsedTags, Resolved};
use crate::time::Timestamp;

#[derive(Debug, Clone)]
pub(super) struct Watched {
    pub(super) resource: Arc<Resource>,
    /// Its own tags, parsed.
    pub(super) tags: Arc<ParsedTags>,
    pub(super) resolved: Arc<Resolved>,
    /// When it came into its status, by the steady clock.
    pub(super) status_since: Timestamp,
    /// Since when datapoints under its name are its own, by the steady clock.
    pub(super) named_since: Timestamp,
}

/// What many resources of a class have in common.
#[derive(Clone)]
pub(super) struct Levels {
    tags: Arc<ParsedTags>,
    resolved: Arc<Resolved>,
}

impl Watched {
    pub(super) fn new(resource: Resource, tags: Arc<ParsedTags>, resolved: Resolved, status_since: Timestamp) -> Self {
        let (resource, resolved, named_since) = (Arc::new(resource), Arc::new(resolved), Timestamp::MIN);
        Self { resource, tags, resolved, status_since, named_since }
    }

    /// The same, sharing with the resource before what is equal: then two fleets in a row need little more memory than one.
    pub(super) fn sharing(mut self, before: Option<&Self>) -> Self {
        let Some(before) = before else { return self };
        if self.resource == before.resource {
            self.resource = Arc::clone(&before.resource);
        }
        if self.resolved == before.resolved {
            self.resolved = Arc::clone(&before.resolved);
        }
        self
    }

    /// The same, sharing its levels and parsed tags with the last resource of its class if they are equal. In most fleets
    /// most are.
    pub(super) fn sharing_levels(mut self, by_class: &mut HashMap<Text, Levels>) -> Self {
        let levels = Levels { tags: Arc::clone(&self.tags), resolved: Arc::clone(&self.resolved) };
        let last = by_class.entry(self.resource.class.clone()).or_insert_with(|| levels.clone());
        if *last.tags != *levels.tags {
            last.tags = levels.tags;
        }
        if *last.resolved != *levels.resolved {
            last.resolved = levels.resolved;
        }
        (self.tags, self.resolved) = (Arc::clone(&last.tags), Arc::clone(&last.resolved));
        self
    }

    pub(super) fn arn(&self) -> &Arc<str> {
        self.resource.arn.as_arc()
    }

    pub(super) fn polled(&self, index: ResourceIndex) -> PolledResource<'_> {
        PolledResource { index, resource: &self.resource, resolved: &self.resolved }
    }

    /// Whether the metric has a level, or has an issue instead of one.
    pub(super) fn wants_level(&self, row: &Row) -> bool {
        let has_level = || self.metrics_with_level().any(|metric| metric == row.metric);
        let is_at_issue = || self.resolved.issues.iter().any(|issue| issue.metric == Some(row.metric));
        row.kind == self.resource.kind && (has_level() || is_at_issue())
    }

    /// By name.
    pub(super) fn metrics_with_level(&self) -> impl Iterator<Item = &'static str> {
        self.resolved.thresholds.chunk_by(|left, right| left.metric == right.metric).map(|levels| levels[0].metric)
    }

    /// Whether it is the same database as before: not one that was created again under an old name, nor one of another
    /// size.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        let (one, other) = (&self.resource, &other.resource);
        (&one.resource_id, &one.class, one.engine) == (&other.resource_id, &other.class, other.engine)
    }
}
