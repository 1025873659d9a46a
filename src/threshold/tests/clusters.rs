//! For which resources the tags of clusters and of their members count.

use super::*;
use crate::resource::{Facts, Role};

#[test]
fn a_cluster_reports_its_own_tags_and_has_no_instance_levels() {
    let tags: Tags = &[
        ("plimsoll/AuroraReplicaLag", "1s"),
        ("plimsoll/CPUUtilization", "high"),
        ("plimsoll/FreeStorageSpace", "10GiB"),
        ("plimsoll/Nonsense", "1"),
        ("Plimsoll/X", "1"),
    ];
    let expected = [
        "Plimsoll/X = 1: near_miss",
        "plimsoll/CPUUtilization = high: not_a_number",
        "plimsoll/FreeStorageSpace = 10GiB: not_published",
        "plimsoll/Nonsense = 1: unknown_metric",
    ];
    check_all(&cluster(tags), None, &silent(), &[], &expected);
    let inherited = ["AuroraReplicaLag critical 1000 cluster_tag"];
    check_all(&member(&[]), Some(&cluster(tags)), &silent(), &[], &inherited);
}

#[test]
fn a_cluster_reports_what_no_member_can_have() {
    let check = |engine, tags: Tags, expected: &[&str]| {
        check_all(&resource(Kind::DB_CLUSTER, engine, "cluster", tags), None, &silent(), &[], expected);
        let member = resource(Kind::DB_INSTANCE, engine, "member", &[]).described;
        let member = Described::clone(&member);
        let member = fixture::without_limits(Described { cluster: Some("cluster".into()), ..member });
        check_all(&member, Some(&resource(Kind::DB_CLUSTER, engine, "cluster", tags)), &silent(), &[], &[]);
    };
    check(
        Engine::AuroraPostgresql,
        &[
            ("plimsoll/BurstBalance/critical", "10"),
            ("plimsoll/FreeStorageSpace", "10pct"),
            ("plimsoll/ReplicaLag", "60"),
            ("plimsoll/TempDbLogFileUsage", "80"),
        ],
        &[
            "plimsoll/BurstBalance/critical = 10: not_published",
            "plimsoll/FreeStorageSpace = 10pct: not_published",
            "plimsoll/ReplicaLag = 60: not_published",
            "plimsoll/TempDbLogFileUsage = 80: not_published",
        ],
    );
    // Members of another class or role have these, and nothing is wrong with `off`.
    check(
        Engine::AuroraMysql,
        &[
            ("plimsoll/CPUCreditBalance", "20"),
            ("plimsoll/ServerlessDatabaseCapacity", "50pct"),
            ("plimsoll/FreeStorageSpace", "off"),
        ],
        &[],
    );
    check(Engine::Postgres, &[("plimsoll/AuroraReplicaLag", "1s")], &["plimsoll/AuroraReplicaLag = 1s: not_published"]);
}

#[test]
fn levels_of_a_cluster_stand_where_its_metrics_are() {
    let cluster = cluster(&[("plimsoll/VolumeBytesUsed", "10TiB"), ("plimsoll/ServerlessDatabaseCapacity", "12/14")]);
    check_all(&cluster, None, &silent(), &[], &["VolumeBytesUsed critical 10995116277760 resource_tag"]);
    let inherited = ["ServerlessDatabaseCapacity warning 12", "ServerlessDatabaseCapacity critical 14"];
    let serverless = fixture::without_limits(Described {
        class: "db.serverless".into(),
        ..Described::clone(&member(&[]).described)
    });
    check_all(
        &serverless,
        Some(&cluster),
        &silent(),
        &[],
        &inherited.map(|level| format!("{level} cluster_tag")).each_ref().map(String::as_str),
    );
    let own: Tags = &[("plimsoll/VolumeBytesUsed", "10TiB")];
    check_all(&member(own), None, &silent(), &[], &["plimsoll/VolumeBytesUsed = 10TiB: not_published"]);
}

#[test]
fn a_level_for_the_other_role_waits_without_an_issue() {
    let level: Tags = &[("plimsoll/AuroraReplicaLag", "1s")];
    let member = |role| {
        let facts = Facts { role: Some(role), ..Facts::default() };
        fixture::without_limits(Described {
            cluster: Some("cluster".into()),
            facts,
            ..Described::clone(&member(level).described)
        })
    };
    check_all(&member(Role::Reader), None, &silent(), &[], &["AuroraReplicaLag critical 1000 resource_tag"]);
    check_all(&member(Role::Writer), None, &silent(), &[], &[]);
}

#[test]
fn unread_tags_of_a_cluster_are_one_issue() {
    let mut resolved = resolve(&member(&[]), None, &silent(), &Selection::of(&silent()), "default");
    resolved.miss_cluster("shop");
    assert_eq!(print(&resolved, &silent()), [" = shop: cluster_tags_unreadable"]);
}
