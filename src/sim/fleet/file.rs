//! A fleet file, read and found to hang together.

use std::collections::BTreeMap;

use super::{Fleet, Region};

impl Fleet {
    /// Reads a fleet file.
    ///
    /// # Errors
    /// When the text is not a fleet, or a database refers to something that is not there.
    pub fn from_json(text: &str) -> Result<Self, FleetError> {
        let mut fleet: Self = serde_json::from_str(text)?;
        for region in fleet.accounts.values_mut().flat_map(BTreeMap::values_mut) {
            region.metrics = std::mem::take(&mut region.metrics)
                .into_iter()
                .map(|(dimensions, metrics)| Ok((canonical(&dimensions)?, metrics)))
                .collect::<Result<_, FleetError>>()?;
            region.check()?;
        }
        Ok(fleet)
    }
}

impl Region {
    fn check(&self) -> Result<(), FleetError> {
        for (id, cluster) in &self.clusters {
            known_engine(id, &cluster.engine)?;
            if let Some(writer) = &cluster.writer
                && !self.members(id).any(|member| member == writer)
            {
                return Err(FleetError::Missing { id: id.clone(), what: "writer", name: writer.clone() });
            }
        }
        for (id, instance) in &self.instances {
            known_engine(id, &instance.engine)?;
            let cluster = instance.cluster.as_ref().filter(|name| !self.clusters.contains_key(*name));
            if let Some(name) = cluster {
                return Err(FleetError::Missing { id: id.clone(), what: "cluster", name: name.clone() });
            }
            let source = instance.source.as_ref().filter(|name| !name.starts_with("arn:"));
            if let Some(name) = source.filter(|name| !self.instances.contains_key(*name)) {
                return Err(FleetError::Missing { id: id.clone(), what: "source", name: name.clone() });
            }
        }
        Ok(())
    }
}

fn known_engine(id: &str, engine: &str) -> Result<(), FleetError> {
    if engine.is_empty() { Err(FleetError::NoEngine { id: id.to_owned() }) } else { Ok(()) }
}

/// A set of dimensions in the one way of writing it: sorted by name, `Name=value` joined by commas.
pub(in crate::sim) fn canonical(dimensions: &str) -> Result<String, FleetError> {
    let mut pairs: Vec<&str> = dimensions.split(',').filter(|pair| !pair.is_empty()).collect();
    if let Some(pair) = pairs.iter().find(|pair| !pair.contains('=')) {
        return Err(FleetError::Dimension { text: (*pair).to_owned() });
    }
    pairs.sort_unstable();
    Ok(pairs.join(","))
}

/// Why a fleet file is no fleet.
#[derive(Debug, thiserror::Error)]
pub enum FleetError {
    /// Not JSON, or not in the format.
    #[error("cannot read the fleet file")]
    Format(#[from] serde_json::Error),
    /// A part of a dimension set is not `Name=value`.
    #[error("cannot read the dimension `{text}` in the fleet file: it must be written Name=value")]
    Dimension {
        /// What stands there.
        text: String,
    },
    /// A database without an engine.
    #[error("`{id}` in the fleet file has no engine")]
    NoEngine {
        /// The database.
        id: String,
    },
    /// A reference into nothing.
    #[error("`{id}` in the fleet file names the {what} `{name}`, which is not there")]
    Missing {
        /// The database that refers.
        id: String,
        /// What it refers to: `cluster`, `source` or `writer`.
        what: &'static str,
        /// The name that is not there.
        name: String,
    },
}
