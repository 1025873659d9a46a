//! The metrics of Amazon DocumentDB, one row each: instances, then clusters.
//!
//! Names, units and meanings are from <https://docs.aws.amazon.com/documentdb/latest/developerguide/cloud_watch.html>.
//! `ReadLatency` and `WriteLatency` are left out, for that page leaves their unit open, and so is `ChangeStreamLogSize`,
//! of which it does not tell what CloudWatch counts in.

use super::Condition::{BurstableClass, Reader, UnlimitedClass};
use super::DefaultLevels as Levels;
use super::Denominator::InstanceMemory;
use super::Row;
use super::Statistic::{Average, Maximum, Minimum, Sum};
use super::Unit::{
    self, Bytes, BytesPerSecond, Count, CountPerFiveMinutes, CountPerSecond, Milliseconds, Percent, Seconds,
};
use super::ranges::{BYTES, BYTES_PER_SECOND, EVENTS, IOPS, MILLISECONDS, PERCENT, SECONDS};
use crate::resource::Kind;

/// Connections, cursors and transactions; an instance takes 60,000 at most:
/// <https://docs.aws.amazon.com/documentdb/latest/developerguide/limits.html>.
const OPEN: (f64, f64) = (1.0, 60_000.0);

/// Credits; a db.t4g.medium holds 576 at most.
const CREDITS: (f64, f64) = (1.0, 576.0);

const fn instance(metric: &'static str, unit: Unit, help: &'static str) -> Row {
    Row::of(Kind::DOCDB_INSTANCE, metric, unit, help)
}

const fn cluster(metric: &'static str, unit: Unit, help: &'static str) -> Row {
    Row::of(Kind::DOCDB_CLUSTER, metric, unit, help)
}

