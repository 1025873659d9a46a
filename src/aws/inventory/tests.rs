//! The same database in the SDK's words and in the JSON of the AWS command line.

use aws_sdk_rds::types::{CertificateDetails, PendingModifiedValues, ServerlessV2ScalingConfigurationInfo};

use super::*;
use crate::offline::{Databases, Input};
use crate::resource::{Facts, Figures, Kind, Pending, Processors, Text};

#[track_caller]
fn read(json: &serde_json::Value) -> Databases {
    let mut input = Input::default();
    input.add(&json.to_string()).unwrap();
    input.after
}

fn info(status_type: &str, status: &str) -> DbInstanceStatusInfo {
    DbInstanceStatusInfo::builder().status_type(status_type).status(status).build()
}

fn tag_of(key: &str, value: &str) -> Tag {
    Tag::builder().key(key).value(value).build()
}

#[test]
fn an_instance() {
    let feature = |name: &str, value: &str| ProcessorFeature::builder().name(name).value(value).build();
    let more = AdditionalStorageVolumeOutput::builder().allocated_storage(200).storage_type("gp3");
    let more = more.volume_name("rdsdbdata2").storage_volume_status("VOLUME-FULL");
    let group = DbParameterGroupStatus::builder().db_parameter_group_name("ours").parameter_apply_status("applying");
    let answer = DbInstance::builder()
        .db_instance_identifier("orders")
        .storage_volume_status("ACTIVE")
        .db_instance_arn("arn:aws:rds:eu-west-1:123456789012:db:orders")
        .db_cluster_identifier("shop")
        .dbi_resource_id("db-ORDERS")
        .engine("oracle-ee")
        .engine_version("19.0")
        .db_instance_class("db.r5.large")
        .db_instance_status("modifying")
        .allocated_storage(100)
        .storage_type("io1")
        .iops(3000)
        .storage_throughput(125)
        .max_allocated_storage(400)
        .additional_storage_volumes(more.iops(4000).storage_throughput(250).max_allocated_storage(300).build())
        .processor_features(feature("coreCount", "4"))
        .processor_features(feature("threadsPerCore", "2"))
        .read_replica_source_db_instance_identifier("source")
        .performance_insights_enabled(false)
        .database_insights_mode(DatabaseInsightsMode::Advanced)
        .dedicated_log_volume(true)
        .backup_retention_period(7)
        .preferred_maintenance_window("sun:05:00-sun:06:00")
        .preferred_backup_window("03:00-04:00")
        .db_parameter_groups(group.build())
        .certificate_details(CertificateDetails::builder().valid_till(DateTime::from_secs(1_800_000_000)).build())
        .latest_restorable_time(DateTime::from_secs(1_700_000_000))
        .status_infos(info("backup", "ok"))
        .status_infos(info("read replication", "error"))
        .automatic_restart_time(DateTime::from_secs(1_790_000_000))
        .pending_modified_values(PendingModifiedValues::builder().multi_az(true).build())
        .tag_list(tag_of("plimsoll/CPUUtilization", "80/90"))
        .tag_list(tag_of("team", ""))
        .build();
    let printed = serde_json::json!({"DBInstances": [{
        "DBInstanceIdentifier": "orders",
        "DBInstanceArn": "arn:aws:rds:eu-west-1:123456789012:db:orders",
        "DBClusterIdentifier": "shop",
        "DbiResourceId": "db-ORDERS",
        "Engine": "oracle-ee",
        "EngineVersion": "19.0",
        "DBInstanceClass": "db.r5.large",
        "DBInstanceStatus": "modifying",
        "StorageVolumeStatus": "ACTIVE",
        "AllocatedStorage": 100,
        "StorageType": "io1",
        "Iops": 3000,
        "StorageThroughput": 125,
        "MaxAllocatedStorage": 400,
        "AdditionalStorageVolumes":
            [{"VolumeName": "rdsdbdata2", "StorageVolumeStatus": "VOLUME-FULL", "AllocatedStorage": 200, "StorageType": "gp3", "IOPS": 4000, "StorageThroughput": 250,
              "MaxAllocatedStorage": 300}],
        "ProcessorFeatures": [{"Name": "coreCount", "Value": "4"}, {"Name": "threadsPerCore", "Value": "2"}],
        "ReadReplicaSourceDBInstanceIdentifier": "source",
        "PerformanceInsightsEnabled": false,
        "DatabaseInsightsMode": "advanced",
        "DedicatedLogVolume": true,
        "BackupRetentionPeriod": 7,
        "PreferredMaintenanceWindow": "sun:05:00-sun:06:00",
        "PreferredBackupWindow": "03:00-04:00",
        "DBParameterGroups": [{"DBParameterGroupName": "ours", "ParameterApplyStatus": "applying"}],
        "CertificateDetails": {"ValidTill": "2027-01-15T08:00:00+00:00"},
        "LatestRestorableTime": "2023-11-14T22:13:20+00:00",
        "StatusInfos": [{"StatusType": "backup", "Status": "ok", "Normal": true},
            {"StatusType": "read replication", "Status": "error", "Normal": false, "Message": "1062"}],
        "AutomaticRestartTime": "2026-09-21T14:13:20+00:00",
        "PendingModifiedValues": {"MultiAZ": true},
        "TagList": [{"Key": "plimsoll/CPUUtilization", "Value": "80/90"}, {"Key": "team", "Value": ""}],
    }]});
    let listed = instance(&answer).unwrap();
    assert_eq!(listed.figures.certificate_expiry_seconds, Some(1_800_000_000.0));
    assert_eq!(listed.figures.latest_restorable_seconds, Some(1_700_000_000.0));
    assert_eq!(listed.figures.allocated_storage_bytes, Some(300.0 * 1024.0 * 1024.0 * 1024.0));
    assert_eq!(listed.figures.max_allocated_storage_bytes, Some(700.0 * 1024.0 * 1024.0 * 1024.0));
    assert_eq!(listed.facts.replication_status.as_deref(), Some("error"));
    assert_eq!(listed.facts.ordered.processors, Processors { cores: Some(4), threads_per_core: Some(2) });
    assert_eq!((listed.facts.is_replica, listed.facts.performance_insights), (true, Some(true)));
    assert!(!listed.facts.ordered.parameter_group.as_ref().unwrap().is_in_effect_on("orders"));
    let pending = Pending { reboot: Some(false), parameters_failed: Some(false), modifications: Some(true) };
    assert_eq!((listed.figures.pending, listed.figures.automatic_restart_seconds), (pending, Some(1_790_000_000.0)));
    let volumes: Vec<_> = listed.clone().with_volumes().map(|one| (one.title(), one.status)).collect();
    let named = |name: &str, status: &str| (name.to_owned(), Text::from(status));
    let expected = [named("orders/rdsdbdata", "ACTIVE"), named("orders/rdsdbdata2", "VOLUME-FULL")];
    assert_eq!(volumes[1..], expected);
    assert_eq!(read(&printed).instances, listed.with_volumes().collect::<Vec<_>>());
}

