//! The metrics of DB instances, one row each, in a table for each subject.
//!
//! Only what is published with the dimension `DBInstanceIdentifier` alone. Names, units and conditions are from
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html> and
//! <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html>.

use super::ranges::{BYTES, BYTES_PER_SECOND, DISK_SECONDS, EVENTS, IOPS, MILLISECONDS, PER_SECOND, PERCENT, SECONDS};
use super::{Row, Statistic, Unit};
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

pub(super) use storage::free_storage_space;

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
