//! Facts that decide which metrics a resource publishes, and what was ordered for it.

use serde::{Deserialize, Serialize};

use super::parameters::ParameterGroup;
use super::role::Role;
use super::settings::Settings;
use super::text::Text;

/// Bytes of a GiB, in which AWS counts storage and memory.
pub const GIB: f64 = 1_073_741_824.0;

/// Facts from the Describe calls that decide which metrics a resource publishes.
///
/// `None` means that AWS did not return it, or that the permission for clusters is missing: the metric is then queried.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// Writer or reader, for members of a cluster.
    pub role: Option<Role>,
    /// Whether the instance replicates from another one (`ReadReplicaSource*` is set).
    pub is_replica: bool,
    /// `PerformanceInsightsEnabled` or a Database Insights mode.
    pub performance_insights: Option<bool>,
    /// `DedicatedLogVolume`.
    pub dedicated_log_volume: bool,
    /// `gp2`, `gp3`, `io1`, `io2`, `aurora`, …
    pub storage_type: Option<Text>,
    /// `BackupRetentionPeriod` in days.
    pub backup_retention_days: Option<u32>,
    /// The cluster has a backtrack window.
    pub backtrack: Option<bool>,
    /// The cluster forwards writes, locally or globally.
    pub write_forwarding: Option<bool>,
    /// The cluster replicates from outside (`ReplicationSourceIdentifier`).
    pub cluster_replicates: Option<bool>,
    /// The cluster may have members of Serverless v2 (`ServerlessV2ScalingConfiguration`).
    pub serverless: Option<bool>,
    /// The members of Serverless v2 pause when nobody uses them: the cluster's least capacity is 0.
    pub auto_pause: Option<bool>,
    /// The cluster is a part of a global database (`GlobalClusterIdentifier`).
    pub global_database: Option<bool>,
    /// The status of its replication from another instance, as AWS writes it: an entry of `StatusInfos`.
    pub replication_status: Option<Text>,
    /// `EngineLifecycleSupport`: whether it stays on its version, at a price, when standard support has ended.
    pub extended_support: Option<bool>,
    /// `PreferredMaintenanceWindow` in UTC, such as `sun:05:00-sun:06:00`.
    pub maintenance_window: Option<Text>,
    /// `PreferredBackupWindow` in UTC, such as `03:00-04:00`.
    pub backup_window: Option<Text>,
    /// What was ordered, from which most of [`Capacity`] is computed.
    pub ordered: Ordered,
    /// Settings that are only shown.
    pub settings: Settings,
}

impl Facts {
    /// The texts that other resources may have, too.
    pub(super) fn texts_mut(&mut self) -> impl Iterator<Item = &mut Text> {
        let Self { storage_type, replication_status, maintenance_window, backup_window, settings, ordered, .. } = self;
        let own = [storage_type, replication_status, maintenance_window, backup_window];
        let shown = [&mut settings.storage_type, &mut settings.certificate_authority];
        let of_volumes = ordered.volumes.iter_mut().map(|volume| &mut volume.storage_type);
        let of_group = ordered.parameter_group.iter_mut().flat_map(|ParameterGroup { name, statuses }| {
            std::iter::once(&mut name.name).chain(statuses.iter_mut().map(|(_, status)| status))
        });
        own.into_iter().chain(shown).flatten().chain(of_volumes).chain(of_group)
    }
}

/// What was ordered for a resource, as Describe repeats it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ordered {
    /// Its storage volumes, the first one first; empty for Aurora, whose storage is the cluster's.
    pub volumes: Vec<Volume>,
    /// `ProcessorFeatures`.
    pub processors: Processors,
    /// The least and the most capacity units of a Serverless v2 cluster.
    pub capacity_units: Option<(f64, f64)>,
    /// Its parameter group.
    pub parameter_group: Option<ParameterGroup>,
}

/// `ProcessorFeatures`; what was not ordered is as the class has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Processors {
    /// `coreCount`.
    pub cores: Option<u32>,
    /// `threadsPerCore`.
    pub threads_per_core: Option<u32>,
}

/// One storage volume.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Volume {
    /// `VolumeName` of an additional one.
    pub name: Option<Text>,
    /// `StorageVolumeStatus`, where AWS lists it.
    pub status: Option<Text>,
    /// `gp2`, `gp3`, `io1`, `io2`, …
    pub storage_type: Text,
    /// Its size in GiB.
    pub gib: f64,
    /// The size in GiB up to which storage autoscaling may grow it; `None` where it is off.
    pub max_gib: Option<f64>,
    /// Operations per second, where they were ordered.
    pub iops: Option<f64>,
    /// MiB per second, where they were ordered.
    pub mib_per_second: Option<f64>,
}

impl Volume {
    /// Whether storage autoscaling may still grow it.
    #[must_use]
    pub fn grows(&self) -> bool {
        self.max_gib.is_some_and(|most| most > self.gib)
    }

    /// How far volumes may grow together, in GiB; `None` where none has a maximum.
    #[must_use]
    pub fn most_gib(volumes: &[Self]) -> Option<f64> {
        let most = |volume: &Self| volume.max_gib.unwrap_or(volume.gib).max(volume.gib);
        volumes.iter().any(|volume| volume.max_gib.is_some()).then(|| volumes.iter().map(most).sum())
    }
}
