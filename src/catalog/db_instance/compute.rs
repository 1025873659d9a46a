//! Processors, memory, load and serverless capacity.

use super::{
    AURORA, AURORA_MYSQL, AURORA_POSTGRESQL, AuroraMysql, AuroraPostgresql, BYTES, Db2, EVENTS, Mariadb, Mysql, Oracle,
    PERCENT, Postgres, row,
};
use crate::catalog::Condition::{
    AuroraMysqlFrom, BurstableClass, PerformanceInsights, Serverless, SwapMeasured, ThrottledClass, UnlimitedClass,
};
use crate::catalog::DefaultLevels as Levels;
use crate::catalog::Denominator::{InstanceMemory, MaxAcu, Vcpus};
use crate::catalog::Row;
use crate::catalog::Statistic::{Average, Maximum, Minimum, Sum};
use crate::catalog::Unit::{self, Bytes, Count, Milliseconds, Percent};
use crate::resource::Engine;

/// Credits; a db.t3.2xlarge or db.t4g.2xlarge holds 4,608 at most.
const CREDITS: (f64, f64) = (1.0, 4_608.0);

/// Oracle and SQL Server fill the memory by design.
const LEAVE_MEMORY_FREE: &[Engine] = &[Mysql, Mariadb, Postgres, Db2, AuroraMysql, AuroraPostgresql];

