//! The metrics of Amazon Neptune, one row each: instances, then clusters.
//!
//! Names, units, statistics and meanings are from <https://docs.aws.amazon.com/neptune/latest/userguide/cw-metrics.html>.
//! Neptune sends most metrics only while they are not zero, which that page says at its top: counts of work and of errors
//! are silent while nothing happens.

use super::Condition::{BurstableClass, Reader, Serverless, UnlimitedClass};
use super::DefaultLevels as Levels;
use super::Denominator::InstanceMemory;
use super::Row;
use super::Statistic::{Average, Maximum, Minimum, Sum};
use super::Unit::{
    self, Bytes, BytesPerSecond, Count, CountPerFiveMinutes, CountPerSecond, Milliseconds, Percent, Seconds,
};
use super::ranges::{BYTES, BYTES_PER_SECOND, EVENTS, MILLISECONDS, PER_SECOND, PERCENT, SECONDS};
use crate::resource::Kind;

/// Requests that wait; the queue holds 8,192:
/// <https://docs.aws.amazon.com/neptune/latest/userguide/access-graph-queuing.html>.
const QUEUE: (f64, f64) = (1.0, 8_192.0);

/// Credits; a db.t4g.medium holds 576 at most.
const CREDITS: (f64, f64) = (1.0, 576.0);

/// From a thousand undo logs, which are no matter, to more than any upgrade allows.
const UNDO_LOGS: (f64, f64) = (1_000.0, 1e9);

const fn instance(metric: &'static str, unit: Unit, help: &'static str) -> Row {
    Row::of(Kind::NEPTUNE_INSTANCE, metric, unit, help)
}

const fn cluster(metric: &'static str, unit: Unit, help: &'static str) -> Row {
    Row::of(Kind::NEPTUNE_CLUSTER, metric, unit, help)
}

/// Requests or errors of one kind.
const fn rate(metric: &'static str, help: &'static str) -> Row {
    instance(metric, CountPerSecond, help).silent_while_idle()
}

#[rustfmt::skip]
pub(super) const INSTANCE_ROWS: &[Row] = &[
    instance("CPUUtilization", Percent, "Share of the processor in use")
        .fast()
        .shown(&[Average, Maximum])
        .high(Average, PERCENT)
        .levels(&[Levels::value(80.0, "our judgement, as for RDS").because("queries queue from there on; false for a bulk load that may use all of the processor")])
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
        .high(Maximum, CREDITS)
        .silent_while_idle(),
    instance("CPUSurplusCreditsCharged", Count, "CPU credits borrowed and not earned back in time, which AWS bills")
        .every_five_minutes()
        .when(&[UnlimitedClass])
        .high(Sum, EVENTS)
        .event(),
    // Memory and capacity.
    instance("FreeableMemory", Bytes, "Memory that is available").shown(&[Average]).low(Average, BYTES).relative_to(InstanceMemory),
    instance("SwapUsage", Bytes, "Swap space in use").high(Maximum, BYTES).silent_while_idle(),
    instance("BufferCacheHitRatio", Percent, "Share of requests that the buffer cache answers")
        .shown(&[Average])
        .low(Average, PERCENT)
        .levels(&[Levels::value(99.0, "our judgement: later than AWS's user guide (99.9)").because("each miss costs a graph query a read from storage; false after a restart until memory is warm")]),
    instance("NCUUtilization", Percent, "Capacity in use as a share of the most that the cluster may take")
        .when(&[Serverless])
        .shown(&[Average])
        .high(Average, PERCENT),
    instance("ServerlessDatabaseCapacity", Count, "Neptune capacity units in use, on clusters by each member on average")
        .when(&[Serverless])
        .shown(&[Average])
        .high(Average, (1.0, 128.0)),
    // Requests.
    instance("MainRequestQueuePendingRequests", Count, "Requests that wait for their turn; when the queue is full, they are throttled")
        .shown(&[Maximum])
        .high(Maximum, QUEUE)
        .silent_while_idle(),
    rate("TotalRequestsPerSec", "Requests of every kind").shown(&[Average]),
    rate("TotalClientErrorsPerSec", "Requests that failed by a fault of the client").shown(&[Average]).high(Average, PER_SECOND),
    rate("TotalServerErrorsPerSec", "Requests that failed by a fault of the server").shown(&[Average]).high(Average, PER_SECOND),
    rate("GremlinRequestsPerSec", "Gremlin requests"),
    rate("GremlinClientErrorsPerSec", "Gremlin requests that failed by a fault of the client").high(Average, PER_SECOND),
    rate("GremlinServerErrorsPerSec", "Gremlin requests that failed by a fault of the server").high(Average, PER_SECOND),
    rate("LoaderRequestsPerSec", "Requests to the bulk loader"),
    rate("LoaderClientErrorsPerSec", "Requests to the bulk loader that failed by a fault of the client").high(Average, PER_SECOND),
    rate("LoaderServerErrorsPerSec", "Requests to the bulk loader that failed by a fault of the server").high(Average, PER_SECOND),
    rate("OpenCypherRequestsPerSec", "Requests in openCypher by HTTPS and Bolt"),
    rate("SparqlRequestsPerSec", "SPARQL requests"),
    rate("SparqlClientErrorsPerSec", "SPARQL requests that failed by a fault of the client").high(Average, PER_SECOND),
    rate("SparqlServerErrorsPerSec", "SPARQL requests that failed by a fault of the server").high(Average, PER_SECOND),
    instance("GremlinWebSocketOpenConnections", Count, "WebSocket connections that are open").high(Maximum, (1.0, 60_000.0)).silent_while_idle(),
    instance("OpenCypherBoltOpenConnections", Count, "Bolt connections that are open").high(Maximum, (1.0, 60_000.0)).silent_while_idle(),
    rate("NumTxCommitted", "Transactions that were committed"),
    rate("NumTxOpened", "Transactions that were opened"),
    rate("NumTxRolledBack", "Transactions that were rolled back, and reads that ended").high(Average, PER_SECOND),
    // Network.
    instance("NetworkReceiveThroughput", BytesPerSecond, "Data received from clients").high(Average, BYTES_PER_SECOND).silent_while_idle(),
    instance("NetworkTransmitThroughput", BytesPerSecond, "Data sent to clients").high(Average, BYTES_PER_SECOND).silent_while_idle(),
    instance("NetworkThroughput", BytesPerSecond, "Data received from and sent to clients").high(Average, BYTES_PER_SECOND).silent_while_idle(),
    instance("StorageNetworkThroughput", BytesPerSecond, "Data received from and sent to the storage").high(Average, BYTES_PER_SECOND).silent_while_idle(),
    // Replication and uptime.
    instance("ClusterReplicaLag", Milliseconds, "How far the read replica is behind the primary instance")
        .when(&[Reader])
        .silent_while_idle()
        .shown(&[Maximum])
        .high(Maximum, MILLISECONDS)
        .levels(&[Levels::value(10_000.0, "our judgement, as for DocumentDB").because("readers see data ten seconds old; false during a bulk load")]),
    instance("EngineUptime", Seconds, "How long the instance has been running").low(Minimum, SECONDS).restart(),
];

