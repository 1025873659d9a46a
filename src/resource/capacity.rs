//! A described resource with its capacity: its limits, and where each of them comes from.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Described, Learned};

/// One database instance or cluster with its capacity.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// What AWS says of it, and of its cluster where that decides: the listed description itself, unless it is a member.
    pub described: Arc<Described>,
    /// What is known of it besides.
    pub learned: Learned,
    /// Its limits.
    pub capacity: Capacity,
}

/// A resource is what AWS describes, with its capacity: whoever reads the description need not know the capacity.
impl Deref for Resource {
    type Target = Described;

    fn deref(&self) -> &Described {
        &self.described
    }
}

/// The limits that follow from what AWS says of a resource, its cluster, its tags, its parameter groups and its class.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Capacity {
    /// The size of the dedicated log volume, in bytes.
    pub log_volume_bytes: Option<Limit>,
    /// The local storage of an Aurora member, in bytes.
    pub local_storage_bytes: Option<Limit>,
    /// Memory in bytes; on Serverless v2 that of the most capacity it may take.
    pub memory_bytes: Option<Limit>,
    /// Virtual processors.
    pub vcpus: Option<Limit>,
    /// How many connections the engine takes.
    pub max_connections: Option<Limit>,
    /// The most capacity units that it may take.
    pub max_capacity_units: Option<Limit>,
    /// Disk operations per second that last.
    pub iops: Option<Limit>,
    /// Bytes per second that last, to and from its disks.
    pub throughput: Option<Limit>,
    /// Bytes per second that last, to and from the network.
    pub network: Option<Limit>,
    /// What relative levels of a metric still go by after a change, until a datapoint has seen the change too.
    pub held: BTreeMap<&'static str, f64>,
}

/// How far something can go, and who says so.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// In the unit of the field that holds it.
    pub value: f64,
    /// Where the number comes from.
    pub source: LimitSource,
}

/// Where a limit comes from: the values of the label `source`. In JSON, the [name](Self::name).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitSource {
    /// A Describe call says it.
    Described,
    /// A tag says it.
    Tag,
    /// Somebody set the number in the parameter group of the instance or of its cluster.
    ParameterGroup,
    /// Somebody set a formula there, and this is an estimate of what the engine makes of it.
    ParameterGroupFormula,
    /// Either of them, but the engine may run with another one: the group is not in effect and was never seen so.
    PendingParameterGroup,
    /// The engine's own formula over the memory, less what the engine never sees of it.
    Formula,
    /// The table of classes.
    Class,
    /// The configuration describes the class.
    Configured,
    /// The processor features of the instance, which win over its class.
    ProcessorFeatures,
    /// What RDS gives to every volume of that kind and size.
    StorageType,
}

impl LimitSource {
    /// The value of the label `source`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Described => "described",
            Self::Tag => "tag",
            Self::ParameterGroup => "parameter_group",
            Self::ParameterGroupFormula => "parameter_group_formula",
            Self::PendingParameterGroup => "pending_parameter_group",
            Self::Formula => "formula",
            Self::Class => "class",
            Self::Configured => "configured",
            Self::ProcessorFeatures => "processor_features",
            Self::StorageType => "storage_type",
        }
    }
}