#[test]
fn a_cluster() {
    let member = |id: &str, writes, status: &str| {
        let member = DbClusterMember::builder().db_instance_identifier(id).is_cluster_writer(writes);
        member.db_cluster_parameter_group_status(status).build()
    };
    let scaling = ServerlessV2ScalingConfigurationInfo::builder().min_capacity(0.0).max_capacity(16.0);
    let answer = DbCluster::builder()
        .db_cluster_identifier("shop")
        .db_cluster_arn("arn:aws:rds:eu-west-1:123456789012:cluster:shop")
        .db_cluster_resource_id("cluster-SHOP")
        .engine("aurora-mysql")
        .engine_version("8.0.mysql_aurora.3.08.0")
        .db_cluster_instance_class("db.m6gd.large")
        .status("available")
        .db_cluster_members(member("shop-1", true, "in-sync"))
        .db_cluster_members(member("shop-2", false, "pending-reboot"))
        .backtrack_window(3600)
        .serverless_v2_scaling_configuration(scaling.build())
        .global_cluster_identifier("world")
        .global_write_forwarding_status(WriteForwardingStatus::Disabled)
        .local_write_forwarding_status(LocalWriteForwardingStatus::Enabled)
        .replication_source_identifier("elsewhere")
        .preferred_maintenance_window("mon:23:30-tue:00:30")
        .preferred_backup_window("22:00-22:30")
        .db_cluster_parameter_group("ours")
        .latest_restorable_time(DateTime::from_secs(1_700_000_000))
        .automatic_restart_time(DateTime::from_secs(1_790_000_000))
        .tag_list(tag_of("plimsoll/mute", "yes"))
        .build();
    let printed = serde_json::json!({"DBClusters": [{
        "DBClusterIdentifier": "shop",
        "DBClusterArn": "arn:aws:rds:eu-west-1:123456789012:cluster:shop",
        "DbClusterResourceId": "cluster-SHOP",
        "Engine": "aurora-mysql",
        "EngineVersion": "8.0.mysql_aurora.3.08.0",
        "DBClusterInstanceClass": "db.m6gd.large",
        "Status": "available",
        "DBClusterMembers": [
            {"DBInstanceIdentifier": "shop-1", "IsClusterWriter": true, "DBClusterParameterGroupStatus": "in-sync"},
            {"DBInstanceIdentifier": "shop-2", "IsClusterWriter": false, "DBClusterParameterGroupStatus": "pending-reboot"},
        ],
        "BacktrackWindow": 3600,
        "ServerlessV2ScalingConfiguration": {"MinCapacity": 0.0, "MaxCapacity": 16.0},
        "GlobalClusterIdentifier": "world",
        "GlobalWriteForwardingStatus": "disabled",
        "LocalWriteForwardingStatus": "enabled",
        "ReplicationSourceIdentifier": "elsewhere",
        "PreferredMaintenanceWindow": "mon:23:30-tue:00:30",
        "PreferredBackupWindow": "22:00-22:30",
        "DBClusterParameterGroup": "ours",
        "LatestRestorableTime": "2023-11-14T22:13:20+00:00",
        "AutomaticRestartTime": "2026-09-21T14:13:20+00:00",
        "TagList": [{"Key": "plimsoll/mute", "Value": "yes"}],
    }]});
    let listed = cluster(&answer).unwrap();
    assert_eq!(listed.figures.latest_restorable_seconds, Some(1_700_000_000.0));
    assert_eq!(listed.facts.ordered.capacity_units, Some((0.0, 16.0)));
    assert_eq!((listed.facts.auto_pause, listed.facts.write_forwarding), (Some(true), Some(true)));
    let is_in_effect_on = |id| listed.facts.ordered.parameter_group.as_ref().unwrap().is_in_effect_on(id);
    assert_eq!(["shop-1", "shop-2"].map(is_in_effect_on), [true, false]);
    assert_eq!(listed.figures.automatic_restart_seconds, Some(1_790_000_000.0));
    assert_eq!(listed.facts.maintenance_window.as_deref(), Some("mon:23:30-tue:00:30"));
    assert_eq!(listed.facts.backup_window.as_deref(), Some("22:00-22:30"));
    assert_eq!(read(&printed).clusters, [listed]);
}

