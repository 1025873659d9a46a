//! What the Describe calls say of an instance or a cluster, as plain values, and the description that it makes.
//!
//! The SDK's answers and the JSON of the AWS command line both come through here, so that they mean the same. An empty
//! string counts as absent.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    Described, Engine, Facts, Figures, GIB, GroupName, Kind, Lister, Ordered, ParameterGroup, Pending, Role, Volume,
};

mod date;
mod processors;
mod proxy;
mod settings;
mod status_info;
mod storage;

pub use date::{PendingValues, Time};
pub use processors::ProcessorFeature;
pub use proxy::Proxy;
pub use settings::CommonSettings;
pub use status_info::StatusInfo;
pub use storage::Storage;

/// An entry of `DBInstances`; each field is what AWS calls it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[expect(missing_docs, reason = "AWS's names, documented at AWS")]
pub struct Instance {
    #[serde(rename = "DBInstanceIdentifier")]
    pub id: Option<String>,
    #[serde(rename = "DBInstanceArn")]
    pub arn: Option<String>,
    #[serde(rename = "DBClusterIdentifier")]
    pub cluster: Option<String>,
    pub dbi_resource_id: Option<String>,
    pub engine: Option<String>,
    pub engine_version: Option<String>,
    #[serde(rename = "DBInstanceClass")]
    pub class: Option<String>,
    #[serde(rename = "DBInstanceStatus")]
    pub status: Option<String>,
    #[serde(flatten)]
    pub storage: Storage,
    pub additional_storage_volumes: Vec<Storage>,
    pub processor_features: Vec<ProcessorFeature>,
    #[serde(rename = "ReadReplicaSourceDBInstanceIdentifier")]
    pub replica_of: Option<String>,
    #[serde(rename = "ReadReplicaSourceDBClusterIdentifier")]
    pub replica_of_cluster: Option<String>,
    pub performance_insights_enabled: Option<bool>,
    pub database_insights_mode: Option<String>,
    pub dedicated_log_volume: Option<bool>,
    pub backup_retention_period: Option<i32>,
    #[serde(flatten)]
    pub settings: CommonSettings,
    pub preferred_maintenance_window: Option<String>,
    pub preferred_backup_window: Option<String>,
    #[serde(rename = "DBParameterGroups")]
    pub parameter_groups: Vec<InstanceGroup>,
    pub status_infos: Vec<StatusInfo>,
    pub certificate_details: CertificateDetails,
    pub engine_lifecycle_support: Option<String>,
    pub latest_restorable_time: Option<Time>,
    pub automatic_restart_time: Option<Time>,
    pub pending_modified_values: Option<PendingValues>,
    pub tag_list: Vec<Tag>,
}

/// `CertificateDetails`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[expect(missing_docs, reason = "AWS's names, documented at AWS")]
pub struct CertificateDetails {
    pub valid_till: Option<Time>,
}

/// An entry of `DBParameterGroups`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "AWS's names, documented at AWS")]
pub struct InstanceGroup {
    #[serde(rename = "DBParameterGroupName")]
    pub name: Option<String>,
    #[serde(rename = "ParameterApplyStatus")]
    pub status: Option<String>,
}

/// A tag.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[expect(missing_docs, reason = "AWS's names, documented at AWS")]
pub struct Tag {
    pub key: Option<String>,
    pub value: Option<String>,
}

/// An entry of `DBClusters`; each field is what AWS calls it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[expect(missing_docs, reason = "AWS's names, documented at AWS")]
pub struct Cluster {
    #[serde(rename = "DBClusterIdentifier")]
    pub id: Option<String>,
    #[serde(rename = "DBClusterArn")]
    pub arn: Option<String>,
    pub db_cluster_resource_id: Option<String>,
    pub engine: Option<String>,
    pub engine_version: Option<String>,
    #[serde(rename = "DBClusterInstanceClass")]
    pub class: Option<String>,
    pub status: Option<String>,
    #[serde(rename = "DBClusterMembers")]
    pub members: Vec<Member>,
    pub backtrack_window: Option<i64>,
    #[serde(rename = "ServerlessV2ScalingConfiguration")]
    pub scaling: Option<Scaling>,
    pub global_cluster_identifier: Option<String>,
    pub global_write_forwarding_status: Option<String>,
    pub local_write_forwarding_status: Option<String>,
    pub replication_source_identifier: Option<String>,
    pub preferred_maintenance_window: Option<String>,
    pub preferred_backup_window: Option<String>,
    #[serde(rename = "DBClusterParameterGroup")]
    pub parameter_group: Option<String>,
    pub storage_type: Option<String>,
    pub backup_retention_period: Option<i32>,
    #[serde(flatten)]
    pub settings: CommonSettings,
    pub engine_lifecycle_support: Option<String>,
    pub latest_restorable_time: Option<Time>,
    pub automatic_restart_time: Option<Time>,
    pub tag_list: Vec<Tag>,
}

