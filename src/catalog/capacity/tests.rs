//! What Describe says in, limits and their source out.

use super::*;
use crate::resource::{Facts, Kind, Ordered, Processors, Setting, Volume, fixture};

type Set<'a> = Option<&'a (Setting, LimitSource)>;

const MIB: f64 = 1_048_576.0;

fn instance(engine: Engine, class: &str, ordered: Ordered) -> Described {
    let facts = Facts { ordered, ..Facts::default() };
    Described { engine, class: class.into(), facts, ..fixture::instance("orders") }
}

fn filled(resource: &Described) -> Capacity {
    capacity(resource, None, &[], None)
}

fn value_and_source(limit: Option<Limit>) -> Option<(f64, &'static str)> {
    limit.map(|limit| (limit.value, limit.source.name()))
}

fn disk(storage_type: &str, gib: f64, iops: Option<f64>, mib_per_second: Option<f64>) -> Ordered {
    let volume = Volume { storage_type: storage_type.into(), gib, iops, mib_per_second, ..Volume::default() };
    Ordered { volumes: vec![volume], ..Ordered::default() }
}

#[test]
fn memory_processors_and_network_come_from_the_class() {
    let capacity = filled(&instance(Engine::Postgres, "db.r6g.2xlarge", Ordered::default()));
    assert_eq!(value_and_source(capacity.memory_bytes), Some((64.0 * GIB, "class")));
    assert_eq!(value_and_source(capacity.vcpus), Some((8.0, "class")));
    assert_eq!(value_and_source(capacity.network), Some((2.5e9 / 8.0, "class")));
    let unknown = filled(&instance(Engine::Postgres, "db.m99.large", disk("gp3", 100.0, None, None)));
    assert_eq!(unknown, Capacity::default(), "nothing is guessed of a class that nobody knows");
}

#[test]
fn processor_features_win_over_the_class() {
    let check = |(engine, class), cores, threads_per_core, expected| {
        let ordered = Ordered { processors: Processors { cores, threads_per_core }, ..Ordered::default() };
        assert_eq!(
            value_and_source(filled(&instance(engine, class, ordered)).vcpus),
            expected,
            "{class} {cores:?} {threads_per_core:?}"
        );
    };
    let features = |count| Some((count, "processor_features"));
    let (oracle, sqlserver) = ((Engine::Oracle, "db.r6i.4xlarge"), (Engine::Sqlserver, "db.m7i.4xlarge"));
    check(oracle, None, None, Some((16.0, "class")));
    check(oracle, Some(2), Some(1), features(2.0));
    // What was not ordered is the class's default: 8 cores with 2 threads.
    check(oracle, Some(4), None, features(8.0));
    check(oracle, None, Some(1), features(8.0));
    // 8 cores with 1 thread.
    check(sqlserver, Some(4), None, features(4.0));
    check(sqlserver, None, Some(2), features(16.0));
    check((Engine::Oracle, "db.m99.4xlarge"), Some(4), Some(2), features(8.0));
    check((Engine::Oracle, "db.m99.4xlarge"), Some(4), None, None);
}

#[test]
fn newer_classes_run_one_thread_for_each_core_on_sql_server() {
    let check = |engine, class, expected| {
        let vcpus = filled(&instance(engine, class, Ordered::default())).vcpus;
        assert_eq!(vcpus.map(|limit| limit.value), Some(expected), "{engine:?} {class}");
    };
    check(Engine::Sqlserver, "db.m7i.8xlarge", 16.0);
    check(Engine::Sqlserver, "db.x2m.2xlarge", 4.0);
    check(Engine::Sqlserver, "db.m7i.xlarge", 4.0);
    check(Engine::Sqlserver, "db.m6i.8xlarge", 32.0);
    check(Engine::Postgres, "db.m7i.8xlarge", 32.0);
}

#[test]
fn the_user_describes_a_class() {
    let described = DescribedClass { name: "db.m99.large".to_owned(), memory_bytes: 16.0 * GIB, vcpus: 4 };
    let resource = instance(Engine::Postgres, "db.m99.large", disk("gp3", 100.0, None, None));
    let capacity = capacity(&resource, None, &[described], None);
    assert_eq!(value_and_source(capacity.memory_bytes), Some((16.0 * GIB, "configured")));
    assert_eq!(value_and_source(capacity.vcpus), Some((4.0, "configured")));
    assert_eq!(value_and_source(capacity.max_connections), Some((1622.0, "formula")));
    assert_eq!(value_and_source(capacity.iops), Some((3_000.0, "storage_type")), "without a cap that nobody described");
}

