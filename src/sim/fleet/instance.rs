//! A DB instance as the fleet file describes it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::optional::Maintenance;
use crate::sim::curve::Overlay;

/// One DB instance, described by what AWS returns for it. Times are seconds since 1970, sizes are GiB.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a field of AWS")]
pub struct Instance {
    /// As AWS writes it: `postgres`, `oracle-se2`, `neptune`, …
    pub engine: String,
    /// Absent: a current version of the engine.
    pub engine_version: Option<String>,
    /// The instance class.
    pub class: String,
    /// The status; see [`Instance::publishes`].
    pub status: String,
    /// `AllocatedStorage`.
    pub storage: u32,
    /// `MaxAllocatedStorage`.
    pub max_storage: Option<u32>,
    /// Absent: `aurora` for members of Aurora clusters, else `gp3`.
    pub storage_type: Option<String>,
    /// `Iops`.
    pub iops: Option<u32>,
    /// `StorageThroughput` in MiB/s.
    pub throughput: Option<u32>,
    /// Storage volumes besides the first.
    pub additional_volumes: Vec<Volume>,
    /// `DedicatedLogVolume`.
    pub dedicated_log_volume: bool,
    /// The cluster it is a member of.
    pub cluster: Option<String>,
    /// The instance it replicates from.
    pub source: Option<String>,
    /// The status of `read replication` in `StatusInfos`, if it has a source.
    pub replication_status: String,
    /// `MultiAZ`.
    pub multi_az: bool,
    /// `PerformanceInsightsEnabled`.
    pub pi: bool,
    /// `DeletionProtection`.
    pub deletion_protection: bool,
    /// `BackupRetentionPeriod` in days.
    pub backup_days: u32,
    /// `PreferredMaintenanceWindow`; empty: absent.
    pub maintenance_window: String,
    /// `PreferredBackupWindow`; empty: absent.
    pub backup_window: String,
    /// `ProcessorFeatures` by name.
    pub processor_features: BTreeMap<String, String>,
    /// The parameters in a group of its own; without any it has the engine's default group.
    pub parameters: BTreeMap<String, String>,
    /// `ParameterApplyStatus` of its parameter group, such as `pending-reboot`.
    pub parameter_status: String,
    /// `DBClusterParameterGroupStatus` of it as a member of its cluster.
    pub cluster_parameter_status: String,
    /// `PendingModifiedValues` by name.
    pub pending_modifications: BTreeMap<String, String>,
    /// `AutomaticRestartTime`, which stopped instances have; absent: a week after the simulation's start.
    pub automatic_restart: Option<i64>,
    /// `LatestRestorableTime`; absent: minutes ago.
    pub latest_restorable: Option<i64>,
    /// When the server certificate ends; absent: a year after the simulation's start.
    pub certificate_valid_till: Option<i64>,
    /// Absent: long before the simulation's start. Nothing was published before it.
    pub created: Option<i64>,
    /// `DbiResourceId`; absent: made from account, region and identifier. Set it so that it survives a rename.
    pub resource_id: Option<String>,
    /// `EngineLifecycleSupport`; absent where it is empty.
    pub engine_lifecycle_support: String,
    /// What `DescribePendingMaintenanceActions` returns of it.
    pub maintenance: Vec<Maintenance>,
    /// The tags.
    pub tags: BTreeMap<String, String>,
    /// Differences from the default metrics of its engine, class and role.
    pub metrics: Overlay,
}

/// A storage volume besides the first one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Volume {
    /// `VolumeName`, such as `rdsdbdata2`.
    pub name: String,
    /// `AllocatedStorage` in GiB.
    pub storage: u32,
    /// `MaxAllocatedStorage` in GiB.
    #[serde(default)]
    pub max_storage: Option<u32>,
    /// `StorageType`.
    pub storage_type: String,
}

impl Default for Instance {
    fn default() -> Self {
        Self {
            engine: String::new(),
            engine_version: None,
            class: "db.m6g.large".to_owned(),
            status: "available".to_owned(),
            storage: 100,
            max_storage: None,
            storage_type: None,
            iops: None,
            throughput: None,
            additional_volumes: Vec::new(),
            dedicated_log_volume: false,
            cluster: None,
            source: None,
            replication_status: "replicating".to_owned(),
            multi_az: false,
            pi: false,
            deletion_protection: false,
            backup_days: 7,
            maintenance_window: "sun:05:00-sun:06:00".to_owned(),
            backup_window: "03:00-04:00".to_owned(),
            processor_features: BTreeMap::new(),
            parameters: BTreeMap::new(),
            parameter_status: "in-sync".to_owned(),
            cluster_parameter_status: "in-sync".to_owned(),
            pending_modifications: BTreeMap::new(),
            automatic_restart: None,
            latest_restorable: None,
            certificate_valid_till: None,
            created: None,
            resource_id: None,
            engine_lifecycle_support: String::new(),
            maintenance: Vec::new(),
            tags: BTreeMap::new(),
            metrics: Overlay::new(),
        }
    }
}

impl Instance {
    /// A small, healthy instance of an engine.
    #[must_use]
    pub fn of(engine: &str) -> Self {
        Self { engine: engine.to_owned(), ..Self::default() }
    }

    /// Whether it publishes metrics in its status: one that is not running or restarts publishes none,
    /// nor one with full storage.
    ///
    /// States: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html>.
    #[must_use]
    pub fn publishes(&self) -> bool {
        let status = self.status.as_str();
        let down = [
            "creating",
            "starting",
            "rebooting",
            "upgrading",
            "stopped",
            "failed",
            "storage-full",
            "restore-error",
            "insufficient-capacity",
        ];
        !down.contains(&status)
            && !status.starts_with("incompatible-")
            && !status.starts_with("inaccessible-encryption-credentials")
    }

    /// Its DB parameter group.
    pub(in crate::sim) fn parameter_group(&self, id: &str) -> String {
        if self.parameters.is_empty() { format!("default.{}", self.engine) } else { format!("{id}-parameters") }
    }

    pub(in crate::sim) fn is_aurora(&self) -> bool {
        self.engine.starts_with("aurora")
    }

    pub(in crate::sim) fn storage_type(&self) -> &str {
        let default = if self.is_aurora() { "aurora" } else { "gp3" };
        self.storage_type.as_deref().unwrap_or(default)
    }
}
