//! Reads a fleet file and checks its references.

use std::collections::BTreeMap;

use super::dimensions::canonical;
use super::fleet::{Fleet, Region};

impl Fleet {
    /// The fleet of the demonstration: a few databases of all engines, with valid and invalid tags and with incidents.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "the file is part of the program and a test reads it")]
    pub fn demo() -> Self {
        Self::from_json(include_str!("demo_fleet.json")).expect("the demo fleet is well formed")
    }

    /// Reads a fleet file.
    ///
    /// # Errors
    /// The text is not a fleet, or a database refers to something that does not exist.
    pub fn from_json(text: &str) -> Result<Self, FleetError> {
        let mut fleet: Self = serde_json::from_str(text)?;
        for region in fleet.accounts.values_mut().flat_map(BTreeMap::values_mut) {
            region.metrics = std::mem::take(&mut region.metrics)
                .into_iter()
                .map(|(dimensions, metrics)| {
                    Ok((canonical(&dimensions).map_err(|text| FleetError::Dimension { text })?, metrics))
                })
                .collect::<Result<_, FleetError>>()?;
            region.check()?;
        }
        Ok(fleet)
    }
}

impl Region {
    fn check(&self) -> Result<(), FleetError> {
        for (id, cluster) in &self.clusters {
            check_engine(id, &cluster.engine)?;
            if let Some(writer) = &cluster.writer
                && !self.members(id).any(|member| member == writer)
            {
                return Err(FleetError::Missing { id: id.clone(), what: "writer", name: writer.clone() });
            }
        }
        for (id, instance) in &self.instances {
            check_engine(id, &instance.engine)?;
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

fn check_engine(id: &str, engine: &str) -> Result<(), FleetError> {
    if engine.is_empty() { Err(FleetError::NoEngine { id: id.to_owned() }) } else { Ok(()) }
}

/// Why a fleet file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FleetError {
    /// Not JSON, or not in the format.
    #[error("cannot read the fleet file")]
    Format(#[from] serde_json::Error),
    /// A part of a dimension set is not `Name=value`.
    #[error("cannot read the dimension `{text}` in the fleet file: it must be written Name=value")]
    Dimension {
        /// The part.
        text: String,
    },
    /// A database without an engine.
    #[error("`{id}` in the fleet file has no engine")]
    NoEngine {
        /// The database.
        id: String,
    },
    /// A reference to something that does not exist.
    #[error("`{id}` in the fleet file names the {what} `{name}`, which does not exist")]
    Missing {
        /// The database that refers.
        id: String,
        /// What it refers to: `cluster`, `source` or `writer`.
        what: &'static str,
        /// The missing name.
        name: String,
    },
}
