//! A cluster, as the Describe call returns it.

use serde::Deserialize;

use super::date::Time;
use super::field::{Tag, arn_location, is_extended_support, tags, text};
use super::settings::CommonSettings;
use crate::resource::{
    Described, Engine, Facts, Figures, GroupName, Kind, Lister, Ordered, ParameterGroup, Role, Text,
};

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
            settings: self.settings.settings(text(self.storage_type), replica_of, self.backup_retention_period),
            serverless: Some(scaling.is_some()),
            auto_pause: Some(scaling.is_some_and(|scaling| scaling.min_capacity == Some(0.0))),
            global_database: Some(text(self.global_cluster_identifier).is_some()),
            extended_support: self.engine_lifecycle_support.as_deref().map(is_extended_support),
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
    fn role(self) -> Option<(Text, Role)> {
        let role = if self.is_writer? { Role::Writer } else { Role::Reader };
        Some((text(self.id)?, role))
    }
}

fn cluster_group(name: Option<Text>, members: &[Member]) -> Option<ParameterGroup> {
    let name = GroupName { lister: Lister::Clusters, name: name? };
    let status =
        |member: &Member| Some((text(member.id.clone())?, text(member.group_status.clone()).unwrap_or_default()));
    Some(ParameterGroup { name, statuses: members.iter().filter_map(status).collect() })
}
