//! One instance and one cluster as XML, with the fields that clients read. What AWS omits is absent.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use crate::sim::arn::{arn, resource_id};
use crate::sim::curve::DAY;
use crate::sim::fleet::{Cluster, Instance};
use crate::sim::scope::Scope;
use crate::sim::simulation::Simulation;
use crate::sim::xml::Xml;

/// AWS's default for new databases.
const CERTIFICATE_AUTHORITY: &str = "rds-ca-rsa2048-g1";

/// Writes descriptions of resources.
pub(super) struct Describe<'a> {
    pub simulation: &'a Simulation,
    pub scope: &'a Scope,
    pub now: i64,
}

pub(super) fn instance_resource_id(scope: &Scope, id: &str, instance: &Instance) -> String {
    instance.resource_id.clone().unwrap_or_else(|| resource_id(scope, "db", id))
}

pub(super) fn cluster_resource_id(scope: &Scope, id: &str, cluster: &Cluster) -> String {
    cluster.resource_id.clone().unwrap_or_else(|| resource_id(scope, "cluster", id))
}

impl Describe<'_> {
    pub(super) fn instance(&self, xml: &mut Xml, id: &str, instance: &Instance) {
        let creating = instance.status == "creating";
        let rds = instance.cluster.is_none();
        xml.leaf("DBInstanceIdentifier", id);
        xml.leaf("DbiResourceId", instance_resource_id(self.scope, id, instance));
        xml.leaf("DBInstanceArn", arn(self.scope, "db", id));
        xml.leaf("DBInstanceClass", &instance.class);
        xml.leaf("Engine", &instance.engine);
        xml.leaf("EngineVersion", instance.engine_version.as_deref().unwrap_or_else(|| version(&instance.engine)));
        xml.leaf("DBInstanceStatus", &instance.status);
        xml.leaf("AllocatedStorage", if instance.is_aurora() { 1 } else { instance.storage });
        xml.leaf("StorageType", instance.storage_type());
        xml.leaf_if("MaxAllocatedStorage", instance.max_storage);
        xml.leaf_if("DBClusterIdentifier", instance.cluster.as_ref());
        xml.leaf_if("ReadReplicaSourceDBInstanceIdentifier", instance.source.as_ref());
        xml.leaf("MultiAZ", instance.multi_az);
        xml.leaf("AutoMinorVersionUpgrade", true);
        xml.leaf("PubliclyAccessible", false);
        xml.leaf("StorageEncrypted", true);
        xml.leaf("DeletionProtection", instance.deletion_protection);
        xml.leaf("BackupRetentionPeriod", instance.backup_days);
        windows(xml, &instance.maintenance_window, &instance.backup_window);
        lifecycle_support(xml, &instance.engine_lifecycle_support);
        xml.leaf("DedicatedLogVolume", instance.dedicated_log_volume);
        tags(xml, &instance.tags);
        if creating {
            return;
        }
        xml.block("Endpoint", |xml| {
            xml.leaf("Address", format!("{id}.simulated.{}.rds.amazonaws.com", self.scope.region));
            xml.leaf("Port", port(&instance.engine));
        });
        xml.leaf("InstanceCreateTime", time(self.created(instance.created)));
        xml.leaf("PerformanceInsightsEnabled", instance.pi);
        xml.leaf_if("Iops", instance.iops);
        xml.leaf_if("StorageThroughput", instance.throughput);
        let restorable = rds && instance.backup_days > 0 && instance.source.is_none() && instance.status == "available";
        xml.leaf_if("LatestRestorableTime", restorable.then(|| self.latest_restorable(instance.latest_restorable)));
        let restart = instance.automatic_restart.unwrap_or(self.simulation.timing.started + 7 * DAY);
        xml.leaf_if("AutomaticRestartTime", (rds && instance.status == "stopped").then(|| time(restart)));
        xml.block("PendingModifiedValues", |xml| {
            instance.pending_modifications.iter().for_each(|(name, value)| xml.leaf(name, value));
        });
        xml.leaf("CACertificateIdentifier", CERTIFICATE_AUTHORITY);
        xml.block("CertificateDetails", |xml| {
            xml.leaf("CAIdentifier", CERTIFICATE_AUTHORITY);
            xml.leaf(
                "ValidTill",
                time(instance.certificate_valid_till.unwrap_or(self.simulation.timing.started + 365 * DAY)),
            );
        });
        xml.block("DBParameterGroups", |xml| {
            xml.block("DBParameterGroup", |xml| {
                xml.leaf("DBParameterGroupName", instance.parameter_group(id));
                xml.leaf("ParameterApplyStatus", &instance.parameter_status);
            });
        });
        replication(xml, instance);
        processor_features(xml, &instance.processor_features);
        volumes(xml, instance);
    }

    pub(super) fn cluster(&self, xml: &mut Xml, id: &str, cluster: &Cluster, members: &[(&str, &Instance)]) {
        let aurora = cluster.engine.starts_with("aurora");
        xml.leaf("DBClusterIdentifier", id);
        xml.leaf("DbClusterResourceId", cluster_resource_id(self.scope, id, cluster));
        xml.leaf("DBClusterArn", arn(self.scope, "cluster", id));
        xml.leaf("Engine", &cluster.engine);
        xml.leaf("EngineVersion", cluster.engine_version.as_deref().unwrap_or_else(|| version(&cluster.engine)));
        xml.leaf("Status", &cluster.status);
        xml.leaf_if("AllocatedStorage", cluster.storage.or(aurora.then_some(1)));
        xml.leaf_if("DBClusterInstanceClass", cluster.class.as_ref());
        xml.leaf_if("StorageType", cluster.storage_type.as_ref());
        xml.leaf_if("Iops", cluster.iops);
        xml.leaf("BackupRetentionPeriod", cluster.backup_days);
        xml.leaf("MultiAZ", members.len() > 1);
        xml.leaf("StorageEncrypted", true);
        xml.leaf("DeletionProtection", cluster.deletion_protection);
        windows(xml, &cluster.maintenance_window, &cluster.backup_window);
        lifecycle_support(xml, &cluster.engine_lifecycle_support);
        xml.leaf_if("ReplicationSourceIdentifier", cluster.replication_source.as_ref());
        tags(xml, &cluster.tags);
        xml.leaf("DBClusterParameterGroup", cluster.parameter_group(id));
        let writer = cluster.writer.as_deref().or(members.first().map(|(id, _)| *id));
        xml.block("DBClusterMembers", |xml| {
            for (member, instance) in members {
                xml.block("DBClusterMember", |xml| {
                    xml.leaf("DBInstanceIdentifier", member);
                    xml.leaf("IsClusterWriter", Some(*member) == writer);
                    xml.leaf("DBClusterParameterGroupStatus", &instance.cluster_parameter_status);
                    xml.leaf("PromotionTier", 1);
                });
            }
        });
        if cluster.status == "creating" {
            return;
        }
        xml.leaf("ClusterCreateTime", time(self.created(cluster.created)));
        xml.leaf_if("BacktrackWindow", cluster.engine.eq("aurora-mysql").then_some(cluster.backtrack_s));
        xml.leaf_if("GlobalWriteForwardingStatus", cluster.write_forwarding.then_some("enabled"));
        if let Some(capacity) = cluster.serverless {
            xml.block("ServerlessV2ScalingConfiguration", |xml| {
                xml.leaf("MinCapacity", capacity.min);
                xml.leaf("MaxCapacity", capacity.max);
            });
        }
        let restorable = cluster.backup_days > 0 && cluster.status == "available";
        xml.leaf_if("LatestRestorableTime", restorable.then(|| self.latest_restorable(None)));
        let restart = self.simulation.timing.started + 7 * DAY;
        xml.leaf_if("AutomaticRestartTime", (cluster.status == "stopped").then(|| time(restart)));
    }

    /// Without a time in the fleet, a database is 30 days older than the simulation.
    fn created(&self, created: Option<i64>) -> i64 {
        created.unwrap_or(self.simulation.timing.started - 30 * DAY)
    }

    /// Without a time in the fleet, the last multiple of five minutes: RDS stores transaction logs every five minutes.
    fn latest_restorable(&self, set: Option<i64>) -> String {
        time(set.unwrap_or((self.now - 1).div_euclid(300) * 300))
    }
}

