//! The databases and clusters that were read.

use crate::resource::{Described, Engine, Facts, Figures, Kind, Tags, Text};

/// A status in which metrics are published.
pub(super) const AVAILABLE: &str = "available";

/// Databases and clusters, as they are or as a plan will leave them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Databases {
    /// The instances. If a file has no ARN, `arn` is the name that the file has for the instance.
    pub instances: Vec<Described>,
    /// The clusters.
    pub clusters: Vec<Described>,
}

impl Databases {
    /// Adds one database or cluster.
    pub fn add(&mut self, resource: Described) {
        let of_kind = if resource.kind.is_cluster() { &mut self.clusters } else { &mut self.instances };
        of_kind.push(resource);
    }

    pub(super) fn resources_mut(&mut self) -> impl Iterator<Item = &mut Described> {
        self.instances.iter_mut().chain(&mut self.clusters)
    }
}

/// An available resource without any other facts.
pub(super) fn blank(kind: Kind, engine: &str) -> Described {
    Described {
        kind,
        arn: Text::default(),
        account_id: Text::default(),
        region: Text::default(),
        id: Text::default(),
        further_ids: Vec::new(),
        resource_id: None,
        cluster: None,
        members: Vec::new(),
        engine: Engine::from_aws(engine),
        engine_name: engine.into(),
        engine_version: Text::default(),
        class: Text::default(),
        status: AVAILABLE.into(),
        tags: Tags::default(),
        facts: Facts::default(),
        figures: Figures::default(),
    }
}