/// Average active sessions.
const SESSIONS: (f64, f64) = (0.1, 10_000.0);

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    // Processors.
    row("CPUUtilization", Percent, "Share of the processor in use; on Serverless v2 of the most capacity it may take")
        .fast()
        .shown(&[Average, Maximum])
        .high(Average, PERCENT)
        .levels(&[Levels::values(80.0, 90.0, "AWS recommended alarms (90), Cloud Posse alarms (80)")
            .because("from 90 % on statements queue; false for a batch that may use all of the processor for hours: give such a database a level of its own")])
        .for_minutes(5),
    row("CPUCreditUsage", Count, "CPU credits spent, one credit being a full vCPU for one minute")
        .every_five_minutes()
        .when(&[BurstableClass])
        .statistic(Sum),
    row("CPUCreditBalance", Count, "CPU credits left to run above the baseline of a burstable class")
        .every_five_minutes()
        .when(&[BurstableClass])
        .shown(&[Minimum])
        .low(Minimum, CREDITS)
        // CPUUtilization cannot show it: without credits it stays at the baseline.
        .levels(&[Levels::values(20.0, 10.0, "Cloud Posse alarms (20), our judgement (10)")
            .because("at 0 the class falls to a tenth of its processor; false in the first hour after a start, with few credits yet, and on classes that buy more, which have no default")
            .when(&[ThrottledClass])]),
    row("CPUSurplusCreditBalance", Count, "CPU credits borrowed beyond what a burstable class has earned")
        .every_five_minutes()
        .when(&[UnlimitedClass])
        .shown(&[Maximum])
        .high(Maximum, CREDITS),
    row("CPUSurplusCreditsCharged", Count, "CPU credits borrowed and not earned back in time, which AWS bills")
        .every_five_minutes()
        .when(&[UnlimitedClass])
        .high(Sum, EVENTS)
        .event(),
    // Load, as Performance Insights sees it: published only if there is any.
    // <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.Cloudwatch.html>
    row("DBLoad", Unit::None, "Sessions that were running or waiting at a time, on average")
        .when(&[PerformanceInsights])
        .silent_while_idle()
        .shown(&[Average])
        .high(Average, SESSIONS)
        .relative_to(Vcpus),
    // What DBLoad has beyond DBLoadNonCPU, so that no dashboard needs it.
    row("DBLoadCPU", Unit::None, "Sessions that were running on or waiting for a processor at a time, on average")
        .when(&[PerformanceInsights])
        .silent_while_idle()
        .high(Average, SESSIONS)
        .relative_to(Vcpus),
    row("DBLoadNonCPU", Unit::None, "Sessions that waited for something else than a processor at a time, on average")
        .when(&[PerformanceInsights])
        .silent_while_idle()
        .shown(&[Average])
        .high(Average, SESSIONS)
        .relative_to(Vcpus)
        .levels(&[Levels::share(4.0, "Qonto's RDS rules (4 for each vCPU)")
            .because("that many sessions wait for locks or disks and not for work to do; false where many sessions queue on an advisory lock by design")]),
    row("DBLoadRelativeToNumVCPUs", Unit::None, "Active sessions for each vCPU, 1 being as many as there are vCPUs")
        .when(&[PerformanceInsights])
        .silent_while_idle()
        .high(Average, (0.01, 100.0)),
    // Memory.
    row("FreeableMemory", Bytes, "Memory still to be handed out; on Serverless v2 up to the most capacity it may take")
        .shown(&[Average, Minimum])
        .low(Average, BYTES)
        .relative_to(InstanceMemory)
        .levels(&[Levels::share(0.05, "AWS recommended alarms (Aurora 0.05)")
            .because("buffer pools take three quarters and small classes live near a tenth; false where the operating system keeps less free but gives its cache away, so nothing is critical")
            .engines(LEAVE_MEMORY_FREE)]),
    row("SwapUsage", Bytes, "Swap space in use")
        .engines(&[Mysql, Mariadb, Postgres, Oracle, AuroraMysql, AuroraPostgresql])
        .when(&[SwapMeasured])
        .shown(&[Average, Maximum])
        .high(Maximum, BYTES)
        // Where FreeableMemory has a default, it tells of the same shortage.
        .levels(&[Levels::value(268_435_456.0, "Cloud Posse alarms (256 MB)")
            .because("Oracle fills the memory by design, so only swapping shows that it is short; false for pages that were swapped out once and are never needed")
            .engines(&[Oracle])]),
    row("AuroraEstimatedSharedMemoryBytes", Bytes, "Shared buffers and other shared memory used in the last interval")
        .engines(AURORA_POSTGRESQL),
    row("AuroraMemoryHealthState", Unit::None, "How short of memory the engine is: 0 not, 5 somewhat, 10 critically")
        .engines(AURORA_MYSQL)
        .when(&[AuroraMysqlFrom(&[(3, 6, 1)])])
        .high(Maximum, (0.0, 9.0)),
    row("AuroraMemoryNumDeclinedSqlTotal", Count, "Statements refused because memory was short")
        .engines(AURORA_MYSQL)
        .when(&[AuroraMysqlFrom(&[(3, 6, 1)])])
        .high(Sum, EVENTS)
        .event(),
    row("AuroraMemoryNumKillConnTotal", Count, "Connections closed because memory was short")
        .engines(AURORA_MYSQL)
        .when(&[AuroraMysqlFrom(&[(3, 6, 1)])])
        .high(Sum, EVENTS)
        .event(),
    row("AuroraMemoryNumKillQueryTotal", Count, "Queries ended because memory was short")
        .engines(AURORA_MYSQL)
        .when(&[AuroraMysqlFrom(&[(3, 6, 1)])])
        .high(Sum, EVENTS)
        .event(),
    row("AuroraMillisecondsSpentInOomRecovery", Milliseconds, "How long memory has been short")
        .engines(AURORA_MYSQL)
        .when(&[AuroraMysqlFrom(&[(3, 8, 0)])])
        .high(Maximum, (0.0, 8.64e7)),
    row("AuroraNumOomRecoveryTriggered", Count, "Times that the engine had to act against a shortage of memory")
        .engines(AURORA_MYSQL)
        .when(&[AuroraMysqlFrom(&[(3, 8, 0)])])
        .high(Sum, EVENTS)
        .event(),
    row("AuroraNumOomRecoverySuccessful", Count, "Times that the engine got out of a shortage of memory by itself")
        .engines(AURORA_MYSQL)
        .when(&[AuroraMysqlFrom(&[(3, 8, 0)])])
        .statistic(Sum),
    // Capacity of Serverless v2.
    row("ACUUtilization", Percent, "Capacity in use as a share of the most that the cluster may take")
        .engines(AURORA)
        .when(&[Serverless])
        .shown(&[Average])
        .high(Average, PERCENT),
    row("ServerlessDatabaseCapacity", Count, "Aurora capacity units in use, on clusters by each member on average, 0 while paused")
        .engines(AURORA)
        .when(&[Serverless])
        .shown(&[Average])
        .high(Average, (0.5, 256.0))
        .relative_to(MaxAcu),
];
