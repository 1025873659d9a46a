//! `DescribeDBInstances` and `DescribeDBClusters`: every field a reader may want, and absent what AWS leaves out.
//!
//! Reference: <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstances.html>.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use super::arn::{arn, resource_id};
use super::curve::DAY;
use super::fleet::{Cluster, Instance, Region};
use super::form::Form;
use super::refusal::Refusal;
use super::world::{Scope, World};
use super::xml::Xml;

const NAMESPACE: &str = "http://rds.amazonaws.com/doc/2014-10-31/";
/// Records in one answer: the least and the most one may ask for; the most is what comes unasked.
const PAGE: (usize, usize) = (20, 100);

/// What the listing functions need.
struct View<'a> {
    world: &'a World,
    scope: &'a Scope,
    now: i64,
}

/// Answers `DescribeDBInstances`.
pub(super) fn instances(
    world: &World,
    scope: &Scope,
    now: i64,
    form: &Form,
    request_id: &str,
) -> Result<String, Refusal> {
    let empty = Region::default();
    let region = world.region(scope).unwrap_or(&empty);
    let filters = filters(form, &["db-instance-id", "db-cluster-id", "dbi-resource-id", "engine", "domain"])?;
    let wanted = form.get("DBInstanceIdentifier").map(name_in);
    let fits = |(id, instance): &(&String, &Instance)| {
        let is = |filter: &str, value: &str| match filter {
            "db-instance-id" => value == *id,
            "db-cluster-id" => instance.cluster.as_deref() == Some(value),
            "dbi-resource-id" => instance_resource_id(scope, id, instance) == value,
            "engine" => value == instance.engine,
            _ => false,
        };
        wanted.as_ref().is_none_or(|wanted| wanted == *id) && passes(&filters, is)
    };
    let found: BTreeMap<&String, &Instance> = region.instances.iter().filter(fits).collect();
    if let Some(wanted) = wanted.filter(|_| found.is_empty()) {
        return Err(Refusal::no_instance(&wanted));
    }
    let (page, marker) = page(&found, form)?;
    let view = View { world, scope, now };
    Ok(Xml::response("DescribeDBInstances", NAMESPACE, request_id, |xml| {
        xml.leaf_if("Marker", marker);
        xml.block("DBInstances", |xml| {
            for (id, instance) in page {
                xml.block("DBInstance", |xml| view.instance(xml, id, instance));
            }
        });
    }))
}

/// Answers `DescribeDBClusters`.
pub(super) fn clusters(
    world: &World,
    scope: &Scope,
    now: i64,
    form: &Form,
    request_id: &str,
) -> Result<String, Refusal> {
    let empty = Region::default();
    let region = world.region(scope).unwrap_or(&empty);
    let filters = filters(form, &["clone-group-id", "db-cluster-id", "db-cluster-resource-id", "domain", "engine"])?;
    let wanted = form.get("DBClusterIdentifier").map(name_in);
    let fits = |(id, cluster): &(&String, &Cluster)| {
        let is = |filter: &str, value: &str| match filter {
            "db-cluster-id" => value == *id,
            "db-cluster-resource-id" => cluster_resource_id(scope, id, cluster) == value,
            "engine" => value == cluster.engine,
            _ => false,
        };
        wanted.as_ref().is_none_or(|wanted| wanted == *id) && passes(&filters, is)
    };
    let found: BTreeMap<&String, &Cluster> = region.clusters.iter().filter(fits).collect();
    if let Some(wanted) = wanted.filter(|_| found.is_empty()) {
        return Err(Refusal::no_cluster(&wanted));
    }
    let (page, marker) = page(&found, form)?;
    let mut members: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (id, instance) in &region.instances {
        members.entry(instance.cluster.as_deref().unwrap_or_default()).or_default().push(id);
    }
    let view = View { world, scope, now };
    Ok(Xml::response("DescribeDBClusters", NAMESPACE, request_id, |xml| {
        xml.leaf_if("Marker", marker);
        xml.block("DBClusters", |xml| {
            for (id, cluster) in page {
                let members = members.get(id.as_str()).map_or(&[][..], Vec::as_slice);
                xml.block("DBCluster", |xml| view.cluster(xml, id, cluster, members));
            }
        });
    }))
}

