//! What a database publishes when its fleet does not say: one row per metric, engine and circumstance.
//!
//! The simulated AWS' own account of AWS, written from AWS's pages and never from the catalogue, which is measured
//! against it. It leaves out some metrics that such a database might have (no replication slots, no agent jobs) and has
//! some that a catalogue may not know (`ReplicationChannelLag`).
//! Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html> and
//! <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html>.
#![expect(clippy::cast_precision_loss, reason = "a 10-bit share of a hash fits in a double")]

use std::collections::HashMap;
use std::sync::LazyLock;

use super::curve::Curve;
use super::fleet::{Cluster, Instance, Overlay, Region};
use crate::resource::GIB;

mod rows;

use rows::{AURORA, Base, CLUSTER, INSTANCE, Need, PROXY, RDS, Row};

/// The namespaces of engines that have one of their own.
const NAMESPACES: &[(&str, &str)] = &[("docdb", "AWS/DocDB"), ("neptune", "AWS/Neptune")];

/// The namespace of what an engine publishes.
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

/// What one metric of an instance does; `None` if it publishes no such metric.
pub(super) fn instance_curve(region: &Region, id: &str, metric: &str, seed: u64) -> Option<Curve> {
    let instance = region.instances.get(id)?;
    if let Some(own) = instance.metrics.get(metric) {
        return own.clone();
    }
    let database = Database::of_instance(region, id, instance);
    let row = INSTANCE_TABLE.get(metric)?.iter().find(|row| row.fits(&database))?;
    Some(row.curve(&database, seed))
}

/// What one metric of a cluster does; `None` if it publishes no such metric.
pub(super) fn cluster_curve(region: &Region, id: &str, metric: &str, seed: u64) -> Option<Curve> {
    let cluster = region.clusters.get(id)?;
    if let Some(own) = cluster.metrics.get(metric) {
        return own.clone();
    }
    let database = Database::of_cluster(cluster);
    let row = CLUSTER_TABLE.get(metric)?.iter().find(|row| row.fits(&database))?;
    Some(row.curve(&database, seed))
}

/// The same of a proxy.
pub(super) fn proxy_curve(region: &Region, name: &str, metric: &str, seed: u64) -> Option<Curve> {
    let proxy = region.proxies.get(name)?;
    if let Some(own) = proxy.metrics.get(metric) {
        return own.clone();
    }
    let row = PROXY.iter().find(|row| row.metric == metric)?;
    Some(row.curve(&Database::of_proxy(), seed))
}

/// The names of all that a proxy publishes.
pub(super) fn proxy_metrics(region: &Region, name: &str) -> Vec<String> {
    region.proxies.get(name).map(|proxy| names(PROXY, &Database::of_proxy(), &proxy.metrics)).unwrap_or_default()
}

/// The names of all that an instance publishes.
pub(super) fn instance_metrics(region: &Region, id: &str) -> Vec<String> {
    let Some(instance) = region.instances.get(id) else {
        return Vec::new();
    };
    names(INSTANCE, &Database::of_instance(region, id, instance), &instance.metrics)
}

/// The names of all that a cluster publishes.
pub(super) fn cluster_metrics(region: &Region, id: &str) -> Vec<String> {
    let Some(cluster) = region.clusters.get(id) else {
        return Vec::new();
    };
    names(CLUSTER, &Database::of_cluster(cluster), &cluster.metrics)
}

fn names(rows: &[Row], database: &Database<'_>, own: &Overlay) -> Vec<String> {
    let fitting = rows.iter().filter(|row| row.fits(database)).map(|row| row.metric);
    let kept = fitting.filter(|metric| !own.contains_key(*metric)).map(str::to_owned);
    kept.chain(own.iter().filter(|(_, curve)| curve.is_some()).map(|(metric, _)| metric.clone())).collect()
}

/// What a row asks about.
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

    /// A proxy publishes the same whatever it stands before.
    fn of_proxy() -> Self {
        Self { engine: RDS[0], class: "", storage_gib: 0.0, instance: None, cluster: None, writer: false }
    }

    fn has(&self, need: Need) -> bool {
        let instance = |ask: fn(&Instance) -> bool| self.instance.is_some_and(ask);
        let cluster = |ask: fn(&Cluster) -> bool| self.cluster.is_some_and(ask);
        match need {
            Need::Burstable => self.class.starts_with("db.t"),
            Need::Gp2 => instance(|instance| instance.storage_type() == "gp2" && instance.storage < 1000),
            Need::SmallEbs => is_small(self.class),
            Need::Nvme => self.class.split('.').nth(1).is_some_and(|family| family.ends_with('d')),
            Need::LogVolume => instance(|instance| instance.dedicated_log_volume),
            Need::Insights => instance(|instance| instance.pi),
            Need::Backups => instance(|instance| instance.backup_days > 0),
            Need::Replica => instance(|instance| instance.source.is_some()) || self.has(Need::Reader),
            Need::Writer => self.writer,
            Need::Reader => self.cluster.is_some() && !self.writer,
            Need::Serverless => {
                self.class == "db.serverless" || self.class.is_empty() && cluster(|it| it.serverless.is_some())
            }
            Need::Provisioned => self.class != "db.serverless",
            Need::Backtrack => cluster(|cluster| cluster.backtrack_s > 0),
            Need::Forwarding => cluster(|cluster| cluster.write_forwarding),
            Need::BinlogReplica => cluster(|cluster| cluster.replication_source.is_some()),
        }
    }

    fn memory_bytes(&self) -> f64 {
        let ceiling = self.cluster.and_then(|cluster| cluster.serverless).map(|capacity| capacity.max * 2.0);
        ceiling.unwrap_or_else(|| memory_gib(self.class)) * GIB
    }
}

impl Row {
    fn fits(&self, database: &Database<'_>) -> bool {
        let known = |family: &&'static str| database.engine.starts_with(*family);
        let engine =
            if self.engines.is_empty() { RDS.iter().chain(AURORA).any(known) } else { self.engines.iter().any(known) };
        engine && self.needs.iter().all(|need| database.has(*need))
    }

    /// Databases differ: what follows the load is scaled by 0.7 to 1.3, by the seed of the series.
    fn curve(&self, database: &Database<'_>, seed: u64) -> Curve {
        let scale = if self.swing > 0.0 { 0.7 + (seed % 1024) as f64 / 1024.0 * 0.6 } else { 1.0 };
        let base = scale
            * match self.base {
                Base::Flat(value) => value,
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

/// Sizes up to 4xlarge have a storage bandwidth that is saved up and spent.
fn is_small(class: &str) -> bool {
    let size = class.rsplit('.').next().unwrap_or_default();
    ["micro", "small", "medium", "large", "xlarge", "2xlarge", "4xlarge"].contains(&size)
}

/// The memory of a class by AWS's regular naming; exact for the usual families.
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
    fn a_database_publishes_what_its_kind_publishes() {
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
