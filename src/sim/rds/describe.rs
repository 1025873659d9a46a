//! One instance and one cluster, as XML: every field that a reader may want, and absent what AWS leaves out.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use super::{View, cluster_resource_id, instance_resource_id};
use crate::sim::arn::arn;
use crate::sim::curve::DAY;
use crate::sim::fleet::{Cluster, Instance};
use crate::sim::xml::Xml;

/// AWS's default for new databases.
const CERTIFICATE_AUTHORITY: &str = "rds-ca-rsa2048-g1";

impl View<'_> {
    pub(super) fn instance(&self, xml: &mut Xml, id: &str, it: &Instance) {
        let creating = it.status == "creating";
        let rds = it.cluster.is_none();
        xml.leaf("DBInstanceIdentifier", id);
        xml.leaf("DbiResourceId", instance_resource_id(self.scope, id, it));
        xml.leaf("DBInstanceArn", arn(self.scope, "db", id));
        xml.leaf("DBInstanceClass", &it.class);
        xml.leaf("Engine", &it.engine);
        xml.leaf("EngineVersion", it.engine_version.as_deref().unwrap_or_else(|| version(&it.engine)));
        xml.leaf("DBInstanceStatus", &it.status);
        xml.leaf("AllocatedStorage", if it.is_aurora() { 1 } else { it.storage });
        xml.leaf("StorageType", it.storage_type());
        xml.leaf_if("MaxAllocatedStorage", it.max_storage);
        xml.leaf_if("DBClusterIdentifier", it.cluster.as_ref());
        xml.leaf_if("ReadReplicaSourceDBInstanceIdentifier", it.source.as_ref());
        xml.leaf("MultiAZ", it.multi_az);
        xml.leaf("AutoMinorVersionUpgrade", true);
        xml.leaf("PubliclyAccessible", false);
        xml.leaf("StorageEncrypted", true);
        xml.leaf("DeletionProtection", it.deletion_protection);
        xml.leaf("BackupRetentionPeriod", it.backup_days);
        windows(xml, &it.maintenance_window, &it.backup_window);
        xml.leaf("DedicatedLogVolume", it.dedicated_log_volume);
        tags(xml, &it.tags);
        if creating {
            return;
        }
        xml.block("Endpoint", |xml| {
            xml.leaf("Address", format!("{id}.simulated.{}.rds.amazonaws.com", self.scope.region));
            xml.leaf("Port", port(&it.engine));
        });
        xml.leaf("InstanceCreateTime", time(self.created(it.created)));
        xml.leaf("PerformanceInsightsEnabled", it.pi);
        xml.leaf_if("Iops", it.iops);
        xml.leaf_if("StorageThroughput", it.throughput);
        let restorable = rds && it.backup_days > 0 && it.source.is_none() && it.status == "available";
        xml.leaf_if("LatestRestorableTime", restorable.then(|| self.latest_restorable(it.latest_restorable)));
        let restart = it.automatic_restart.unwrap_or(self.world.timing.started + 7 * DAY);
        xml.leaf_if("AutomaticRestartTime", (rds && it.status == "stopped").then(|| time(restart)));
        xml.block("PendingModifiedValues", |xml| {
            it.pending_modifications.iter().for_each(|(name, value)| xml.leaf(name, value));
        });
        xml.leaf("CACertificateIdentifier", CERTIFICATE_AUTHORITY);
        xml.block("CertificateDetails", |xml| {
            xml.leaf("CAIdentifier", CERTIFICATE_AUTHORITY);
            xml.leaf("ValidTill", time(it.certificate_valid_till.unwrap_or(self.world.timing.started + 365 * DAY)));
        });
        xml.block("DBParameterGroups", |xml| {
            xml.block("DBParameterGroup", |xml| {
                xml.leaf("DBParameterGroupName", it.parameter_group(id));
                xml.leaf("ParameterApplyStatus", &it.parameter_status);
            });
        });
        replication(xml, it);
        processor_features(xml, &it.processor_features);
        volumes(xml, it);
    }

    pub(super) fn cluster(&self, xml: &mut Xml, id: &str, it: &Cluster, members: &[(&str, &Instance)]) {
        let aurora = it.engine.starts_with("aurora");
        xml.leaf("DBClusterIdentifier", id);
        xml.leaf("DbClusterResourceId", cluster_resource_id(self.scope, id, it));
        xml.leaf("DBClusterArn", arn(self.scope, "cluster", id));
        xml.leaf("Engine", &it.engine);
        xml.leaf("EngineVersion", it.engine_version.as_deref().unwrap_or_else(|| version(&it.engine)));
        xml.leaf("Status", &it.status);
        xml.leaf_if("AllocatedStorage", it.storage.or(aurora.then_some(1)));
        xml.leaf_if("DBClusterInstanceClass", it.class.as_ref());
        xml.leaf_if("StorageType", it.storage_type.as_ref());
        xml.leaf_if("Iops", it.iops);
        xml.leaf("BackupRetentionPeriod", it.backup_days);
        xml.leaf("MultiAZ", members.len() > 1);
        xml.leaf("StorageEncrypted", true);
        xml.leaf("DeletionProtection", it.deletion_protection);
        windows(xml, &it.maintenance_window, &it.backup_window);
        xml.leaf_if("ReplicationSourceIdentifier", it.replication_source.as_ref());
        tags(xml, &it.tags);
        xml.leaf("DBClusterParameterGroup", it.parameter_group(id));
        let writer = it.writer.as_deref().or(members.first().map(|(id, _)| *id));
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
        if it.status == "creating" {
            return;
        }
        xml.leaf("ClusterCreateTime", time(self.created(it.created)));
        xml.leaf_if("BacktrackWindow", it.engine.eq("aurora-mysql").then_some(it.backtrack_s));
        xml.leaf_if("GlobalWriteForwardingStatus", it.write_forwarding.then_some("enabled"));
        if let Some(capacity) = it.serverless {
            xml.block("ServerlessV2ScalingConfiguration", |xml| {
                xml.leaf("MinCapacity", capacity.min);
                xml.leaf("MaxCapacity", capacity.max);
            });
        }
        let restorable = it.backup_days > 0 && it.status == "available";
        xml.leaf_if("LatestRestorableTime", restorable.then(|| self.latest_restorable(None)));
        let restart = self.world.timing.started + 7 * DAY;
        xml.leaf_if("AutomaticRestartTime", (it.status == "stopped").then(|| time(restart)));
    }

    /// Databases that do not say so are a month older than the simulation.
    fn created(&self, created: Option<i64>) -> i64 {
        created.unwrap_or(self.world.timing.started - 30 * DAY)
    }

    /// AWS stores logs every five minutes.
    fn latest_restorable(&self, set: Option<i64>) -> String {
        time(set.unwrap_or((self.now - 1).div_euclid(300) * 300))
    }
}

/// A time as AWS writes it, from seconds since 1970.
pub(super) fn time(seconds: i64) -> String {
    let since = Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
    humantime::format_rfc3339_seconds(SystemTime::UNIX_EPOCH + since).to_string()
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

fn replication(xml: &mut Xml, it: &Instance) {
    if it.source.is_none() {
        return;
    }
    xml.block("StatusInfos", |xml| {
        xml.block("DBInstanceStatusInfo", |xml| {
            xml.leaf("StatusType", "read replication");
            xml.leaf("Normal", it.replication_status == "replicating");
            xml.leaf("Status", &it.replication_status);
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

fn volumes(xml: &mut Xml, it: &Instance) {
    if it.additional_volumes.is_empty() {
        return;
    }
    xml.block("AdditionalStorageVolumes", |xml| {
        for volume in &it.additional_volumes {
            xml.block("member", |xml| {
                xml.leaf("VolumeName", &volume.name);
                xml.leaf("AllocatedStorage", volume.storage);
                xml.leaf_if("MaxAllocatedStorage", volume.max_storage);
                xml.leaf("StorageType", &volume.storage_type);
                xml.leaf("StorageVolumeStatus", "Configured");
            });
        }
    });
}

/// A version that AWS offers.
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
