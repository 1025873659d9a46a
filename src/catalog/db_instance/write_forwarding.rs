//! Writes that readers pass on to the writer, within a cluster or a global database.

use super::{AURORA_MYSQL, AURORA_POSTGRESQL, EVENTS, MILLISECONDS, row};
use crate::catalog::Condition::{self, AuroraMysqlFrom, Reader, WriteForwarding, Writer};
use crate::catalog::DefaultLevels as Levels;
use crate::catalog::Row;
use crate::catalog::Statistic::{Average, Sum};
use crate::catalog::Unit::{Count, CountPerSecond, Milliseconds};

/// Aurora `MySQL` versions 2 and 3 publish the same under different names.
const VERSION_2: Condition = AuroraMysqlFrom(&[(2, 0, 0)]);
const VERSION_3: Condition = AuroraMysqlFrom(&[(3, 0, 0)]);

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    // The writer of Aurora MySQL.
    row("AuroraDMLRejectedMasterFull", Count, "Forwarded writes refused because the writer was full")
        .engines(AURORA_MYSQL)
        .when(&[WriteForwarding, Writer, VERSION_2])
        .high(Sum, EVENTS)
        .levels(&[Levels::value(0.0, "our judgement: writes were lost")
            .because("each one is a write that its client must repeat; false where clients do so on their own")])
        .event(),
    row("AuroraDMLRejectedWriterFull", Count, "Forwarded writes refused because the writer was full")
        .engines(AURORA_MYSQL)
        .when(&[WriteForwarding, Writer, VERSION_3])
        .high(Sum, EVENTS)
        .levels(&[Levels::value(0.0, "our judgement: writes were lost")
            .because("each one is a write that its client must repeat; false where clients do so on their own")])
        .event(),
    row("ForwardingMasterDMLLatency", Milliseconds, "How long a forwarded write takes on the writer")
        .engines(AURORA_MYSQL)
        .when(&[WriteForwarding, Writer, VERSION_2])
        .high(Average, MILLISECONDS),
    row("ForwardingMasterDMLThroughput", CountPerSecond, "Forwarded writes that the writer handles")
        .engines(AURORA_MYSQL)
        .when(&[WriteForwarding, Writer, VERSION_2]),
    row("ForwardingMasterOpenSessions", Count, "Sessions open on the writer for forwarded writes")
        .engines(AURORA_MYSQL)
        .when(&[WriteForwarding, Writer, VERSION_2]),
    row("ForwardingWriterDMLLatency", Milliseconds, "How long a forwarded write takes on the writer")
        .engines(AURORA_MYSQL)
        .when(&[WriteForwarding, Writer, VERSION_3])
        .high(Average, MILLISECONDS),
    row("ForwardingWriterDMLThroughput", CountPerSecond, "Forwarded writes that the writer handles")
        .engines(AURORA_MYSQL)
        .when(&[WriteForwarding, Writer, VERSION_3]),
    row("ForwardingWriterOpenSessions", Count, "Sessions open on the writer for forwarded writes")
        .engines(AURORA_MYSQL)
        .when(&[WriteForwarding, Writer, VERSION_3]),
    // Readers of Aurora MySQL.
    row("ForwardingReplicaDMLLatency", Milliseconds, "How long a write takes that this reader forwards")
        .engines(AURORA_MYSQL)
        .when(&[WriteForwarding, Reader])
        .high(Average, MILLISECONDS),
    row("ForwardingReplicaDMLThroughput", CountPerSecond, "Writes that this reader forwards")
        .engines(AURORA_MYSQL)
        .when(&[WriteForwarding, Reader]),
    row("ForwardingReplicaOpenSessions", Count, "Sessions of this reader that forward writes")
        .engines(AURORA_MYSQL)
        .when(&[WriteForwarding, Reader]),
    row("ForwardingReplicaReadWaitLatency", Milliseconds, "How long a read waits for forwarded writes")
        .engines(AURORA_MYSQL)
        .when(&[WriteForwarding, Reader])
        .high(Average, MILLISECONDS),
    row("ForwardingReplicaReadWaitThroughput", CountPerSecond, "Statements of sessions that forward writes")
        .engines(AURORA_MYSQL)
        .when(&[WriteForwarding, Reader]),
    row("ForwardingReplicaSelectLatency", Milliseconds, "How long a SELECT takes that this reader forwards")
        .engines(AURORA_MYSQL)
        .when(&[WriteForwarding, Reader])
        .high(Average, MILLISECONDS),
    row("ForwardingReplicaSelectThroughput", CountPerSecond, "SELECT statements that this reader forwards")
        .engines(AURORA_MYSQL)
        .when(&[WriteForwarding, Reader]),
    // The writer of Aurora PostgreSQL.
    row("AuroraForwardingWriterDMLThroughput", CountPerSecond, "Forwarded writes that the writer handles")
        .engines(AURORA_POSTGRESQL)
        .when(&[WriteForwarding, Writer]),
    row("AuroraForwardingWriterOpenSessions", Count, "Sessions open on the writer for forwarded writes")
        .engines(AURORA_POSTGRESQL)
        .when(&[WriteForwarding, Writer]),
    row("AuroraForwardingWriterTotalSessions", Count, "Sessions on the writer for forwarded writes, open or waiting")
        .engines(AURORA_POSTGRESQL)
        .when(&[WriteForwarding, Writer]),
    // Readers of Aurora PostgreSQL.
    row("AuroraForwardingReplicaCommitThroughput", CountPerSecond, "Commits of sessions that forward writes")
        .engines(AURORA_POSTGRESQL)
        .when(&[WriteForwarding, Reader]),
    row("AuroraForwardingReplicaDMLLatency", Milliseconds, "How long a write takes that this reader forwards")
        .engines(AURORA_POSTGRESQL)
        .when(&[WriteForwarding, Reader])
        .high(Average, MILLISECONDS),
    row("AuroraForwardingReplicaDMLThroughput", CountPerSecond, "Writes that this reader forwards")
        .engines(AURORA_POSTGRESQL)
        .when(&[WriteForwarding, Reader]),
    row("AuroraForwardingReplicaErrorSessionsLimit", Count, "Sessions refused because the writer was full")
        .engines(AURORA_POSTGRESQL)
        .when(&[WriteForwarding, Reader])
        .high(Sum, EVENTS)
        .levels(&[Levels::value(0.0, "our judgement: writes were lost")
            .because("each one is a write that its client must repeat; false where clients do so on their own")])
        .event(),
    row("AuroraForwardingReplicaOpenSessions", Count, "Sessions of this reader that forward writes")
        .engines(AURORA_POSTGRESQL)
        .when(&[WriteForwarding, Reader]),
    row("AuroraForwardingReplicaReadWaitLatency", Milliseconds, "How long a read waits for forwarded writes")
        .engines(AURORA_POSTGRESQL)
        .when(&[WriteForwarding, Reader])
        .high(Average, MILLISECONDS),
];
