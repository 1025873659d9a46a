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

use super::curve::{Curve, DAY, MINUTE};
use super::fleet::{Cluster, Instance, Region};

const GIB: f64 = 1_073_741_824.0;

/// One metric of some databases.
struct Row {
    metric: &'static str,
    /// What the engine's name begins with; empty means every engine.
    engines: &'static [&'static str],
    needs: &'static [Need],
    base: Base,
    /// The daily swing as a share of the base.
    swing: f64,
    /// The noise as a share of the base.
    noise: f64,
    every_s: i64,
    max: f64,
    whole: bool,
}

/// The level a metric keeps to.
#[derive(Clone, Copy)]
enum Base {
    Flat(f64),
    /// A share of the allocated storage, in bytes.
    Storage(f64),
    /// A share of the class's memory, in bytes.
    Memory(f64),
}

/// What must be so for a metric to exist.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Burstable,
    Gp2,
    SmallEbs,
    Nvme,
    LogVolume,
    Insights,
    Backups,
    Replica,
    Writer,
    Reader,
    Serverless,
    Provisioned,
    Backtrack,
    Forwarding,
    BinlogReplica,
}

use Need::{
    Backtrack, Backups, BinlogReplica, Burstable, Forwarding, Gp2, Insights, LogVolume, Nvme, Provisioned, Reader,
    Replica, Serverless, SmallEbs, Writer,
};

const ALL: &[&str] = &[];
const RDS: &[&str] = &["mysql", "mariadb", "postgres", "oracle", "sqlserver", "db2"];
const OPEN: &[&str] = &["mysql", "mariadb", "postgres"];
const MYSQL: &[&str] = &["mysql"];
const BINLOG: &[&str] = &["mysql", "mariadb"];
const POSTGRES: &[&str] = &["postgres"];
const SQLSERVER: &[&str] = &["sqlserver"];
const SWAPPING: &[&str] = &["mysql", "mariadb", "postgres", "oracle", "aurora"];
const AURORA: &[&str] = &["aurora"];
const AURORA_MYSQL: &[&str] = &["aurora-mysql"];
const AURORA_PG: &[&str] = &["aurora-postgresql"];
const ANY_PG: &[&str] = &["postgres", "aurora-postgresql"];

