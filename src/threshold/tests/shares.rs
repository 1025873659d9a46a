//! Levels that are shares of what a database has.

use super::*;
use crate::level::Reason;
use crate::resource::{Figures, LimitSource, Setting, Volume};

/// An instance of 200 GiB storage and the limits of its class.
pub(super) fn measured(resource: Resource, cluster: Option<&Resource>, config: &Config) -> Resource {
    config.resource(&with_storage(resource).into(), cluster.map(|cluster| &*cluster.described), None)
}

fn with_storage(resource: Resource) -> Described {
    let figures = Figures { allocated_storage_bytes: Some(200.0 * 1_073_741_824.0), ..resource.described.figures };
    Described { figures, ..Arc::unwrap_or_clone(resource.described) }
}

#[test]
fn shares_of_what_the_database_has() {
    let config = silent();
    let check = |tags: Tags, expected: &[&str]| {
        check_all(&measured(postgres(tags), None, &config), None, &config, &[], expected);
    };
    check(
        &[("plimsoll/FreeStorageSpace", "20pct/10pct")],
        &["FreeStorageSpace warning 42949672960 resource_tag", "FreeStorageSpace critical 21474836480 resource_tag"],
    );
    check(&[("plimsoll/FreeStorageSpace", "10pct or 50GiB")], &["FreeStorageSpace critical 53687091200 resource_tag"]);
    check(&[("plimsoll/FreeStorageSpace", "10pct and 50GiB")], &["FreeStorageSpace critical 21474836480 resource_tag"]);
    check(&[("plimsoll/FreeableMemory", "10pct")], &["FreeableMemory critical 858993459.2 resource_tag"]);
    check(
        &[("plimsoll/DatabaseConnections", "80pct"), ("plimsoll/max-connections", " 500 ")],
        &["DatabaseConnections critical 400 resource_tag"],
    );
    check(
        &[("plimsoll/FreeStorageSpace", "20pct"), ("plimsoll/FreeStorageSpace/warning", "30pct")],
        &["FreeStorageSpace warning 64424509440 resource_tag", "FreeStorageSpace critical 42949672960 resource_tag"],
    );
    check(&[("plimsoll/DBLoad", "150pct")], &["DBLoad critical 3 resource_tag"]);
    check(&[("plimsoll/max-connections", "many")], &["plimsoll/max-connections = many: not_a_number"]);
    check(&[("plimsoll/max-connections", "0")], &["plimsoll/max-connections = 0: not_a_number"]);
}

/// 10 GiB and 20 GiB of 100 GiB: the size in the one level is crossed before the share in the other.
#[test]
fn keys_that_cross_only_because_of_the_size_are_crossed_together() {
    let legacy = "[tags.legacy]\ndisk_warning = { metric = \"FreeStorageSpace\", severity = \"warning\" }\n";
    let mut config = crate::config::file::parse(legacy, "plimsoll.toml").unwrap().config;
    config.defaults = DefaultsMode::Off;
    let check = |tags: Tags, expected: &[&str]| {
        let mut database = postgres(tags);
        Arc::make_mut(&mut database.described).figures.allocated_storage_bytes = Some(100.0 * 1_073_741_824.0);
        check_all(&database, None, &config, &[], expected);
    };
    let together =
        ["FreeStorageSpace warning 53687091200 resource_tag", "FreeStorageSpace critical 53687091200 resource_tag"];
    let critical = ("plimsoll/FreeStorageSpace", "10pct or 50GiB");
    check(&[("plimsoll/FreeStorageSpace", "20pct/10pct or 50GiB")], &together);
    check(&[critical, ("plimsoll/FreeStorageSpace/warning", "20pct")], &together);
    check(&[("plimsoll/FreeStorageSpace/critical", "10pct or 50GiB"), ("disk_warning", "20pct")], &together);
    check(
        &[critical, ("plimsoll/FreeStorageSpace/warning", "5pct or 40GiB")],
        &[together[1], "plimsoll/FreeStorageSpace/warning = 5pct or 40GiB: wrong_order"],
    );
}

