//! What is done to healthy databases. Nobody is paged but for what the owner should know.

use plimsoll::sim::{Instance, Region};

use crate::START;
use crate::calendar::Step::Fleet;
use crate::calendar::{Chapter, Step};
use crate::edit::{cluster_status, hold, instance, ramp, release, restarted, status, tag};

const GIB: f64 = 1_073_741_824.0;
const DAY_MINUTES: i64 = 24 * 60;
const DAY: f64 = 86_400.0;

/// Three years after the begin of the year.
const IN_THREE_YEARS: i64 = START + 3 * 365 * 86_400;

pub(super) fn all() -> Vec<Chapter> {
    let groups = [restarts(), aurora(), blue_green(), storage(), stops(), others()];
    groups.into_iter().flatten().collect()
}

fn quiet(title: &'static str, (day, hour): (i64, i64), minutes: i64, steps: Vec<(i64, Step)>) -> Chapter {
    Chapter { title, day, hour, minutes, looks_back: false, steps, pages: &[] }
}

fn looking_back(title: &'static str, begin: (i64, i64), minutes: i64, steps: Vec<(i64, Step)>) -> Chapter {
    Chapter { looks_back: true, ..quiet(title, begin, minutes, steps) }
}

fn restarts() -> Vec<Chapter> {
    vec![
        quiet(
            "Reboot of a Multi-AZ database with failover",
            (5, 3),
            60,
            vec![
                (0, Fleet(|region, _| status(region, "orders", "rebooting"))),
                (2, Fleet(|region, _| status(region, "orders", "available"))),
            ],
        ),
        quiet(
            "Minor upgrade, 25 minutes without metrics",
            (9, 2),
            90,
            vec![
                (0, Fleet(|region, _| status(region, "billing", "upgrading"))),
                (
                    25,
                    Fleet(|region, _| {
                        status(region, "billing", "available");
                        instance(region, "billing").engine_version = Some("16.9".to_owned());
                    }),
                ),
            ],
        ),
        quiet(
            "Another class for a database",
            (245, 10),
            60,
            vec![
                (0, Fleet(|region, _| status(region, "billing", "modifying"))),
                (10, Fleet(|region, _| status(region, "billing", "rebooting"))),
                (
                    14,
                    Fleet(|region, _| {
                        status(region, "billing", "available");
                        "db.r6g.xlarge".clone_into(&mut instance(region, "billing").class);
                    }),
                ),
            ],
        ),
        quiet(
            "Certificates rotated on all databases but one",
            (230, 5),
            60,
            vec![
                (0, Fleet(|region, _| of_rotation(region, |one| "rebooting".clone_into(&mut one.status)))),
                (
                    2,
                    Fleet(|region, _| {
                        of_rotation(region, |one| {
                            "available".clone_into(&mut one.status);
                            one.certificate_valid_till = Some(IN_THREE_YEARS);
                        });
                    }),
                ),
            ],
        ),
    ]
}

fn of_rotation(region: &mut Region, edit: fn(&mut Instance)) {
    let instances = region.instances.iter_mut().filter(|(id, one)| *id != "wiki" && one.cluster.is_none());
    instances.for_each(|(_, instance)| edit(instance));
    let members = region.instances.values_mut().filter(|one| one.cluster.is_some());
    // Aurora rotates without a restart.
    members.for_each(|member| member.certificate_valid_till = Some(IN_THREE_YEARS));
}

fn aurora() -> Vec<Chapter> {
    vec![
        Chapter {
            pages: &["RDSEngineUptimeLow web-1 warning"],
            ..quiet(
                "Failover of an Aurora cluster: its old writer restarts",
                (55, 11),
                90,
                vec![
                    (
                        0,
                        Fleet(|region, _| {
                            region.clusters.get_mut("web").unwrap().writer = Some("web-2".to_owned());
                            status(region, "web-1", "rebooting");
                        }),
                    ),
                    (
                        1,
                        Fleet(|region, now| {
                            status(region, "web-1", "available");
                            restarted(region, "web-1", now);
                        }),
                    ),
                ],
            )
        },
        quiet(
            "Upgrade of an Aurora cluster, muted by a tag",
            (60, 5),
            120,
            vec![
                (-20, Fleet(|region, _| mute(region, "web", Some("daily 04:30-07:00")))),
                (0, Fleet(|region, _| cluster_status(region, "web", "upgrading"))),
                (
                    12,
                    Fleet(|region, now| {
                        cluster_status(region, "web", "available");
                        restarted(region, "web-1", now);
                        restarted(region, "web-2", now);
                    }),
                ),
                (118, Fleet(|region, _| mute(region, "web", None))),
            ],
        ),
    ]
}

