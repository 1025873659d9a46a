//! What a plan does not know yet of a resource.

use std::collections::BTreeSet;

use serde::Serialize;

use super::undetermined;
use crate::resource::Described;

/// What will be known of one resource only when a plan is applied.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Unknown {
    /// Keys without a value yet.
    pub keys: BTreeSet<String>,
    /// Whether every key is unknown.
    pub all: bool,
    /// Whether Terraform's provider may add default tags other than those of today.
    pub defaults: bool,
    /// Terraform's names of unknown attributes that decide which metrics exist and what levels are shares of.
    pub attributes: BTreeSet<&'static str>,
}

impl Unknown {
    pub(super) fn may_have(&self, key: &str) -> bool {
        self.all || self.keys.contains(key)
    }

    /// Sets the unknown attributes to today's values.
    pub(super) fn keep(&self, today: &Described, then: &mut Described) {
        let Described { engine, engine_name, class, facts, figures, .. } = today;
        for attribute in &self.attributes {
            match *attribute {
                undetermined::ENGINE => (then.engine, then.engine_name) = (*engine, engine_name.clone()),
                undetermined::CLASS | undetermined::CLUSTER_CLASS => then.class.clone_from(class),
                undetermined::CAPACITY => then.facts.ordered.capacity_units = facts.ordered.capacity_units,
                _ => {
                    then.facts.ordered.volumes.clone_from(&facts.ordered.volumes);
                    then.figures.allocated_storage_bytes = figures.allocated_storage_bytes;
                }
            }
        }
    }
}
