//! The rows: every metric with the databases that publish it and the value it keeps to.

use crate::resource::GIB;
use crate::sim::curve::{DAY, MINUTE};

/// One metric of some databases.
pub(super) struct Row {
    pub metric: &'static str,
    /// What the engine's name begins with; empty means every engine.
    pub engines: &'static [&'static str],
    pub needs: &'static [Need],
    pub base: Base,
    /// The daily swing as a share of the base.
    pub swing: f64,
    /// The noise as a share of the base.
    pub noise: f64,
    pub every_s: i64,
    pub max: f64,
    pub whole: bool,
}

/// The level a metric keeps to.
#[derive(Clone, Copy)]
pub(super) enum Base {
    Flat(f64),
    /// A share of the allocated storage, in bytes.
    Storage(f64),
    /// A share of the class's memory, in bytes.
    Memory(f64),
}

/// What must be so for a metric to exist.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
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
pub(super) const INSTANCE: &[Row] = &[
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
    // DocumentDB: https://docs.aws.amazon.com/documentdb/latest/developerguide/cloud_watch.html.
    load("CPUUtilization", DOCDB, &[], 30.0).percent(),
    level("FreeableMemory", DOCDB, &[], Base::Memory(0.3)),
    level("BufferCacheHitRatio", DOCDB, &[], Base::Flat(99.0)).percent(),
    level("IndexBufferCacheHitRatio", DOCDB, &[], Base::Flat(99.5)).percent(),
    still("LowMemThrottleQueueDepth", DOCDB, &[], 0.0),
    still("LowMemNumOperationsThrottled", DOCDB, &[], 0.0),
    load("DatabaseConnections", DOCDB, &[], 40.0).whole(),
    load("DatabaseConnectionsMax", DOCDB, &[], 45.0).whole(),
    still("DatabaseConnectionsLimit", DOCDB, &[], 3400.0),
    load("ReadIOPS", DOCDB, &[], 120.0),
    load("WriteIOPS", DOCDB, &[], 90.0),
    load("NetworkThroughput", DOCDB, &[], 2.2e6),
    load("DBInstanceReplicaLag", DOCDB, &[Reader], 14.0),
    still("EngineUptime", DOCDB, &[], 2.6e6),
    load("OpcountersQuery", DOCDB, &[], 4000.0).whole(),
    // Neptune: https://docs.aws.amazon.com/neptune/latest/userguide/cw-metrics.html. What is zero is not published.
    load("CPUUtilization", NEPTUNE, &[], 30.0).percent(),
    level("FreeableMemory", NEPTUNE, &[], Base::Memory(0.3)),
    level("BufferCacheHitRatio", NEPTUNE, &[], Base::Flat(99.95)).percent(),
    load("TotalRequestsPerSec", NEPTUNE, &[], 120.0),
    load("GremlinRequestsPerSec", NEPTUNE, &[], 120.0),
    load("GremlinWebSocketOpenConnections", NEPTUNE, &[], 12.0).whole(),
    load("NetworkThroughput", NEPTUNE, &[], 2.2e6),
    load("ClusterReplicaLag", NEPTUNE, &[Reader], 14.0),
    still("EngineUptime", NEPTUNE, &[], 2.6e6),
];

/// Under the dimension `DBClusterIdentifier`.
pub(super) const CLUSTER: &[Row] = &[
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
    level("VolumeBytesUsed", DOCDB, &[], Base::Flat(6.4e11)).every(3600),
    load("VolumeReadIOPs", DOCDB, &[], 9000.0).every(300).whole(),
    load("VolumeWriteIOPs", DOCDB, &[], 21000.0).every(300).whole(),
    load("DBClusterReplicaLagMaximum", DOCDB, &[], 16.0),
    level("VolumeBytesLeftTotal", NEPTUNE, &[], Base::Flat(1.4e14)),
    level("VolumeBytesUsed", NEPTUNE, &[], Base::Flat(6.4e11)).every(3600),
    load("VolumeReadIOPs", NEPTUNE, &[], 9000.0).every(300).whole(),
    load("VolumeWriteIOPs", NEPTUNE, &[], 21000.0).every(300).whole(),
];

/// Under the dimension `ProxyName`: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.monitoring.html>.
pub(super) const PROXY: &[Row] = &[
    load("ClientConnections", ALL, &[], 80.0).whole(),
    load("ClientConnectionsReceived", ALL, &[], 30.0).whole(),
    still("ClientConnectionsSetupFailedAuth", ALL, &[], 0.0),
    load("DatabaseConnections", ALL, &[], 20.0).whole(),
    load("DatabaseConnectionsCurrentlyBorrowed", ALL, &[], 12.0).whole(),
    load("DatabaseConnectionsCurrentlySessionPinned", ALL, &[], 2.0).whole(),
    still("DatabaseConnectionsSetupFailed", ALL, &[], 0.0),
    still("MaxDatabaseConnectionsAllowed", ALL, &[], 400.0),
    load("DatabaseConnectionsBorrowLatency", ALL, &[], 900.0),
    load("QueryDatabaseResponseLatency", ALL, &[], 2400.0),
    load("QueryResponseLatency", ALL, &[], 2900.0),
    load("QueryRequests", ALL, &[], 5000.0).whole(),
];