#[test]
fn levels_that_this_database_crosses_always_or_never() {
    let config = silent();
    let check = |resource: Resource, tag: (&str, &str), level: Option<f64>| {
        let described = Described { tags: fixture::tags(&[tag]), ..Described::clone(&resource.described) };
        let resource = Resource { described: described.into(), ..resource };
        let resolved = resolve(&resource, None, &config, &Selection::of(&config), "default");
        assert_eq!(resolved.thresholds.first().map(|threshold| threshold.value), level, "{tag:?}");
        let reasons: Vec<_> = resolved.issues.iter().map(|issue| issue.reason).collect();
        assert_eq!(reasons == [Reason::Implausible], level.is_none(), "{tag:?}: {reasons:?}");
    };
    let gib = 1_073_741_824.0;
    let sized = |resource| measured(resource, None, &config);
    let plain = || sized(postgres(&[]));
    check(plain(), ("plimsoll/FreeStorageSpace", "199GiB"), Some(199.0 * gib));
    check(plain(), ("plimsoll/FreeStorageSpace", "200GiB"), None);
    check(plain(), ("plimsoll/FreeStorageSpace", "120pct"), None);
    check(plain(), ("plimsoll/FreeableMemory", "8GiB"), None);
    check(plain(), ("plimsoll/DBLoad", "150pct"), Some(3.0));
    check(plain(), ("plimsoll/NetworkReceiveThroughput", "200pct"), Some(187_500_000.0));

    // What is taken may outgrow the storage of today, what is left of it cannot.
    let mut growing = plain();
    Arc::make_mut(&mut growing.described).figures.max_allocated_storage_bytes = Some(1_000.0 * gib);
    check(plain(), ("plimsoll/TransactionLogsDiskUsage", "300GiB"), None);
    check(growing.clone(), ("plimsoll/TransactionLogsDiskUsage", "300GiB"), Some(300.0 * gib));
    check(growing.clone(), ("plimsoll/TransactionLogsDiskUsage", "1000GiB"), None);
    check(growing.clone(), ("plimsoll/TransactionLogsDiskUsage", "120pct"), None);
    check(growing.clone(), ("plimsoll/FreeStorageSpace", "300GiB"), None);
    Arc::make_mut(&mut growing.described).facts.dedicated_log_volume = true;
    check(sized(growing), ("plimsoll/TransactionLogsDiskUsage", "1100GiB"), None);

    // A limit that somebody set is known; one that is estimated may be ten times as high.
    let set =
        |source| config.resource(&with_storage(postgres(&[])).into(), None, Some((Setting::formula("800"), source)));
    check(set(LimitSource::ParameterGroup), ("plimsoll/DatabaseConnections", "799"), Some(799.0));
    check(set(LimitSource::ParameterGroup), ("plimsoll/DatabaseConnections", "800"), None);
    check(set(LimitSource::PendingParameterGroup), ("plimsoll/DatabaseConnections", "5000"), Some(5_000.0));
    check(set(LimitSource::ParameterGroupFormula), ("plimsoll/DatabaseConnections", "850"), Some(850.0));
    check(plain(), ("plimsoll/DatabaseConnections", "5000"), Some(5_000.0));
    check(plain(), ("plimsoll/DatabaseConnections", "90000"), None);
    check(plain(), ("plimsoll/DatabaseConnections", "100pct"), None);
}

#[test]
fn a_level_out_of_reach_leaves_the_word_to_the_next_source() {
    let config = silent();
    let resource = measured(postgres(&[("plimsoll/FreeStorageSpace", "500GiB")]), None, &config);
    let expected =
        ["FreeStorageSpace critical 10737418240 configured", "plimsoll/FreeStorageSpace = 500GiB: implausible"];
    check_all(&resource, None, &config, &[("FreeStorageSpace", "10GiB")], &expected);
    let untagged = measured(postgres(&[]), None, &config);
    let expected = ["configured FreeStorageSpace = -/500GiB: implausible"];
    check_all(&untagged, None, &config, &[("FreeStorageSpace", "500GiB")], &expected);

    // On a cluster it is each member's own matter.
    let cluster = cluster(&[("plimsoll/FreeableMemory", "12GiB")]);
    check_all(&cluster, None, &config, &[], &[]);
    let small = measured(member(&[]), Some(&cluster), &config);
    check_all(&small, Some(&cluster), &config, &[], &["plimsoll/FreeableMemory = 12GiB: implausible"]);
    let large = measured(
        fixture::without_limits(Described {
            class: "db.r6g.xlarge".into(),
            ..Described::clone(&member(&[]).described)
        }),
        Some(&cluster),
        &config,
    );
    check_all(&large, Some(&cluster), &config, &[], &["FreeableMemory critical 12884901888 cluster_tag"]);
}

#[test]
fn a_level_goes_by_the_former_denominator_while_it_waits() {
    let config = silent();
    let mut resource = measured(postgres(&[("plimsoll/FreeStorageSpace", "10pct")]), None, &config);
    resource.capacity.held.insert("FreeStorageSpace", 100e9);
    check_all(&resource, None, &config, &[], &["FreeStorageSpace critical 10000000000 resource_tag"]);
    Arc::make_mut(&mut resource.described).tags = fixture::tags(&[("plimsoll/FreeStorageSpace", "150GB")]);
    check_all(&resource, None, &config, &[], &["plimsoll/FreeStorageSpace = 150GB: implausible"]);
}

