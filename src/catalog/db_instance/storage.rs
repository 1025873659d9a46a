//! Space on disk: what is left, and who takes it.

use super::{
    AURORA, AURORA_MYSQL, AURORA_POSTGRESQL, BYTES, MYSQL_MARIADB, OPEN_SOURCE, PERCENT, POSTGRES, POSTGRES_FAMILY,
    RDS, SQLSERVER, row,
};
use crate::catalog::Condition::{
    Backups, DedicatedLogVolume, FixedStorage, InstanceStore, LocalStorage, SizedLocalStorage,
};
use crate::catalog::DefaultLevels as Levels;
use crate::catalog::Denominator::{self, AllocatedStorage, LogStorage, LogVolumeSize};
use crate::catalog::Statistic::{Average, Maximum, Minimum};
use crate::catalog::Unit::{Bytes, BytesPerSecond, Count, Percent};
use crate::catalog::{Row, Sentinel};
use crate::resource::{GIB, Kind};

#[rustfmt::skip]
const FREE_STORAGE_LEVELS: &[Levels] = &[Levels::both((0.2, 100.0 * GIB), (0.1, 50.0 * GIB), "AWS recommended alarms (0.1), Qonto's RDS rules (0.2 and 0.1), our judgement (the sizes)")
            .because("a fifth leaves hours, but of a large volume it is enough for weeks, so 100 GiB must be left, too; false under storage autoscaling, which waits until a tenth is free and adds a tenth")
            .when(&[FixedStorage])];

/// The row of the instance, whose value is the sum over its volumes, or that of one volume of several.
#[rustfmt::skip]
pub(in crate::catalog) const fn free_storage_space(kind: Kind) -> Row {
    Row::of(kind, "FreeStorageSpace", Bytes, "Space left on all volumes together; of several volumes also on each")
        .engines(RDS)
        .fast()
        .shown(&[Average, Minimum])
        .low(Minimum, BYTES)
        .relative_to(AllocatedStorage)
        .levels(FREE_STORAGE_LEVELS)
        .for_minutes(5)
}

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    // What is left.
    free_storage_space(Kind::DB_INSTANCE),
    row("FreeStorageSpaceLogVolume", Bytes, "Space left on the dedicated log volume")
        .engines(OPEN_SOURCE)
        .when(&[DedicatedLogVolume])
        .shown(&[Minimum])
        .low(Minimum, BYTES)
        .relative_to(LogVolumeSize)
        .levels(&[Levels::shares(0.2, 0.1, "our judgement, as FreeStorageSpace")
            .because("1 TiB that never grows: a fifth is what a stuck replication slot fills in hours; false where a slot is kept full on purpose")]),
    row("FreeLocalStorage", Bytes, "Space left for temporary files and logs on local storage")
        .when(&[LocalStorage])
        .shown(&[Average])
        .low(Average, BYTES)
        .relative_to(Denominator::LocalStorage)
        .levels(&[Levels::share(0.2, "AWS recommended alarms (10 to 20 %)")
            .because("statements fail when temporary files find no space; false for one nightly sort, for the files go away when it ends, so nothing is critical")
            .engines(AURORA)
            .when(&[SizedLocalStorage])])
        .for_minutes(10),
    row("FreeLocalStoragePercent", Percent, "Share of the local NVMe disks that is left")
        .engines(RDS)
        .when(&[InstanceStore])
        .shown(&[Average])
        .low(Average, PERCENT)
        .levels(&[Levels::value(20.0, "AWS recommended alarms (FreeLocalStorage 10 to 20)")
            .because("statements fail when temporary files find no space; false for one nightly sort that ends by itself, which the wait of the rule covers")]),
    row("FreeEphemeralStorage", Bytes, "Space left on the local NVMe disks")
        .engines(AURORA_POSTGRESQL)
        .when(&[InstanceStore])
        .low(Average, BYTES),
    // Logs that take it.
    row("BinLogDiskUsage", Bytes, "Space taken by binary logs")
        .engines(MYSQL_MARIADB)
        .when(&[Backups])
        .high(Maximum, BYTES)
        .relative_to(LogStorage),
    row("SumBinaryLogSize", Bytes, "Space taken by binary logs of the cluster")
        .engines(AURORA_MYSQL)
        .high(Maximum, BYTES),
    row("NumBinaryLogFiles", Count, "Binary log files of the cluster").engines(AURORA_MYSQL).statistic(Maximum),
    row("TransactionLogsDiskUsage", Bytes, "Space taken by transaction logs, kept longest by an idle replication slot")
        .engines(POSTGRES_FAMILY)
        .shown(&[Maximum])
        .high(Maximum, BYTES)
        .relative_to(LogStorage)
        .sentinel(Sentinel::Dropped),
    row("TransactionLogsGeneration", BytesPerSecond, "How fast transaction logs are written").engines(POSTGRES),
    row("ReplicationSlotDiskUsage", Bytes, "Space taken by files of replication slots")
        .engines(POSTGRES_FAMILY)
        .high(Maximum, BYTES)
        .relative_to(AllocatedStorage),
    row("OldestReplicationSlotLag", Bytes, "Transaction logs that the slowest replica or consumer lacks")
        .engines(POSTGRES_FAMILY)
        .shown(&[Maximum])
        .high(Maximum, BYTES)
        .relative_to(LogStorage)
        .levels(&[Levels::share(0.05, "our judgement")
            .because("a slot that nobody reads fills the disk: at 5 % there is time to find its reader; false for a consumer that loads in batches and is always that far behind")
            .engines(POSTGRES)]),
    row("OldestLogicalReplicationSlotLag", Bytes, "Transaction logs that the slowest logical consumer lacks")
        .engines(POSTGRES)
        .high(Maximum, BYTES)
        .relative_to(LogStorage),
    // The temporary database of SQL Server.
    row("TempDbAvailableDataSpace", Bytes, "Space left in the data files of tempdb and the volume where tempdb is located")
        .engines(SQLSERVER)
        .low(Minimum, BYTES),
    row("TempDbAvailableLogSpace", Bytes, "Space left in the log file of tempdb and the volume where tempdb is located")
        .engines(SQLSERVER)
        .low(Minimum, BYTES),
    row("TempDbDataFileUsage", Percent, "Share of tempdb's data files in use, as large as they are now")
        .engines(SQLSERVER)
        .high(Maximum, PERCENT),
    row("TempDbLogFileUsage", Percent, "Share of tempdb's log file in use, as large as it is now")
        .engines(SQLSERVER)
        .high(Maximum, PERCENT),
];
