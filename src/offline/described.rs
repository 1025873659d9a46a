//! Databases and clusters as the AWS command line prints them.

use serde::Deserialize;

use super::{GIB, blank, place};
use crate::resource::{Kind, Resource, Role, Volume};

/// A tag.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    key: String,
    #[serde(default)]
    value: String,
}

/// An entry of `DBInstances`.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Instance {
    #[serde(rename = "DBInstanceIdentifier")]
    id: String,
    #[serde(rename = "DBInstanceArn")]
    arn: Option<String>,
    #[serde(rename = "DBClusterIdentifier")]
    cluster: Option<String>,
    dbi_resource_id: Option<String>,
    engine: String,
    engine_version: String,
    #[serde(rename = "DBInstanceClass")]
    class: String,
    #[serde(rename = "DBInstanceStatus")]
    status: Option<String>,
    allocated_storage: Option<f64>,
    max_allocated_storage: Option<f64>,
    iops: Option<f64>,
    storage_throughput: Option<f64>,
    additional_storage_volumes: Vec<AdditionalVolume>,
    processor_features: Vec<Feature>,
    storage_type: Option<String>,
    #[serde(rename = "ReadReplicaSourceDBInstanceIdentifier")]
    replica_of: Option<String>,
    #[serde(rename = "ReadReplicaSourceDBClusterIdentifier")]
    replica_of_cluster: Option<String>,
    performance_insights_enabled: Option<bool>,
    database_insights_mode: Option<String>,
    dedicated_log_volume: bool,
    backup_retention_period: Option<u32>,
    tag_list: Vec<Tag>,
}

/// An entry of `AdditionalStorageVolumes`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AdditionalVolume {
    allocated_storage: Option<f64>,
    storage_type: Option<String>,
    #[serde(rename = "IOPS", alias = "Iops")]
    iops: Option<f64>,
    storage_throughput: Option<f64>,
}

impl AdditionalVolume {
    fn volume(self) -> Volume {
        let positive = |number: Option<f64>| number.filter(|number| *number > 0.0);
        Volume {
            storage_type: self.storage_type.unwrap_or_default(),
            gib: positive(self.allocated_storage).unwrap_or_default(),
            iops: positive(self.iops),
            mib_per_second: positive(self.storage_throughput),
        }
    }
}

/// An entry of `ProcessorFeatures`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Feature {
    name: String,
    value: String,
}

fn processors(features: &[Feature]) -> Option<u32> {
    let count = |name| features.iter().find(|feature| feature.name == name)?.value.parse::<u32>().ok();
    count("coreCount")?.checked_mul(count("threadsPerCore")?).filter(|count| *count > 0)
}

impl Instance {
    pub(super) fn resource(self) -> Resource {
        let mut resource = blank(Kind::DbInstance, &self.engine);
        let first = AdditionalVolume {
            allocated_storage: self.allocated_storage,
            storage_type: self.storage_type.clone(),
            iops: self.iops,
            storage_throughput: self.storage_throughput,
        };
        // Aurora's storage belongs to the cluster and has no such limits.
        let volumes =
            std::iter::once(first).chain(self.additional_storage_volumes).filter(|_| !resource.engine.is_aurora());
        let volumes: Vec<Volume> = volumes.map(AdditionalVolume::volume).collect();
        let gib: f64 = volumes.iter().map(|volume| volume.gib).sum();
        resource.capacity.allocated_storage_bytes = Some(gib * GIB).filter(|bytes| *bytes > 0.0);
        let facts = &mut resource.facts;
        facts.is_replica = self.replica_of.is_some() || self.replica_of_cluster.is_some();
        facts.performance_insights = self
            .performance_insights_enabled
            .map(|on| on || self.database_insights_mode.as_deref() == Some("advanced"));
        facts.dedicated_log_volume = self.dedicated_log_volume;
        facts.storage_type = self.storage_type;
        facts.ordered.volumes = volumes;
        facts.ordered.processors = processors(&self.processor_features);
        facts.backup_retention_days = self.backup_retention_period;
        resource.capacity.max_allocated_storage_bytes = self.max_allocated_storage.map(|gib| gib * GIB);
        resource.arn = self.arn.unwrap_or_else(|| self.id.clone());
        (resource.region, resource.account_id) = place(&resource.arn);
        resource.resource_id = self.dbi_resource_id;
        resource.cluster = self.cluster.filter(|cluster| !cluster.is_empty());
        resource.engine_version = self.engine_version;
        resource.class = self.class;
        resource.status = self.status.unwrap_or(resource.status);
        resource.tags = self.tag_list.into_iter().map(|tag| (tag.key, tag.value)).collect();
        resource.id = self.id;
        resource
    }
}

/// An entry of `DBClusters`.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Cluster {
    #[serde(rename = "DBClusterIdentifier")]
    id: String,
    #[serde(rename = "DBClusterArn")]
    arn: Option<String>,
    db_cluster_resource_id: Option<String>,
    engine: String,
    engine_version: String,
    #[serde(rename = "DBClusterInstanceClass")]
    class: String,
    status: Option<String>,
    #[serde(rename = "DBClusterMembers")]
    members: Vec<Member>,
    backtrack_window: u64,
    #[serde(rename = "ServerlessV2ScalingConfiguration")]
    scaling: Option<Scaling>,
    global_cluster_identifier: Option<String>,
    global_write_forwarding_status: Option<String>,
    local_write_forwarding_status: Option<String>,
    replication_source_identifier: Option<String>,
    tag_list: Vec<Tag>,
}

/// The capacity of a Serverless v2 cluster.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Scaling {
    min_capacity: Option<f64>,
    max_capacity: Option<f64>,
}

/// An entry of `DBClusterMembers`.
#[derive(Deserialize)]
struct Member {
    #[serde(rename = "DBInstanceIdentifier")]
    id: String,
    #[serde(rename = "IsClusterWriter", default)]
    writes: bool,
}

impl Cluster {
    pub(super) fn resource(self) -> Resource {
        let mut resource = blank(Kind::DbCluster, &self.engine);
        let enabled = |status: Option<String>| status.as_deref() == Some("enabled");
        let facts = &mut resource.facts;
        facts.backtrack = Some(self.backtrack_window > 0);
        facts.serverless = Some(self.scaling.is_some());
        facts.auto_pause = Some(self.scaling.as_ref().is_some_and(|scaling| scaling.min_capacity == Some(0.0)));
        facts.global_database = Some(self.global_cluster_identifier.is_some_and(|id| !id.is_empty()));
        facts.ordered.capacity_units =
            self.scaling.and_then(|scaling| Some((scaling.min_capacity?, scaling.max_capacity?)));
        facts.write_forwarding =
            Some(enabled(self.global_write_forwarding_status) || enabled(self.local_write_forwarding_status));
        facts.cluster_replicates = Some(self.replication_source_identifier.is_some_and(|source| !source.is_empty()));
        let role = |writes| if writes { Role::Writer } else { Role::Reader };
        resource.members = self.members.into_iter().map(|member| (member.id, role(member.writes))).collect();
        resource.arn = self.arn.unwrap_or_else(|| self.id.clone());
        (resource.region, resource.account_id) = place(&resource.arn);
        resource.resource_id = self.db_cluster_resource_id;
        resource.engine_version = self.engine_version;
        resource.class = self.class;
        resource.status = self.status.unwrap_or(resource.status);
        resource.tags = self.tag_list.into_iter().map(|tag| (tag.key, tag.value)).collect();
        resource.id = self.id;
        resource
    }
}