#[test]
fn serverless_goes_by_the_most_capacity_of_its_cluster() {
    let ordered = Ordered { capacity_units: Some((0.5, 16.0)), ..Ordered::default() };
    let cluster = Described { kind: Kind::DB_CLUSTER, ..instance(Engine::AuroraPostgresql, "", ordered) };
    let member = instance(Engine::AuroraPostgresql, "db.serverless", Ordered::default());
    let member = capacity(&member, Some(&cluster), &[], None);
    assert_eq!(value_and_source(member.memory_bytes), Some((32.0 * GIB, "described")));
    assert_eq!(value_and_source(member.max_capacity_units), Some((16.0, "described")));
    assert_eq!(value_and_source(member.max_connections), Some((2_000.0, "formula")), "it may shrink to half a unit");
    assert_eq!(value_and_source(member.vcpus), None);

    let provisioned = instance(Engine::AuroraPostgresql, "db.r6g.large", Ordered::default());
    let provisioned = capacity(&provisioned, Some(&cluster), &[], None);
    assert_eq!(value_and_source(provisioned.memory_bytes), Some((16.0 * GIB, "class")));
    assert_eq!(value_and_source(provisioned.max_capacity_units), None);

    let cluster = filled(&cluster);
    assert_eq!(value_and_source(cluster.max_capacity_units), Some((16.0, "described")));
    assert_eq!(value_and_source(cluster.memory_bytes), None, "a cluster has no memory of its own");
}

#[test]
fn a_log_volume_has_one_size() {
    let facts = Facts { dedicated_log_volume: true, ..Facts::default() };
    let capacity = filled(&Described { facts, ..fixture::instance("orders") });
    assert_eq!(value_and_source(capacity.log_volume_bytes), Some((1024.0 * GIB, "storage_type")));
    assert_eq!(filled(&fixture::instance("orders")).log_volume_bytes, None);
}

/// An instance of an engine with a version and that much memory in GiB.
fn sized((engine, version, gib): (Engine, &str, f64), ordered: Ordered, set: Set) -> Option<(f64, &'static str)> {
    let class = DescribedClass { name: "db.any".to_owned(), memory_bytes: gib * GIB, vcpus: 4 };
    let resource = Described { engine_version: version.into(), ..instance(engine, "db.any", ordered) };
    value_and_source(capacity(&resource, None, &[class], set).max_connections)
}

#[test]
fn connections_that_somebody_set_win_over_the_formula() {
    let resource = instance(Engine::Postgres, "db.m6g.large", Ordered::default());
    let check = |set: Set, expected| {
        assert_eq!(value_and_source(capacity(&resource, None, &[], set).max_connections), expected);
    };
    check(Some(&(Setting::Number(300.0), LimitSource::Tag)), Some((300.0, "tag")));
    check(Some(&(Setting::Number(700.0), LimitSource::ParameterGroup)), Some((700.0, "parameter_group")));
    check(Some(&(Setting::Unset, LimitSource::ParameterGroup)), Some((811.0, "formula")));
    check(None, Some((811.0, "formula")));
}

/// The limits that AWS publishes are never overstated, and never understated by more than half.
#[test]
fn formulas_stay_a_little_below_what_aws_publishes() {
    let check = |engine, gib: f64, published: f64| {
        let (estimate, _) = sized((engine, "", gib), Ordered::default(), None).unwrap();
        let share = estimate / published;
        assert!((0.5..=1.0).contains(&share), "{engine:?} with {gib} GiB: {estimate} of {published}");
    };
    check(Engine::Mysql, 1.0, 60.0);
    let serverless = [
        (2.0, 90.0, 189.0),
        (8.0, 135.0, 823.0),
        (16.0, 1_000.0, 1_669.0),
        (32.0, 2_000.0, 3_360.0),
        (64.0, 3_000.0, 5_000.0),
        (128.0, 4_000.0, 5_000.0),
        (256.0, 5_000.0, 5_000.0),
    ];
    for (gib, mysql, postgres) in serverless {
        check(Engine::AuroraMysql, gib, mysql);
        check(Engine::AuroraPostgresql, gib, postgres);
    }
    check(Engine::AuroraMysql, 768.0, 7_000.0);
}