/// `ServerlessV2ScalingConfiguration`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[expect(missing_docs, reason = "AWS's names, documented at AWS")]
pub struct Scaling {
    pub min_capacity: Option<f64>,
    pub max_capacity: Option<f64>,
}

/// An entry of `DBClusterMembers`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "AWS's names, documented at AWS")]
pub struct Member {
    #[serde(rename = "DBInstanceIdentifier")]
    pub id: Option<String>,
    #[serde(rename = "IsClusterWriter")]
    pub is_writer: Option<bool>,
    #[serde(rename = "DBClusterParameterGroupStatus")]
    pub group_status: Option<String>,
}

impl Instance {
    /// The instance; `None` where it has no identifier or is not for us to watch.
    #[must_use]
    pub fn described(self) -> Option<Described> {
        let engine_name = text(self.engine).unwrap_or_default();
        let engine = Engine::from_aws(&engine_name);
        let arn = text(self.arn).unwrap_or_default();
        let (region, account_id) = arn_location(&arn);
        let id = text(self.id)?;
        let kind = Kind::listed(Lister::Instances, engine)?;
        let storage_type = text(self.storage.storage_type.clone());
        let volumes = volumes(self.storage, self.additional_storage_volumes, engine);
        let allocated = volumes.iter().map(|volume| volume.gib).sum::<f64>() * GIB;
        let most = Volume::most_gib(&volumes).map(|gib| gib * GIB);
        let replica_of = text(self.replica_of).or(text(self.replica_of_cluster));
        let insights = self.database_insights_mode.as_deref() == Some("advanced");
        // An instance has one group.
        let parameter_group = self.parameter_groups.into_iter().next().and_then(|group| group.of(&id));
        let of_group = parameter_group.as_ref().map(|group| Pending::default().with(group, &id)).unwrap_or_default();
        let pending = Pending { modifications: self.pending_modified_values.map(|values| values.any), ..of_group };
        let facts = Facts {
            is_replica: replica_of.is_some(),
            performance_insights: self.performance_insights_enabled.map(|on| on || insights),
            dedicated_log_volume: self.dedicated_log_volume.unwrap_or(false),
            settings: self.settings.settings(storage_type.clone(), replica_of, self.backup_retention_period),
            storage_type,
            replication_status: status_info::of_replication(self.status_infos),
            backup_retention_days: self.backup_retention_period.and_then(|days| u32::try_from(days).ok()),
            extended_support: self.engine_lifecycle_support.as_deref().map(is_extended),
            maintenance_window: text(self.preferred_maintenance_window),
            backup_window: text(self.preferred_backup_window),
            ordered: Ordered {
                volumes,
                processors: processors::ordered(&self.processor_features),
                parameter_group,
                ..Ordered::default()
            },
            ..Facts::default()
        };
        Some(Described {
            kind,
            arn,
            account_id,
            region,
            id,
            further_ids: Vec::new(),
            resource_id: text(self.dbi_resource_id),
            cluster: text(self.cluster),
            members: Vec::new(),
            engine,
            engine_name,
            engine_version: text(self.engine_version).unwrap_or_default(),
            class: text(self.class).unwrap_or_default(),
            status: text(self.status).unwrap_or_default(),
            tags: tags(self.tag_list),
            facts,
            figures: Figures {
                allocated_storage_bytes: positive(Some(allocated)),
                max_allocated_storage_bytes: most,
                certificate_expiry_seconds: self.certificate_details.valid_till.and_then(Time::seconds),
                latest_restorable_seconds: self.latest_restorable_time.and_then(Time::seconds),
                automatic_restart_seconds: self.automatic_restart_time.and_then(Time::seconds),
                pending,
                ..Figures::default()
            },
        })
    }
}

/// The other value ends in `-disabled`:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html>.
fn is_extended(support: &str) -> bool {
    support == "open-source-rds-extended-support"
}