/// A time as AWS writes it, from seconds since 1970.
pub(super) fn time(seconds: i64) -> String {
    let since = Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
    humantime::format_rfc3339_seconds(SystemTime::UNIX_EPOCH + since).to_string()
}

fn lifecycle_support(xml: &mut Xml, support: &str) {
    xml.leaf_if("EngineLifecycleSupport", Some(support).filter(|text| !text.is_empty()));
}

fn windows(xml: &mut Xml, maintenance: &str, backup: &str) {
    let window = |text| Some(text).filter(|text: &&str| !text.is_empty());
    xml.leaf_if("PreferredMaintenanceWindow", window(maintenance));
    xml.leaf_if("PreferredBackupWindow", window(backup));
}

pub(super) fn tags(xml: &mut Xml, tags: &BTreeMap<String, String>) {
    xml.block("TagList", |xml| {
        for (key, value) in tags {
            xml.block("Tag", |xml| {
                xml.leaf("Key", key);
                xml.leaf("Value", value);
            });
        }
    });
}

fn replication(xml: &mut Xml, instance: &Instance) {
    if instance.source.is_none() {
        return;
    }
    xml.block("StatusInfos", |xml| {
        xml.block("DBInstanceStatusInfo", |xml| {
            xml.leaf("StatusType", "read replication");
            xml.leaf("Normal", instance.replication_status == "replicating");
            xml.leaf("Status", &instance.replication_status);
        });
    });
}

