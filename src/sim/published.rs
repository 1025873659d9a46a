//! The metrics that a database publishes by default: one row for each metric, engine and condition.
//!
//! The rows are written from AWS's documentation and never from the catalogue, which tests compare with them. They omit
//! some metrics that such a database might have (no replication slots, no agent jobs) and contain some that the catalogue
//! may not know (`ReplicationChannelLag`).
//! Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html> and
//! <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html>.
#![expect(clippy::cast_precision_loss, reason = "a 10-bit share of a hash fits in a double")]

use std::collections::HashMap;
use std::sync::LazyLock;

use super::curve::{Curve, Overlay};
use super::fleet::{Cluster, Instance, Region};
use crate::resource::GIB;

mod rows;

use rows::{AURORA, Base, CLUSTER, Condition, INSTANCE, PROXY, RDS, Row};

/// The namespaces of engines that have one of their own.
const NAMESPACES: &[(&str, &str)] = &[("docdb", "AWS/DocDB"), ("neptune", "AWS/Neptune")];

/// The namespace of the metrics of an engine.
pub(super) fn namespace(engine: &str) -> &'static str {
    NAMESPACES.iter().find(|(own, _)| *own == engine).map_or("AWS/RDS", |(_, namespace)| *namespace)
}

/// The rows of one dimension by metric.
type Table = HashMap<&'static str, Vec<&'static Row>>;

static INSTANCE_TABLE: LazyLock<Table> = LazyLock::new(|| by_metric(INSTANCE));
static CLUSTER_TABLE: LazyLock<Table> = LazyLock::new(|| by_metric(CLUSTER));

fn by_metric(rows: &'static [Row]) -> Table {
    let mut table = Table::new();
    for row in rows {
        table.entry(row.metric).or_default().push(row);
    }
    table
}

/// The curve of one metric of an instance; `None` if it does not publish the metric.
pub(super) fn instance_curve(region: &Region, id: &str, metric: &str, seed: u64) -> Option<Curve> {
    let instance = region.instances.get(id)?;
    if let Some(own) = instance.metrics.get(metric) {
        return own.clone();
    }
    let database = Database::of_instance(region, id, instance);
    let row = INSTANCE_TABLE.get(metric)?.iter().find(|row| row.applies_to(&database))?;
    Some(row.curve(&database, seed))
}

/// The curve of one metric of a cluster; `None` if it does not publish the metric.
pub(super) fn cluster_curve(region: &Region, id: &str, metric: &str, seed: u64) -> Option<Curve> {
    let cluster = region.clusters.get(id)?;
    if let Some(own) = cluster.metrics.get(metric) {
        return own.clone();
    }
    let database = Database::of_cluster(cluster);
    let row = CLUSTER_TABLE.get(metric)?.iter().find(|row| row.applies_to(&database))?;
    Some(row.curve(&database, seed))
}

/// The curve of one metric of a proxy; `None` if it does not publish the metric.
pub(super) fn proxy_curve(region: &Region, name: &str, metric: &str, seed: u64) -> Option<Curve> {
    let proxy = region.proxies.get(name)?;
    if let Some(own) = proxy.metrics.get(metric) {
        return own.clone();
    }
    let row = PROXY.iter().find(|row| row.metric == metric)?;
    Some(row.curve(&Database::of_proxy(), seed))
}

/// The names of all metrics of a proxy.
pub(super) fn proxy_metrics(region: &Region, name: &str) -> Vec<String> {
    region.proxies.get(name).map(|proxy| names(PROXY, &Database::of_proxy(), &proxy.metrics)).unwrap_or_default()
}

/// The names of all metrics of an instance.
pub(super) fn instance_metrics(region: &Region, id: &str) -> Vec<String> {
    let Some(instance) = region.instances.get(id) else {
        return Vec::new();
    };
    names(INSTANCE, &Database::of_instance(region, id, instance), &instance.metrics)
}

/// The names of all metrics of a cluster.
pub(super) fn cluster_metrics(region: &Region, id: &str) -> Vec<String> {
    let Some(cluster) = region.clusters.get(id) else {
        return Vec::new();
    };
    names(CLUSTER, &Database::of_cluster(cluster), &cluster.metrics)
}

fn names(rows: &[Row], database: &Database<'_>, own: &Overlay) -> Vec<String> {
    let applying = rows.iter().filter(|row| row.applies_to(database)).map(|row| row.metric);
    let kept = applying.filter(|metric| !own.contains_key(*metric)).map(str::to_owned);
    kept.chain(own.iter().filter(|(_, curve)| curve.is_some()).map(|(metric, _)| metric.clone())).collect()
}

