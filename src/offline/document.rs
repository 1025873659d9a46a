//! Reads JSON of AWS and of Terraform.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::databases::AVAILABLE;
use super::input::Input;
use super::read_error::ReadError;
use super::terraform;
use crate::resource::{Described, described};

/// All documents that can be read; they differ in the keys of the first level.
#[derive(Deserialize)]
struct Document {
    #[serde(rename = "DBInstances")]
    instances: Option<Vec<described::Instance>>,
    #[serde(rename = "DBClusters")]
    clusters: Option<Vec<described::Cluster>>,
    resource_changes: Option<Vec<terraform::ResourceChange>>,
    /// Only plans have this key. A plan without changes may have no `resource_changes`.
    planned_values: Option<IgnoredAny>,
    /// Only states have this key.
    values: Option<IgnoredAny>,
    #[serde(default)]
    configuration: terraform::Configuration,
}

impl Input {
    /// Adds the resources of one file.
    ///
    /// # Errors
    /// The text is no JSON of a known document.
    pub fn add(&mut self, text: &str) -> Result<(), ReadError> {
        match text.trim_start().chars().next() {
            None => return Err(ReadError::Empty),
            Some('[') => return Err(ReadError::List),
            Some(_) => {}
        }
        let document: Document = serde_json::from_str(text)?;
        let Document { instances, clusters, resource_changes, planned_values, values, configuration } = document;
        let is_plan = resource_changes.is_some() || planned_values.is_some();
        if instances.is_none() && clusters.is_none() && !is_plan {
            return Err(if values.is_some() { ReadError::State } else { ReadError::Foreign });
        }
        self.is_plan |= is_plan;
        let instances = instances.into_iter().flatten().filter_map(described::Instance::described);
        let clusters = clusters.into_iter().flatten().filter_map(described::Cluster::described);
        let resources = instances.chain(clusters).map(completed).flat_map(Described::with_volumes);
        resources.for_each(|resource| self.after.add(resource));
        if let Some(changes) = resource_changes {
            terraform::add(self, &changes, &configuration);
        }
        Ok(())
    }
}

/// Completes a resource of a file in which fields were left out: the identifier serves as ARN, and the status is
/// available.
fn completed(mut resource: Described) -> Described {
    if resource.arn.is_empty() {
        resource.arn.clone_from(&resource.id);
    }
    if resource.status.is_empty() {
        resource.status = AVAILABLE.into();
    }
    resource
}