fn processor_features(xml: &mut Xml, features: &BTreeMap<String, String>) {
    if features.is_empty() {
        return;
    }
    xml.block("ProcessorFeatures", |xml| {
        for (name, value) in features {
            xml.block("ProcessorFeature", |xml| {
                xml.leaf("Name", name);
                xml.leaf("Value", value);
            });
        }
    });
}

fn volumes(xml: &mut Xml, instance: &Instance) {
    if instance.additional_volumes.is_empty() {
        return;
    }
    xml.block("AdditionalStorageVolumes", |xml| {
        for volume in &instance.additional_volumes {
            xml.block("member", |xml| {
                xml.leaf("VolumeName", &volume.name);
                xml.leaf("AllocatedStorage", volume.storage);
                xml.leaf_if("MaxAllocatedStorage", volume.max_storage);
                xml.leaf("StorageType", &volume.storage_type);
                xml.leaf("StorageVolumeStatus", "ACTIVE");
            });
        }
    });
}

/// The default version of an engine.
fn version(engine: &str) -> &'static str {
    match engine {
        "mysql" => "8.4.6",
        "mariadb" => "11.8.3",
        "postgres" => "17.6",
        "aurora-mysql" => "8.0.mysql_aurora.3.10.0",
        "aurora-postgresql" => "17.5",
        "neptune" => "1.4.5.1",
        "docdb" => "5.0.0",
        _ if engine.contains("oracle") => "19.0.0.0.ru-2025-07.rur-2025-07.r1",
        _ if engine.contains("sqlserver") => "16.00.4215.2.v1",
        _ => "11.5.9.0.sb00063198.r1",
    }
}

fn port(engine: &str) -> u16 {
    match engine {
        "postgres" | "aurora-postgresql" => 5432,
        "neptune" => 8182,
        "docdb" => 27017,
        _ if engine.contains("oracle") => 1521,
        _ if engine.contains("sqlserver") => 1433,
        _ if engine.contains("db2") => 50000,
        _ => 3306,
    }
}
