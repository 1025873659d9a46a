//! What exists in the simulated AWS: accounts, regions, databases, and what each metric does.
//!
//! The fleet file's format. Plain data; what a database publishes when the file does not say is in `published`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::curve::Curve;

mod file;
mod optional;

pub use file::FleetError;
pub(super) use file::canonical;
pub use optional::Maintenance;

/// Metrics by name; `None` (in a file `null`) takes a metric away from the default set.
pub type Overlay = BTreeMap<String, Option<Curve>>;

/// Everything that exists.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fleet {
    /// The account of every access key that `AssumeRole` did not make.
    pub home_account: String,
    /// Seconds from the end of a sample's minute until it can be read; 120 if the file does not say.
    #[serde(default = "two_minutes")]
    pub delay_s: u64,
    /// How many simulated seconds pass in one real second; 1 if the file does not say.
    #[serde(default = "real_time")]
    pub speed: f64,
    /// The seed of all noise.
    #[serde(default)]
    pub seed: u64,
    /// External ids that `AssumeRole` asks for, by account; an account that is not named asks for none.
    #[serde(default)]
    pub external_ids: BTreeMap<String, String>,
    /// Regions by account, then by name.
    pub accounts: BTreeMap<String, BTreeMap<String, Region>>,
}

/// The resources of one account in one region.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Region {
    /// DB instances by identifier.
    pub instances: BTreeMap<String, Instance>,
    /// DB clusters by identifier.
    pub clusters: BTreeMap<String, Cluster>,
    /// Proxies by name.
    pub proxies: BTreeMap<String, Proxy>,
    /// All that is published under a set of dimensions, written `Name=value,Name=value`; the empty text is no dimension.
    /// An entry replaces the default set of its resource, and is the only way to publish under other dimensions.
    pub metrics: BTreeMap<String, BTreeMap<String, Curve>>,
}

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
    /// The status of `read replication` in `StatusInfos`, where it replicates.
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
    /// What is set in a parameter group of its own; without any it has the engine's default group.
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
    /// `DbiResourceId`; absent: made from account, region and identifier. Set it to keep it over a rename.
    pub resource_id: Option<String>,
    /// What `DescribePendingMaintenanceActions` returns of it.
    pub maintenance: Vec<Maintenance>,
    /// The tags.
    pub tags: BTreeMap<String, String>,
    /// What differs from the default set of its engine, class and role.
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
    /// The member that takes writes; absent: the first one by name.
    pub writer: Option<String>,
    /// `DBClusterInstanceClass`, which Multi-AZ DB clusters have.
    pub class: Option<String>,
    /// `AllocatedStorage` in GiB, which Multi-AZ DB clusters have; Aurora says 1.
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
    /// What is set in a cluster parameter group of its own; without any it has the engine's default group.
    pub parameters: BTreeMap<String, String>,
    /// When it was created, in seconds since 1970; absent: long before the simulation's start.
    pub created: Option<i64>,
    /// `DbClusterResourceId`; absent: made from account, region and identifier.
    pub resource_id: Option<String>,
    /// What `DescribePendingMaintenanceActions` returns of it.
    pub maintenance: Vec<Maintenance>,
    /// The tags.
    pub tags: BTreeMap<String, String>,
    /// What differs from the default set of its engine.
    pub metrics: Overlay,
}

/// One RDS Proxy.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Proxy {
    /// `EngineFamily`, such as `POSTGRESQL`.
    pub engine_family: String,
    /// The status.
    pub status: String,
    /// The tags, which only `ListTagsForResource` returns.
    pub tags: BTreeMap<String, String>,
    /// What differs from the default set.
    pub metrics: Overlay,
}

impl Default for Proxy {
    fn default() -> Self {
        Self {
            engine_family: "POSTGRESQL".to_owned(),
            status: "available".to_owned(),
            tags: BTreeMap::new(),
            metrics: Overlay::new(),
        }
    }
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
            maintenance: Vec::new(),
            tags: BTreeMap::new(),
            metrics: Overlay::new(),
        }
    }
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
            maintenance: Vec::new(),
            tags: BTreeMap::new(),
            metrics: Overlay::new(),
        }
    }
}

