//! The metrics of RDS Proxy, one row each: what is published with the proxy's name alone.
//!
//! Names, units and statistics are from
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.monitoring.html>. Numbers of connections are sums over
//! the nodes of a proxy and valid for periods of a minute, so they are queried every minute. `AvailabilityPercentage` has
//! no row: it is published by target group and role only. AWS gives no levels, so there are no defaults.

use super::Row;
use super::Statistic::{Average, Sum};
use super::Unit::{self, Count, Microseconds};
use super::ranges::EVENTS;
use crate::resource::Kind;

/// Connections; the largest engines take some 260,000.
const CONNECTIONS: (f64, f64) = (1.0, 300_000.0);

/// From ten microseconds to an hour.
const MICROSECONDS: (f64, f64) = (10.0, 3.6e9);

const fn row(metric: &'static str, unit: Unit, help: &'static str) -> Row {
    Row::of(Kind::RDS_PROXY, metric, unit, help)
}

/// Connections at a time.
const fn connections(metric: &'static str, help: &'static str) -> Row {
    row(metric, Count, help).fast().statistic(Sum)
}

/// Something that happened.
const fn events(metric: &'static str, help: &'static str) -> Row {
    row(metric, Count, help).statistic(Sum).silent_while_idle()
}

/// Microseconds on average.
const fn latency(metric: &'static str, help: &'static str) -> Row {
    row(metric, Microseconds, help).silent_while_idle().high(Average, MICROSECONDS)
}

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    // Clients.
    connections("ClientConnections", "Connections of clients").shown(&[Sum]).high(Sum, CONNECTIONS),
    connections("ClientConnectionsTLS", "Connections of clients with TLS"),
    connections("ClientConnectionsNoTLS", "Connections of clients without TLS").high(Sum, CONNECTIONS),
    events("ClientConnectionsReceived", "Connections that clients asked for"),
    events("ClientConnectionsSetupSucceeded", "Connections that clients got"),
    events("ClientConnectionsSetupFailedAuth", "Connections that clients did not get because authentication or TLS is misconfigured")
        .shown(&[Sum])
        .high(Sum, EVENTS),
    events("ClientConnectionsClosed", "Connections of clients that were closed"),
    // The database behind it.
    connections("DatabaseConnectionsCurrentlyBorrowed", "Connections to the database that clients hold")
        .shown(&[Sum])
        .high(Sum, CONNECTIONS),
    connections("DatabaseConnectionsCurrentlyInTransaction", "Connections to the database that are in a transaction").high(Sum, CONNECTIONS),
    connections("DatabaseConnectionsCurrentlySessionPinned", "Connections to the database that only one client can use")
        .shown(&[Sum])
        .high(Sum, CONNECTIONS),
    connections("DatabaseConnectionsWithTLS", "Connections to the database with TLS"),
    connections("MaxDatabaseConnectionsAllowed", "Connections to the database that the proxy may open").shown(&[Sum]),
    events("DatabaseConnectionRequests", "Connections to the database that were asked for"),
    events("DatabaseConnectionRequestsWithTLS", "Connections to the database with TLS that were asked for"),
    events("DatabaseConnectionsSetupSucceeded", "Connections to the database that were made"),
    events("DatabaseConnectionsSetupFailed", "Connections to the database that could not be made").shown(&[Sum]).high(Sum, EVENTS),
    // Latencies and work.
    latency("DatabaseConnectionsBorrowLatency", "How long a client waits for a connection to the database").shown(&[Average]),
    latency("QueryDatabaseResponseLatency", "How long the database takes to answer a query").shown(&[Average]),
    latency("QueryResponseLatency", "How long the proxy takes to answer a query").shown(&[Average]),
    events("QueryRequests", "Queries, one with several statements counted once").shown(&[Sum]),
    events("QueryRequestsTLS", "Queries over connections with TLS"),
    events("QueryRequestsNoTLS", "Queries over connections without TLS"),
];