#[rustfmt::skip]
pub(super) const CLUSTER_ROWS: &[Row] = &[
    cluster("VolumeBytesLeftTotal", Bytes, "Space left for the volume of the cluster; at zero it takes no more")
        .sparse()
        .shown(&[Minimum])
        .low(Minimum, BYTES),
    cluster("VolumeBytesUsed", Bytes, "Size of the volume of the cluster, which AWS bills").sparse().shown(&[Maximum]).high(Maximum, BYTES),
    cluster("VolumeReadIOPs", CountPerFiveMinutes, "Reads from the volume of the cluster, which AWS bills").every_five_minutes().silent_while_idle().shown(&[Sum]).statistic(Sum),
    cluster("VolumeWriteIOPs", CountPerFiveMinutes, "Writes to the volume of the cluster").every_five_minutes().silent_while_idle().shown(&[Sum]).statistic(Sum),
    cluster("UndoLogListSize", Count, "Undo logs that are yet to be purged; an upgrade may need fewer").silent_while_idle().high(Maximum, UNDO_LOGS),
    cluster("ServerlessDatabaseCapacity", Count, "Neptune capacity units in use, on clusters by each member on average")
        .when(&[Serverless])
        .shown(&[Average]),
    cluster("ClusterReplicaLagMaximum", Milliseconds, "How far the replica that is behind most is behind the primary instance")
        .silent_while_idle()
        .high(Maximum, MILLISECONDS),
    cluster("ClusterReplicaLagMinimum", Milliseconds, "How far the replica that is behind least is behind the primary instance").silent_while_idle(),
    cluster("GlobalDbProgressLag", Milliseconds, "How far the cluster is behind the primary Region of its global database")
        .silent_while_idle()
        .high(Maximum, MILLISECONDS),
    cluster("BackupRetentionPeriodStorageUsed", Bytes, "Space taken by backups that can restore any moment of the retention period").daily(),
    cluster("SnapshotStorageUsed", Bytes, "Space taken by snapshots kept beyond the retention period").daily(),
    cluster("TotalBackupStorageBilled", Bytes, "Space taken by backups and snapshots beyond what is free of charge").daily(),
];
