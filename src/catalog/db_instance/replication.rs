//! Replication: how far copies are behind.

use super::{AURORA, AURORA_MYSQL, AURORA_POSTGRESQL, MILLISECONDS, POSTGRES, RDS, SECONDS, row};
use crate::catalog::Condition::{ClusterReplicates, Reader, Replica, Writer};
use crate::catalog::DefaultLevels as Levels;
use crate::catalog::Statistic::{Maximum, Minimum};
use crate::catalog::Unit::{Milliseconds, Seconds};
use crate::catalog::{Row, Sentinel};

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    row("ReplicaLag", Seconds, "How far the replica is behind its source, -1 when replication is broken or unknown")
        .engines(RDS)
        .when(&[Replica])
        .fast()
        .shown(&[Maximum])
        .high(Maximum, SECONDS)
        .levels(&[
            // An idle PostgreSQL source lets the lag of its replicas climb to 300 s.
            Levels::value(600.0, "our judgement: an idle source shows 300")
                .because("twice what a replica of an idle source shows; false for a replica that is delayed on purpose")
                .engines(POSTGRES),
            Levels::value(60.0, "AWS recommended alarms (60)")
                .because("readers see data a minute old; false for a replica that is delayed on purpose or only takes backups"),
        ])
        .for_minutes(10)
        .sentinel(Sentinel::BrokenReplication),
    row("AuroraReplicaLag", Milliseconds, "How far the reader's cache is behind the writer")
        .engines(AURORA)
        .when(&[Reader])
        .fast()
        .shown(&[Maximum])
        .high(Maximum, MILLISECONDS)
        .levels(&[Levels::value(1_000.0, "our judgement: usually far below 100")
            .because("ten times what is usual; false for a short burst of writes, which the wait of the rule covers")])
        .for_minutes(5),
    row("AuroraReplicaLagMaximum", Milliseconds, "How far the slowest reader of the cluster is behind")
        .engines(AURORA)
        .when(&[Writer])
        .high(Maximum, MILLISECONDS),
    row("AuroraReplicaLagMinimum", Milliseconds, "How far the fastest reader of the cluster is behind")
        .engines(AURORA)
        .when(&[Writer])
        .statistic(Minimum),
    row("AuroraBinlogReplicaLag", Seconds, "How far the cluster is behind its source, -1 when that is broken")
        .engines(AURORA_MYSQL)
        .when(&[Writer, ClusterReplicates])
        .shown(&[Maximum])
        .high(Maximum, SECONDS)
        .levels(&[Levels::value(60.0, "our judgement, as ReplicaLag")
            .because("the copy is a minute old; false for a cluster that is delayed on purpose")])
        .sentinel(Sentinel::BrokenReplication),
    row("RDSToAuroraPostgreSQLReplicaLag", Seconds, "How far the cluster is behind the RDS instance it copies")
        .engines(AURORA_POSTGRESQL)
        .when(&[ClusterReplicates])
        .shown(&[Maximum])
        .high(Maximum, SECONDS)
        .levels(&[Levels::value(60.0, "our judgement, as ReplicaLag")
            .because("the copy is a minute old; false while a migration loads its first copy")]),
];
