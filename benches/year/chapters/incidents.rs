//! What goes wrong with databases. Each incident pages once for each severity that has a level.

use plimsoll::sim::Region;

use crate::START;
use crate::calendar::Step::Fleet;
use crate::calendar::{Chapter, Step};
use crate::edit::{cluster_status, hold, instance, ramp, release, status};

const GIB: f64 = 1_073_741_824.0;
const HOUR: f64 = 3_600.0;
const DAY: f64 = 24.0 * HOUR;
const DAY_MINUTES: i64 = 24 * 60;

pub(super) fn all() -> Vec<Chapter> {
    [load(), space(), replication(), states(), dates()].into_iter().flatten().collect()
}

fn paged(
    title: &'static str,
    (day, hour): (i64, i64),
    minutes: i64,
    steps: Vec<(i64, Step)>,
    pages: &'static [&'static str],
) -> Chapter {
    Chapter { title, day, hour, minutes, looks_back: false, steps, pages }
}

fn load() -> Vec<Chapter> {
    vec![
        paged(
            "Processor saturated beyond its tag",
            (15, 10),
            120,
            vec![
                (0, Fleet(|region, _| hold(region, "orders", "CPUUtilization", 95.0))),
                (60, Fleet(|region, _| release(region, "orders", "CPUUtilization"))),
            ],
            &["RDSCPUUtilizationHigh orders warning", "RDSCPUUtilizationHigh orders critical"],
        ),
        paged(
            "Connections exhausted",
            (105, 10),
            120,
            vec![
                (0, Fleet(|region, now| ramp(region, "wiki", "DatabaseConnections", (8.0, 85.0), (now, 600.0)))),
                (60, Fleet(|region, _| hold(region, "wiki", "DatabaseConnections", 8.0))),
            ],
            &["RDSDatabaseConnectionsHigh wiki warning"],
        ),
        paged(
            "Memory leaks away",
            (180, 10),
            240,
            vec![
                (
                    0,
                    Fleet(|region, now| {
                        ramp(region, "warehouse", "FreeableMemory", (5.0 * GIB, 0.4 * GIB), (now, 2.0 * HOUR));
                    }),
                ),
                (180, Fleet(|region, _| release(region, "warehouse", "FreeableMemory"))),
            ],
            &["RDSFreeableMemoryLow warehouse warning", "RDSFreeableMemoryLow warehouse critical"],
        ),
        paged(
            "Burst credits of a gp2 volume used up",
            (190, 14),
            240,
            vec![
                (0, Fleet(|region, now| ramp(region, "shop", "BurstBalance", (99.0, 2.0), (now, 2.0 * HOUR)))),
                (180, Fleet(|region, _| release(region, "shop", "BurstBalance"))),
            ],
            &["RDSBurstBalanceLow shop warning", "RDSBurstBalanceLow shop critical"],
        ),
        paged(
            "Serverless capacity at its maximum",
            (320, 10),
            120,
            vec![
                (0, Fleet(|region, _| hold(region, "events-1", "ACUUtilization", 97.0))),
                (60, Fleet(|region, _| release(region, "events-1", "ACUUtilization"))),
            ],
            &["RDSACUUtilizationHigh events-1 warning", "RDSACUUtilizationHigh events-1 critical"],
        ),
    ]
}

fn space() -> Vec<Chapter> {
    let fills = |region: &mut Region, now| {
        ramp(region, "billing", "FreeStorageSpace", (110.0 * GIB, 0.0), (now, 6.0 * HOUR));
    };
    let enlarged = |region: &mut Region, _: f64| {
        status(region, "billing", "modifying");
        instance(region, "billing").storage = 400;
        hold(region, "billing", "FreeStorageSpace", 200.0 * GIB);
    };
    // A day gone in which ids were used as fast as this makes a trend; vacuum ends it.
    let used = |region: &mut Region, now| {
        let course = (3.9e8, 3.9e8 + 8.0 * 1e8);
        ramp(region, "orders", "MaximumUsedTransactionIDs", course, (now, 8.0 * DAY));
    };
    let chapters = vec![
        paged(
            "A disk fills within six hours, until the database is down",
            (98, 8),
            600,
            vec![
                (0, Fleet(fills)),
                (362, Fleet(|region, _| status(region, "billing", "storage-full"))),
                (420, Fleet(enlarged)),
                (430, Fleet(|region, _| status(region, "billing", "storage-optimization"))),
                (590, Fleet(|region, _| status(region, "billing", "available"))),
            ],
            &[
                "RDSStorageFullInLow billing warning",
                "RDSFreeStorageSpaceLow billing warning",
                "RDSStorageFull billing critical",
            ],
        ),
        paged(
            "Transaction ids will be exhausted within two weeks",
            (200, 10),
            330,
            vec![
                (-7 * DAY_MINUTES / 2, Fleet(used)),
                (200, Fleet(|region, _| release(region, "orders", "MaximumUsedTransactionIDs"))),
            ],
            &["RDSTransactionIDsExhaustedInLow orders warning"],
        ),
    ];
    chapters.into_iter().map(|chapter| Chapter { looks_back: true, ..chapter }).collect()
}

