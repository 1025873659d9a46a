//! A DB cluster as the fleet file describes it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::optional::Maintenance;
use crate::sim::curve::Overlay;

/// One DB cluster. Its members are the instances that name it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cluster {
    /// As AWS writes it.
    pub engine: String,
    /// Absent: a current version of the engine.
    pub engine_version: Option<String>,
    /// The status.
    pub status: String,
    /// The writer; absent: the first member by name.
    pub writer: Option<String>,
    /// `DBClusterInstanceClass`, which Multi-AZ DB clusters have.
    pub class: Option<String>,
    /// `AllocatedStorage` in GiB, which Multi-AZ DB clusters have; Aurora returns 1.
    pub storage: Option<u32>,
    /// `StorageType`, which Multi-AZ DB clusters have.
    pub storage_type: Option<String>,
    /// `Iops`, which Multi-AZ DB clusters have.
    pub iops: Option<u32>,
    /// Serverless v2: least and most capacity in ACU.
    pub serverless: Option<Capacity>,
    /// `BacktrackWindow` in seconds; 0 is off.
    pub backtrack_s: u64,
    /// `GlobalWriteForwardingStatus` is `enabled`.
    pub write_forwarding: bool,
    /// `DeletionProtection`.
    pub deletion_protection: bool,
    /// `ReplicationSourceIdentifier`.
    pub replication_source: Option<String>,
    /// `BackupRetentionPeriod` in days.
    pub backup_days: u32,
    /// `PreferredMaintenanceWindow`; empty: absent.
    pub maintenance_window: String,
    /// `PreferredBackupWindow`; empty: absent.
    pub backup_window: String,
    /// The parameters in a cluster parameter group of its own; without any it has the engine's default group.
    pub parameters: BTreeMap<String, String>,
    /// When it was created, in seconds since 1970; absent: long before the simulation's start.
    pub created: Option<i64>,
    /// `DbClusterResourceId`; absent: made from account, region and identifier.
    pub resource_id: Option<String>,
    /// `EngineLifecycleSupport`; absent where it is empty.
    pub engine_lifecycle_support: String,
    /// What `DescribePendingMaintenanceActions` returns of it.
    pub maintenance: Vec<Maintenance>,
    /// The tags.
    pub tags: BTreeMap<String, String>,
    /// Differences from the default metrics of its engine.
    pub metrics: Overlay,
}

/// `ServerlessV2ScalingConfiguration`, in ACU.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capacity {
    /// `MinCapacity`.
    pub min: f64,
    /// `MaxCapacity`.
    pub max: f64,
}

impl Default for Cluster {
    fn default() -> Self {
        Self {
            engine: String::new(),
            engine_version: None,
            status: "available".to_owned(),
            writer: None,
            class: None,
            storage: None,
            storage_type: None,
            iops: None,
            serverless: None,
            backtrack_s: 0,
            write_forwarding: false,
            deletion_protection: false,
            replication_source: None,
            backup_days: 7,
            maintenance_window: "sun:05:00-sun:06:00".to_owned(),
            backup_window: "03:00-04:00".to_owned(),
            parameters: BTreeMap::new(),
            created: None,
            resource_id: None,
            engine_lifecycle_support: String::new(),
            maintenance: Vec::new(),
            tags: BTreeMap::new(),
            metrics: Overlay::new(),
        }
    }
}

impl Cluster {
    /// Its DB cluster parameter group.
    pub(in crate::sim) fn parameter_group(&self, id: &str) -> String {
        if self.parameters.is_empty() { format!("default.{}", self.engine) } else { format!("{id}-parameters") }
    }
}
