//! What the listings return of databases besides metrics, one row each, for the instances of every service.
//!
//! A date is served as a time; its levels are durations, and the rule takes the difference from the time of evaluation.

use super::Condition::{Primary, Standalone, Writer};
use super::DefaultLevels as Levels;
use super::Row;
use super::Statistic::{Maximum, Minimum};
use super::Unit::{None as State, Percent, Seconds};
use super::fact::Fact;
use super::forecast::Forecast;
use super::ranges::{DAYS, PERCENT, STATE};
use crate::resource::{Engine, Kind};

const HOUR: f64 = 3_600.0;
const DAY: f64 = 24.0 * HOUR;

/// Engines that keep their own storage, whose backups can be off.
const OWN_STORAGE: &[Engine] =
    &[Engine::Mysql, Engine::Mariadb, Engine::Postgres, Engine::Oracle, Engine::Sqlserver, Engine::Db2];

pub(super) const RDS_ROWS: &[Row] = &[
    certificate_expiry(Kind::DB_INSTANCE),
    forced_maintenance(Kind::DB_INSTANCE, "ForcedMaintenance"),
    status_age(Kind::DB_INSTANCE, "StatusAge"),
    Row::of(Kind::DB_INSTANCE, "RestorableLag", Seconds, "How far the latest moment that can be restored is behind")
        .described(Fact::LatestRestorable)
        .engines(OWN_STORAGE)
        .high(Maximum, LAG)
        .levels(LAGS),
    Row::of(Kind::DB_INSTANCE, "BackupRetention", Seconds, "How long automated backups are kept")
        .described(Fact::BackupRetention)
        .when(&[Writer])
        .low(Minimum, (DAY, 35.0 * DAY))
        .levels(&[Levels::value(DAY, "our judgement: without backups nothing can be restored")
            .because("at 0 automated backups are off; false for a database that can be made anew: write `off` there")
            .engines(OWN_STORAGE)
            .when(&[Primary])]),
    Row::of(Kind::DB_INSTANCE, "StorageAutoscalingUsed", Percent, "Allocated storage as a share of its maximum")
        .described(Fact::StorageAutoscalingUsed)
        .engines(OWN_STORAGE)
        .high(Maximum, PERCENT)
        .levels(&[Levels::values(
            80.0,
            95.0,
            "AWS's user guide on storage autoscaling, our judgement",
        )
        .because("a step is 10 % at least and none is made that would reach the maximum, so above 90 % storage grows no more, and at 95 % it has not grown for a while; false where the maximum is as large as the data may get")]),
    Row::of(Kind::DB_INSTANCE, "AutomaticRestart", Seconds, "Time until a stopped database starts by itself")
        .described(Fact::AutomaticRestart)
        .engines(OWN_STORAGE)
        .low(Minimum, RESTART)
        .levels(RESTARTS),
    Row::of(Kind::DB_INSTANCE, Forecast::StorageFull.name(), Seconds, "Time until storage is full if it fills up as lately")
        .forecast(Forecast::StorageFull)
        .engines(OWN_STORAGE)
        .low(Minimum, (HOUR, 6.0 * DAY))
        .trend()
        .levels(&[Levels::values(4.0 * DAY, 4.0 * HOUR, "our judgement")
            .because("longer than a long weekend, and time to add storage; false for a load that ends by itself within a day of its start")]),
    Row::of(Kind::DB_INSTANCE, Forecast::TransactionIdsExhausted.name(), Seconds, "Time until no transaction id is left at the rate of late")
        .forecast(Forecast::TransactionIdsExhausted)
        .engines(&[Engine::Postgres, Engine::AuroraPostgresql])
        .low(Minimum, (HOUR, 18.0 * DAY))
        .trend()
        .levels(&[Levels::values(14.0 * DAY, 3.0 * DAY, "our judgement")
            .because("freezing a large table takes days; false for a burst of small transactions that lasts for days and ends before a vacuum")]),
    // The members of a cluster have the version of the cluster, which has rows of its own.
    Row::of(Kind::DB_INSTANCE, "StandardSupportEnd", Seconds, "Time until standard support of the major version ends")
        .described(Fact::StandardSupportEnd)
        .engines(OPEN_SOURCE)
        .when(&[Standalone])
        .low(Minimum, DAYS)
        .levels(SUPPORT_ENDS),
    Row::of(Kind::DB_INSTANCE, "ExtendedSupport", State, "Whether RDS Extended Support costs money, 1 or 0")
        .described(Fact::ExtendedSupport)
        .engines(EXTENDED)
        .when(&[Standalone])
        .high(Maximum, STATE)
        .levels(EXTENDED_SUPPORTS),
    // Waiting for the next reboot or maintenance window is what most people want, so nobody is paged by default.
    Row::of(Kind::DB_INSTANCE, "PendingReboot", State, "Whether changed parameters wait for a reboot, 1 or 0")
        .described(Fact::PendingReboot)
        .high(Maximum, STATE),
    Row::of(Kind::DB_INSTANCE, "PendingModifications", State, "Whether modifications are not in effect yet, 1 or 0")
        .described(Fact::PendingModifications)
        .high(Maximum, STATE),
    Row::of(
        Kind::DB_INSTANCE,
        "ParameterApplyFailed",
        State,
        "Whether changed parameters could not be applied, 1 or 0",
    )
    .described(Fact::ParameterApplyFailed)
    .high(Maximum, STATE)
    .levels(&[Levels::value(0.0, "our judgement")
            .because("the engine runs without what somebody set until it is corrected; false for no known case")]),
];

