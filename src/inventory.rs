//! What one scope publishes: its resources with their levels, beside the snapshot of its series.
//!
//! Built by `scope`, read by `explain`, `offline` and the wiring. Plain data, never changed, only replaced.

use std::collections::HashMap;
use std::sync::Arc;

use crate::config::{Config, Selection};
use crate::resource::{Described, Resource, ResourceIndex, Text};
use crate::snapshot::ScopeSnapshot;
use crate::threshold::{ResolveContext, Resolved};

/// The resources of one scope and what was resolved for each; a new one is built when any of them changes.
#[derive(Debug)]
pub struct Inventory {
    account: Arc<str>,
    config: Arc<Config>,
    selection: Arc<Selection>,
    known: Vec<Known>,
    /// By identifier.
    clusters: HashMap<Text, usize>,
    /// By identifier.
    instances: HashMap<Text, usize>,
}

/// One resource and its levels and issues.
#[derive(Debug, Clone)]
pub struct Known {
    /// The resource.
    pub resource: Arc<Resource>,
    /// Its levels and issues, by its tags and the configuration.
    pub resolved: Arc<Resolved>,
}

impl Inventory {
    /// `account` is the configured name; `known` is in the order of the snapshot's label blocks.
    #[must_use]
    pub fn new(account: Arc<str>, config: Arc<Config>, selection: Arc<Selection>, known: Vec<Known>) -> Self {
        let clusters = known.iter().enumerate().filter(|(_, one)| one.resource.kind.is_cluster());
        let clusters = clusters.map(|(place, one)| (one.resource.id.clone(), place)).collect();
        let instances = known.iter().enumerate().filter(|(_, one)| one.resource.kind.is_instance());
        let instances = instances.map(|(place, one)| (one.resource.id.clone(), place)).collect();
        Self { account, config, selection, known, clusters, instances }
    }

    /// What the levels were resolved with.
    #[must_use]
    pub fn context(&self) -> ResolveContext<'_> {
        ResolveContext { config: &self.config, selection: &self.selection, account: &self.account }
    }

    /// Every resource, by ARN.
    #[must_use]
    pub fn known(&self) -> &[Known] {
        &self.known
    }

    /// The same with their indices.
    pub fn indexed(&self) -> impl Iterator<Item = (ResourceIndex, &Known)> {
        self.known.iter().enumerate().map(|(position, known)| (ResourceIndex::new(position), known))
    }

    /// The cluster that an instance is a member of, if it is listed.
    #[must_use]
    pub fn cluster_of(&self, resource: &Described) -> Option<&Known> {
        self.known.get(*self.clusters.get(resource.cluster.as_deref()?)?)
    }

    /// What a resource inherits tags from, if it is listed: its cluster, or of a volume its instance.
    #[must_use]
    pub fn parent_of(&self, resource: &Described) -> Option<&Known> {
        if resource.kind.is_volume() { self.instance(&resource.id) } else { self.cluster_of(resource) }
    }

    /// The instance with this identifier.
    #[must_use]
    pub fn instance(&self, id: &str) -> Option<&Known> {
        self.known.get(*self.instances.get(id)?)
    }
}

/// What one scope published at one moment.
#[derive(Debug, Clone)]
pub struct View {
    /// Its resources.
    pub inventory: Arc<Inventory>,
    /// Its series, with the values of the moment.
    pub snapshot: Arc<ScopeSnapshot>,
}
