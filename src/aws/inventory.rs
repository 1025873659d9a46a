//! Lists instances and clusters with their tags, all pages.
//!
//! Only copies the fields of the SDK; `resource` interprets them.

use aws_sdk_rds::operation::describe_db_clusters::DescribeDBClustersError;
use aws_sdk_rds::operation::describe_db_instances::DescribeDBInstancesError;
use aws_sdk_rds::types::{
    AdditionalStorageVolumeOutput, DatabaseInsightsMode, DbCluster, DbClusterMember, DbInstance, DbInstanceStatusInfo,
    DbParameterGroupStatus, LocalWriteForwardingStatus, PendingModifiedValues, ProcessorFeature, Tag,
    WriteForwardingStatus,
};
use aws_smithy_types::DateTime;

use super::clients::Target;
use super::failure::Failure;
use crate::resource::{Described, Lister, Texts, described};
use gathered::{Gathered, LIMITS};

mod gathered;

/// Resources per page, AWS's maximum.
pub(super) const PAGE_SIZE: i32 = 100;

/// The limit of a text in bytes: the longest texts of AWS are tag values, with 256 characters of up to four bytes.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.html>
const TEXT_BYTES: usize = 1024;

/// One page of a listing and the marker of the next one.
pub(super) type ListingPage = Result<(Vec<Described>, Option<String>), Failure>;

/// A listing page by page.
pub struct ListingPages<'a> {
    target: &'a Target,
    lister: Lister,
    gathered: Gathered,
    texts: Texts,
    /// The marker of the next page; absent before the first.
    marker: Option<String>,
    is_over: bool,
}

impl ListingPages<'_> {
    /// Whether that was the last page.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.is_over
    }

    /// The resources of the next page; `None` behind the last one.
    ///
    /// # Errors
    /// The failure of the page. The pages before it are then no listing.
    pub async fn next(&mut self) -> Result<Option<Vec<Described>>, Failure> {
        if self.is_over {
            return Ok(None);
        }
        let Self { target, lister, gathered, texts, .. } = self;
        let exceeded = |limit| target.exceeded(operation(*lister), limit);
        let (mut found, next) = target.listing_page(*lister, self.marker.take()).await?;
        gathered.add(&found).map_err(exceeded)?;
        for one in &mut found {
            one.share(texts);
        }
        match &next {
            Some(marker) => gathered.add_marker(marker).map_err(exceeded)?,
            None => self.is_over = true,
        }
        self.marker = next;
        Ok(Some(found))
    }
}

impl Target {
    /// Every resource that a listing of the account and region returns.
    ///
    /// # Errors
    /// The failure of any page, because in an incomplete listing databases would seem to be deleted.
    pub async fn list(&self, lister: Lister) -> Result<Vec<Described>, Failure> {
        let (mut pages, mut found) = (self.listing_pages(lister), Vec::new());
        while let Some(page) = pages.next().await? {
            found.extend(page);
        }
        Ok(found)
    }

    /// The same page by page.
    #[must_use]
    pub fn listing_pages(&self, lister: Lister) -> ListingPages<'_> {
        let (gathered, texts) = (Gathered::within(LIMITS), Texts::default());
        ListingPages { target: self, lister, gathered, texts, marker: None, is_over: false }
    }

    async fn listing_page(&self, lister: Lister, marker: Option<String>) -> ListingPage {
        match lister {
            Lister::Instances => self.instances(marker).await,
            Lister::Clusters => self.clusters(marker).await,
            Lister::Proxies => self.proxies(marker).await,
        }
    }

    async fn instances(&self, marker: Option<String>) -> ListingPage {
        let operation = operation(Lister::Instances);
        let reporter = self.reporter::<DescribeDBInstancesError>(operation);
        let call = self.rds.describe_db_instances().max_records(PAGE_SIZE).set_marker(marker);
        let page = self.limiters.rds.call(operation, call.customize().interceptor(reporter).send()).await?;
        let found = page.db_instances().iter().filter_map(instance).flat_map(Described::with_volumes);
        Ok((found.collect(), next_page(page.marker())))
    }

    async fn clusters(&self, marker: Option<String>) -> ListingPage {
        let operation = operation(Lister::Clusters);
        let reporter = self.reporter::<DescribeDBClustersError>(operation);
        let call = self.rds.describe_db_clusters().max_records(PAGE_SIZE).set_marker(marker);
        let page = self.limiters.rds.call(operation, call.customize().interceptor(reporter).send()).await?;
        Ok((page.db_clusters().iter().filter_map(cluster).collect(), next_page(page.marker())))
    }
}

