//! The rows: every metric with the databases that publish it and its usual value.

use crate::resource::GIB;
use crate::sim::curve::{DAY, MINUTE};

/// One metric of some databases.
pub(super) struct Row {
    pub metric: &'static str,
    /// What the engine's name begins with; empty means every engine.
    pub engines: &'static [&'static str],
    pub conditions: &'static [Condition],
    pub base: Base,
    /// The daily swing as a share of the base.
    pub swing: f64,
    /// The noise as a share of the base.
    pub noise: f64,
    pub every_s: i64,
    pub max: f64,
    pub whole: bool,
}

/// The usual value of a metric.
#[derive(Clone, Copy)]
pub(super) enum Base {
    Constant(f64),
    /// A share of the allocated storage, in bytes.
    Storage(f64),
    /// A share of the class's memory, in bytes.
    Memory(f64),
}

/// A condition under which a resource publishes a metric.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
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

use Condition::{
    Backtrack, Backups, BinlogReplica, Burstable, Forwarding, Gp2, Insights, LogVolume, Nvme, Provisioned, Reader,
    Replica, Serverless, SmallEbs, Writer,
};

const ALL: &[&str] = &[];
pub(super) const RDS: &[&str] = &["mysql", "mariadb", "postgres", "oracle", "sqlserver", "db2"];
const OPEN: &[&str] = &["mysql", "mariadb", "postgres"];
const MYSQL: &[&str] = &["mysql"];
const BINLOG: &[&str] = &["mysql", "mariadb"];
const POSTGRES: &[&str] = &["postgres"];
const SQLSERVER: &[&str] = &["sqlserver"];
const SWAPPING: &[&str] = &["mysql", "mariadb", "postgres", "oracle", "aurora"];
pub(super) const AURORA: &[&str] = &["aurora"];
const AURORA_MYSQL: &[&str] = &["aurora-mysql"];
const AURORA_PG: &[&str] = &["aurora-postgresql"];
const DOCDB: &[&str] = &["docdb"];
const NEPTUNE: &[&str] = &["neptune"];
const ANY_PG: &[&str] = &["postgres", "aurora-postgresql"];

/// A metric that follows the load over the day.
const fn load(
    metric: &'static str,
    engines: &'static [&'static str],
    conditions: &'static [Condition],
    base: f64,
) -> Row {
    let base = Base::Constant(base);
    Row { metric, engines, conditions, base, swing: 0.5, noise: 0.1, every_s: MINUTE, max: f64::INFINITY, whole: false }
}

/// A metric with little noise.
const fn steady(
    metric: &'static str,
    engines: &'static [&'static str],
    conditions: &'static [Condition],
    base: Base,
) -> Row {
    Row {
        metric,
        engines,
        conditions,
        base,
        swing: 0.0,
        noise: 0.005,
        every_s: MINUTE,
        max: f64::INFINITY,
        whole: false,
    }
}