#[test]
fn shares_on_a_cluster_are_resolved_member_by_member() {
    let config = silent();
    let cluster = cluster(&[("plimsoll/FreeableMemory", "10pct"), ("plimsoll/FreeableMemory/warning", "6GiB")]);
    check_all(&cluster, None, &config, &[], &[]);
    let known = measured(member(&[]), Some(&cluster), &config);
    check_all(
        &known,
        Some(&cluster),
        &config,
        &[],
        &["FreeableMemory warning 6442450944 cluster_tag", "FreeableMemory critical 858993459.2 cluster_tag"],
    );
    let unknown =
        fixture::without_limits(Described { class: "db.m99.large".into(), ..Described::clone(&member(&[]).described) });
    let unknown = measured(unknown, Some(&cluster), &config);
    check_all(
        &unknown,
        Some(&cluster),
        &config,
        &[],
        &["FreeableMemory warning 6442450944 cluster_tag", "plimsoll/FreeableMemory = 10pct: no_denominator"],
    );
    let overruled = measured(member(&[("plimsoll/FreeableMemory", "off")]), Some(&cluster), &config);
    check_all(&overruled, Some(&cluster), &config, &[], &[]);
}

#[test]
fn a_share_that_makes_no_number_is_an_issue_only_where_it_is_missed() {
    let issue = "configured NetworkReceiveThroughput = -/80pct: no_denominator";
    let [warning, critical] =
        ["NetworkReceiveThroughput warning 50000000", "NetworkReceiveThroughput critical 80000000"];
    let check = |own: Tags, inherited: Tags, overrides: &str, expected: &[String]| {
        let mut config = silent();
        let written = (!overrides.is_empty()).then(|| overriding(&[], &[("NetworkReceiveThroughput", overrides)]));
        config.overrides.extend(written);
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        check_all(&member(own), Some(&cluster(inherited)), &config, &[("NetworkReceiveThroughput", "80%")], &expected);
    };
    let both = |source: &str| [format!("{warning} {source}"), format!("{critical} {source}")];
    let (tag, off) = (
        &[("plimsoll/NetworkReceiveThroughput", "50000000/80000000")],
        &[("plimsoll/NetworkReceiveThroughput", "off")],
    );
    check(&[], &[], "", &[issue.to_owned()]);
    check(tag, &[], "", &both("resource_tag"));
    check(&[], tag, "", &both("cluster_tag"));
    check(&[], &[], "50000000/80000000", &both("override"));
    check(off, &[], "", &[]);
    check(&[], off, "", &[]);
    check(&[], &[], "off", &[]);
    let one = [format!("{critical} resource_tag"), issue.to_owned()];
    check(&[("plimsoll/NetworkReceiveThroughput/critical", "80000000")], &[], "", &one);

    // A share on the cluster, too.
    let share: Tags = &[("plimsoll/NetworkReceiveThroughput", "80pct")];
    let [missed, decided] = ["", "off"].map(|own| {
        let tags = [("plimsoll/NetworkReceiveThroughput", own)];
        let own = member(if own.is_empty() { &[] } else { &tags });
        print(&resolve(&own, Some(&cluster(share)), &silent(), &Selection::of(&silent()), "default"), &silent())
    });
    assert_eq!(
        (missed, decided),
        (vec!["plimsoll/NetworkReceiveThroughput = 80pct: no_denominator".to_owned()], vec![])
    );
}

#[test]
fn a_share_of_what_aurora_does_not_have_is_not_published() {
    let config = silent();
    let tagged = member(&[("plimsoll/FreeStorageSpace", "10pct")]);
    check_all(&tagged, None, &config, &[], &["plimsoll/FreeStorageSpace = 10pct: not_published"]);
}

#[test]
fn a_cluster_tells_its_members_connection_limit() {
    let config = silent();
    let cluster = cluster(&[("plimsoll/max-connections", "1000"), ("plimsoll/DatabaseConnections", "80pct")]);
    let member = measured(member(&[]), Some(&cluster), &config);
    check_all(&member, Some(&cluster), &config, &[], &["DatabaseConnections critical 800 cluster_tag"]);
}

