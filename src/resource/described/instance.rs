//! An instance, as the Describe call returns it.

use serde::Deserialize;

use super::date::{PendingValues, Time};
use super::field::{Tag, arn_location, is_extended_support, positive, tags, text};
use super::processors::{self, ProcessorFeature};
use super::settings::CommonSettings;
use super::status_info::{self, StatusInfo};
use super::storage::Storage;
use crate::resource::{
    Described, Engine, Facts, Figures, GIB, GroupName, Kind, Lister, Ordered, ParameterGroup, Pending, Text, Volume,
};

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
        let replica_of = text(self.replica_of).or(text(self.replica_of_cluster));
        let insights = self.database_insights_mode.as_deref() == Some("advanced");
        // An instance has one group.
        let parameter_group = self.parameter_groups.into_iter().next().and_then(|group| group.of(&id));
        let of_group = parameter_group.as_ref().map(|group| Pending::default().with(group, &id)).unwrap_or_default();
        let figures = Figures {
            allocated_storage_bytes: allocated_bytes(&volumes),
            max_allocated_storage_bytes: Volume::most_gib(&volumes).map(|gib| gib * GIB),
            certificate_expiry_seconds: self.certificate_details.valid_till.and_then(Time::seconds),
            latest_restorable_seconds: self.latest_restorable_time.and_then(Time::seconds),
            automatic_restart_seconds: self.automatic_restart_time.and_then(Time::seconds),
            pending: Pending { modifications: self.pending_modified_values.map(|values| values.any), ..of_group },
            ..Figures::default()
        };
        let facts = Facts {
            is_replica: replica_of.is_some(),
            performance_insights: self.performance_insights_enabled.map(|on| on || insights),
            dedicated_log_volume: self.dedicated_log_volume.unwrap_or(false),
            settings: self.settings.settings(storage_type.clone(), replica_of, self.backup_retention_period),
            storage_type,
            replication_status: status_info::of_replication(self.status_infos),
            backup_retention_days: self.backup_retention_period.and_then(|days| u32::try_from(days).ok()),
            extended_support: self.engine_lifecycle_support.as_deref().map(is_extended_support),
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
            figures,
        })
    }
}

/// Storage that belongs to the cluster has no limits of the instance.
fn volumes(first: Storage, additional: Vec<Storage>, engine: Engine) -> Vec<Volume> {
    let all = std::iter::once(first).chain(additional);
    let mut volumes: Vec<_> = all.filter(|_| !engine.has_cluster_storage()).map(Storage::volume).collect();
    // Most instances have one, and a vector makes room for four.
    volumes.shrink_to_fit();
    volumes
}

/// The sizes of all volumes together; `None` without volumes.
fn allocated_bytes(volumes: &[Volume]) -> Option<f64> {
    positive(Some(volumes.iter().map(|volume| volume.gib).sum::<f64>() * GIB))
}

impl InstanceGroup {
    fn of(self, instance: &Text) -> Option<ParameterGroup> {
        let name = GroupName { lister: Lister::Instances, name: text(self.name)? };
        Some(ParameterGroup { name, statuses: vec![(instance.clone(), text(self.status).unwrap_or_default())] })
    }
}
