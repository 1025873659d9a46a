//! Work of disks and network: balances, queues, operations, bytes and latency.

use super::{AURORA, AURORA_POSTGRESQL, BYTES_PER_SECOND, DISK_SECONDS, IOPS, OPEN_SOURCE, P90, PERCENT, RDS, row};
use crate::catalog::Condition::{BurstableEbs, BurstingGp2, DedicatedLogVolume, InstanceStore, Serverless, SolidState};
use crate::catalog::DefaultLevels as Levels;
use crate::catalog::Denominator::{NetworkBandwidth, ProvisionedIops, ProvisionedThroughput};
use crate::catalog::Row;
use crate::catalog::Statistic::{Average, Maximum, Minimum};
use crate::catalog::Unit::{BytesPerSecond, Count, CountPerSecond, Percent, Seconds};

/// Requests that wait for a disk.
const REQUESTS: (f64, f64) = (0.1, 10_000.0);

/// Operations that run at a time, on average: 5 a second of 20 ms each. One slow operation a minute is no outage, while
/// a stalled volume has many that wait, however few end.
const NEARLY_IDLE: f64 = 0.1;

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    // Balances of credits.
    row("BurstBalance", Percent, "Share of the gp2 volume's burst credits that is left")
        .engines(RDS)
        .when(&[BurstingGp2])
        .shown(&[Minimum])
        .low(Minimum, PERCENT)
        .levels(&[Levels::value(20.0, "Cloud Posse alarms (20)")
            .because("without credits the volume falls to its baseline, often a tenth of what it did; false for a nightly job that ends before they do")]),
    row("EBSByteBalance%", Percent, "Share of the class's credits for disk throughput that is left")
        .when(&[BurstableEbs])
        .shown(&[Average])
        .low(Average, PERCENT)
        .levels(&[Levels::value(20.0, "our judgement: earlier than AWS recommended alarms (10)")
            .because("without credits the class falls to its baseline; false for a backup or load that ends before they do")
            .engines(RDS)]),
    row("EBSIOBalance%", Percent, "Share of the class's credits for disk operations that is left")
        .when(&[BurstableEbs])
        .shown(&[Average])
        .low(Average, PERCENT)
        .levels(&[Levels::value(20.0, "our judgement: earlier than AWS recommended alarms (10)")
            .because("without credits the class falls to its baseline; false for a backup or load that ends before they do")
            .engines(RDS)]),
    // Data volumes.
    row("DiskQueueDepth", Count, "Reads and writes that wait for the disk")
        .shown(&[Average])
        .high(Average, REQUESTS),
    row("ReadIOPS", CountPerSecond, "Disk reads").shown(&[Average]).high(Average, IOPS),
    row("WriteIOPS", CountPerSecond, "Disk writes; on Aurora log records sent to its storage")
        .shown(&[Average])
        .high(Average, IOPS),
    row("ReadThroughput", BytesPerSecond, "How much is read from disk")
        .shown(&[Average])
        .high(Average, BYTES_PER_SECOND),
    row("WriteThroughput", BytesPerSecond, "How much is written to disk")
        .shown(&[Average])
        .high(Average, BYTES_PER_SECOND),
    // What shares of the limit of storage are measured on: see `SHARED_LIMIT`.
    row("TotalIOPS", CountPerSecond, "Disk reads and writes together")
        .engines(RDS)
        .sum_of(["ReadIOPS", "WriteIOPS"])
        .shown(&[Average])
        .high(Average, IOPS)
        .relative_to(ProvisionedIops),
    row("TotalThroughput", BytesPerSecond, "How much is read from disk and written to disk together")
        .engines(RDS)
        .sum_of(["ReadThroughput", "WriteThroughput"])
        .shown(&[Average])
        .high(Average, BYTES_PER_SECOND)
        .relative_to(ProvisionedThroughput),
    row("ReadLatency", Seconds, "How long a disk read takes")
        .shown(&[Average, P90, Maximum])
        .high(P90, DISK_SECONDS)
        .levels(&[Levels::value(0.02, "AWS recommended alarms (20 ms)")
            .because("a healthy volume answers in a few milliseconds; false on magnetic storage, and where hardly anything is read: the rule is silent while less than a tenth of an operation runs at a time")
            .when(&[SolidState])])
        .while_busy("ReadIOPS", NEARLY_IDLE),
    row("WriteLatency", Seconds, "How long a disk write takes")
        .shown(&[Average, P90, Maximum])
        .high(P90, DISK_SECONDS)
        .levels(&[Levels::value(0.02, "AWS recommended alarms (20 ms)")
            .because("a healthy volume answers in a few milliseconds; false on magnetic storage, and where hardly anything is written: the rule is silent while less than a tenth of an operation runs at a time")
            .when(&[SolidState])])
        .while_busy("WriteIOPS", NEARLY_IDLE),
    // The dedicated log volume.
    row("DiskQueueDepthLogVolume", Count, "Reads and writes that wait for the log volume")
        .engines(OPEN_SOURCE)
        .when(&[DedicatedLogVolume])
        .high(Average, REQUESTS),
    row("ReadIOPSLogVolume", CountPerSecond, "Reads from the log volume")
        .engines(OPEN_SOURCE)
        .when(&[DedicatedLogVolume]),
    row("WriteIOPSLogVolume", CountPerSecond, "Writes to the log volume")
        .engines(OPEN_SOURCE)
        .when(&[DedicatedLogVolume]),
    row("ReadThroughputLogVolume", BytesPerSecond, "How much is read from the log volume")
        .engines(OPEN_SOURCE)
        .when(&[DedicatedLogVolume]),
    row("WriteThroughputLogVolume", BytesPerSecond, "How much is written to the log volume")
        .engines(OPEN_SOURCE)
        .when(&[DedicatedLogVolume]),
    row("ReadLatencyLogVolume", Seconds, "How long a read from the log volume takes")
        .engines(OPEN_SOURCE)
        .when(&[DedicatedLogVolume])
        .high(P90, DISK_SECONDS)
        .levels(&[Levels::value(0.02, "our judgement, as ReadLatency")
            .because("the log volume is provisioned storage, on which 20 ms stalls every commit; false where hardly anything is read")]),
    row("WriteLatencyLogVolume", Seconds, "How long a write to the log volume takes")
        .engines(OPEN_SOURCE)
        .when(&[DedicatedLogVolume])
        .high(P90, DISK_SECONDS)
        .levels(&[Levels::value(0.02, "our judgement, as WriteLatency")
            .because("the log volume is provisioned storage, on which 20 ms stalls every commit; false where hardly anything is written")]),
    // Local NVMe disks: LocalStorage on RDS, EphemeralStorage on Aurora PostgreSQL.
    row("ReadIOPSLocalStorage", CountPerSecond, "Reads from the local NVMe disks").engines(RDS).when(&[InstanceStore]),
    row("WriteIOPSLocalStorage", CountPerSecond, "Writes to the local NVMe disks").engines(RDS).when(&[InstanceStore]),
    row("ReadThroughputLocalStorage", BytesPerSecond, "How much is read from the local NVMe disks")
        .engines(RDS)
        .when(&[InstanceStore]),
    row("WriteThroughputLocalStorage", BytesPerSecond, "How much is written to the local NVMe disks")
        .engines(RDS)
        .when(&[InstanceStore]),
    row("ReadLatencyLocalStorage", Seconds, "How long a read from the local NVMe disks takes")
        .engines(RDS)
        .when(&[InstanceStore])
        .high(P90, DISK_SECONDS),
    row("WriteLatencyLocalStorage", Seconds, "How long a write to the local NVMe disks takes")
        .engines(RDS)
        .when(&[InstanceStore])
        .high(P90, DISK_SECONDS),
    row("ReadIOPSEphemeralStorage", CountPerSecond, "Reads from the local NVMe disks")
        .engines(AURORA_POSTGRESQL)
        .when(&[InstanceStore]),
    row("WriteIOPSEphemeralStorage", CountPerSecond, "Writes to the local NVMe disks")
        .engines(AURORA_POSTGRESQL)
        .when(&[InstanceStore]),
    row("ReadThroughputEphemeralStorage", BytesPerSecond, "How much is read from the local NVMe disks")
        .engines(AURORA_POSTGRESQL)
        .when(&[InstanceStore]),
    row("WriteThroughputEphemeralStorage", BytesPerSecond, "How much is written to the local NVMe disks")
        .engines(AURORA_POSTGRESQL)
        .when(&[InstanceStore]),
    row("ReadLatencyEphemeralStorage", Seconds, "How long a read from the local NVMe disks takes")
        .engines(AURORA_POSTGRESQL)
        .when(&[InstanceStore])
        .high(P90, DISK_SECONDS),
    row("WriteLatencyEphemeralStorage", Seconds, "How long a write to the local NVMe disks takes")
        .engines(AURORA_POSTGRESQL)
        .when(&[InstanceStore])
        .high(P90, DISK_SECONDS),
    // Temporary storage of Serverless v2.
    row("TempStorageIOPS", CountPerSecond, "Reads from and writes to local storage for temporary files")
        .engines(AURORA)
        .when(&[Serverless]),
    row("TempStorageThroughput", BytesPerSecond, "How much goes to and from local storage for temporary files")
        .engines(AURORA)
        .when(&[Serverless]),
    // Network.
    row("NetworkReceiveThroughput", BytesPerSecond, "How much the instance receives, from clients and else")
        .shown(&[Average])
        .high(Average, BYTES_PER_SECOND)
        .relative_to(NetworkBandwidth),
    row("NetworkTransmitThroughput", BytesPerSecond, "How much the instance sends, to clients and else")
        .shown(&[Average])
        .high(Average, BYTES_PER_SECOND)
        .relative_to(NetworkBandwidth),
    row("NetworkThroughput", BytesPerSecond, "How much goes to and comes from clients, without traffic to storage")
        .engines(AURORA)
        .high(Average, BYTES_PER_SECOND)
        .relative_to(NetworkBandwidth),
    row("StorageNetworkThroughput", BytesPerSecond, "How much goes to and comes from the cluster's storage")
        .engines(AURORA)
        .high(Average, BYTES_PER_SECOND)
        .relative_to(NetworkBandwidth),
    row("StorageNetworkReceiveThroughput", BytesPerSecond, "How much comes from the cluster's storage").engines(AURORA),
    row("StorageNetworkTransmitThroughput", BytesPerSecond, "How much goes to the cluster's storage").engines(AURORA),
];