/// What decides whether a row applies to a resource.
struct Database<'a> {
    engine: &'a str,
    class: &'a str,
    storage_gib: f64,
    instance: Option<&'a Instance>,
    cluster: Option<&'a Cluster>,
    writer: bool,
}

impl<'a> Database<'a> {
    fn of_instance(region: &'a Region, id: &str, instance: &'a Instance) -> Self {
        let cluster = instance.cluster.as_deref();
        let writer = cluster.is_some_and(|cluster| region.is_writer(cluster, id));
        Self {
            engine: instance.engine.strip_prefix("custom-").unwrap_or(&instance.engine),
            class: &instance.class,
            storage_gib: f64::from(instance.storage),
            instance: Some(instance),
            cluster: cluster.and_then(|cluster| region.clusters.get(cluster)),
            writer,
        }
    }

    fn of_cluster(cluster: &'a Cluster) -> Self {
        let cluster = Some(cluster);
        let engine = cluster.map_or("", |cluster| &cluster.engine);
        Self { engine, class: "", storage_gib: 0.0, instance: None, cluster, writer: false }
    }

    /// All proxies publish the same metrics.
    fn of_proxy() -> Self {
        Self { engine: RDS[0], class: "", storage_gib: 0.0, instance: None, cluster: None, writer: false }
    }

    fn meets(&self, condition: Condition) -> bool {
        let instance = |test: fn(&Instance) -> bool| self.instance.is_some_and(test);
        let cluster = |test: fn(&Cluster) -> bool| self.cluster.is_some_and(test);
        match condition {
            Condition::Burstable => self.class.starts_with("db.t"),
            Condition::Gp2 => instance(|instance| instance.storage_type() == "gp2" && instance.storage < 1000),
            Condition::SmallEbs => has_ebs_burst(self.class),
            Condition::Nvme => self.class.split('.').nth(1).is_some_and(|family| family.ends_with('d')),
            Condition::LogVolume => instance(|instance| instance.dedicated_log_volume),
            Condition::Insights => instance(|instance| instance.pi),
            Condition::Backups => instance(|instance| instance.backup_days > 0),
            Condition::Replica => instance(|instance| instance.source.is_some()) || self.meets(Condition::Reader),
            Condition::Writer => self.writer,
            Condition::Reader => self.cluster.is_some() && !self.writer,
            Condition::Serverless => {
                self.class == "db.serverless"
                    || self.class.is_empty() && cluster(|cluster| cluster.serverless.is_some())
            }
            Condition::Provisioned => self.class != "db.serverless",
            Condition::Backtrack => cluster(|cluster| cluster.backtrack_s > 0),
            Condition::Forwarding => cluster(|cluster| cluster.write_forwarding),
            Condition::BinlogReplica => cluster(|cluster| cluster.replication_source.is_some()),
        }
    }

    fn memory_bytes(&self) -> f64 {
        let serverless = self.cluster.and_then(|cluster| cluster.serverless).map(|capacity| capacity.max * 2.0);
        serverless.unwrap_or_else(|| memory_gib(self.class)) * GIB
    }
}

impl Row {
    fn applies_to(&self, database: &Database<'_>) -> bool {
        let is_of_family = |family: &&'static str| database.engine.starts_with(*family);
        let engine = if self.engines.is_empty() {
            RDS.iter().chain(AURORA).any(is_of_family)
        } else {
            self.engines.iter().any(is_of_family)
        };
        engine && self.conditions.iter().all(|condition| database.meets(*condition))
    }

    /// The curve of a row. Metrics that follow the load are scaled by 0.7 to 1.3, by the seed, so that databases differ.
    fn curve(&self, database: &Database<'_>, seed: u64) -> Curve {
        let scale = if self.swing > 0.0 { 0.7 + (seed % 1024) as f64 / 1024.0 * 0.6 } else { 1.0 };
        let base = scale
            * match self.base {
                Base::Constant(value) => value,
                Base::Storage(share) => share * database.storage_gib * GIB,
                Base::Memory(share) => share * database.memory_bytes(),
            };
        Curve {
            swing: base * self.swing,
            noise: base.abs() * self.noise,
            min: base.min(0.0),
            max: self.max,
            every_s: self.every_s,
            whole: self.whole,
            ..Curve::constant(base)
        }
    }
}