/// A metric that follows the load over the day.
const fn load(metric: &'static str, engines: &'static [&'static str], needs: &'static [Need], base: f64) -> Row {
    let base = Base::Flat(base);
    Row { metric, engines, needs, base, swing: 0.5, noise: 0.1, every_s: MINUTE, max: f64::INFINITY, whole: false }
}

/// A metric that hardly moves.
const fn level(metric: &'static str, engines: &'static [&'static str], needs: &'static [Need], base: Base) -> Row {
    Row { metric, engines, needs, base, swing: 0.0, noise: 0.005, every_s: MINUTE, max: f64::INFINITY, whole: false }
}

/// A metric that stays at one value in a healthy database.
const fn still(metric: &'static str, engines: &'static [&'static str], needs: &'static [Need], value: f64) -> Row {
    Row { noise: 0.0, ..level(metric, engines, needs, Base::Flat(value)) }
}

impl Row {
    const fn percent(self) -> Self {
        Self { max: 100.0, ..self }
    }

    const fn every(self, every_s: i64) -> Self {
        Self { every_s, ..self }
    }

    const fn whole(self) -> Self {
        Self { whole: true, ..self }
    }
}

/// Under the dimension `DBInstanceIdentifier`.
const INSTANCE: &[Row] = &[
    load("CPUUtilization", ALL, &[], 30.0).percent(),
    load("CPUCreditUsage", ALL, &[Burstable], 1.2).every(300),
    level("CPUCreditBalance", ALL, &[Burstable], Base::Flat(280.0)).every(300),
    still("CPUSurplusCreditBalance", ALL, &[Burstable], 0.0).every(300),
    still("CPUSurplusCreditsCharged", ALL, &[Burstable], 0.0).every(300),
    load("DatabaseConnections", ALL, &[], 40.0).whole(),
    level("FreeableMemory", ALL, &[], Base::Memory(0.35)),
    level("SwapUsage", SWAPPING, &[], Base::Memory(0.002)),
    load("DiskQueueDepth", ALL, &[], 0.4),
    load("ReadIOPS", ALL, &[], 120.0),
    load("WriteIOPS", ALL, &[], 260.0),
    load("ReadThroughput", ALL, &[], 2.4e6),
    load("WriteThroughput", ALL, &[], 6.1e6),
    load("ReadLatency", ALL, &[], 0.0009),
    load("WriteLatency", ALL, &[], 0.0021),
    load("NetworkReceiveThroughput", ALL, &[], 3.2e5),
    load("NetworkTransmitThroughput", ALL, &[], 1.9e6),
    level("EBSIOBalance%", ALL, &[SmallEbs], Base::Flat(99.0)).percent(),
    level("EBSByteBalance%", ALL, &[SmallEbs], Base::Flat(99.0)).percent(),
    load("DBLoad", ALL, &[Insights], 0.8),
    load("DBLoadCPU", ALL, &[Insights], 0.5),
    load("DBLoadNonCPU", ALL, &[Insights], 0.3),
    load("DBLoadRelativeToNumVCPUs", ALL, &[Insights], 0.4),
    // Engines whose storage belongs to the instance.
    level("FreeStorageSpace", RDS, &[], Base::Storage(0.55)),
    level("BurstBalance", RDS, &[Gp2], Base::Flat(99.0)).percent(),
    level("FreeLocalStorage", RDS, &[Nvme], Base::Flat(100.0 * GIB)),
    level("FreeLocalStoragePercent", RDS, &[Nvme], Base::Flat(90.0)).percent(),
    load("ReadIOPSLocalStorage", RDS, &[Nvme], 30.0),
    load("WriteIOPSLocalStorage", RDS, &[Nvme], 30.0),
    load("ReadLatencyLocalStorage", RDS, &[Nvme], 0.0001),
    load("WriteLatencyLocalStorage", RDS, &[Nvme], 0.0001),
    load("ReadThroughputLocalStorage", RDS, &[Nvme], 4.0e5),
    load("WriteThroughputLocalStorage", RDS, &[Nvme], 4.0e5),
    level("FreeStorageSpaceLogVolume", OPEN, &[LogVolume], Base::Flat(900.0 * GIB)),
    load("DiskQueueDepthLogVolume", OPEN, &[LogVolume], 0.1),
    load("ReadIOPSLogVolume", OPEN, &[LogVolume], 2.0),
    load("WriteIOPSLogVolume", OPEN, &[LogVolume], 180.0),
    load("ReadLatencyLogVolume", OPEN, &[LogVolume], 0.0008),
    load("WriteLatencyLogVolume", OPEN, &[LogVolume], 0.0009),
    load("ReadThroughputLogVolume", OPEN, &[LogVolume], 2.0e4),
    load("WriteThroughputLogVolume", OPEN, &[LogVolume], 2.9e6),
    load("ReplicaLag", BINLOG, &[Replica], 0.4).whole(),
    load("ReplicaLag", POSTGRES, &[Replica], 2.0),
    load("ReplicaLag", &["oracle", "sqlserver", "db2"], &[Replica], 1.0),
    load("ReplicationChannelLag", MYSQL, &[Replica], 0.4).whole(),
    level("BinLogDiskUsage", BINLOG, &[Backups], Base::Flat(2.0e8)),
    load("ConnectionAttempts", MYSQL, &[], 20.0).whole(),
    level("TransactionLogsDiskUsage", POSTGRES, &[], Base::Flat(1.3e9)),
    load("TransactionLogsGeneration", POSTGRES, &[], 1.1e6),
    level("MaximumUsedTransactionIDs", ANY_PG, &[], Base::Flat(1.6e8)).whole(),
    load("CheckpointLag", POSTGRES, &[], 60.0),
    level("TempDbAvailableDataSpace", SQLSERVER, &[], Base::Storage(0.05)),
    level("TempDbAvailableLogSpace", SQLSERVER, &[], Base::Storage(0.02)),
    level("TempDbDataFileUsage", SQLSERVER, &[], Base::Flat(8.0)).percent(),
    level("TempDbLogFileUsage", SQLSERVER, &[], Base::Flat(12.0)).percent(),
    // Aurora.
    load("AuroraReplicaLag", AURORA, &[Reader], 14.0),
    load("AuroraReplicaLagMaximum", AURORA, &[Writer], 16.0),
    load("AuroraReplicaLagMinimum", AURORA, &[Writer], 12.0),
    level("FreeLocalStorage", AURORA, &[Provisioned], Base::Memory(1.6)),
    load("ACUUtilization", AURORA, &[Serverless], 30.0).percent(),
    load("ServerlessDatabaseCapacity", AURORA, &[Serverless], 2.0),
    load("TempStorageIOPS", AURORA, &[Serverless], 4.0),
    load("TempStorageThroughput", AURORA, &[Serverless], 3.0e4),
    level("BufferCacheHitRatio", AURORA, &[], Base::Flat(99.6)).percent(),
    still("EngineUptime", AURORA, &[], 2.6e6),
    still("Deadlocks", AURORA, &[], 0.0),
    load("CommitLatency", AURORA, &[], 3.0),
    load("CommitThroughput", AURORA, &[], 60.0),
    load("NetworkThroughput", AURORA, &[], 2.2e6),
    load("StorageNetworkThroughput", AURORA, &[], 4.0e6),
    load("StorageNetworkReceiveThroughput", AURORA, &[], 1.0e6),
    load("StorageNetworkTransmitThroughput", AURORA, &[], 3.0e6),
    load("SelectLatency", AURORA_MYSQL, &[], 0.4),
    load("SelectThroughput", AURORA_MYSQL, &[], 700.0),
    load("InsertLatency", AURORA_MYSQL, &[], 0.6),
    load("InsertThroughput", AURORA_MYSQL, &[], 40.0),
    load("UpdateLatency", AURORA_MYSQL, &[], 0.7),
    load("UpdateThroughput", AURORA_MYSQL, &[], 30.0),
    load("DeleteLatency", AURORA_MYSQL, &[], 0.5),
    load("DeleteThroughput", AURORA_MYSQL, &[], 5.0),
    load("DMLLatency", AURORA_MYSQL, &[], 0.6),
    load("DMLThroughput", AURORA_MYSQL, &[], 75.0),
    load("DDLLatency", AURORA_MYSQL, &[], 0.0),
    load("DDLThroughput", AURORA_MYSQL, &[], 0.0),
    load("Queries", AURORA_MYSQL, &[], 900.0),
    still("LoginFailures", AURORA_MYSQL, &[], 0.0),
    still("AbortedClients", AURORA_MYSQL, &[], 0.0),
    still("BlockedTransactions", AURORA_MYSQL, &[], 0.0),
    load("ConnectionAttempts", AURORA_MYSQL, &[], 20.0).whole(),
    load("RollbackSegmentHistoryListLength", AURORA_MYSQL, &[], 300.0).whole(),
    still("RowLockTime", AURORA_MYSQL, &[], 0.0),
    still("AuroraSlowConnectionHandleCount", AURORA_MYSQL, &[], 0.0),
    still("AuroraSlowHandshakeCount", AURORA_MYSQL, &[], 0.0),
    still("AuroraMemoryHealthState", AURORA_MYSQL, &[], 0.0),
    still("AuroraBinlogReplicaLag", AURORA_MYSQL, &[Writer, BinlogReplica], 1.0),
    level("BacktrackWindowActual", AURORA_MYSQL, &[Writer, Backtrack], Base::Flat(1440.0)),
    still("BacktrackWindowAlert", AURORA_MYSQL, &[Writer, Backtrack], 0.0),
    load("ForwardingWriterDMLLatency", AURORA_MYSQL, &[Writer, Forwarding], 2.0),
    load("ForwardingWriterDMLThroughput", AURORA_MYSQL, &[Writer, Forwarding], 3.0),
    load("ForwardingWriterOpenSessions", AURORA_MYSQL, &[Writer, Forwarding], 2.0),
    load("ForwardingReplicaDMLLatency", AURORA_MYSQL, &[Reader, Forwarding], 9.0),
    load("ForwardingReplicaDMLThroughput", AURORA_MYSQL, &[Reader, Forwarding], 3.0),
    load("ForwardingReplicaOpenSessions", AURORA_MYSQL, &[Reader, Forwarding], 2.0),
    still("TransactionLogsDiskUsage", AURORA_PG, &[], -1.0),
    level("AuroraEstimatedSharedMemoryBytes", AURORA_PG, &[], Base::Memory(0.6)),
    level("FreeEphemeralStorage", AURORA_PG, &[Nvme], Base::Flat(100.0 * GIB)),
    level("AuroraOptimizedReadsCacheHitRatio", AURORA_PG, &[Nvme], Base::Flat(80.0)).percent(),
];

/// Under the dimension `DBClusterIdentifier`.
const CLUSTER: &[Row] = &[
    level("VolumeBytesUsed", AURORA, &[], Base::Flat(6.4e11)).every(3600),
    load("VolumeReadIOPs", AURORA, &[], 9000.0).every(300).whole(),
    load("VolumeWriteIOPs", AURORA, &[], 21000.0).every(300).whole(),
    level("AuroraVolumeBytesLeftTotal", AURORA_MYSQL, &[], Base::Flat(1.4e14)),
    load("CPUUtilization", AURORA, &[], 30.0).percent(),
    load("ServerlessDatabaseCapacity", AURORA, &[Serverless], 2.0),
    level("BackupRetentionPeriodStorageUsed", AURORA, &[], Base::Flat(1.1e11)).every(DAY),
    level("SnapshotStorageUsed", AURORA, &[], Base::Flat(4.0e10)).every(DAY),
    level("TotalBackupStorageBilled", AURORA, &[], Base::Flat(1.5e11)).every(DAY),
    load("BacktrackChangeRecordsCreationRate", AURORA_MYSQL, &[Backtrack], 5000.0).every(300),
    level("BacktrackChangeRecordsStored", AURORA_MYSQL, &[Backtrack], Base::Flat(4.0e6)),
];

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

fn names(rows: &[Row], database: &Database<'_>, own: &super::fleet::Overlay) -> Vec<String> {
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

    fn has(&self, need: Need) -> bool {
        let instance = |ask: fn(&Instance) -> bool| self.instance.is_some_and(ask);
        let cluster = |ask: fn(&Cluster) -> bool| self.cluster.is_some_and(ask);
        match need {
            Burstable => self.class.starts_with("db.t"),
            Gp2 => instance(|instance| instance.storage_type() == "gp2" && instance.storage < 1000),
            SmallEbs => is_small(self.class),
            Nvme => self.class.split('.').nth(1).is_some_and(|family| family.ends_with('d')),
            LogVolume => instance(|instance| instance.dedicated_log_volume),
            Insights => instance(|instance| instance.pi),
            Backups => instance(|instance| instance.backup_days > 0),
            Replica => instance(|instance| instance.source.is_some()),
            Writer => self.writer,
            Reader => self.cluster.is_some() && !self.writer,
            Serverless => {
                self.class == "db.serverless" || self.class.is_empty() && cluster(|it| it.serverless.is_some())
            }
            Provisioned => self.class != "db.serverless",
            Backtrack => cluster(|cluster| cluster.backtrack_s > 0),
            Forwarding => cluster(|cluster| cluster.write_forwarding),
            BinlogReplica => cluster(|cluster| cluster.replication_source.is_some()),
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
        check(Instance::of("neptune"), &[], &["CPUUtilization"]);
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