fn mute(region: &mut Region, cluster: &str, value: Option<&str>) {
    let tags = &mut region.clusters.get_mut(cluster).unwrap().tags;
    match value {
        Some(value) => tags.insert("plimsoll/mute".to_owned(), value.to_owned()),
        None => tags.remove("plimsoll/mute"),
    };
}

fn blue_green() -> Vec<Chapter> {
    let green = |region: &mut Region, _| {
        let blue = instance(region, "shop").clone();
        let status = "creating".to_owned();
        let resource_id = Some("db-GREEN".to_owned());
        let green = Instance { status, source: Some("shop".to_owned()), resource_id, ..blue };
        region.instances.insert("shop-green-a1".to_owned(), green);
    };
    let switched = |region: &mut Region, _| {
        let blue = region.instances.remove("shop").unwrap();
        let green = region.instances.remove("shop-green-a1").unwrap();
        let resource_id = Some("db-BLUE".to_owned());
        region.instances.insert("shop-old1".to_owned(), Instance { resource_id, ..blue });
        region.instances.insert("shop".to_owned(), Instance { source: None, ..green });
    };
    vec![quiet(
        "Blue/green deployment with switchover",
        (66, 10),
        180,
        vec![
            (0, Fleet(green)),
            (20, Fleet(|region, _| status(region, "shop-green-a1", "available"))),
            (60, Fleet(|region, _| status(region, "shop-green-a1", "switchover-in-progress"))),
            (62, Fleet(switched)),
            (64, Fleet(|region, _| status(region, "shop", "available"))),
            (120, Fleet(|region, _| status(region, "shop-old1", "deleting"))),
            (126, Fleet(|region, _| drop(region.instances.remove("shop-old1")))),
        ],
    )]
}

fn storage() -> Vec<Chapter> {
    vec![
        quiet(
            "Snapshots of every database",
            (72, 3),
            60,
            vec![
                (0, Fleet(|region, _| each_status(region, "backing-up"))),
                (18, Fleet(|region, _| each_status(region, "available"))),
            ],
        ),
        looking_back(
            "Storage enlarged: the level rises before the free space does",
            (80, 10),
            180,
            vec![
                (-DAY_MINUTES, Fleet(|region, _| hold(region, "orders", "FreeStorageSpace", 50.0 * GIB))),
                (0, Fleet(|region, _| status(region, "orders", "modifying"))),
                (5, Fleet(|region, _| instance(region, "orders").storage = 300)),
                (12, Fleet(|region, _| hold(region, "orders", "FreeStorageSpace", 150.0 * GIB))),
                (15, Fleet(|region, _| status(region, "orders", "storage-optimization"))),
                (160, Fleet(|region, _| status(region, "orders", "available"))),
            ],
        ),
        looking_back(
            "Storage that grows by itself when a tenth is free",
            (90, 2),
            120,
            vec![
                (
                    -10 * DAY_MINUTES,
                    Fleet(|region, now| {
                        let course = (55.0 * GIB, 10.0 * GIB);
                        ramp(region, "grower", "FreeStorageSpace", course, (now, 10.0 * DAY));
                    }),
                ),
                (0, Fleet(|region, _| status(region, "grower", "modifying"))),
                (3, Fleet(|region, _| instance(region, "grower").storage = 110)),
                (5, Fleet(|region, _| hold(region, "grower", "FreeStorageSpace", 20.0 * GIB))),
                (8, Fleet(|region, _| status(region, "grower", "storage-optimization"))),
                (100, Fleet(|region, _| status(region, "grower", "available"))),
            ],
        ),
    ]
}

fn each_status(region: &mut Region, status: &str) {
    region.instances.values_mut().for_each(|instance| status.clone_into(&mut instance.status));
}

/// When the stopped database starts by itself: midnight of day 135.
const RESTART: i64 = START + 135 * 86_400;