/// Whether a class has burstable EBS bandwidth, which sizes up to 4xlarge have.
fn has_ebs_burst(class: &str) -> bool {
    let size = class.rsplit('.').next().unwrap_or_default();
    ["micro", "small", "medium", "large", "xlarge", "2xlarge", "4xlarge"].contains(&size)
}

/// The memory of a class in GiB, derived from its name; exact for the usual families.
fn memory_gib(class: &str) -> f64 {
    let mut parts = class.split('.').skip(1);
    let (family, size) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let large = match family.as_bytes().first() {
        Some(b'x') => 32.0,
        Some(b'r') => 16.0,
        Some(b'c') => 4.0,
        _ => 8.0,
    };
    match size {
        "micro" => 1.0,
        "small" => 2.0,
        "medium" => 4.0,
        "xlarge" => 2.0 * large,
        _ => size.strip_suffix("xlarge").and_then(|times| times.parse::<f64>().ok()).map_or(large, |n| 2.0 * n * large),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(instance: Instance, cluster: Option<Cluster>) -> Region {
        let mut region = Region::default();
        region.instances.insert("a".to_owned(), instance);
        region.clusters.extend(cluster.map(|cluster| ("c".to_owned(), cluster)));
        region
    }

    fn check(instance: Instance, has: &[&str], lacks: &[&str]) {
        let cluster =
            instance.cluster.as_ref().map(|_| Cluster { engine: instance.engine.clone(), ..Cluster::default() });
        let region = region(instance, cluster);
        let names = instance_metrics(&region, "a");
        for metric in has {
            assert!(names.iter().any(|name| name == metric), "lacks {metric}: {names:?}");
            assert!(instance_curve(&region, "a", metric, 1).is_some(), "no curve for {metric}");
        }
        for metric in lacks {
            assert!(!names.iter().any(|name| name == metric), "has {metric}");
            assert!(instance_curve(&region, "a", metric, 1).is_none(), "has a curve for {metric}");
        }
    }

    #[test]
    fn a_database_publishes_the_metrics_of_its_engine_and_role() {
        check(
            Instance::of("postgres"),
            &["CPUUtilization", "FreeStorageSpace"],
            &["ReplicaLag", "BinLogDiskUsage", "DBLoad"],
        );
        let replica = Instance { source: Some("b".to_owned()), ..Instance::of("mysql") };
        check(replica, &["ReplicaLag", "ReplicationChannelLag"], &["CPUCreditBalance"]);
        let burst = Instance { class: "db.t3.micro".to_owned(), pi: true, ..Instance::of("oracle-se2") };
        check(burst, &["CPUCreditBalance", "DBLoad"], &["BurstBalance", "BinLogDiskUsage"]);
        let member = Instance { cluster: Some("c".to_owned()), ..Instance::of("aurora-mysql") };
        check(
            member,
            &["Queries", "AuroraReplicaLagMaximum"],
            &["FreeStorageSpace", "AuroraReplicaLag", "ACUUtilization"],
        );
        check(Instance::of("neptune"), &["CPUUtilization", "TotalRequestsPerSec"], &["FreeStorageSpace", "SwapUsage"]);
        let reader = Instance { cluster: Some("c".to_owned()), ..Instance::of("postgres") };
        let cluster = Cluster { writer: Some("b".to_owned()), ..Cluster::default() };
        let of_three = region(reader, Some(cluster));
        assert!(instance_curve(&of_three, "a", "ReplicaLag", 1).is_some(), "a reader of a Multi-AZ DB cluster");
        check(Instance::of("sqlserver-se"), &["TempDbLogFileUsage"], &["SwapUsage", "FailedSQLServerAgentJobsCount"]);
    }

    #[test]
    fn an_overlay_adds_changes_and_removes() {
        let metrics =
            [("SwapUsage", None), ("Odd", Some(Curve::constant(1.0))), ("CPUUtilization", Some(Curve::constant(5.0)))];
        let metrics = metrics.into_iter().map(|(name, curve)| (name.to_owned(), curve)).collect();
        check(Instance { metrics, ..Instance::of("postgres") }, &["Odd", "CPUUtilization"], &["SwapUsage"]);
    }

    #[test]
    fn memory_follows_from_the_class() {
        let sizes = ["db.m6g.large", "db.r6g.2xlarge", "db.t3.micro", "db.r8gd.xlarge"].map(memory_gib);
        assert_eq!(sizes.map(|gib| gib.to_string()), ["8", "64", "1", "32"]);
    }
}