/// A metric that is constant in a healthy database.
const fn constant(
    metric: &'static str,
    engines: &'static [&'static str],
    conditions: &'static [Condition],
    value: f64,
) -> Row {
    Row { noise: 0.0, ..steady(metric, engines, conditions, Base::Constant(value)) }
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

/// Metrics with the dimension `DBInstanceIdentifier`.
pub(super) const INSTANCE: &[Row] = &[
    load("CPUUtilization", ALL, &[], 30.0).percent(),
    load("CPUCreditUsage", ALL, &[Burstable], 1.2).every(300),
    steady("CPUCreditBalance", ALL, &[Burstable], Base::Constant(280.0)).every(300),
    constant("CPUSurplusCreditBalance", ALL, &[Burstable], 0.0).every(300),
    constant("CPUSurplusCreditsCharged", ALL, &[Burstable], 0.0).every(300),
    load("DatabaseConnections", ALL, &[], 40.0).whole(),
    steady("FreeableMemory", ALL, &[], Base::Memory(0.35)),
    steady("SwapUsage", SWAPPING, &[], Base::Memory(0.002)),
    load("DiskQueueDepth", ALL, &[], 0.4),
    load("ReadIOPS", ALL, &[], 120.0),
    load("WriteIOPS", ALL, &[], 260.0),
    load("ReadThroughput", ALL, &[], 2.4e6),
    load("WriteThroughput", ALL, &[], 6.1e6),
    load("ReadLatency", ALL, &[], 0.0009),
    load("WriteLatency", ALL, &[], 0.0021),
    load("NetworkReceiveThroughput", ALL, &[], 3.2e5),
    load("NetworkTransmitThroughput", ALL, &[], 1.9e6),
    steady("EBSIOBalance%", ALL, &[SmallEbs], Base::Constant(99.0)).percent(),
    steady("EBSByteBalance%", ALL, &[SmallEbs], Base::Constant(99.0)).percent(),
    load("DBLoad", ALL, &[Insights], 0.8),
    load("DBLoadCPU", ALL, &[Insights], 0.5),
    load("DBLoadNonCPU", ALL, &[Insights], 0.3),
    load("DBLoadRelativeToNumVCPUs", ALL, &[Insights], 0.4),
    // Engines whose storage belongs to the instance.
    steady("FreeStorageSpace", RDS, &[], Base::Storage(0.55)),
    steady("BurstBalance", RDS, &[Gp2], Base::Constant(99.0)).percent(),
    steady("FreeLocalStorage", RDS, &[Nvme], Base::Constant(100.0 * GIB)),
    steady("FreeLocalStoragePercent", RDS, &[Nvme], Base::Constant(90.0)).percent(),
    load("ReadIOPSLocalStorage", RDS, &[Nvme], 30.0),
    load("WriteIOPSLocalStorage", RDS, &[Nvme], 30.0),
    load("ReadLatencyLocalStorage", RDS, &[Nvme], 0.0001),
    load("WriteLatencyLocalStorage", RDS, &[Nvme], 0.0001),
    load("ReadThroughputLocalStorage", RDS, &[Nvme], 4.0e5),
    load("WriteThroughputLocalStorage", RDS, &[Nvme], 4.0e5),
    steady("FreeStorageSpaceLogVolume", OPEN, &[LogVolume], Base::Constant(900.0 * GIB)),
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
    steady("BinLogDiskUsage", BINLOG, &[Backups], Base::Constant(2.0e8)),
    load("ConnectionAttempts", MYSQL, &[], 20.0).whole(),
    steady("TransactionLogsDiskUsage", POSTGRES, &[], Base::Constant(1.3e9)),
    load("TransactionLogsGeneration", POSTGRES, &[], 1.1e6),
    steady("MaximumUsedTransactionIDs", ANY_PG, &[], Base::Constant(1.6e8)).whole(),
    load("CheckpointLag", POSTGRES, &[], 60.0),
    steady("TempDbAvailableDataSpace", SQLSERVER, &[], Base::Storage(0.05)),
    steady("TempDbAvailableLogSpace", SQLSERVER, &[], Base::Storage(0.02)),
    steady("TempDbDataFileUsage", SQLSERVER, &[], Base::Constant(8.0)).percent(),
    steady("TempDbLogFileUsage", SQLSERVER, &[], Base::Constant(12.0)).percent(),
    // Aurora.
    load("AuroraReplicaLag", AURORA, &[Reader], 14.0),
    load("AuroraReplicaLagMaximum", AURORA, &[Writer], 16.0),
    load("AuroraReplicaLagMinimum", AURORA, &[Writer], 12.0),
    steady("FreeLocalStorage", AURORA, &[Provisioned], Base::Memory(1.6)),
    load("ACUUtilization", AURORA, &[Serverless], 30.0).percent(),
    load("ServerlessDatabaseCapacity", AURORA, &[Serverless], 2.0),
    load("TempStorageIOPS", AURORA, &[Serverless], 4.0),
    load("TempStorageThroughput", AURORA, &[Serverless], 3.0e4),
    steady("BufferCacheHitRatio", AURORA, &[], Base::Constant(99.6)).percent(),
    constant("EngineUptime", AURORA, &[], 2.6e6),
    constant("Deadlocks", AURORA, &[], 0.0),
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
    constant("LoginFailures", AURORA_MYSQL, &[], 0.0),
    constant("AbortedClients", AURORA_MYSQL, &[], 0.0),
    constant("BlockedTransactions", AURORA_MYSQL, &[], 0.0),
    load("ConnectionAttempts", AURORA_MYSQL, &[], 20.0).whole(),
    load("RollbackSegmentHistoryListLength", AURORA_MYSQL, &[], 300.0).whole(),
    constant("RowLockTime", AURORA_MYSQL, &[], 0.0),
    constant("AuroraSlowConnectionHandleCount", AURORA_MYSQL, &[], 0.0),
    constant("AuroraSlowHandshakeCount", AURORA_MYSQL, &[], 0.0),
    constant("AuroraMemoryHealthState", AURORA_MYSQL, &[], 0.0),
    constant("AuroraBinlogReplicaLag", AURORA_MYSQL, &[Writer, BinlogReplica], 1.0),
    steady("BacktrackWindowActual", AURORA_MYSQL, &[Writer, Backtrack], Base::Constant(1440.0)),
    constant("BacktrackWindowAlert", AURORA_MYSQL, &[Writer, Backtrack], 0.0),
    load("ForwardingWriterDMLLatency", AURORA_MYSQL, &[Writer, Forwarding], 2.0),
    load("ForwardingWriterDMLThroughput", AURORA_MYSQL, &[Writer, Forwarding], 3.0),
    load("ForwardingWriterOpenSessions", AURORA_MYSQL, &[Writer, Forwarding], 2.0),
    load("ForwardingReplicaDMLLatency", AURORA_MYSQL, &[Reader, Forwarding], 9.0),
    load("ForwardingReplicaDMLThroughput", AURORA_MYSQL, &[Reader, Forwarding], 3.0),
    load("ForwardingReplicaOpenSessions", AURORA_MYSQL, &[Reader, Forwarding], 2.0),
    constant("TransactionLogsDiskUsage", AURORA_PG, &[], -1.0),
    steady("AuroraEstimatedSharedMemoryBytes", AURORA_PG, &[], Base::Memory(0.6)),
    steady("FreeEphemeralStorage", AURORA_PG, &[Nvme], Base::Constant(100.0 * GIB)),
    steady("AuroraOptimizedReadsCacheHitRatio", AURORA_PG, &[Nvme], Base::Constant(80.0)).percent(),
    // DocumentDB: https://docs.aws.amazon.com/documentdb/latest/developerguide/cloud_watch.html.
    load("CPUUtilization", DOCDB, &[], 30.0).percent(),
    steady("FreeableMemory", DOCDB, &[], Base::Memory(0.3)),
    steady("BufferCacheHitRatio", DOCDB, &[], Base::Constant(99.0)).percent(),
    steady("IndexBufferCacheHitRatio", DOCDB, &[], Base::Constant(99.5)).percent(),
    constant("LowMemThrottleQueueDepth", DOCDB, &[], 0.0),
    constant("LowMemNumOperationsThrottled", DOCDB, &[], 0.0),
    load("DatabaseConnections", DOCDB, &[], 40.0).whole(),
    load("DatabaseConnectionsMax", DOCDB, &[], 45.0).whole(),
    constant("DatabaseConnectionsLimit", DOCDB, &[], 3400.0),
    load("ReadIOPS", DOCDB, &[], 120.0),
    load("WriteIOPS", DOCDB, &[], 90.0),
    load("NetworkThroughput", DOCDB, &[], 2.2e6),
    load("DBInstanceReplicaLag", DOCDB, &[Reader], 14.0),
    constant("EngineUptime", DOCDB, &[], 2.6e6),
    load("OpcountersQuery", DOCDB, &[], 4000.0).whole(),
    // Neptune: https://docs.aws.amazon.com/neptune/latest/userguide/cw-metrics.html. Neptune does not publish zeros.
    load("CPUUtilization", NEPTUNE, &[], 30.0).percent(),
    steady("FreeableMemory", NEPTUNE, &[], Base::Memory(0.3)),
    steady("BufferCacheHitRatio", NEPTUNE, &[], Base::Constant(99.95)).percent(),
    load("TotalRequestsPerSec", NEPTUNE, &[], 120.0),
    load("GremlinRequestsPerSec", NEPTUNE, &[], 120.0),
    load("GremlinWebSocketOpenConnections", NEPTUNE, &[], 12.0).whole(),
    load("NetworkThroughput", NEPTUNE, &[], 2.2e6),
    load("ClusterReplicaLag", NEPTUNE, &[Reader], 14.0),
    constant("EngineUptime", NEPTUNE, &[], 2.6e6),
];

/// Metrics with the dimension `DBClusterIdentifier`.
pub(super) const CLUSTER: &[Row] = &[
    steady("VolumeBytesUsed", AURORA, &[], Base::Constant(6.4e11)).every(3600),
    load("VolumeReadIOPs", AURORA, &[], 9000.0).every(300).whole(),
    load("VolumeWriteIOPs", AURORA, &[], 21000.0).every(300).whole(),
    steady("AuroraVolumeBytesLeftTotal", AURORA_MYSQL, &[], Base::Constant(1.4e14)),
    load("CPUUtilization", AURORA, &[], 30.0).percent(),
    load("ServerlessDatabaseCapacity", AURORA, &[Serverless], 2.0),
    steady("BackupRetentionPeriodStorageUsed", AURORA, &[], Base::Constant(1.1e11)).every(DAY),
    steady("SnapshotStorageUsed", AURORA, &[], Base::Constant(4.0e10)).every(DAY),
    steady("TotalBackupStorageBilled", AURORA, &[], Base::Constant(1.5e11)).every(DAY),
    load("BacktrackChangeRecordsCreationRate", AURORA_MYSQL, &[Backtrack], 5000.0).every(300),
    steady("BacktrackChangeRecordsStored", AURORA_MYSQL, &[Backtrack], Base::Constant(4.0e6)),
    steady("VolumeBytesUsed", DOCDB, &[], Base::Constant(6.4e11)).every(3600),
    load("VolumeReadIOPs", DOCDB, &[], 9000.0).every(300).whole(),
    load("VolumeWriteIOPs", DOCDB, &[], 21000.0).every(300).whole(),
    load("DBClusterReplicaLagMaximum", DOCDB, &[], 16.0),
    steady("VolumeBytesLeftTotal", NEPTUNE, &[], Base::Constant(1.4e14)),
    steady("VolumeBytesUsed", NEPTUNE, &[], Base::Constant(6.4e11)).every(3600),
    load("VolumeReadIOPs", NEPTUNE, &[], 9000.0).every(300).whole(),
    load("VolumeWriteIOPs", NEPTUNE, &[], 21000.0).every(300).whole(),
];

/// Metrics with the dimension `ProxyName`: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.monitoring.html>.
pub(super) const PROXY: &[Row] = &[
    load("ClientConnections", ALL, &[], 80.0).whole(),
    load("ClientConnectionsReceived", ALL, &[], 30.0).whole(),
    constant("ClientConnectionsSetupFailedAuth", ALL, &[], 0.0),
    load("DatabaseConnections", ALL, &[], 20.0).whole(),
    load("DatabaseConnectionsCurrentlyBorrowed", ALL, &[], 12.0).whole(),
    load("DatabaseConnectionsCurrentlySessionPinned", ALL, &[], 2.0).whole(),
    constant("DatabaseConnectionsSetupFailed", ALL, &[], 0.0),
    constant("MaxDatabaseConnectionsAllowed", ALL, &[], 400.0),
    load("DatabaseConnectionsBorrowLatency", ALL, &[], 900.0),
    load("QueryDatabaseResponseLatency", ALL, &[], 2400.0),
    load("QueryResponseLatency", ALL, &[], 2900.0),
    load("QueryRequests", ALL, &[], 5000.0).whole(),
];
