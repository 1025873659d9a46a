//! Lists instances and clusters with their tags, all pages, as our own words.
//!
//! Every field that AWS leaves out at times is optional, and an empty string counts as absent.

use std::collections::BTreeMap;

use aws_sdk_rds::operation::describe_db_clusters::DescribeDBClustersError;
use aws_sdk_rds::operation::describe_db_instances::DescribeDBInstancesError;
use aws_sdk_rds::types::{
    AdditionalStorageVolumeOutput, DatabaseInsightsMode, DbCluster, DbInstance, LocalWriteForwardingStatus,
    ProcessorFeature, Tag, WriteForwardingStatus,
};
use aws_smithy_types::DateTime;

use super::clients::Target;
use super::failure::Failure;
use crate::resource::{Capacity, Engine, Facts, GroupName, Kind, Ordered, ParameterGroup, Resource, Role, Volume};

/// Resources per page, AWS's maximum.
const PAGE_SIZE: i32 = 100;

/// Pages of one listing: 100,000 resources, far beyond any quota; a marker that goes round must end.
const PAGES: usize = 1_000;

/// AWS counts storage in GiB.
const GIB: f64 = 1_073_741_824.0;

/// One page of a listing and the marker of the next one.
type Page = Result<(Vec<Resource>, Option<String>), Failure>;

impl Target {
    /// Every resource of a kind in the account and region.
    ///
    /// # Errors
    /// The failure of any page: half a listing would look like deleted databases.
    pub async fn list(&self, kind: Kind) -> Result<Vec<Resource>, Failure> {
        let mut resources = Vec::new();
        let mut marker = None;
        for _ in 0..PAGES {
            let (found, next) = match kind {
                Kind::DbInstance => self.instances(marker).await?,
                Kind::DbCluster => self.clusters(marker).await?,
            };
            resources.extend(found);
            if next.is_none() {
                return Ok(resources);
            }
            marker = next;
        }
        Err(Failure::too_many_pages("Describe", PAGES))
    }

    async fn instances(&self, marker: Option<String>) -> Page {
        let operation = "DescribeDBInstances";
        let reporter = self.reporter::<DescribeDBInstancesError>(operation);
        let call = self.rds.describe_db_instances().max_records(PAGE_SIZE).set_marker(marker);
        let page = self.rds_lanes.call(operation, call.customize().interceptor(reporter).send()).await?;
        Ok((page.db_instances().iter().filter_map(instance).collect(), text(page.marker())))
    }

    async fn clusters(&self, marker: Option<String>) -> Page {
        let operation = "DescribeDBClusters";
        let reporter = self.reporter::<DescribeDBClustersError>(operation);
        let call = self.rds.describe_db_clusters().max_records(PAGE_SIZE).set_marker(marker);
        let page = self.rds_lanes.call(operation, call.customize().interceptor(reporter).send()).await?;
        Ok((page.db_clusters().iter().filter_map(cluster).collect(), text(page.marker())))
    }
}

/// RDS lists Neptune and DocumentDB too; their metrics live in other namespaces.
fn is_foreign(engine: &str) -> bool {
    matches!(engine, "neptune" | "docdb")
}

fn instance(described: &DbInstance) -> Option<Resource> {
    let engine_name = text(described.engine()).unwrap_or_default();
    let arn = text(described.db_instance_arn())?;
    let (region, account_id) = place(&arn)?;
    if is_foreign(&engine_name) {
        return None;
    }
    Some(Resource {
        kind: Kind::DbInstance,
        account_id,
        region,
        id: text(described.db_instance_identifier())?,
        resource_id: text(described.dbi_resource_id()),
        cluster: text(described.db_cluster_identifier()),
        members: Vec::new(),
        engine: Engine::from_aws(&engine_name),
        engine_version: text(described.engine_version()).unwrap_or_default(),
        class: text(described.db_instance_class()).unwrap_or_default(),
        status: text(described.db_instance_status()).unwrap_or_default(),
        tags: tags(described.tag_list()),
        facts: instance_facts(described),
        capacity: instance_capacity(described, Engine::from_aws(&engine_name)),
        engine_name,
        arn,
    })
}

fn instance_facts(described: &DbInstance) -> Facts {
    Facts {
        is_replica: text(described.read_replica_source_db_instance_identifier()).is_some()
            || text(described.read_replica_source_db_cluster_identifier()).is_some(),
        performance_insights: described
            .performance_insights_enabled()
            .map(|on| on || described.database_insights_mode() == Some(&DatabaseInsightsMode::Advanced)),
        dedicated_log_volume: described.dedicated_log_volume().unwrap_or(false),
        storage_type: text(described.storage_type()),
        backup_retention_days: described.backup_retention_period().and_then(|days| u32::try_from(days).ok()),
        ordered: Ordered {
            volumes: volumes(described),
            processors: processors(described.processor_features()),
            parameter_group: parameter_group(described),
            ..Ordered::default()
        },
        ..Facts::default()
    }
}

/// Aurora's storage belongs to the cluster and has no such limits.
fn volumes(described: &DbInstance) -> Vec<Volume> {
    if Engine::from_aws(described.engine().unwrap_or_default()).is_aurora() {
        return Vec::new();
    }
    let number = |number: Option<i32>| number.filter(|number| *number > 0).map(f64::from);
    let first = Volume {
        storage_type: text(described.storage_type()).unwrap_or_default(),
        gib: number(described.allocated_storage()).unwrap_or_default(),
        iops: number(described.iops()),
        mib_per_second: number(described.storage_throughput()),
    };
    let more = described.additional_storage_volumes().iter().map(|volume| Volume {
        storage_type: text(volume.storage_type()).unwrap_or_default(),
        gib: number(volume.allocated_storage()).unwrap_or_default(),
        iops: number(volume.iops()),
        mib_per_second: number(volume.storage_throughput()),
    });
    std::iter::once(first).chain(more).collect()
}

