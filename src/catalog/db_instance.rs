//! The metrics of DB instances, one row each, in a table for each subject.
//!
//! Only what is published with the dimension `DBInstanceIdentifier` alone. Names, units and conditions are from
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html> and
//! <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html>.

use super::{BYTES, MILLISECONDS, Row, Statistic, Unit};
use crate::resource::Engine::{self, AuroraMysql, AuroraPostgresql, Db2, Mariadb, Mysql, Oracle, Postgres, Sqlserver};
use crate::resource::Kind;

mod compute;
mod connections;
mod disk;
mod engine;
mod parallel_query;
mod replication;
mod storage;
mod write_forwarding;

/// The tables, in the order in which people ask.
pub(super) const TABLES: &[&[Row]] = &[
    compute::ROWS,
    connections::ROWS,
    storage::ROWS,
    disk::ROWS,
    replication::ROWS,
    engine::ROWS,
    write_forwarding::ROWS,
    parallel_query::ROWS,
];

const fn row(metric: &'static str, unit: Unit, help: &'static str) -> Row {
    Row::of(Kind::DB_INSTANCE, metric, unit, help)
}

// Engines that publish the same.
const RDS: &[Engine] = &[Mysql, Mariadb, Postgres, Oracle, Sqlserver, Db2];
const AURORA: &[Engine] = &[AuroraMysql, AuroraPostgresql];
const AURORA_MYSQL: &[Engine] = &[AuroraMysql];
const AURORA_POSTGRESQL: &[Engine] = &[AuroraPostgresql];
const POSTGRES: &[Engine] = &[Postgres];
const POSTGRES_FAMILY: &[Engine] = &[Postgres, AuroraPostgresql];
const MYSQL_MARIADB: &[Engine] = &[Mysql, Mariadb];
const OPEN_SOURCE: &[Engine] = &[Mysql, Mariadb, Postgres];
const SQLSERVER: &[Engine] = &[Sqlserver];

const P90: Statistic = Statistic::Percentile(90_000);

// What a person can mean, in the metric's unit. A level that could never be crossed is left out.

/// 0.9 is a share written where a percentage belongs.
const PERCENT: (f64, f64) = (1.0, 100.0);

/// From 100 kB/s, below which a number is MB/s without its unit, to more than the widest network.
const BYTES_PER_SECOND: (f64, f64) = (1e5, 1e11);

/// I/O operations; the largest volumes reach some 256,000.
const IOPS: (f64, f64) = (1.0, 1e6);

/// Above this a number is milliseconds where seconds belong.
const DISK_SECONDS: (f64, f64) = (0.000_1, 10.0);

/// From a second to a week.
const SECONDS: (f64, f64) = (1.0, 604_800.0);

/// Averages over minutes: one event in two hours is 0.0001 per second.
const PER_SECOND: (f64, f64) = (0.000_1, 1e6);

/// Counts of what should not happen at all: 0 means every one.
const EVENTS: (f64, f64) = (0.0, 1e6);
