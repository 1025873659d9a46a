//! Rows of DB instances, and the groups of engines that publish the same metrics.

use crate::catalog::{Row, Statistic, Unit};
use crate::resource::Engine::{self, AuroraMysql, AuroraPostgresql, Db2, Mariadb, Mysql, Oracle, Postgres, Sqlserver};
use crate::resource::Kind;

pub(super) const fn row(metric: &'static str, unit: Unit, help: &'static str) -> Row {
    Row::of(Kind::DB_INSTANCE, metric, unit, help)
}

// Engines that publish the same.
pub(super) const RDS: &[Engine] = &[Mysql, Mariadb, Postgres, Oracle, Sqlserver, Db2];
pub(super) const AURORA: &[Engine] = &[AuroraMysql, AuroraPostgresql];
pub(super) const AURORA_MYSQL: &[Engine] = &[AuroraMysql];
pub(super) const AURORA_POSTGRESQL: &[Engine] = &[AuroraPostgresql];
pub(super) const POSTGRES: &[Engine] = &[Postgres];
pub(super) const POSTGRES_FAMILY: &[Engine] = &[Postgres, AuroraPostgresql];
pub(super) const MYSQL_MARIADB: &[Engine] = &[Mysql, Mariadb];
pub(super) const OPEN_SOURCE: &[Engine] = &[Mysql, Mariadb, Postgres];
pub(super) const SQLSERVER: &[Engine] = &[Sqlserver];

pub(super) const P90: Statistic = Statistic::Percentile(90_000);