#[test]
fn every_engine_has_its_formula() {
    let check = |engine, version: &str, gib: f64, expected: Option<f64>| {
        let limit = sized((engine, version, gib), Ordered::default(), None);
        assert_eq!(limit, expected.map(|limit| (limit, "formula")), "{engine:?} {version}");
    };
    check(Engine::Mysql, "8.4.6", 8.0, Some(614.0));
    check(Engine::Mariadb, "10.4.34", 8.0, Some(614.0));
    check(Engine::Mariadb, "11.8.3", 8.0, Some(307.0));
    check(Engine::Mariadb, "11.8.3", 1024.0, Some(12_000.0));
    check(Engine::Postgres, "17.6", 8.0, Some(811.0));
    check(Engine::Postgres, "17.6", 64.0, Some(5_000.0));
    check(Engine::Oracle, "19", 8.0, Some(783.0));
    check(Engine::Oracle, "19", 512.0, Some(20_000.0));
    check(Engine::Sqlserver, "16", 8.0, Some(32_767.0));
    check(Engine::Db2, "11.5", 8.0, Some(64_000.0));
    check(Engine::Other, "", 8.0, None);
    check(Engine::AuroraMysql, "8.0", 0.5, None);
    let unknown = instance(Engine::Postgres, "db.m99.large", Ordered::default());
    assert_eq!(filled(&unknown).max_connections, None);
}

#[test]
fn a_formula_that_somebody_set_is_estimated_and_never_replaced_by_the_engines() {
    let check = |engine, text: &str, expected: Option<f64>| {
        let set = (Setting::formula(text), LimitSource::ParameterGroupFormula);
        let expected = expected.map(|limit| (limit, "parameter_group_formula"));
        assert_eq!(sized((engine, "", 64.0), Ordered::default(), Some(&set)), expected, "{text}");
    };
    check(Engine::Postgres, "LEAST({DBInstanceClassMemory/9531392},300)", Some(300.0));
    check(Engine::Postgres, "LEAST({DBInstanceClassMemory/9531392},9000)", Some(6_488.0));
    check(Engine::Postgres, "{DBInstanceVCPU*50}", Some(200.0));
    check(Engine::Oracle, "GREATEST({DBInstanceClassMemory/9868951},80)", Some(6_266.0));
    check(Engine::Oracle, "{DBInstanceClassMemory/1000}", Some(20_000.0));
    check(Engine::AuroraMysql, "{DBInstanceClassMemory/1000}", Some(16_000.0));
    check(Engine::Other, "{DBInstanceVCPU*50}", Some(200.0));
    check(Engine::Postgres, "SUM({AllocatedStorage/1073741824},100)", None);
    check(Engine::Postgres, "a lot", None);
    check(Engine::Mysql, "0", None);
    check(Engine::Mysql, &format!("{}5000", " ".repeat(300)), None);
    let set = (Setting::formula("{DBInstanceClassMemory/9531392}"), LimitSource::ParameterGroupFormula);
    let unknown = instance(Engine::Postgres, "db.m99.large", Ordered::default());
    assert_eq!(capacity(&unknown, None, &[], Some(&set)).max_connections, None);
}

#[test]
fn a_formula_counts_the_first_volume_and_on_serverless_the_most_memory() {
    let mut ordered = disk("gp3", 100.0, None, None);
    ordered.volumes.extend(disk("gp3", 400.0, None, None).volumes);
    let set = (Setting::formula("{AllocatedStorage/1073741824}"), LimitSource::PendingParameterGroup);
    let limit = sized((Engine::Oracle, "", 64.0), ordered, Some(&set));
    assert_eq!(limit, Some((100.0, "pending_parameter_group")));

    let check = |least: f64, expected: f64| {
        let ordered = Ordered { capacity_units: Some((least, 16.0)), ..Ordered::default() };
        let cluster = Described { kind: Kind::DB_CLUSTER, ..instance(Engine::AuroraPostgresql, "", ordered) };
        let formula = Setting::formula("{DBInstanceClassMemory/9531392}");
        let set = (formula, LimitSource::ParameterGroupFormula);
        let member = instance(Engine::AuroraPostgresql, "db.serverless", Ordered::default());
        let member = capacity(&member, Some(&cluster), &[], Some(&set));
        assert_eq!(
            value_and_source(member.max_connections),
            Some((expected, "parameter_group_formula")),
            "from {least}"
        );
    };
    check(2.0, 3_244.0);
    check(0.5, 2_000.0);
}

#[track_caller]
fn check_disk(engine: Engine, class: &str, ordered: Ordered, iops: (f64, &str), mib: (f64, &str)) {
    let capacity = filled(&instance(engine, class, ordered));
    assert_eq!(value_and_source(capacity.iops), Some(iops));
    assert_eq!(value_and_source(capacity.throughput).map(|(bytes, source)| (bytes / MIB, source)), Some(mib));
}

