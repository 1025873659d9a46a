//! Clients: who is connected, who tries, and who fails.

use super::{AURORA_MYSQL, AuroraMysql, AuroraPostgresql, EVENTS, Mariadb, Mysql, PER_SECOND, Postgres, row};
use crate::catalog::Condition::AuroraMysqlFrom;
use crate::catalog::DefaultLevels as Levels;
use crate::catalog::Denominator::MaxConnections;
use crate::catalog::Row;
use crate::catalog::Statistic::{Average, Sum};
use crate::catalog::Unit::{Count, CountPerSecond};

/// The most that can be set for an engine is 262,143, on `PostgreSQL`.
const CONNECTIONS: (f64, f64) = (1.0, 262_143.0);

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    row("DatabaseConnections", Count, "Client connections that are open, without sessions of the engine and of RDS")
        .fast()
        .shown(&[Average, Sum])
        .high(Average, CONNECTIONS)
        .relative_to(MaxConnections)
        .levels(&[Levels::shares(0.8, 0.9, "AWS recommended alarms (0.9), our judgement (0.8)")
            .because("at the limit the next client is refused; false where a pool holds a fixed number near it, and where the limit is an estimate: the tag max-connections corrects it")])
        .for_minutes(5),
    row("ConnectionAttempts", Count, "Attempts to connect, whether they succeeded or not")
        .engines(&[Mysql, AuroraMysql])
        .statistic(Sum),
    row("IamDbAuthConnectionRequests", Count, "Attempts to connect with IAM database authentication")
        .engines(&[Mysql, Mariadb, Postgres, AuroraMysql, AuroraPostgresql])
        .statistic(Sum),
    row("LoginFailures", CountPerSecond, "Attempts to log in that failed")
        .engines(AURORA_MYSQL)
        .high(Average, PER_SECOND),
    row("AbortedClients", Count, "Connections that ended without being closed by their client")
        .engines(AURORA_MYSQL)
        .high(Average, (0.01, 1e6)),
    row("AuroraSlowConnectionHandleCount", Count, "Connections whose handshake began after two seconds or more")
        .engines(AURORA_MYSQL)
        .when(&[AuroraMysqlFrom(&[(3, 0, 0)])])
        .high(Sum, EVENTS),
    row("AuroraSlowHandshakeCount", Count, "Connections whose handshake took 50 milliseconds or more")
        .engines(AURORA_MYSQL)
        .when(&[AuroraMysqlFrom(&[(3, 0, 0)])])
        .high(Sum, EVENTS),
];
