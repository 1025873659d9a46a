//! What is watched: one database instance or cluster, as AWS describes it and with its capacity, in the words of the
//! field.
//!
//! Plain data and facts read off it. No AWS type, no metric, no threshold, no clock.

use std::collections::BTreeMap;

mod capacity;
pub mod described;
mod engine;
mod event;
#[cfg(test)]
pub(crate) mod fixture;
mod index;
mod kind;
mod kinds;
mod optional;
mod parameters;
mod settings;

pub use capacity::{Capacity, Limit, LimitSource, Resource};
pub use engine::Engine;
pub use event::{EventCategory, ResourceEvent};
pub use index::{Generation, ResourceIndex};
pub use kind::{FailedStatus, Kind, KindSpec, Lister, Service, Statuses};
pub use kinds::{KINDS, SERVICES};
pub use optional::{Lifecycle, OptionalAnswer, OptionalCall};
pub use parameters::{GroupName, ParameterGroup, Setting};
pub use settings::Settings;

/// Bytes of a GiB, in which AWS counts storage and memory.
pub const GIB: f64 = 1_073_741_824.0;

/// What an instance does in its cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Takes writes.
    Writer,
    /// Reads only.
    Reader,
}

impl Role {
    /// The value of the CloudWatch dimension `Role`.
    #[must_use]
    pub const fn dimension_value(self) -> &'static str {
        match self {
            Self::Writer => "WRITER",
            Self::Reader => "READER",
        }
    }
}

/// One database instance or cluster, as AWS describes it.
///
/// Every field that AWS leaves out at times (creation, restore, missing permission) is optional or empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Described {
    /// What it is.
    pub kind: Kind,
    /// The ARN: the label `name`.
    pub arn: String,
    /// Twelve digits, read off the ARN.
    pub account_id: String,
    /// Such as `eu-west-1`, read off the ARN.
    pub region: String,
    /// Its identifier: the value of the first dimension of its kind.
    pub id: String,
    /// The values of the further dimensions of its kind; empty for kinds that have one.
    pub further_ids: Vec<String>,
    /// `DbiResourceId` or `DbClusterResourceId`: survives a rename, differs after a re-creation.
    pub resource_id: Option<String>,
    /// The cluster it is a member of.
    pub cluster: Option<String>,
    /// The instances of a cluster with what each does; empty for an instance.
    pub members: Vec<(String, Role)>,
    /// The engine family.
    pub engine: Engine,
    /// The engine as AWS writes it.
    pub engine_name: String,
    /// Empty while AWS does not say.
    pub engine_version: String,
    /// The instance class, such as `db.m6g.large`; empty for clusters without one.
    pub class: String,
    /// The status as AWS writes it; unknown strings are data.
    pub status: String,
    /// The tags, by key.
    pub tags: BTreeMap<String, String>,
    /// What decides which metrics exist.
    pub facts: Facts,
    /// Sizes and dates, served as series of their own.
    pub figures: Figures,
}

impl Described {
    /// Whether this is its ARN or its identifier; RDS keeps identifiers in lower case, whatever case they are written in:
    /// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html>.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        self.arn == name || self.id.eq_ignore_ascii_case(name)
    }

    /// Whether its metrics mean anything: not while it is stopped, created or deleted.
    #[must_use]
    pub fn publishes(&self) -> bool {
        !self.status.is_empty() && !self.kind.service.statuses.silent.contains(&self.status.as_str())
    }

    /// Whether it is in a status in which it works as usual.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.kind.service.statuses.running.contains(&self.status.as_str())
    }

    /// Whether it is in a status that should pass within hours.
    #[must_use]
    pub fn is_in_transition(&self) -> bool {
        let transitional = self.kind.service.statuses.transitional;
        transitional.contains(&self.status.as_str()) || self.status.starts_with("configuring-")
    }

    /// The CloudWatch dimensions that name it, with their values.
    pub fn dimensions(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let values = std::iter::once(&self.id).chain(&self.further_ids);
        self.kind.dimensions.iter().copied().zip(values.map(String::as_str))
    }

    /// The parameter groups that the engine of an instance runs with: what its own one sets wins over its cluster's.
    ///
    /// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_WorkingWithDBClusterParamGroups.html>;
    /// members of Multi-AZ DB clusters have only the cluster's to set anything in.
    pub fn parameter_groups<'a>(&'a self, cluster: Option<&'a Self>) -> impl Iterator<Item = &'a ParameterGroup> {
        [Some(self), cluster].into_iter().flatten().filter_map(|one| one.facts.ordered.parameter_group.as_ref())
    }

    /// An instance with what only its cluster knows of it.
    #[must_use]
    pub fn joined(&self, cluster: Option<&Self>) -> Self {
        let mut instance = self.clone();
        let Some(cluster) = cluster else { return instance };
        let member = cluster.members.iter().find(|(id, _)| *id == self.id);
        let facts = &mut instance.facts;
        facts.role = member.map(|(_, role)| *role);
        facts.backtrack = cluster.facts.backtrack;
        facts.write_forwarding = cluster.facts.write_forwarding;
        facts.cluster_replicates = cluster.facts.cluster_replicates;
        facts.auto_pause = cluster.facts.auto_pause;
        if let Some(group) = &cluster.facts.ordered.parameter_group {
            instance.figures.pending = instance.figures.pending.with(group, &instance.id);
        }
        if !self.engine.has_cluster_storage() && facts.role == Some(Role::Reader) {
            // Readers of a Multi-AZ DB cluster replicate from its writer and publish ReplicaLag.
            facts.is_replica = true;
        }
        instance
    }
}