#[test]
fn connection_limits_that_differ_do_not_count() {
    let config = silent();
    let check = |own: Tags, limit: f64, expected: &[&str]| {
        let cluster = cluster(&[("plimsoll/max-connections", "1000")]);
        let member = measured(member(own), Some(&cluster), &config);
        assert_eq!(member.capacity.max_connections.map(|limit| limit.value), Some(limit), "{own:?}");
        check_all(&member, None, &config, &[], expected);
    };
    let (lower, upper) = ("plimsoll/max-connections", "plimsoll/Max-Connections");
    check(&[(lower, "500"), (upper, " 500")], 500.0, &[]);
    check(&[(lower, "500"), (upper, "many")], 500.0, &["plimsoll/Max-Connections = many: not_a_number"]);
    let duplicates = ["plimsoll/Max-Connections = 4000: duplicate", "plimsoll/max-connections = 500: duplicate"];
    check(&[(lower, "500"), (upper, "4000")], 1000.0, &duplicates);
    check(
        &[(lower, "500"), (upper, "4000"), ("plimsoll/MAX-CONNECTIONS", "0")],
        1000.0,
        &["plimsoll/MAX-CONNECTIONS = 0: not_a_number", duplicates[0], duplicates[1]],
    );
}

#[test]
fn relative_defaults_stand_where_the_whole_is_known() {
    let config = Config { defaults: DefaultsMode::Full, ..Config::default() };
    let resolved = resolve(&measured(postgres(&[]), None, &config), None, &config, &Selection::of(&config), "default");
    let storage: Vec<f64> = resolved
        .thresholds
        .iter()
        .filter(|threshold| threshold.metric == "FreeStorageSpace")
        .map(|threshold| threshold.value)
        .collect();
    assert_eq!(storage.len(), 2);
    assert!(storage[0] > storage[1] && storage[1] > 1e9, "{storage:?}");
    assert_eq!(resolved.defaults_without_denominator, 0);
}

#[test]
fn every_denominator() {
    let config = silent();
    let mut resource = postgres(&[
        ("plimsoll/FreeStorageSpaceLogVolume", "10pct"),
        ("plimsoll/TotalIOPS", "50pct"),
        ("plimsoll/TotalThroughput", "50pct"),
        ("plimsoll/NetworkReceiveThroughput", "80pct"),
    ]);
    Arc::make_mut(&mut resource.described).facts.dedicated_log_volume = true;
    Arc::make_mut(&mut resource.described).facts.ordered.volumes = vec![Volume {
        storage_type: "gp3".into(),
        gib: 200.0,
        iops: Some(3_000.0),
        mib_per_second: Some(125.0),
        ..Volume::default()
    }];
    check_all(
        &measured(resource, None, &config),
        None,
        &config,
        &[],
        &[
            "FreeStorageSpaceLogVolume critical 109951162777.6 resource_tag",
            "NetworkReceiveThroughput critical 75000000 resource_tag",
            "TotalIOPS critical 1500 resource_tag",
            "TotalThroughput critical 39375000 resource_tag",
        ],
    );

    let mut cluster =
        cluster(&[("plimsoll/ServerlessDatabaseCapacity", "50pct"), ("plimsoll/FreeableMemory", "10pct")]);
    Arc::make_mut(&mut cluster.described).facts.ordered.capacity_units = Some((0.5, 32.0));
    let serverless = fixture::without_limits(Described {
        class: "db.serverless".into(),
        ..Described::clone(&member(&[]).described)
    });
    check_all(
        &measured(serverless, Some(&cluster), &config),
        Some(&cluster),
        &config,
        &[],
        &["FreeableMemory critical 6871947673.6 cluster_tag", "ServerlessDatabaseCapacity critical 16 cluster_tag"],
    );
}

/// A dedicated log volume of 1,024 GiB takes the logs off 200 GiB of storage; files of replication slots stay there.
#[test]
fn logs_are_measured_against_the_volume_that_they_fill() {
    let config = silent();
    let check = |engine: Engine, metric: &str, dedicated_log_volume: bool, quarter: f64| {
        let key = format!("plimsoll/{metric}");
        let mut resource = resource(Kind::DB_INSTANCE, engine, "orders", &[(&key, "25pct")]);
        Arc::make_mut(&mut resource.described).facts.dedicated_log_volume = dedicated_log_volume;
        let expected = format!("{metric} critical {quarter} resource_tag");
        check_all(&measured(resource, None, &config), None, &config, &[], &[&expected]);
    };
    let (of_storage, of_log_volume) = (53_687_091_200.0, 274_877_906_944.0);
    let logs = [
        (Engine::Postgres, "TransactionLogsDiskUsage"),
        (Engine::Postgres, "OldestReplicationSlotLag"),
        (Engine::Postgres, "OldestLogicalReplicationSlotLag"),
        (Engine::Mysql, "BinLogDiskUsage"),
    ];
    for (engine, metric) in logs {
        check(engine, metric, true, of_log_volume);
        check(engine, metric, false, of_storage);
    }
    for metric in ["FreeStorageSpace", "ReplicationSlotDiskUsage"] {
        check(Engine::Postgres, metric, true, of_storage);
        check(Engine::Postgres, metric, false, of_storage);
    }
}