fn processors(features: &[ProcessorFeature]) -> Option<u32> {
    let feature = |name| {
        let feature = features.iter().find(|feature| feature.name() == Some(name))?;
        feature.value()?.parse::<u32>().ok().filter(|count| *count > 0)
    };
    feature("coreCount")?.checked_mul(feature("threadsPerCore")?)
}

/// An instance has one group.
fn parameter_group(described: &DbInstance) -> Option<ParameterGroup> {
    let group = described.db_parameter_groups().first()?;
    let name = GroupName { kind: Kind::DbInstance, name: text(group.db_parameter_group_name())? };
    let pending = text(described.db_instance_identifier()).filter(|_| is_pending(group.parameter_apply_status()));
    Some(ParameterGroup { name, pending: pending.into_iter().collect() })
}

fn cluster_parameter_group(described: &DbCluster) -> Option<ParameterGroup> {
    let name = GroupName { kind: Kind::DbCluster, name: text(described.db_cluster_parameter_group())? };
    let members = described.db_cluster_members().iter();
    let pending = members.filter(|member| is_pending(member.db_cluster_parameter_group_status()));
    Some(ParameterGroup { name, pending: pending.filter_map(|member| text(member.db_instance_identifier())).collect() })
}

/// Whatever else AWS says of a group, be it `pending-reboot`, `applying` or `failed-to-apply`: the engine runs with what
/// it had before.
///
/// States: <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBParameterGroupStatus.html>.
fn is_pending(status: Option<&str>) -> bool {
    status != Some("in-sync")
}

fn instance_capacity(described: &DbInstance, engine: Engine) -> Capacity {
    let additional: i32 = described
        .additional_storage_volumes()
        .iter()
        .filter_map(AdditionalStorageVolumeOutput::allocated_storage)
        .sum();
    let allocated = described.allocated_storage().filter(|gib| *gib > 0 && !engine.is_aurora());
    Capacity {
        allocated_storage_bytes: allocated.map(|gib| f64::from(gib + additional) * GIB),
        max_allocated_storage_bytes: described.max_allocated_storage().map(|gib| f64::from(gib) * GIB),
        certificate_expiry_seconds: described
            .certificate_details()
            .and_then(|details| details.valid_till())
            .map(seconds),
        latest_restorable_seconds: described.latest_restorable_time().map(seconds),
        ..Capacity::default()
    }
}

fn cluster(described: &DbCluster) -> Option<Resource> {
    let engine_name = text(described.engine()).unwrap_or_default();
    let arn = text(described.db_cluster_arn())?;
    let (region, account_id) = place(&arn)?;
    if is_foreign(&engine_name) {
        return None;
    }
    Some(Resource {
        kind: Kind::DbCluster,
        account_id,
        region,
        id: text(described.db_cluster_identifier())?,
        resource_id: text(described.db_cluster_resource_id()),
        cluster: None,
        members: described
            .db_cluster_members()
            .iter()
            .filter_map(|member| {
                let role = if member.is_cluster_writer()? { Role::Writer } else { Role::Reader };
                Some((text(member.db_instance_identifier())?, role))
            })
            .collect(),
        engine: Engine::from_aws(&engine_name),
        engine_version: text(described.engine_version()).unwrap_or_default(),
        class: text(described.db_cluster_instance_class()).unwrap_or_default(),
        status: text(described.status()).unwrap_or_default(),
        tags: tags(described.tag_list()),
        facts: cluster_facts(described),
        capacity: Capacity {
            latest_restorable_seconds: described.latest_restorable_time().map(seconds),
            ..Capacity::default()
        },
        engine_name,
        arn,
    })
}

fn cluster_facts(described: &DbCluster) -> Facts {
    let forwards = matches!(described.global_write_forwarding_status(), Some(WriteForwardingStatus::Enabled))
        || matches!(described.local_write_forwarding_status(), Some(LocalWriteForwardingStatus::Enabled));
    let scaling = described.serverless_v2_scaling_configuration();
    let capacity_units = scaling.and_then(|scaling| Some((scaling.min_capacity()?, scaling.max_capacity()?)));
    Facts {
        backtrack: Some(described.backtrack_window().is_some_and(|seconds| seconds > 0)),
        write_forwarding: Some(forwards),
        cluster_replicates: Some(text(described.replication_source_identifier()).is_some()),
        serverless: Some(scaling.is_some()),
        auto_pause: Some(scaling.is_some_and(|scaling| scaling.min_capacity() == Some(0.0))),
        global_database: Some(text(described.global_cluster_identifier()).is_some()),
        ordered: Ordered { capacity_units, parameter_group: cluster_parameter_group(described), ..Ordered::default() },
        ..Facts::default()
    }
}

fn tags(tags: &[Tag]) -> BTreeMap<String, String> {
    tags.iter().filter_map(|tag| Some((text(tag.key())?, tag.value().unwrap_or_default().to_owned()))).collect()
}

/// Region and account of `arn:aws:rds:eu-west-1:123456789012:db:orders`.
fn place(arn: &str) -> Option<(String, String)> {
    let mut parts = arn.split(':').skip(3);
    Some((parts.next()?.to_owned(), parts.next()?.to_owned()))
}

fn text(value: Option<&str>) -> Option<String> {
    value.filter(|text| !text.is_empty()).map(str::to_owned)
}

fn seconds(time: &DateTime) -> f64 {
    time.as_secs_f64()
}
