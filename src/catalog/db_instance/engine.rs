//! Inside the engine: transactions, caches, statements and housekeeping.

use super::{
    AURORA, AURORA_MYSQL, AURORA_POSTGRESQL, EVENTS, MILLISECONDS, PER_SECOND, PERCENT, POSTGRES, POSTGRES_FAMILY,
    SECONDS, SQLSERVER, row,
};
use crate::catalog::Condition::{AuroraMysqlFrom, Backtrack, InstanceStore, NeverPauses, OnlyWhenNamed, Writer};
use crate::catalog::DefaultLevels as Levels;
use crate::catalog::Row;
use crate::catalog::Statistic::{Average, Maximum, Minimum, Sum};
use crate::catalog::Unit::{Count, CountPerMinute, CountPerSecond, Milliseconds, Minutes, Percent, Seconds};

/// `PostgreSQL` accepts no write from 2,146,483,648 on: a higher level would never fire in time.
const TRANSACTION_IDS: (f64, f64) = (1e6, 2_146_483_647.0);

/// From a minute, below which nothing would be noticed, to a week.
const UPTIME: (f64, f64) = (60.0, 604_800.0);

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    row("EngineUptime", Seconds, "How long the engine has been running")
        .engines(AURORA)
        .low(Minimum, UPTIME)
        // One that pauses by itself may look restarted when it is back.
        .levels(&[Levels::value(300.0, "our judgement: it restarted within five minutes")
            .because("long enough to be seen, and gone when the engine is warm; false for a restart that a person planned, which a mute covers")
            .when(&[NeverPauses])])
        .restart(),
    // Transactions.
    row("MaximumUsedTransactionIDs", Count, "Age of the oldest transaction id not yet frozen, read-only at 2146483648")
        .engines(POSTGRES_FAMILY)
        .shown(&[Maximum])
        .high(Maximum, TRANSACTION_IDS)
        .levels(&[Levels::values(1e9, 1.5e9, "AWS recommended alarms (1e9), our judgement (1.5e9, 70 % of the limit)")
            .because("autovacuum freezes from 2e8 on, so 1e9 means that it is stuck, and freezing the rest takes days; false where autovacuum_freeze_max_age was raised near it")])
        .for_minutes(10),
    row("CheckpointLag", Seconds, "How long ago the last checkpoint was")
        .engines(POSTGRES)
        .high(Maximum, SECONDS)
        .levels(&[Levels::value(900.0, "our judgement: 3 times the usual checkpoint interval")
            .because("after a crash all since the last checkpoint is replayed; false where checkpoint_timeout was raised to minutes like these")]),
    row("ActiveTransactions", CountPerSecond, "Running transactions, once innodb_monitor_enable is set")
        .engines(AURORA_MYSQL)
        .when(&[OnlyWhenNamed]),
    row("BlockedTransactions", CountPerSecond, "Transactions that wait for a lock")
        .engines(AURORA_MYSQL)
        .high(Average, PER_SECOND),
    row("Deadlocks", CountPerSecond, "Deadlocks, each of which ended a transaction")
        .engines(AURORA)
        .shown(&[Average])
        .high(Average, PER_SECOND),
    row("RowLockTime", Milliseconds, "Time spent on getting row locks")
        .engines(AURORA_MYSQL)
        .high(Average, MILLISECONDS),
    row("TransactionAgeMaximum", Seconds, "How long the oldest running transaction has been open")
        .engines(AURORA_MYSQL)
        .when(&[AuroraMysqlFrom(&[(3, 8, 0)])])
        .high(Maximum, SECONDS),
    row("RollbackSegmentHistoryListLength", Count, "Undo log records of finished transactions not yet purged")
        .engines(AURORA_MYSQL)
        .high(Average, (1_000.0, 1e10))
        .levels(&[Levels::value(1e6, "AWS recommended alarms (1e6)")
            .because("a transaction left open keeps undo records, and reads and shutdown become slow; false during a long report or dump")]),
    row("PurgeBoundary", Count, "Transaction number up to which undo log may be purged")
        .engines(AURORA_MYSQL)
        .when(&[AuroraMysqlFrom(&[(2, 11, 0), (3, 8, 0)])])
        .statistic(Maximum),
    row("PurgeFinishedPoint", Count, "Transaction number up to which undo log has been purged")
        .engines(AURORA_MYSQL)
        .when(&[AuroraMysqlFrom(&[(2, 11, 0), (3, 8, 0)])])
        .statistic(Maximum),
    row("TruncateFinishedPoint", Count, "Transaction number up to which undo log has been cut off")
        .engines(AURORA_MYSQL)
        .when(&[AuroraMysqlFrom(&[(2, 11, 0), (3, 8, 0)])])
        .statistic(Maximum),
    // Caches.
    row("BufferCacheHitRatio", Percent, "Share of page requests served from memory, low for a while after a restart")
        .engines(AURORA)
        .shown(&[Average])
        .low(Average, PERCENT)
        .levels(&[Levels::value(80.0, "AWS recommended alarms (80)")
            .because("a fifth of all page requests goes to storage; false after a restart until memory is warm, and for scans of tables larger than memory")]),
    row("AuroraOptimizedReadsCacheHitRatio", Percent, "Share of page requests served from local NVMe disks")
        .engines(AURORA_POSTGRESQL)
        .when(&[InstanceStore])
        .low(Average, PERCENT),
    row("ResultSetCacheHitRatio", Percent, "Share of queries answered from the query cache")
        .engines(AURORA_MYSQL)
        .when(&[AuroraMysqlFrom(&[(2, 0, 0)])])
        .low(Average, PERCENT),
    // Statements.
    row("Queries", CountPerSecond, "Queries executed").engines(AURORA_MYSQL),
    row("CommitLatency", Milliseconds, "How long a commit takes").engines(AURORA).high(Average, MILLISECONDS),
    row("CommitThroughput", CountPerSecond, "Commits").engines(AURORA),
    row("SelectLatency", Milliseconds, "How long a SELECT takes").engines(AURORA_MYSQL).high(Average, MILLISECONDS),
    row("SelectThroughput", CountPerSecond, "SELECT statements").engines(AURORA_MYSQL),
    row("InsertLatency", Milliseconds, "How long an INSERT takes").engines(AURORA_MYSQL).high(Average, MILLISECONDS),
    row("InsertThroughput", CountPerSecond, "INSERT statements").engines(AURORA_MYSQL),
    row("UpdateLatency", Milliseconds, "How long an UPDATE takes").engines(AURORA_MYSQL).high(Average, MILLISECONDS),
    row("UpdateThroughput", CountPerSecond, "UPDATE statements").engines(AURORA_MYSQL),
    row("DeleteLatency", Milliseconds, "How long a DELETE takes").engines(AURORA_MYSQL).high(Average, MILLISECONDS),
    row("DeleteThroughput", CountPerSecond, "DELETE statements").engines(AURORA_MYSQL),
    row("DMLLatency", Milliseconds, "How long an INSERT, UPDATE or DELETE takes")
        .engines(AURORA_MYSQL)
        .high(Average, MILLISECONDS),
    row("DMLThroughput", CountPerSecond, "INSERT, UPDATE and DELETE statements").engines(AURORA_MYSQL),
    row("DDLLatency", Milliseconds, "How long a change of the schema takes")
        .engines(AURORA_MYSQL)
        .high(Average, MILLISECONDS),
    row("DDLThroughput", CountPerSecond, "Changes of the schema").engines(AURORA_MYSQL),
    // Backtrack.
    row("BacktrackWindowActual", Minutes, "How far back in time the cluster can be taken")
        .every_five_minutes()
        .engines(AURORA_MYSQL)
        .when(&[Backtrack, Writer]),
    row("BacktrackWindowAlert", Count, "Times that the cluster could be taken back less far than promised")
        .every_five_minutes()
        .engines(AURORA_MYSQL)
        .when(&[Backtrack, Writer])
        .high(Sum, EVENTS)
        .levels(&[Levels::value(0.0, "our judgement: the promised window is not there")
            .because("each one is a window shorter than configured; false where nobody counts on backtrack")])
        .event(),
    // Jobs.
    row("FailedSQLServerAgentJobsCount", CountPerMinute, "SQL Server Agent jobs that failed")
        .engines(SQLSERVER)
        .high(Sum, EVENTS)
        .levels(&[Levels::value(0.0, "our judgement: a failed job is worth a look")
            .because("nothing else shows it; false for a job that fails by design and is run again")])
        .event(),
];