/// The marker of the next page; the last page may have an empty one.
pub(super) fn next_page(marker: Option<&str>) -> Option<String> {
    marker.filter(|marker| !marker.is_empty()).map(str::to_owned)
}

pub(super) const fn operation(lister: Lister) -> &'static str {
    match lister {
        Lister::Instances => "DescribeDBInstances",
        Lister::Clusters => "DescribeDBClusters",
        Lister::Proxies => "DescribeDBProxies",
    }
}

fn instance(answer: &DbInstance) -> Option<Described> {
    described::Instance {
        id: text(answer.db_instance_identifier()),
        arn: text(answer.db_instance_arn()),
        cluster: text(answer.db_cluster_identifier()),
        dbi_resource_id: text(answer.dbi_resource_id()),
        engine: text(answer.engine()),
        engine_version: text(answer.engine_version()),
        class: text(answer.db_instance_class()),
        status: text(answer.db_instance_status()),
        storage: described::Storage {
            allocated_storage: answer.allocated_storage().map(f64::from),
            max_allocated_storage: answer.max_allocated_storage().map(f64::from),
            storage_type: text(answer.storage_type()),
            iops: answer.iops().map(f64::from),
            storage_throughput: answer.storage_throughput().map(f64::from),
            volume_name: None,
            storage_volume_status: text(answer.storage_volume_status()),
        },
        additional_storage_volumes: all(answer.additional_storage_volumes(), volume),
        processor_features: all(answer.processor_features(), processor_feature),
        replica_of: text(answer.read_replica_source_db_instance_identifier()),
        replica_of_cluster: text(answer.read_replica_source_db_cluster_identifier()),
        performance_insights_enabled: answer.performance_insights_enabled(),
        database_insights_mode: text(answer.database_insights_mode().map(DatabaseInsightsMode::as_str)),
        dedicated_log_volume: answer.dedicated_log_volume(),
        backup_retention_period: answer.backup_retention_period(),
        settings: described::CommonSettings {
            multi_az: answer.multi_az(),
            certificate_authority: text(answer.ca_certificate_identifier()),
            auto_minor_version_upgrade: answer.auto_minor_version_upgrade(),
            publicly_accessible: answer.publicly_accessible(),
            storage_encrypted: answer.storage_encrypted(),
            deletion_protection: answer.deletion_protection(),
        },
        preferred_maintenance_window: text(answer.preferred_maintenance_window()),
        preferred_backup_window: text(answer.preferred_backup_window()),
        parameter_groups: all(answer.db_parameter_groups(), parameter_group),
        status_infos: all(answer.status_infos(), status_info),
        certificate_details: described::CertificateDetails {
            valid_till: time(answer.certificate_details().and_then(|details| details.valid_till())),
        },
        engine_lifecycle_support: text(answer.engine_lifecycle_support()),
        latest_restorable_time: time(answer.latest_restorable_time()),
        automatic_restart_time: time(answer.automatic_restart_time()),
        pending_modified_values: answer.pending_modified_values().map(pending_values),
        tag_list: all(answer.tag_list(), tag),
    }
    .described()
    .filter(has_location)
}