/// Engines whose major versions have an end of standard support, each for itself or as a cluster:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_SupportedEngineLifecycle.html>.
const OPEN_SOURCE: &[Engine] = &[Engine::Mysql, Engine::Mariadb, Engine::Postgres];
const OPEN_SOURCE_CLUSTERS: &[Engine] =
    &[Engine::AuroraMysql, Engine::AuroraPostgresql, Engine::Mysql, Engine::Postgres];

/// Extended Support is for these; `MariaDB` has none.
const EXTENDED: &[Engine] = &[Engine::Mysql, Engine::Postgres];

pub(super) const RDS_CLUSTER_ROWS: &[Row] = &[
    cluster_restorable_lag(Kind::DB_CLUSTER),
    cluster_automatic_restart(Kind::DB_CLUSTER),
    forced_maintenance(Kind::DB_CLUSTER, "ClusterForcedMaintenance"),
    status_age(Kind::DB_CLUSTER, "ClusterStatusAge"),
    Row::of(
        Kind::DB_CLUSTER,
        "ClusterStandardSupportEnd",
        Seconds,
        "Time until standard support of the major version ends",
    )
    .described(Fact::StandardSupportEnd)
    .engines(OPEN_SOURCE_CLUSTERS)
    .low(Minimum, DAYS)
    .levels(SUPPORT_ENDS),
    Row::of(Kind::DB_CLUSTER, "ClusterExtendedSupport", State, "Whether RDS Extended Support costs money, 1 or 0")
        .described(Fact::ExtendedSupport)
        .engines(OPEN_SOURCE_CLUSTERS)
        .high(Maximum, STATE)
        .levels(EXTENDED_SUPPORTS),
];

pub(super) const QUOTA_ROWS: &[Row] =
    &[Row::of(Kind::QUOTA, "QuotaUsed", Percent, "How much of a quota of the account and region is used")
        .described(Fact::QuotaUsed)
        .high(Maximum, PERCENT)
        .levels(&[Levels::values(80.0, 95.0, "our judgement")
            .because("AWS takes days to raise a quota, and at 100 % nothing is created or grows; false where no more is to come: write an `[[override]]` for its account and region")])];

pub(super) const DOCDB_ROWS: &[Row] = &[
    certificate_expiry(Kind::DOCDB_INSTANCE),
    forced_maintenance(Kind::DOCDB_INSTANCE, "ForcedMaintenance"),
    status_age(Kind::DOCDB_INSTANCE, "StatusAge"),
    cluster_restorable_lag(Kind::DOCDB_CLUSTER),
    cluster_automatic_restart(Kind::DOCDB_CLUSTER),
    forced_maintenance(Kind::DOCDB_CLUSTER, "ClusterForcedMaintenance"),
    status_age(Kind::DOCDB_CLUSTER, "ClusterStatusAge"),
];