#[rustfmt::skip]
pub(super) const INSTANCE_ROWS: &[Row] = &[
    instance("CPUUtilization", Percent, "Share of the processor in use")
        .fast()
        .shown(&[Average, Maximum])
        .high(Average, PERCENT)
        .levels(&[Levels::value(80.0, "AWS's DocumentDB workshop (80)").because("requests queue from there on; false for a batch that may use all of the processor")])
        .for_minutes(5),
    instance("CPUCreditUsage", Count, "CPU credits spent").every_five_minutes().when(&[BurstableClass]).statistic(Sum),
    instance("CPUCreditBalance", Count, "CPU credits left to run above the baseline of a burstable class")
        .every_five_minutes()
        .when(&[BurstableClass])
        .shown(&[Minimum])
        .low(Minimum, CREDITS),
    instance("CPUSurplusCreditBalance", Count, "CPU credits borrowed beyond what a burstable class has earned")
        .every_five_minutes()
        .when(&[UnlimitedClass])
        .high(Maximum, CREDITS),
    instance("CPUSurplusCreditsCharged", Count, "CPU credits borrowed and not earned back in time, which AWS bills")
        .every_five_minutes()
        .when(&[UnlimitedClass])
        .high(Sum, EVENTS)
        .event(),
    // Memory.
    instance("FreeableMemory", Bytes, "Memory that is available").shown(&[Average]).low(Average, BYTES).relative_to(InstanceMemory),
    instance("SwapUsage", Bytes, "Swap space in use").high(Maximum, BYTES),
    instance("BufferCacheHitRatio", Percent, "Share of requests that the buffer cache answers")
        .shown(&[Average])
        .low(Average, PERCENT)
        .levels(&[Levels::value(90.0, "AWS's DocumentDB workshop (90)").because("a tenth of all requests goes to storage; false after a restart until memory is warm")]),
    instance("IndexBufferCacheHitRatio", Percent, "Share of index requests that the buffer cache answers, above 100 for a moment after an index is dropped")
        .shown(&[Average])
        .low(Average, PERCENT),
    instance("LowMemThrottleQueueDepth", Count, "Requests that wait because memory is short").high(Average, EVENTS),
    instance("LowMemThrottleMaxQueueDepth", Count, "Most requests that waited at once because memory was short").high(Maximum, EVENTS),
    instance("LowMemNumOperationsThrottled", Count, "Requests that were throttled because memory was short")
        .shown(&[Sum])
        .high(Sum, EVENTS)
        .levels(&[Levels::value(0.0, "AWS's developer guide, resource governance: scale up").because("each one is a request that waited for memory; false for one burst that was served in the end")])
        .event(),
    instance("LowMemNumOperationsTimedOut", Count, "Throttled requests that timed out").high(Sum, EVENTS).event(),
    // Connections and what clients keep open.
    instance("DatabaseConnections", Count, "Connections that are open, active and idle").fast().shown(&[Average]).high(Average, OPEN),
    instance("DatabaseConnectionsMax", Count, "Most connections that were open within a minute").shown(&[Maximum]).high(Maximum, OPEN),
    instance("DatabaseConnectionsLimit", Count, "Connections that the instance allows").shown(&[Minimum]).statistic(Minimum),
    instance("DatabaseCursors", Count, "Cursors that are open").high(Average, OPEN),
    instance("DatabaseCursorsMax", Count, "Most cursors that were open within a minute").high(Maximum, OPEN),
    instance("DatabaseCursorsLimit", Count, "Cursors that the instance allows").statistic(Minimum),
    instance("DatabaseCursorsTimedOut", Count, "Cursors that timed out").high(Sum, EVENTS),
    instance("TransactionsOpen", Count, "Transactions that are open").high(Average, OPEN),
    instance("TransactionsOpenMax", Count, "Most transactions that were open within a minute").high(Maximum, OPEN),
    instance("TransactionsOpenLimit", Count, "Transactions that the instance allows").statistic(Minimum),
    // Storage and network.
    instance("FreeLocalStorage", Bytes, "Space left for temporary tables and logs").low(Minimum, BYTES),
    instance("DiskQueueDepth", Count, "Write requests to the volume of the cluster at a time").high(Average, (0.1, 10_000.0)),
    instance("ReadIOPS", CountPerSecond, "Reads from disk").shown(&[Average]).high(Average, IOPS),
    instance("WriteIOPS", CountPerSecond, "Writes to disk").shown(&[Average]).high(Average, IOPS),
    instance("ReadThroughput", BytesPerSecond, "Data read from disk").high(Average, BYTES_PER_SECOND),
    instance("WriteThroughput", BytesPerSecond, "Data written to disk").high(Average, BYTES_PER_SECOND),
    instance("NetworkReceiveThroughput", BytesPerSecond, "Data received from clients").high(Average, BYTES_PER_SECOND),
    instance("NetworkTransmitThroughput", BytesPerSecond, "Data sent to clients").high(Average, BYTES_PER_SECOND),
    instance("NetworkThroughput", BytesPerSecond, "Data received from and sent to clients").high(Average, BYTES_PER_SECOND),
    // Replication and uptime.
    instance("DBInstanceReplicaLag", Milliseconds, "How far the replica is behind the primary instance")
        .when(&[Reader])
        .shown(&[Maximum])
        .high(Maximum, MILLISECONDS)
        .levels(&[Levels::value(10_000.0, "AWS's DocumentDB workshop (10 s)").because("readers see data ten seconds old; false during a bulk load")]),
    instance("EngineUptime", Seconds, "How long the instance has been running").low(Minimum, SECONDS).restart(),
    // What clients did.
    instance("OpcountersCommand", Count, "Commands").statistic(Sum),
    instance("OpcountersDelete", Count, "Delete operations").statistic(Sum),
    instance("OpcountersGetmore", Count, "Requests for more of a cursor").statistic(Sum),
    instance("OpcountersInsert", Count, "Insert operations").statistic(Sum),
    instance("OpcountersQuery", Count, "Queries").shown(&[Sum]).statistic(Sum),
    instance("OpcountersUpdate", Count, "Update operations").statistic(Sum),
    instance("DocumentsDeleted", Count, "Documents that were deleted").statistic(Sum),
    instance("DocumentsInserted", Count, "Documents that were inserted").statistic(Sum),
    instance("DocumentsReturned", Count, "Documents that were returned").statistic(Sum),
    instance("DocumentsUpdated", Count, "Documents that were updated").statistic(Sum),
    instance("TTLDeletedDocuments", Count, "Documents that were deleted because their time was over").statistic(Sum),
];

#[rustfmt::skip]
pub(super) const CLUSTER_ROWS: &[Row] = &[
    cluster("VolumeBytesUsed", Bytes, "Size of the volume of the cluster, which AWS bills").sparse().shown(&[Maximum]).high(Maximum, BYTES),
    cluster("VolumeReadIOPs", CountPerFiveMinutes, "Reads from the volume of the cluster, which AWS bills").every_five_minutes().shown(&[Sum]).statistic(Sum),
    cluster("VolumeWriteIOPs", CountPerFiveMinutes, "Writes to the volume of the cluster, which AWS bills").every_five_minutes().shown(&[Sum]).statistic(Sum),
    cluster("DBClusterReplicaLagMaximum", Milliseconds, "How far the replica that is behind most is behind the primary instance")
        .high(Maximum, MILLISECONDS),
    cluster("DBClusterReplicaLagMinimum", Milliseconds, "How far the replica that is behind least is behind the primary instance"),
    cluster("BackupRetentionPeriodStorageUsed", Bytes, "Space taken by backups that can restore any moment of the retention period").daily(),
    cluster("SnapshotStorageUsed", Bytes, "Space taken by snapshots kept beyond the retention period").daily(),
    cluster("TotalBackupStorageBilled", Bytes, "Space taken by backups and snapshots beyond what is free of charge").daily(),
];