/// Storage that belongs to the cluster has no limits of the instance.
fn volumes(first: Storage, additional: Vec<Storage>, engine: Engine) -> Vec<Volume> {
    let all = std::iter::once(first).chain(additional);
    all.filter(|_| !engine.has_cluster_storage()).map(Storage::volume).collect()
}

impl InstanceGroup {
    fn of(self, instance: &str) -> Option<ParameterGroup> {
        let name = GroupName { lister: Lister::Instances, name: text(self.name)? };
        Some(ParameterGroup { name, statuses: vec![(instance.to_owned(), text(self.status).unwrap_or_default())] })
    }
}

impl Cluster {
    /// The cluster; `None` where it has no identifier or is not for us to watch.
    #[must_use]
    pub fn described(self) -> Option<Described> {
        let engine_name = text(self.engine).unwrap_or_default();
        let arn = text(self.arn).unwrap_or_default();
        let (region, account_id) = arn_location(&arn);
        let engine = Engine::from_aws(&engine_name);
        let id = text(self.id)?;
        let kind = Kind::listed(Lister::Clusters, engine)?;
        let is_enabled = |status: Option<String>| status.as_deref() == Some("enabled");
        let replica_of = text(self.replication_source_identifier);
        let scaling = self.scaling.as_ref();
        let facts = Facts {
            backtrack: Some(self.backtrack_window.is_some_and(|seconds| seconds > 0)),
            write_forwarding: Some(
                is_enabled(self.global_write_forwarding_status) || is_enabled(self.local_write_forwarding_status),
            ),
            cluster_replicates: Some(replica_of.is_some()),
            settings: self.settings.settings(self.storage_type, replica_of, self.backup_retention_period),
            serverless: Some(scaling.is_some()),
            auto_pause: Some(scaling.is_some_and(|scaling| scaling.min_capacity == Some(0.0))),
            global_database: Some(text(self.global_cluster_identifier).is_some()),
            extended_support: self.engine_lifecycle_support.as_deref().map(is_extended),
            maintenance_window: text(self.preferred_maintenance_window),
            backup_window: text(self.preferred_backup_window),
            ordered: Ordered {
                capacity_units: scaling.and_then(|scaling| Some((scaling.min_capacity?, scaling.max_capacity?))),
                parameter_group: cluster_group(text(self.parameter_group), &self.members),
                ..Ordered::default()
            },
            ..Facts::default()
        };
        Some(Described {
            kind,
            arn,
            account_id,
            region,
            id,
            further_ids: Vec::new(),
            resource_id: text(self.db_cluster_resource_id),
            cluster: None,
            members: self.members.into_iter().filter_map(Member::role).collect(),
            engine,
            engine_name,
            engine_version: text(self.engine_version).unwrap_or_default(),
            class: text(self.class).unwrap_or_default(),
            status: text(self.status).unwrap_or_default(),
            tags: tags(self.tag_list),
            facts,
            figures: Figures {
                latest_restorable_seconds: self.latest_restorable_time.and_then(Time::seconds),
                automatic_restart_seconds: self.automatic_restart_time.and_then(Time::seconds),
                ..Figures::default()
            },
        })
    }
}

impl Member {
    fn role(self) -> Option<(String, Role)> {
        let role = if self.is_writer? { Role::Writer } else { Role::Reader };
        Some((text(self.id)?, role))
    }
}

fn cluster_group(name: Option<String>, members: &[Member]) -> Option<ParameterGroup> {
    let name = GroupName { lister: Lister::Clusters, name: name? };
    let status =
        |member: &Member| Some((text(member.id.clone())?, text(member.group_status.clone()).unwrap_or_default()));
    Some(ParameterGroup { name, statuses: members.iter().filter_map(status).collect() })
}

/// Region and account of `arn:aws:rds:eu-west-1:123456789012:db:orders`; empty where it is no ARN.
#[must_use]
pub fn arn_location(arn: &str) -> (String, String) {
    let mut parts = arn.split(':').skip(3).map(str::to_owned);
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}

/// Tags by key.
#[must_use]
pub fn tags(tags: Vec<Tag>) -> BTreeMap<String, String> {
    tags.into_iter().filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect()
}

fn text(value: Option<String>) -> Option<String> {
    value.filter(|text| !text.is_empty())
}

fn positive(number: Option<f64>) -> Option<f64> {
    number.filter(|number| *number > 0.0)
}