pub(super) const NEPTUNE_ROWS: &[Row] = &[
    certificate_expiry(Kind::NEPTUNE_INSTANCE),
    forced_maintenance(Kind::NEPTUNE_INSTANCE, "ForcedMaintenance"),
    status_age(Kind::NEPTUNE_INSTANCE, "StatusAge"),
    cluster_restorable_lag(Kind::NEPTUNE_CLUSTER),
    cluster_automatic_restart(Kind::NEPTUNE_CLUSTER),
    forced_maintenance(Kind::NEPTUNE_CLUSTER, "ClusterForcedMaintenance"),
    status_age(Kind::NEPTUNE_CLUSTER, "ClusterStatusAge"),
];

/// Between two moments that can be restored there are five minutes:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html>.
const LAG: (f64, f64) = (600.0, 7.0 * DAY);

const LAGS: &[Levels] = &[Levels::values(HOUR, 6.0 * HOUR, "AWS's user guide: logs are stored every five minutes, our judgement")
    .because("an hour of changes would be lost with the storage; false while a database is too busy to store its logs, which is a risk all the same")];

/// A stopped database starts after seven days:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html>.
const RESTART: (f64, f64) = (HOUR, 7.0 * DAY);

const RESTARTS: &[Levels] = &[Levels::value(DAY, "our judgement")
    .because("a day to stop it again or to delete it before it costs money; false where it should start by itself: write `off` there")];

const EXPIRIES: &[Levels] = &[Levels::values(
    30.0 * DAY,
    7.0 * DAY,
    "our judgement",
)
.because("a rotation waits for the weekly window, and clients need the new authority first; false where no client checks certificates")];

const FORCED_MAINTENANCES: &[Levels] = &[Levels::values(
    14.0 * DAY,
    3.0 * DAY,
    "our judgement",
)
.because("two maintenance windows to choose from, and time to choose none of them; false where everybody has agreed to AWS's date: order it for the next window")];

/// From half an hour, which a large instance class takes, to a month.
const STATUS_AGE: (f64, f64) = (1_800.0, 30.0 * DAY);

const STATUS_AGES: &[Levels] = &[Levels::value(6.0 * HOUR, "our judgement")
    .because("what passes is done within hours, and what hangs is for AWS's support; false for a restore that replays days of logs. Counted since plimsoll first saw the status, anew after its restart")];

const SUPPORT_ENDS: &[Levels] = &[Levels::values(180.0 * DAY, 30.0 * DAY, "our judgement")
    .because("a major upgrade takes a release or two of the application; false where the database goes away before: write `off` there")];

const EXTENDED_SUPPORTS: &[Levels] = &[Levels::value(0.0, "our judgement")
    .because("AWS charges for each vCPU and hour, more from the third year on; false where somebody has decided to pay: write `off` there")];

const fn certificate_expiry(kind: Kind) -> Row {
    Row::of(kind, "CertificateExpiry", Seconds, "Time until the server certificate expires")
        .described(Fact::CertificateExpiry)
        .low(Minimum, DAYS)
        .levels(EXPIRIES)
}

/// Clusters have a name of their own: of the kinds of a service only one has levels on a metric.
const fn forced_maintenance(kind: Kind, metric: &'static str) -> Row {
    Row::of(kind, metric, Seconds, "Time until AWS applies maintenance that nobody ordered")
        .described(Fact::ForcedMaintenance)
        .low(Minimum, DAYS)
        .levels(FORCED_MAINTENANCES)
}

const fn cluster_restorable_lag(kind: Kind) -> Row {
    Row::of(kind, "ClusterRestorableLag", Seconds, "How far the latest moment that can be restored is behind")
        .described(Fact::LatestRestorable)
        .high(Maximum, LAG)
        .levels(LAGS)
}

const fn cluster_automatic_restart(kind: Kind) -> Row {
    Row::of(kind, "ClusterAutomaticRestart", Seconds, "Time until a stopped cluster starts by itself")
        .described(Fact::AutomaticRestart)
        .low(Minimum, RESTART)
        .levels(RESTARTS)
}

const fn status_age(kind: Kind, metric: &'static str) -> Row {
    Row::of(kind, metric, Seconds, "How long a status that should pass has lasted")
        .described(Fact::StatusAge)
        .high(Maximum, STATUS_AGE)
        .levels(STATUS_AGES)
}