/// Facts from the Describe calls that decide which metrics a resource publishes.
///
/// `None` means that AWS did not say (or that the permission for clusters is missing): the metric is then asked.
#[derive(Debug, Clone, Default, PartialEq)]
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
    pub storage_type: Option<String>,
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
    pub replication_status: Option<String>,
    /// `EngineLifecycleSupport`: whether it stays on its version, at a price, when standard support has ended.
    pub extended_support: Option<bool>,
    /// `PreferredMaintenanceWindow` in UTC, such as `sun:05:00-sun:06:00`.
    pub maintenance_window: Option<String>,
    /// `PreferredBackupWindow` in UTC, such as `03:00-04:00`.
    pub backup_window: Option<String>,
    /// What was ordered, from which most of [`Capacity`] is computed.
    pub ordered: Ordered,
    /// What is only shown.
    pub settings: Settings,
}

/// What was ordered for a resource, as Describe repeats it.
#[derive(Debug, Clone, Default, PartialEq)]
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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Processors {
    /// `coreCount`.
    pub cores: Option<u32>,
    /// `threadsPerCore`.
    pub threads_per_core: Option<u32>,
}

/// One storage volume.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Volume {
    /// `gp2`, `gp3`, `io1`, `io2`, …
    pub storage_type: String,
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

/// Sizes, dates and states that the Describe calls return besides.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figures {
    /// `AllocatedStorage` with additional volumes, in bytes; absent for Aurora, which has no such limit.
    pub allocated_storage_bytes: Option<f64>,
    /// How far storage autoscaling may go, in bytes: `MaxAllocatedStorage` of each volume, the size of one that does not
    /// grow; absent where none does.
    pub max_allocated_storage_bytes: Option<f64>,
    /// When the server certificate expires, in seconds since 1970.
    pub certificate_expiry_seconds: Option<f64>,
    /// `LatestRestorableTime`, in seconds since 1970.
    pub latest_restorable_seconds: Option<f64>,
    /// `AutomaticRestartTime`: when a stopped database starts by itself, in seconds since 1970.
    pub automatic_restart_seconds: Option<f64>,
    /// When AWS applies maintenance that nobody ordered, in seconds since 1970; from an optional call.
    pub forced_maintenance_seconds: Option<f64>,
    /// The end of standard support of its major version, in seconds since 1970, unless Extended Support has taken over;
    /// from an optional call.
    pub standard_support_end_seconds: Option<f64>,
    /// Whether Extended Support is charged for; from an optional call.
    pub extended_support: Option<bool>,
    /// Since when it has been in a status that should pass, in seconds since 1970.
    pub transition_since_seconds: Option<f64>,
    /// How much of a quota is used, in percent.
    pub quota_used_percent: Option<f64>,
    /// What was changed and is not in effect yet.
    pub pending: Pending,
}

/// What was changed and is not in effect yet; `None` where Describe does not show it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pending {
    /// Parameters of its groups wait for a reboot.
    pub reboot: Option<bool>,
    /// Parameters of its groups could not be applied.
    pub parameters_failed: Option<bool>,
    /// `PendingModifiedValues` names any.
    pub modifications: Option<bool>,
}

impl Pending {
    /// The same, with what one more group of an instance waits for.
    #[must_use]
    pub fn with(self, group: &ParameterGroup, instance: &str) -> Self {
        let also = |known: Option<bool>, status: &str| {
            let status_of_it = group.statuses.iter().find(|(id, _)| id == instance).map(|(_, known)| known == status);
            known.into_iter().chain(status_of_it).reduce(|left, right| left || right)
        };
        Self {
            reboot: also(self.reboot, "pending-reboot"),
            parameters_failed: also(self.parameters_failed, "failed-to-apply"),
            ..self
        }
    }
}