fn cluster(answer: &DbCluster) -> Option<Described> {
    described::Cluster {
        id: text(answer.db_cluster_identifier()),
        arn: text(answer.db_cluster_arn()),
        db_cluster_resource_id: text(answer.db_cluster_resource_id()),
        engine: text(answer.engine()),
        engine_version: text(answer.engine_version()),
        class: text(answer.db_cluster_instance_class()),
        status: text(answer.status()),
        members: all(answer.db_cluster_members(), member),
        backtrack_window: answer.backtrack_window(),
        scaling: answer.serverless_v2_scaling_configuration().map(|scaling| described::Scaling {
            min_capacity: scaling.min_capacity(),
            max_capacity: scaling.max_capacity(),
        }),
        global_cluster_identifier: text(answer.global_cluster_identifier()),
        global_write_forwarding_status: text(
            answer.global_write_forwarding_status().map(WriteForwardingStatus::as_str),
        ),
        local_write_forwarding_status: text(
            answer.local_write_forwarding_status().map(LocalWriteForwardingStatus::as_str),
        ),
        replication_source_identifier: text(answer.replication_source_identifier()),
        preferred_maintenance_window: text(answer.preferred_maintenance_window()),
        preferred_backup_window: text(answer.preferred_backup_window()),
        parameter_group: text(answer.db_cluster_parameter_group()),
        storage_type: text(answer.storage_type()),
        backup_retention_period: answer.backup_retention_period(),
        settings: described::CommonSettings {
            multi_az: answer.multi_az(),
            // Members have certificates, clusters of Aurora have none.
            certificate_authority: None,
            auto_minor_version_upgrade: answer.auto_minor_version_upgrade(),
            publicly_accessible: answer.publicly_accessible(),
            storage_encrypted: answer.storage_encrypted(),
            deletion_protection: answer.deletion_protection(),
        },
        engine_lifecycle_support: text(answer.engine_lifecycle_support()),
        latest_restorable_time: time(answer.latest_restorable_time()),
        automatic_restart_time: time(answer.automatic_restart_time()),
        tag_list: all(answer.tag_list(), tag),
    }
    .described()
    .filter(has_location)
}

fn time(answer: Option<&DateTime>) -> Option<described::Time> {
    answer.map(|time| described::Time(Some(time.as_secs_f64())))
}

fn pending_values(answer: &PendingModifiedValues) -> described::PendingValues {
    described::PendingValues { any: *answer != PendingModifiedValues::builder().build() }
}

/// Whether its ARN has account and region, which are parts of its identity.
fn has_location(resource: &Described) -> bool {
    !resource.account_id.is_empty()
}

fn volume(answer: &AdditionalStorageVolumeOutput) -> described::Storage {
    described::Storage {
        allocated_storage: answer.allocated_storage().map(f64::from),
        max_allocated_storage: answer.max_allocated_storage().map(f64::from),
        storage_type: text(answer.storage_type()),
        iops: answer.iops().map(f64::from),
        storage_throughput: answer.storage_throughput().map(f64::from),
        volume_name: text(answer.volume_name()),
        storage_volume_status: text(answer.storage_volume_status()),
    }
}

fn processor_feature(answer: &ProcessorFeature) -> described::ProcessorFeature {
    described::ProcessorFeature { name: text(answer.name()), value: text(answer.value()) }
}

fn status_info(answer: &DbInstanceStatusInfo) -> described::StatusInfo {
    described::StatusInfo { status_type: text(answer.status_type()), status: text(answer.status()) }
}

fn parameter_group(answer: &DbParameterGroupStatus) -> described::InstanceGroup {
    described::InstanceGroup {
        name: text(answer.db_parameter_group_name()),
        status: text(answer.parameter_apply_status()),
    }
}

fn member(answer: &DbClusterMember) -> described::Member {
    described::Member {
        id: text(answer.db_instance_identifier()),
        is_writer: answer.is_cluster_writer(),
        group_status: text(answer.db_cluster_parameter_group_status()),
    }
}

pub(super) fn tag(answer: &Tag) -> described::Tag {
    described::Tag { key: text(answer.key()), value: text(answer.value()) }
}

fn all<A, D>(answers: &[A], described: fn(&A) -> D) -> Vec<D> {
    answers.iter().map(described).collect()
}

/// A text, cut to the limit.
pub(super) fn text(value: Option<&str>) -> Option<String> {
    value.map(|text| text[..text.floor_char_boundary(TEXT_BYTES)].to_owned())
}

#[cfg(test)]
mod tests;
