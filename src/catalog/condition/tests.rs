use super::*;
use crate::catalog::tests::instance;
use crate::resource::{Facts, Kind};

#[track_caller]
fn check(condition: Condition, resource: &Described, expected: bool) {
    assert_eq!(condition.holds(resource), expected, "{condition:?} on {resource:#?}");
}

#[track_caller]
fn check_class(condition: Condition, engine: &str, class: &str, expected: bool) {
    check(condition, &instance(engine, class), expected);
}

#[track_caller]
fn check_facts(condition: Condition, facts: Facts, expected: bool) {
    check(condition, &Described { facts, ..instance("mysql", "db.m6g.large") }, expected);
}

#[track_caller]
fn check_version(condition: Condition, version: &str, expected: bool) {
    let resource = Described { engine_version: version.into(), ..instance("aurora-mysql", "db.r6g.large") };
    check(condition, &resource, expected);
}

#[test]
fn cpu_credits_belong_to_t_classes() {
    for (class, burstable, throttled, unlimited) in [
        ("db.t1.micro", true, false, false),
        ("db.t2.micro", true, true, false),
        ("db.t3.medium", true, false, true),
        ("db.t4g.large", true, false, true),
        ("db.t9x.large", true, false, true),
        ("db.m6g.large", false, false, false),
        ("db.serverless", false, false, false),
        ("", true, true, true),
    ] {
        check_class(Condition::BurstableClass, "mysql", class, burstable);
        check_class(Condition::ThrottledClass, "mysql", class, throttled);
        check_class(Condition::UnlimitedClass, "mysql", class, unlimited);
    }
}

#[test]
fn serverless_is_a_class_and_on_clusters_a_fact() {
    let cluster = |serverless| Described {
        kind: Kind::DB_CLUSTER,
        facts: Facts { serverless, ..Facts::default() },
        ..instance("aurora-mysql", "")
    };
    let holds = |serverless| Condition::Serverless.holds(&cluster(serverless));
    assert_eq!([Some(true), Some(false), None].map(holds), [true, false, true]);
    check_class(Condition::Serverless, "aurora-mysql", "db.serverless", true);
    check_class(Condition::Serverless, "aurora-mysql", "db.r6g.large", false);
    check_class(Condition::Serverless, "aurora-mysql", "", true);
}

#[test]
fn local_disks_show_in_the_class() {
    for class in
        ["db.m5d.large", "db.m6gd.large", "db.r6id.4xlarge", "db.r8gd.large", "db.x2iedn.xlarge", "db.x2idn.xlarge", ""]
    {
        check_class(Condition::InstanceStore, "mysql", class, true);
        check_class(Condition::LocalStorage, "mysql", class, true);
    }
    for class in ["db.m5.large", "db.r6i.large", "db.x2iezn.xlarge", "db.r6in.large", "db.serverless"] {
        check_class(Condition::InstanceStore, "mysql", class, false);
        check_class(Condition::LocalStorage, "mysql", class, false);
    }
    check_class(Condition::LocalStorage, "aurora-postgresql", "db.r6g.large", true);
    check_class(Condition::LocalStorage, "aurora-postgresql", "db.serverless", false);
}

#[test]
fn disk_credits_belong_to_classes_with_a_lower_baseline() {
    check_class(Condition::BurstableEbs, "mysql", "db.m6g.large", true);
    check_class(Condition::BurstableEbs, "mysql", "db.t3.micro", true);
    check_class(Condition::BurstableEbs, "mysql", "db.r5.24xlarge", false);
    check_class(Condition::BurstableEbs, "oracle", "db.r5.12xlarge.tpc2.mem2x", false);
    check_class(Condition::BurstableEbs, "mysql", "db.m99.large", true);
}

#[test]
fn swap_is_not_measured_on_some_aurora_classes() {
    check_class(Condition::SwapMeasured, "postgres", "db.r7g.large", true);
    check_class(Condition::SwapMeasured, "aurora-mysql", "db.r6g.large", true);
    check_class(Condition::SwapMeasured, "aurora-mysql", "db.r3.large", false);
    check_class(Condition::SwapMeasured, "aurora-mysql", "db.r4.large", false);
    check_class(Condition::SwapMeasured, "aurora-mysql", "db.r7g.large", false);
    check_class(Condition::SwapMeasured, "aurora-postgresql", "db.r7g.large", false);
    check_class(Condition::SwapMeasured, "aurora-postgresql", "db.r4.large", true);
    check_class(Condition::SwapMeasured, "aurora-mysql", "", true);
}

#[test]
fn gp2_bursts_below_the_size_whose_baseline_is_the_maximum() {
    let check = |engine, storage: Option<&str>, gib: Option<f64>, expected| {
        let mut resource = instance(engine, "db.m6g.large");
        resource.facts.storage_type = storage.map(Into::into);
        resource.figures.allocated_storage_bytes = gib.map(|gib| gib * GIB);
        check(Condition::BurstingGp2, &resource, expected);
    };
    check("mysql", Some("gp2"), Some(100.0), true);
    check("mysql", Some("gp2"), Some(3_999.0), true);
    check("mysql", Some("gp2"), Some(4_000.0), false);
    check("oracle", Some("gp2"), Some(1_500.0), true);
    check("sqlserver-se", Some("gp2"), Some(999.0), true);
    check("sqlserver-se", Some("gp2"), Some(1_000.0), false);
    check("mysql", Some("gp3"), Some(100.0), false);
    check("mysql", Some("gp2"), None, true);
    check("mysql", None, Some(100.0), true);
}

