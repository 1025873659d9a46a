//! The metrics of DB instances, one row each, in a table for each subject.
//!
//! Only what is published with the dimension `DBInstanceIdentifier` alone. Names, units and conditions are from
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html> and
//! <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html>.

use super::Row;
use super::ranges::{BYTES, BYTES_PER_SECOND, DISK_SECONDS, EVENTS, IOPS, MILLISECONDS, PER_SECOND, PERCENT, SECONDS};
use crate::resource::Engine::{AuroraMysql, AuroraPostgresql, Db2, Mariadb, Mysql, Oracle, Postgres};

mod compute;
mod connections;
mod disk;
mod engine;
mod groups;
mod parallel_query;
mod replication;
mod storage;
mod write_forwarding;

pub(super) use storage::free_storage_space;

use groups::{
    AURORA, AURORA_MYSQL, AURORA_POSTGRESQL, MYSQL_MARIADB, OPEN_SOURCE, P90, POSTGRES, POSTGRES_FAMILY, RDS,
    SQLSERVER, row,
};

/// The tables, in the order in which people look for them.
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