impl View<'_> {
    fn instance(&self, xml: &mut Xml, id: &str, it: &Instance) {
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
        xml.leaf("BackupRetentionPeriod", it.backup_days);
        xml.leaf("DedicatedLogVolume", it.dedicated_log_volume);
        tags(xml, &it.tags);
        if creating {
            return;
        }
        xml.block("Endpoint", |xml| {
            xml.leaf("Address", format!("{id}.simulated.{}.rds.amazonaws.com", self.scope.region));
            xml.leaf("Port", port(&it.engine));
        });
        xml.leaf("InstanceCreateTime", self.time(self.created(it.created)));
        xml.leaf("PerformanceInsightsEnabled", it.pi);
        xml.leaf_if("Iops", it.iops);
        xml.leaf_if("StorageThroughput", it.throughput);
        let restorable = rds && it.backup_days > 0 && it.source.is_none() && it.status == "available";
        xml.leaf_if("LatestRestorableTime", restorable.then(|| self.latest_restorable()));
        xml.block("CertificateDetails", |xml| {
            xml.leaf("CAIdentifier", "rds-ca-rsa2048-g1");
            xml.leaf(
                "ValidTill",
                self.time(it.certificate_valid_till.unwrap_or(self.world.timing.started + 365 * DAY)),
            );
        });
        processor_features(xml, &it.processor_features);
        volumes(xml, it);
    }

    fn cluster(&self, xml: &mut Xml, id: &str, it: &Cluster, members: &[&str]) {
        let aurora = it.engine.starts_with("aurora");
        xml.leaf("DBClusterIdentifier", id);
        xml.leaf("DbClusterResourceId", cluster_resource_id(self.scope, id, it));
        xml.leaf("DBClusterArn", arn(self.scope, "cluster", id));
        xml.leaf("Engine", &it.engine);
        xml.leaf("EngineVersion", it.engine_version.as_deref().unwrap_or_else(|| version(&it.engine)));
        xml.leaf("Status", &it.status);
        xml.leaf_if("AllocatedStorage", aurora.then_some(1));
        xml.leaf("BackupRetentionPeriod", it.backup_days);
        xml.leaf_if("ReplicationSourceIdentifier", it.replication_source.as_ref());
        tags(xml, &it.tags);
        let writer = it.writer.as_deref().or(members.first().copied());
        xml.block("DBClusterMembers", |xml| {
            for member in members {
                xml.block("DBClusterMember", |xml| {
                    xml.leaf("DBInstanceIdentifier", member);
                    xml.leaf("IsClusterWriter", Some(*member) == writer);
                    xml.leaf("DBClusterParameterGroupStatus", "in-sync");
                    xml.leaf("PromotionTier", 1);
                });
            }
        });
        if it.status == "creating" {
            return;
        }
        xml.leaf("ClusterCreateTime", self.time(self.created(it.created)));
        xml.leaf_if("BacktrackWindow", it.engine.eq("aurora-mysql").then_some(it.backtrack_s));
        xml.leaf_if("GlobalWriteForwardingStatus", it.write_forwarding.then_some("enabled"));
        if let Some(capacity) = it.serverless {
            xml.block("ServerlessV2ScalingConfiguration", |xml| {
                xml.leaf("MinCapacity", capacity.min);
                xml.leaf("MaxCapacity", capacity.max);
            });
        }
        let restorable = it.backup_days > 0 && it.status == "available";
        xml.leaf_if("LatestRestorableTime", restorable.then(|| self.latest_restorable()));
    }

    /// Databases that do not say so are a month older than the simulation.
    fn created(&self, created: Option<i64>) -> i64 {
        created.unwrap_or(self.world.timing.started - 30 * DAY)
    }

    /// AWS stores logs every five minutes.
    fn latest_restorable(&self) -> String {
        self.time((self.now - 1).div_euclid(300) * 300)
    }

    #[expect(clippy::unused_self, reason = "it stands beside its callers")]
    fn time(&self, seconds: i64) -> String {
        let since = Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
        humantime::format_rfc3339_seconds(SystemTime::UNIX_EPOCH + since).to_string()
    }
}