#[test]
fn switches_hold_unless_describe_says_off() {
    let some = Facts::default;
    check_facts(Condition::Backups, Facts { backup_retention_days: Some(7), ..some() }, true);
    check_facts(Condition::Backups, Facts { backup_retention_days: Some(0), ..some() }, false);
    check_facts(Condition::Backups, some(), true);
    check_facts(Condition::PerformanceInsights, Facts { performance_insights: Some(true), ..some() }, true);
    check_facts(Condition::PerformanceInsights, Facts { performance_insights: Some(false), ..some() }, false);
    check_facts(Condition::PerformanceInsights, some(), true);
    check_facts(Condition::Backtrack, Facts { backtrack: Some(true), ..some() }, true);
    check_facts(Condition::Backtrack, Facts { backtrack: Some(false), ..some() }, false);
    check_facts(Condition::Backtrack, some(), true);
    check_facts(Condition::WriteForwarding, Facts { write_forwarding: Some(true), ..some() }, true);
    check_facts(Condition::WriteForwarding, Facts { write_forwarding: Some(false), ..some() }, false);
    check_facts(Condition::WriteForwarding, some(), true);
    check_facts(Condition::ClusterReplicates, Facts { cluster_replicates: Some(true), ..some() }, true);
    check_facts(Condition::ClusterReplicates, Facts { cluster_replicates: Some(false), ..some() }, false);
    check_facts(Condition::ClusterReplicates, some(), true);
    check_facts(Condition::DedicatedLogVolume, Facts { dedicated_log_volume: true, ..some() }, true);
    check_facts(Condition::DedicatedLogVolume, some(), false);
}

#[test]
fn roles() {
    let role = |role| Facts { role, ..Facts::default() };
    check_facts(Condition::Writer, role(Some(Role::Writer)), true);
    check_facts(Condition::Writer, role(Some(Role::Reader)), false);
    check_facts(Condition::Writer, role(None), true);
    check_facts(Condition::Reader, role(Some(Role::Writer)), false);
    check_facts(Condition::Reader, role(Some(Role::Reader)), true);
    check_facts(Condition::Reader, role(None), true);
}

#[test]
fn replicas_are_read_replicas_and_readers_of_multi_az_clusters() {
    let check = |cluster: Option<&str>, facts, expected| {
        let cluster = cluster.map(Into::into);
        check(Condition::Replica, &Described { cluster, facts, ..instance("postgres", "db.m6gd.large") }, expected);
    };
    let role = |role| Facts { role, ..Facts::default() };
    check(None, Facts::default(), false);
    check(None, Facts { is_replica: true, ..Facts::default() }, true);
    check(Some("orders"), role(Some(Role::Reader)), true);
    check(Some("orders"), role(Some(Role::Writer)), false);
    check(Some("orders"), role(None), true);
}

#[test]
fn aurora_mysql_versions() {
    let from = |oldest| Condition::AuroraMysqlFrom(oldest);
    check_version(from(&[(3, 8, 0)]), "8.0.mysql_aurora.3.08.0", true);
    check_version(from(&[(3, 8, 0)]), "8.0.mysql_aurora.3.10.1", true);
    check_version(from(&[(3, 8, 0)]), "8.0.mysql_aurora.3.07.1", false);
    check_version(from(&[(3, 6, 1)]), "8.0.mysql_aurora.3.06.0", false);
    check_version(from(&[(3, 6, 1)]), "8.0.mysql_aurora.3.06.1", true);
    check_version(from(&[(2, 11, 0), (3, 8, 0)]), "5.7.mysql_aurora.2.11.2", true);
    check_version(from(&[(2, 11, 0), (3, 8, 0)]), "5.7.mysql_aurora.2.10.3", false);
    check_version(from(&[(2, 11, 0), (3, 8, 0)]), "8.0.mysql_aurora.3.04.0", false);
    check_version(from(&[(2, 0, 0)]), "8.0.mysql_aurora.3.04.0", false);
    check_version(from(&[(3, 0, 0)]), "5.7.mysql_aurora.2.12", false);
    check_version(from(&[(2, 0, 0)]), "5.7.mysql_aurora.2.12", true);
    for undecided in ["", "8.0", "8.0.mysql_aurora.", "8.0.mysql_aurora.next", "8.4.mysql_aurora.4.01.0"] {
        check_version(from(&[(2, 0, 0)]), undecided, true);
    }
}

#[test]
fn what_describe_cannot_show_holds_only_for_who_names_it() {
    let mut resource = instance("aurora-mysql", "db.r6g.large");
    resource.facts.cluster_replicates = Some(false);
    resource.facts.global_database = Some(false);
    for (condition, may_hold, may_hold_unseen) in [
        (Condition::OnlyWhenNamed, true, true),
        (Condition::ClusterReplicates, false, true),
        (Condition::GlobalDatabase, false, true),
        (Condition::Serverless, false, false),
    ] {
        check(condition, &resource, false);
        let found = (condition.may_hold(&resource), condition.may_hold_unseen(&resource));
        assert_eq!(found, (may_hold, may_hold_unseen), "{condition:?}");
    }
    assert!(Condition::LocalStorage.may_hold(&resource));
}