fn replication() -> Vec<Chapter> {
    vec![
        paged(
            "Replication broken",
            (110, 10),
            120,
            vec![
                (
                    0,
                    Fleet(|region, _| {
                        hold(region, "shop-replica", "ReplicaLag", -1.0);
                        "error".clone_into(&mut instance(region, "shop-replica").replication_status);
                    }),
                ),
                (
                    60,
                    Fleet(|region, _| {
                        release(region, "shop-replica", "ReplicaLag");
                        "replicating".clone_into(&mut instance(region, "shop-replica").replication_status);
                    }),
                ),
            ],
            &["RDSReplicationBroken shop-replica critical"],
        ),
        paged(
            "A replica falls behind",
            (115, 10),
            120,
            vec![
                (0, Fleet(|region, now| ramp(region, "orders-replica", "ReplicaLag", (2.0, 1_000.0), (now, 600.0)))),
                (60, Fleet(|region, _| release(region, "orders-replica", "ReplicaLag"))),
            ],
            &["RDSReplicaLagHigh orders-replica warning", "RDSReplicaLagHigh orders-replica critical"],
        ),
    ]
}

/// What every engine publishes.
const HEARTBEATS: [&str; 4] = ["CPUUtilization", "DatabaseConnections", "FreeableMemory", "FreeStorageSpace"];

fn states() -> Vec<Chapter> {
    let silent = |region: &mut Region, _: f64| {
        for metric in HEARTBEATS {
            instance(region, "reports").metrics.insert(metric.to_owned(), None);
        }
    };
    let again = |region: &mut Region, _: f64| HEARTBEATS.iter().for_each(|metric| release(region, "reports", metric));
    vec![
        paged(
            "The encryption key of a cluster is out of reach",
            (160, 10),
            90,
            vec![
                (
                    0,
                    Fleet(|region, _| cluster_status(region, "web", "inaccessible-encryption-credentials-recoverable")),
                ),
                (40, Fleet(|region, _| cluster_status(region, "web", "available"))),
            ],
            &["RDSEncryptionKeyInaccessible web critical"],
        ),
        paged(
            "A database fails",
            (270, 3),
            90,
            vec![
                (0, Fleet(|region, _| status(region, "reports", "failed"))),
                (40, Fleet(|region, _| status(region, "reports", "available"))),
            ],
            &["RDSFailed reports critical"],
        ),
        paged(
            "A parameter group cannot be applied",
            (260, 10),
            90,
            vec![
                (0, Fleet(|region, _| "failed-to-apply".clone_into(&mut instance(region, "shop").parameter_status))),
                (50, Fleet(|region, _| "in-sync".clone_into(&mut instance(region, "shop").parameter_status))),
            ],
            &["RDSParameterApplyFailedHigh shop warning"],
        ),
        paged(
            "An available database publishes no metrics",
            (310, 10),
            120,
            vec![(0, Fleet(silent)), (60, Fleet(again))],
            &["RDSNoData reports warning"],
        ),
    ]
}

fn dates() -> Vec<Chapter> {
    vec![
        paged(
            "Backups are no longer stored",
            (210, 10),
            180,
            vec![
                (
                    0,
                    Fleet(|region, now| {
                        #[expect(clippy::cast_possible_truncation, reason = "seconds of a year")]
                        let last = START + now as i64 - 300;
                        instance(region, "ledger").latest_restorable = Some(last);
                    }),
                ),
                (120, Fleet(|region, _| instance(region, "ledger").latest_restorable = None)),
            ],
            &["RDSRestorableLagHigh ledger warning"],
        ),
        paged(
            "Backups are switched off",
            (255, 2),
            90,
            vec![
                (0, Fleet(|region, _| instance(region, "reports").backup_days = 0)),
                (50, Fleet(|region, _| instance(region, "reports").backup_days = 7)),
            ],
            &["RDSBackupRetentionLow reports warning"],
        ),
        paged(
            "Thirty days before a certificate ends that nobody rotated",
            (335, 0),
            90,
            vec![],
            &["RDSCertificateExpiryLow wiki warning"],
        ),
        paged(
            "That certificate is rotated at last",
            (342, 5),
            60,
            vec![
                (0, Fleet(|region, _| status(region, "wiki", "rebooting"))),
                (
                    2,
                    Fleet(|region, _| {
                        status(region, "wiki", "available");
                        instance(region, "wiki").certificate_valid_till = Some(START + 3 * 365 * 86_400);
                    }),
                ),
            ],
            &[],
        ),
    ]
}
