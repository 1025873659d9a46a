//! The metrics of DB clusters, one row each: what is published with the dimension `DBClusterIdentifier` alone and is not
//! the average of its members.
//!
//! Names, units and conditions are from
//! <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html>.

use super::Condition::{Backtrack, GlobalDatabase, Serverless};
use super::DefaultLevels as Levels;
use super::Row;
use super::Statistic::{Average, Maximum, Minimum, Sum};
use super::Unit::{self, Bytes, Count, CountPerFiveMinutes, Milliseconds};
use super::ranges::{BYTES, MILLISECONDS};
use crate::resource::Engine::{self, AuroraMysql, AuroraPostgresql};
use crate::resource::Kind;

const AURORA: &[Engine] = &[AuroraMysql, AuroraPostgresql];
const AURORA_MYSQL: &[Engine] = &[AuroraMysql];

const fn row(metric: &'static str, unit: Unit, help: &'static str) -> Row {
    Row::of(Kind::DB_CLUSTER, metric, unit, help)
}

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    // The volume.
    row("AuroraVolumeBytesLeftTotal", Bytes, "Space left until the volume of the cluster has the size that Aurora allows")
        .engines(AURORA_MYSQL)
        .shown(&[Minimum])
        .low(Minimum, BYTES)
        .levels(&[Levels::value(28_147_497_671_065.0, "AWS recommended alarms (0.2 of 128 TiB)")
            .because("a fifth of the largest volume leaves weeks to delete or split; false where the data has stopped growing")]),
    row("VolumeBytesUsed", Bytes, "Size of the volume of the cluster, which AWS bills")
        .engines(AURORA)
        .sparse()
        .shown(&[Maximum])
        .high(Maximum, BYTES),
    row("VolumeReadIOPs", CountPerFiveMinutes, "Reads from the volume of the cluster, which AWS bills")
        .every_five_minutes()
        .engines(AURORA)
        .shown(&[Sum])
        .statistic(Sum),
    row("VolumeWriteIOPs", CountPerFiveMinutes, "Writes to the volume of the cluster, which AWS bills")
        .every_five_minutes()
        .engines(AURORA)
        .shown(&[Sum])
        .statistic(Sum),
    // Capacity of Serverless v2; its level stands on the members.
    row("ServerlessDatabaseCapacity", Count, "Aurora capacity units in use, on clusters by each member on average, 0 while paused")
        .engines(AURORA)
        .when(&[Serverless])
        .shown(&[Average]),
    // Global databases.
    row("AuroraGlobalDBReplicationLag", Milliseconds, "How far the cluster is behind the primary Region of its global database")
        .engines(AURORA)
        .when(&[GlobalDatabase])
        .shown(&[Maximum])
        .high(Maximum, MILLISECONDS)
        .levels(&[Levels::value(5_000.0, "our judgement")
            .because("usually below a second; false for a burst of writes, which the wait of the rule covers")]),
    row("AuroraGlobalDBRPOLag", Milliseconds, "How much time of work would be lost if the primary Region went away now")
        .engines(AURORA)
        .when(&[GlobalDatabase])
        .high(Maximum, MILLISECONDS),
    row("AuroraGlobalDBProgressLag", Milliseconds, "How far the cluster is behind the primary Region in user transactions")
        .engines(AURORA)
        .when(&[GlobalDatabase])
        .high(Maximum, MILLISECONDS),
    row("AuroraGlobalDBDataTransferBytes", Bytes, "Transaction log received from the primary Region of the global database")
        .engines(AURORA)
        .when(&[GlobalDatabase])
        .sparse()
        .statistic(Sum),
    row("AuroraGlobalDBReplicatedWriteIO", Count, "Writes replicated from the primary Region, which AWS bills")
        .engines(AURORA)
        .when(&[GlobalDatabase])
        .sparse()
        .statistic(Sum),
    // Backtrack.
    row("BacktrackChangeRecordsCreationRate", CountPerFiveMinutes, "Change records made to take the cluster back in time")
        .every_five_minutes()
        .engines(AURORA_MYSQL)
        .when(&[Backtrack]),
    row("BacktrackChangeRecordsStored", Count, "Change records kept to take the cluster back in time, which AWS bills")
        .every_five_minutes()
        .engines(AURORA_MYSQL)
        .when(&[Backtrack]),
    // Backups, which AWS bills.
    row("BackupRetentionPeriodStorageUsed", Bytes, "Space taken by backups that can restore any moment of the retention period")
        .engines(AURORA)
        .daily(),
    row("SnapshotStorageUsed", Bytes, "Space taken by snapshots kept beyond the retention period").engines(AURORA).daily(),
    row("TotalBackupStorageBilled", Bytes, "Space taken by backups and snapshots beyond what is free of charge")
        .engines(AURORA)
        .daily(),
];