#[test]
fn fields_that_are_absent_or_empty() {
    let arn = "arn:aws:rds:eu-west-1:123456789012:db:orders";
    let least = DbInstance::builder().db_instance_identifier("orders").db_instance_arn(arn);
    let listed = instance(&least.clone().db_cluster_identifier("").storage_type("").allocated_storage(0).build());
    let listed = listed.unwrap();
    assert_eq!((listed.cluster, listed.status.as_str(), &listed.figures), (None, "", &Figures::default()));
    assert_eq!((listed.facts.storage_type, listed.facts.ordered.volumes.len()), (None, 1));
    let aurora = instance(&least.clone().engine("aurora-mysql").allocated_storage(1).build()).unwrap();
    assert_eq!((aurora.facts, aurora.figures), (Facts::default(), Figures::default()));
    assert_eq!(instance(&DbInstance::builder().db_instance_identifier("orders").build()), None);
    assert_eq!(instance(&least.clone().db_instance_identifier("").build()), None);
}

#[test]
fn the_engine_tells_the_kind() {
    let arn = |kind: &str| format!("arn:aws:rds:eu-west-1:123456789012:{kind}:it");
    let check = |engine: &str, of_instance: Kind, of_cluster: Kind| {
        let it = DbInstance::builder().db_instance_identifier("it").db_instance_arn(arn("db")).engine(engine).build();
        assert_eq!(instance(&it).unwrap().kind, of_instance, "{engine}");
        let it = DbCluster::builder().db_cluster_identifier("it").db_cluster_arn(arn("cluster")).engine(engine).build();
        assert_eq!(cluster(&it).unwrap().kind, of_cluster, "{engine}");
    };
    check("mysql", Kind::DB_INSTANCE, Kind::DB_CLUSTER);
    check("an-engine-of-next-year", Kind::DB_INSTANCE, Kind::DB_CLUSTER);
    check("docdb", Kind::DOCDB_INSTANCE, Kind::DOCDB_CLUSTER);
    check("neptune", Kind::NEPTUNE_INSTANCE, Kind::NEPTUNE_CLUSTER);
}
