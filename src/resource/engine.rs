//! Engine families: what an engine's name at AWS stands for.

use serde::{Deserialize, Serialize};

/// The engine family, which decides what metrics exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Engine {
    /// RDS for MySQL.
    Mysql,
    /// RDS for MariaDB.
    Mariadb,
    /// RDS for PostgreSQL.
    Postgres,
    /// RDS for Oracle, every edition, custom ones too.
    Oracle,
    /// RDS for SQL Server, every edition, custom ones too.
    Sqlserver,
    /// RDS for Db2, every edition.
    Db2,
    /// Aurora with MySQL compatibility.
    AuroraMysql,
    /// Aurora with PostgreSQL compatibility.
    AuroraPostgresql,
    /// Amazon DocumentDB.
    Docdb,
    /// Amazon Neptune.
    Neptune,
    /// An engine that this version does not know: only metrics of every engine are queried.
    Other,
}

impl Engine {
    /// Every engine that AWS offers today.
    pub const KNOWN: [Self; 10] = [
        Self::Mysql,
        Self::Mariadb,
        Self::Postgres,
        Self::Oracle,
        Self::Sqlserver,
        Self::Db2,
        Self::AuroraMysql,
        Self::AuroraPostgresql,
        Self::Docdb,
        Self::Neptune,
    ];

    /// Reads what AWS calls the engine, such as `oracle-se2-cdb` or `custom-sqlserver-ee`.
    ///
    /// Names: <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html>.
    #[must_use]
    pub fn from_aws(name: &str) -> Self {
        let name = name.strip_prefix("custom-").unwrap_or(name);
        match name {
            "mysql" => Self::Mysql,
            "mariadb" => Self::Mariadb,
            "postgres" => Self::Postgres,
            "aurora-mysql" | "aurora" => Self::AuroraMysql,
            "aurora-postgresql" => Self::AuroraPostgresql,
            "docdb" => Self::Docdb,
            "neptune" => Self::Neptune,
            _ if name.starts_with("oracle") => Self::Oracle,
            _ if name.starts_with("sqlserver") => Self::Sqlserver,
            _ if name.starts_with("db2") => Self::Db2,
            _ => Self::Other,
        }
    }

    /// The family's name as configuration and documents write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mysql => "mysql",
            Self::Mariadb => "mariadb",
            Self::Postgres => "postgres",
            Self::Oracle => "oracle",
            Self::Sqlserver => "sqlserver",
            Self::Db2 => "db2",
            Self::AuroraMysql => "aurora-mysql",
            Self::AuroraPostgresql => "aurora-postgresql",
            Self::Docdb => "docdb",
            Self::Neptune => "neptune",
            Self::Other => "other",
        }
    }

    /// Whether it is Aurora.
    #[must_use]
    pub const fn is_aurora(self) -> bool {
        matches!(self, Self::AuroraMysql | Self::AuroraPostgresql)
    }

    /// Whether storage belongs to the cluster.
    #[must_use]
    pub const fn has_cluster_storage(self) -> bool {
        self.is_aurora() || matches!(self, Self::Docdb | Self::Neptune)
    }
}