#[test]
fn gp3_has_a_baseline_that_can_be_raised() {
    let large = "db.m6g.16xlarge";
    let check = |engine, ordered, iops, mib| check_disk(engine, large, ordered, iops, mib);
    let (given, usual) = ("described", "storage_type");
    check(Engine::Postgres, disk("gp3", 100.0, None, None), (3_000.0, usual), (125.0, usual));
    check(Engine::Postgres, disk("gp3", 400.0, None, None), (12_000.0, usual), (500.0, usual));
    check(Engine::Oracle, disk("gp3", 200.0, None, None), (12_000.0, usual), (500.0, usual));
    check(Engine::Sqlserver, disk("gp3", 5_000.0, None, None), (3_000.0, usual), (125.0, usual));
    check(Engine::Postgres, disk("gp3", 500.0, Some(20_000.0), Some(1_000.0)), (20_000.0, given), (1_000.0, given));
}

#[test]
fn gp2_grows_with_its_size() {
    let usual = "storage_type";
    let check = |engine, gib, iops, mib| {
        check_disk(engine, "db.m6g.16xlarge", disk("gp2", gib, None, None), (iops, usual), (mib, usual));
    };
    check(Engine::Mysql, 20.0, 100.0, 128.0);
    check(Engine::Mysql, 350.0, 1_050.0, 250.0);
    check(Engine::Mysql, 1_000.0, 3_000.0, 512.0);
    check(Engine::Mysql, 2_000.0, 6_000.0, 1_000.0);
    check(Engine::Mysql, 60_000.0, 64_000.0, 1_000.0);
    check(Engine::Sqlserver, 16_000.0, 16_000.0, 250.0);
}

#[test]
fn provisioned_storage_has_what_was_ordered() {
    let (given, usual) = ("described", "storage_type");
    let check = |storage_type, gib, iops, mib| {
        let ordered = disk(storage_type, gib, Some(iops), None);
        check_disk(Engine::Sqlserver, "db.m6g.16xlarge", ordered, (iops, given), (mib, usual));
    };
    check("io1", 100.0, 1_000.0, 250.0);
    check("io1", 1_000.0, 20_000.0, 500.0);
    check("io1", 1_000.0, 64_000.0, 1_000.0);
    check("io2", 1_000.0, 4_000.0, 1_000.0);
    let nothing = filled(&instance(Engine::Mysql, "db.m6g.large", disk("io1", 100.0, None, None)));
    assert_eq!((nothing.iops, nothing.throughput), (None, None));
    let magnetic = filled(&instance(Engine::Mysql, "db.m6g.large", disk("standard", 100.0, None, None)));
    assert_eq!((magnetic.iops, magnetic.throughput), (None, None));
}

#[test]
fn the_class_lets_no_more_through_than_lasts() {
    let ordered = disk("gp3", 500.0, Some(12_000.0), Some(500.0));
    check_disk(Engine::Postgres, "db.m6g.large", ordered, (3_600.0, "class"), (78.75e6 / MIB, "class"));
    let ordered = disk("io2", 500.0, Some(40_000.0), None);
    check_disk(Engine::Oracle, "db.r5.xlarge.tpc2.mem4x", ordered, (18_750.0, "class"), (593.75e6 / MIB, "class"));
}

#[test]
fn additional_volumes_add_up() {
    let mut ordered = disk("gp3", 100.0, Some(3_000.0), Some(125.0));
    ordered.volumes.extend(disk("gp3", 100.0, Some(4_000.0), Some(200.0)).volumes);
    check_disk(Engine::Oracle, "db.m6g.16xlarge", ordered, (7_000.0, "described"), (325.0, "described"));
}

/// From AWS's tables of temporary storage; what they do not list has no number.
#[test]
fn local_storage_of_aurora_comes_from_engine_and_class() {
    let check = |engine, class, expected: Option<f64>| {
        let local = filled(&instance(engine, class, Ordered::default())).local_storage_bytes;
        assert_eq!(value_and_source(local), expected.map(|gib| (gib * GIB, "class")), "{engine:?} {class}");
    };
    let (mysql, postgresql) = (Engine::AuroraMysql, Engine::AuroraPostgresql);
    check(mysql, "db.t4g.medium", Some(32.0));
    check(mysql, "db.r6g.large", Some(32.0));
    check(mysql, "db.x2g.large", Some(40.0));
    check(mysql, "db.x2g.xlarge", Some(80.0));
    check(mysql, "db.r7i.48xlarge", Some(3_840.0));
    check(postgresql, "db.r6g.large", Some(32.0));
    check(postgresql, "db.r8g.large", Some(31.0));
    check(postgresql, "db.r5.24xlarge", Some(1_500.0));
    check(postgresql, "db.r6i.32xlarge", Some(1_829.0));
    check(postgresql, "db.t3.medium", Some(7.5));
    check(postgresql, "db.r6gd.xlarge", None);
    check(postgresql, "db.serverless", None);
    check(mysql, "db.serverless", None);
    check(mysql, "db.m99.large", None);
    check(Engine::Postgres, "db.r6g.large", None);
}