fn stops() -> Vec<Chapter> {
    vec![
        quiet(
            "A database stopped for the week",
            (128, 1),
            60,
            vec![
                (0, Fleet(|region, _| status(region, "archive", "stopping"))),
                (
                    6,
                    Fleet(|region, _| {
                        status(region, "archive", "stopped");
                        instance(region, "archive").automatic_restart = Some(RESTART);
                    }),
                ),
            ],
        ),
        Chapter {
            pages: &["RDSAutomaticRestartLow archive warning"],
            ..quiet("A day before it starts by itself", (134, 0), 60, vec![])
        },
        quiet(
            "The stopped database starts by itself",
            (135, 0),
            90,
            vec![
                (0, Fleet(|region, _| status(region, "archive", "starting"))),
                (12, Fleet(|region, _| status(region, "archive", "available"))),
            ],
        ),
        quiet(
            "Stopped and started again",
            (140, 20),
            180,
            vec![
                (0, Fleet(|region, _| status(region, "office", "stopping"))),
                (
                    5,
                    Fleet(|region, _| {
                        status(region, "office", "stopped");
                        instance(region, "office").automatic_restart = Some(START + 147 * 86_400);
                    }),
                ),
                (100, Fleet(|region, _| status(region, "office", "starting"))),
                (110, Fleet(|region, _| status(region, "office", "available"))),
            ],
        ),
    ]
}

fn others() -> Vec<Chapter> {
    let replica = |region: &mut Region, now: f64| {
        let source = Some("orders".to_owned());
        let like = Instance { source, status: "creating".to_owned(), ..instance(region, "billing").clone() };
        region.instances.insert("orders-copy".to_owned(), like);
        ramp(region, "orders-copy", "ReplicaLag", (1_500.0, 0.0), (now + 1_800.0, 480.0));
    };
    let restored = |region: &mut Region, _| {
        let like = Instance { status: "creating".to_owned(), ..instance(region, "orders").clone() };
        region.instances.insert("orders-restored".to_owned(), like);
        hold(region, "orders-restored", "ReadLatency", 0.015);
    };
    vec![
        quiet(
            "A replica is made, catches up, is promoted and deleted",
            (120, 10),
            240,
            vec![
                (0, Fleet(replica)),
                (30, Fleet(|region, _| status(region, "orders-copy", "available"))),
                (120, Fleet(|region, _| status(region, "orders-copy", "rebooting"))),
                (
                    123,
                    Fleet(|region, _| {
                        status(region, "orders-copy", "available");
                        instance(region, "orders-copy").source = None;
                        release(region, "orders-copy", "ReplicaLag");
                    }),
                ),
                (200, Fleet(|region, _| drop(region.instances.remove("orders-copy")))),
            ],
        ),
        quiet(
            "A database restored from a snapshot, and deleted",
            (150, 10),
            240,
            vec![
                (0, Fleet(restored)),
                (30, Fleet(|region, _| status(region, "orders-restored", "backing-up"))),
                (45, Fleet(|region, _| status(region, "orders-restored", "available"))),
                (200, Fleet(|region, _| status(region, "orders-restored", "deleting"))),
                (210, Fleet(|region, _| drop(region.instances.remove("orders-restored")))),
            ],
        ),
        quiet(
            "A batch keeps the processor busy for five minutes",
            (12, 14),
            60,
            vec![
                (0, Fleet(|region, _| hold(region, "orders", "CPUUtilization", 97.0))),
                (5, Fleet(|region, _| release(region, "orders", "CPUUtilization"))),
            ],
        ),
        quiet(
            "A processor is busy for an hour, muted by a tag",
            (280, 10),
            120,
            vec![
                (-10, Fleet(|region, _| tag(region, "ledger", "plimsoll/mute", Some("daily 09:45-11:30")))),
                (0, Fleet(|region, _| hold(region, "ledger", "CPUUtilization", 99.0))),
                (60, Fleet(|region, _| release(region, "ledger", "CPUUtilization"))),
                (110, Fleet(|region, _| tag(region, "ledger", "plimsoll/mute", None))),
            ],
        ),
        quiet(
            "A database is deleted",
            (290, 10),
            60,
            vec![
                (0, Fleet(|region, _| status(region, "scratch", "deleting"))),
                (6, Fleet(|region, _| drop(region.instances.remove("scratch")))),
            ],
        ),
    ]
}