impl Instance {
    /// An instance of an engine, as small and as healthy as they come.
    #[must_use]
    pub fn of(engine: &str) -> Self {
        Self { engine: engine.to_owned(), ..Self::default() }
    }

    /// Whether it sends metrics in its status: what is not running sends none, and one with full storage is down.
    ///
    /// States: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html>.
    #[must_use]
    pub fn publishes(&self) -> bool {
        let status = self.status.as_str();
        let down =
            ["creating", "starting", "stopped", "failed", "storage-full", "restore-error", "insufficient-capacity"];
        !down.contains(&status)
            && !status.starts_with("incompatible-")
            && !status.starts_with("inaccessible-encryption-credentials")
    }

    /// Its DB parameter group.
    pub(super) fn parameter_group(&self, id: &str) -> String {
        if self.parameters.is_empty() { format!("default.{}", self.engine) } else { format!("{id}-parameters") }
    }

    pub(super) fn is_aurora(&self) -> bool {
        self.engine.starts_with("aurora")
    }

    pub(super) fn storage_type(&self) -> &str {
        let default = if self.is_aurora() { "aurora" } else { "gp3" };
        self.storage_type.as_deref().unwrap_or(default)
    }
}

impl Cluster {
    /// Its DB cluster parameter group.
    pub(super) fn parameter_group(&self, id: &str) -> String {
        if self.parameters.is_empty() { format!("default.{}", self.engine) } else { format!("{id}-parameters") }
    }
}

impl Region {
    /// Whether a member of a cluster takes its writes.
    pub(super) fn is_writer(&self, cluster: &str, id: &str) -> bool {
        let named = self.clusters.get(cluster).and_then(|cluster| cluster.writer.as_deref());
        named.or_else(|| self.members(cluster).next()) == Some(id)
    }

    fn members(&self, cluster: &str) -> impl Iterator<Item = &str> {
        let of_cluster = self.instances.iter().filter(move |(_, it)| it.cluster.as_deref() == Some(cluster));
        of_cluster.map(|(id, _)| id.as_str())
    }
}

impl Fleet {
    /// A fleet without databases: one account, no region.
    #[must_use]
    pub fn empty(home_account: &str) -> Self {
        Self {
            home_account: home_account.to_owned(),
            delay_s: two_minutes(),
            speed: real_time(),
            seed: 0,
            external_ids: BTreeMap::new(),
            accounts: BTreeMap::from([(home_account.to_owned(), BTreeMap::new())]),
        }
    }

    /// The fleet of the demonstration: small, of all engines, with tags good and bad and a load that comes and goes.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "the file is part of the program and a test reads it")]
    pub fn demo() -> Self {
        Self::from_json(include_str!("demo_fleet.json")).expect("the demo fleet is well formed")
    }

    /// One region of one account, made if it is not there.
    pub fn region(&mut self, account: &str, region: &str) -> &mut Region {
        self.accounts.entry(account.to_owned()).or_default().entry(region.to_owned()).or_default()
    }

    /// A DB instance anywhere in the fleet, the first one by that name.
    pub fn instance(&mut self, id: &str) -> Option<&mut Instance> {
        self.accounts.values_mut().flat_map(BTreeMap::values_mut).find_map(|region| region.instances.get_mut(id))
    }

    /// A DB cluster anywhere in the fleet, the first one by that name.
    pub fn cluster(&mut self, id: &str) -> Option<&mut Cluster> {
        self.accounts.values_mut().flat_map(BTreeMap::values_mut).find_map(|region| region.clusters.get_mut(id))
    }
}

const fn two_minutes() -> u64 {
    120
}

const fn real_time() -> f64 {
    1.0
}
