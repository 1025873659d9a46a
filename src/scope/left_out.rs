//! Listed resources that are not watched: those that a filter leaves out, and those that another shard or scope serves.

use std::collections::HashSet;
use std::sync::Arc;

use crate::config::{Filters, Shard, matches_all};
use crate::resource::Described;

/// A resource, and the cluster that it is a member of or the instance that it is a volume of.
pub(super) type WithParent<'a> = (&'a Arc<Described>, Option<&'a Described>);

/// Why listed resources are not watched.
#[derive(Debug, Default)]
pub(super) struct LeftOut {
    pub(super) filters: Filters,
    pub(super) shard: Shard,
    /// The ARNs that other scopes serve.
    pub(super) elsewhere: Arc<HashSet<Arc<str>>>,
}

/// How many listed resources are not watched, and what the filters match.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Resources that the filters leave out.
    pub(super) filtered: usize,
    /// For each entry of the filters, by name, how many listed resources it matches.
    pub(super) matched: Vec<(String, usize)>,
    /// Listed resources that the filters were applied to.
    pub(super) listed: usize,
}

impl LeftOut {
    /// Whether the filters keep a resource. A volume shares the fate of its instance; `parent_of` finds its cluster.
    pub(super) fn keeps<'a>(
        &self,
        (resource, parent): WithParent<'a>,
        parent_of: impl Fn(&'a Described) -> Option<&'a Described>,
    ) -> bool {
        let (judged, parent) = match parent {
            Some(instance) if resource.kind.is_volume() => (instance, parent_of(instance)),
            parent => (&**resource, parent),
        };
        self.filters.are_open() || self.filters.watch(judged, parent)
    }

    pub(super) fn is_elsewhere(&self, arn: &str) -> bool {
        self.elsewhere.contains(arn)
    }

    /// The tally of all listed resources, volumes excepted, which are parts of instances.
    pub(super) fn tally<'a>(&self, listed: impl Iterator<Item = WithParent<'a>>) -> Tally {
        if self.filters.are_open() {
            return Tally::default();
        }
        let listed: Vec<_> = listed.filter(|(resource, _)| !resource.kind.is_volume()).collect();
        let count = |is_counted: &dyn Fn(&WithParent) -> bool| listed.iter().filter(|one| is_counted(one)).count();
        let entries = self.filters.entries().map(|entry| {
            let matched = count(&|(resource, parent)| matches_all(entry.matchers, resource, *parent));
            (entry.name, matched)
        });
        Tally {
            filtered: count(&|(resource, parent)| !self.filters.watch(resource, *parent)),
            matched: entries.collect(),
            listed: listed.len(),
        }
    }
}

impl Tally {
    /// The entries that match nothing of what was listed.
    pub(super) fn unmatched(&self) -> Vec<String> {
        let unmatched = self.matched.iter().filter(|(_, count)| self.listed > 0 && *count == 0);
        unmatched.map(|(name, _)| name.clone()).collect()
    }
}
