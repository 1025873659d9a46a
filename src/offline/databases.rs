//! The databases and clusters that were read.

use std::collections::BTreeMap;

use crate::resource::{Capacity, Engine, Facts, Kind, Resource};

/// A status in which metrics are published.
pub(super) const AVAILABLE: &str = "available";

/// Databases and clusters, as they are or as a plan will leave them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Databases {
    /// The instances. If a file has no ARN, `arn` is the name that the file has for the instance.
    pub instances: Vec<Resource>,
    /// The clusters.
    pub clusters: Vec<Resource>,
}

impl Databases {
    /// Adds one database or cluster.
    pub fn add(&mut self, resource: Resource) {
        let of_kind = if resource.kind.is_cluster() { &mut self.clusters } else { &mut self.instances };
        of_kind.push(resource);
    }

    pub(super) fn resources_mut(&mut self) -> impl Iterator<Item = &mut Resource> {
        self.instances.iter_mut().chain(&mut self.clusters)
    }
}

/// An available resource without any other facts.
pub(super) fn blank(kind: Kind, engine: &str) -> Resource {
    Resource {
        kind,
        arn: String::new(),
        account_id: String::new(),
        region: String::new(),
        id: String::new(),
        further_ids: Vec::new(),
        resource_id: None,
        cluster: None,
        members: Vec::new(),
        engine: Engine::from_aws(engine),
        engine_name: engine.to_owned(),
        engine_version: String::new(),
        class: String::new(),
        status: AVAILABLE.to_owned(),
        tags: BTreeMap::new(),
        facts: Facts::default(),
        capacity: Capacity::default(),
    }
}