fn tags(xml: &mut Xml, tags: &BTreeMap<String, String>) {
    xml.block("TagList", |xml| {
        for (key, value) in tags {
            xml.block("Tag", |xml| {
                xml.leaf("Key", key);
                xml.leaf("Value", value);
            });
        }
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
                xml.leaf("StorageType", &volume.storage_type);
                xml.leaf("StorageVolumeStatus", "Configured");
            });
        }
    });
}

fn instance_resource_id(scope: &Scope, id: &str, it: &Instance) -> String {
    it.resource_id.clone().unwrap_or_else(|| resource_id(scope, "db", id))
}

fn cluster_resource_id(scope: &Scope, id: &str, it: &Cluster) -> String {
    it.resource_id.clone().unwrap_or_else(|| resource_id(scope, "cluster", id))
}

/// The identifier in an ARN, or the identifier itself; AWS ignores case.
fn name_in(identifier: &str) -> String {
    identifier.rsplit(':').next().unwrap_or_default().to_ascii_lowercase()
}

type Filters = Vec<(String, Vec<String>)>;

fn filters(form: &Form, known: &[&str]) -> Result<Filters, Refusal> {
    let filters = form.filters();
    if let Some((name, _)) = filters.iter().find(|(name, _)| !known.contains(name)) {
        return Err(Refusal::invalid_parameter(format!("Unrecognized filter name: {name}")));
    }
    let plain = |value: &&str| value.rsplit(':').next().unwrap_or_default().to_owned();
    Ok(filters.into_iter().map(|(name, values)| (name.to_owned(), values.iter().map(plain).collect())).collect())
}

/// Every filter must be met by one of its values.
fn passes(filters: &Filters, is: impl Fn(&str, &str) -> bool) -> bool {
    filters.iter().all(|(name, values)| values.iter().any(|value| is(name, value)))
}

/// The records of one page by identifier, and the marker that asks for the next.
type Page<'a, T> = (Vec<(&'a String, &'a T)>, Option<String>);

/// How a marker begins; the last identifier shown follows.
const MARKER: &str = "after-";

fn page<'a, T>(all: &BTreeMap<&'a String, &'a T>, form: &Form) -> Result<Page<'a, T>, Refusal> {
    let (least, most) = PAGE;
    let asked = form.get("MaxRecords").map_or(Some(most), |text| text.parse().ok());
    let size = asked.filter(|size| (least..=most).contains(size)).ok_or_else(|| {
        let value = form.get("MaxRecords").unwrap_or_default();
        Refusal::invalid_parameter(format!("Invalid value {value} for MaxRecords. Must be between {least} and {most}"))
    })?;
    let marker = form.get("Marker").filter(|marker| !marker.is_empty()).map(|marker| marker.strip_prefix(MARKER));
    let after = marker.map(|id| id.ok_or_else(|| Refusal::invalid_parameter("Invalid marker"))).transpose()?;
    let mut rest = all.iter().filter(|(id, _)| after.is_none_or(|after| id.as_str() > after));
    let page: Vec<_> = rest.by_ref().take(size).map(|(id, it)| (*id, *it)).collect();
    let marker = page.last().filter(|_| rest.next().is_some()).map(|(id, _)| format!("{MARKER}{id}"));
    Ok((page, marker))
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
