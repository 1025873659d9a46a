use std::collections::BTreeSet;

use super::*;
use crate::resource::{Described, Engine, Facts, Kind, Resource, Role, Text, Volume, fixture};
use crate::time::Seconds;

/// An available instance of which Describe says nothing but engine and class.
pub(super) fn instance(engine: &str, class: &str) -> Described {
    Described {
        engine: Engine::from_aws(engine),
        engine_name: engine.into(),
        engine_version: Text::default(),
        class: class.into(),
        ..fixture::instance("orders")
    }
}

fn limitless(described: &Described) -> Resource {
    fixture::without_limits(described.clone())
}

#[track_caller]
fn row(metric: &str) -> &'static Row {
    find(metric).unwrap_or_else(|| panic!("no row for {metric}"))
}

fn row_of(kind: Kind, metric: &str) -> &'static Row {
    rows().find(|row| row.kind == kind && row.metric == metric).unwrap()
}

// Questions about rows.

#[test]
fn a_metric_is_found_by_every_name_it_goes_by() {
    let check = |text: &str, expected: Option<&str>| assert_eq!(find(text).map(|row| row.metric), expected, "{text}");
    check("CPUUtilization", Some("CPUUtilization"));
    check("cpuutilization", Some("CPUUtilization"));
    check("aws_rds_cpuutilization", Some("CPUUtilization"));
    check("free_storage_space", Some("FreeStorageSpace"));
    check("EBSIOBalance%", Some("EBSIOBalance%"));
    check("EBSIOBalance", Some("EBSIOBalance%"));
    check("ebsiobalance_percent", Some("EBSIOBalance%"));
    check("RDSToAuroraPostgreSQLReplicaLag", Some("RDSToAuroraPostgreSQLReplicaLag"));
    check("to_aurora_postgre_sqlreplica_lag", Some("RDSToAuroraPostgreSQLReplicaLag"));
    check("aurora_pq_request_failed", Some("Aurora_pq_request_failed"));
    check("CPU", None);
    check("cpuutilization_average", None);
    check("mute", None);
    check("", None);
}

#[test]
fn rows_apply_by_kind_engine_and_condition() {
    let check = |metric, resource: &Described, publishes, can_exist| {
        let row = row(metric);
        assert_eq!(
            (row.publishes_on(&limitless(resource)), row.can_exist_on(resource)),
            (publishes, can_exist),
            "{metric}"
        );
    };
    let mysql = instance("mysql", "db.m6g.large");
    check("CPUUtilization", &mysql, true, true);
    check("FreeStorageSpace", &mysql, true, true);
    check("CPUCreditBalance", &mysql, false, false);
    check("CPUCreditBalance", &instance("mysql", "db.t3.micro"), true, true);
    check("ReplicaLag", &mysql, false, false);
    check("TempDbDataFileUsage", &mysql, false, false);
    check("CPUUtilization", &Described { kind: Kind::DB_CLUSTER, ..mysql }, false, false);
    let aurora = instance("aurora-mysql", "db.r6g.large");
    check("FreeStorageSpace", &aurora, false, false);
    check("ActiveTransactions", &aurora, false, true);
    check("ActiveTransactions", &instance("aurora-postgresql", "db.r6g.large"), false, false);
    let unknown = instance("novel-engine", "db.r6g.large");
    check("CPUUtilization", &unknown, true, true);
    check("FreeStorageSpace", &unknown, false, false);
}

#[test]
fn defaults_are_split_by_engine_class_and_role() {
    let check = |metric, resource: &Described, expected: Option<(DefaultLevel, Option<DefaultLevel>)>| {
        let levels =
            row(metric).default_levels(&limitless(resource)).map(|levels| (levels.warning.unwrap(), levels.critical));
        assert_eq!(levels, expected, "{metric} on {} {}", resource.engine_name, resource.class);
    };
    let values = |warning, critical| Some((DefaultLevel::Value(warning), Some(DefaultLevel::Value(critical))));
    let value = |warning| Some((DefaultLevel::Value(warning), None));
    let share = |warning| Some((DefaultLevel::Share(warning), None));
    let replica = |engine| {
        let facts = Facts { is_replica: true, ..Facts::default() };
        Described { facts, ..instance(engine, "db.m6g.large") }
    };
    check("CPUUtilization", &instance("mysql", "db.m6g.large"), values(80.0, 90.0));
    check("CPUUtilization", &instance("novel-engine", "db.m6g.large"), values(80.0, 90.0));
    check("ReplicaLag", &replica("postgres"), value(600.0));
    check("ReplicaLag", &replica("mariadb"), value(60.0));
    check("ReplicaLag", &instance("postgres", "db.m6g.large"), None);
    check("CPUCreditBalance", &instance("mysql", "db.t2.micro"), values(20.0, 10.0));
    check("CPUCreditBalance", &instance("mysql", "db.t3.micro"), None);
    check("FreeableMemory", &instance("postgres", "db.m6g.large"), share(0.05));
    check("FreeableMemory", &instance("sqlserver-se", "db.m6i.large"), None);
    check("FreeableMemory", &instance("oracle-ee", "db.m6i.large"), None);
    check("EBSIOBalance", &instance("mysql", "db.m6g.large"), value(20.0));
    check("SwapUsage", &instance("oracle-ee", "db.m6i.large"), value(268_435_456.0));
    check("SwapUsage", &instance("mysql", "db.m6i.large"), None);
    check("EBSIOBalance", &instance("aurora-mysql", "db.r6g.large"), None);
    check("OldestReplicationSlotLag", &instance("aurora-postgresql", "db.r6g.large"), None);
    check("LoginFailures", &instance("aurora-mysql", "db.r6g.large"), None);
    check("BufferCacheHitRatio", &instance("aurora-mysql", "db.r6g.large"), value(80.0));
    check("BinLogDiskUsage", &instance("mysql", "db.m6g.large"), None);
    check("TempDbDataFileUsage", &instance("sqlserver-se", "db.m6i.large"), None);
    check("TempDbLogFileUsage", &instance("sqlserver-se", "db.m6i.large"), None);
    check("CPUSurplusCreditsCharged", &instance("mysql", "db.t3.micro"), None);
}

/// Autoscaling waits until a tenth is free and adds a tenth, so less than a fifth is free for ever after.
#[test]
fn storage_that_grows_by_itself_has_no_level_on_what_is_free() {
    let check = |volumes: &[(f64, Option<f64>)], expected: bool| {
        let volume = |(gib, max_gib): &(f64, Option<f64>)| Volume { gib: *gib, max_gib: *max_gib, ..Volume::default() };
        let mut resource = instance("postgres", "db.m6g.large");
        resource.facts.ordered.volumes = volumes.iter().map(volume).collect();
        assert_eq!(row("FreeStorageSpace").default_levels(&limitless(&resource)).is_some(), expected, "{volumes:?}");
    };
    check(&[], true);
    check(&[(500.0, None)], true);
    check(&[(500.0, Some(2_000.0))], false);
    // It has grown as far as it may.
    check(&[(2_000.0, Some(2_000.0))], true);
    check(&[(500.0, Some(2_000.0)), (1_000.0, Some(4_000.0))], false);
    // The second one fills up while the first one grows, whatever the maximum of the first one is.
    check(&[(500.0, Some(2_000.0)), (1_000.0, None)], true);
    check(&[(500.0, None), (1_000.0, Some(4_000.0))], true);
}

#[test]
fn magnetic_storage_has_no_level_on_latency() {
    let check = |storage: Option<&str>, expected: bool| {
        let mut resource = instance("postgres", "db.m6g.large");
        resource.facts.storage_type = storage.map(Into::into);
        let levels =
            ["ReadLatency", "WriteLatency"].map(|metric| row(metric).default_levels(&limitless(&resource)).is_some());
        assert_eq!(levels, [expected; 2], "{storage:?}");
    };
    check(Some("standard"), false);
    check(Some("gp3"), true);
    check(None, true);
}

#[test]
fn a_reader_and_a_writer_have_their_own_metrics() {
    let member = |role| Described {
        cluster: Some("orders".into()),
        facts: Facts { role: Some(role), ..Facts::default() },
        ..instance("aurora-mysql", "db.r6g.large")
    };
    assert!(row("AuroraReplicaLag").publishes_on(&limitless(&member(Role::Reader))));
    assert!(!row("AuroraReplicaLag").publishes_on(&limitless(&member(Role::Writer))));
    assert!(row("AuroraReplicaLagMaximum").publishes_on(&limitless(&member(Role::Writer))));
    assert!(!row("AuroraReplicaLagMaximum").publishes_on(&limitless(&member(Role::Reader))));
}

#[test]
fn a_cluster_has_the_metrics_of_its_volume_and_none_of_its_members() {
    let cluster = |engine, facts| Described { kind: Kind::DB_CLUSTER, facts, ..instance(engine, "") };
    let check = |metric, engine, facts, publishes, can_exist| {
        let row = row_of(Kind::DB_CLUSTER, metric);
        let cluster = cluster(engine, facts);
        assert_eq!(
            (row.publishes_on(&limitless(&cluster)), row.can_exist_on(&cluster)),
            (publishes, can_exist),
            "{metric}"
        );
    };
    let plain =
        || Facts { backtrack: Some(false), serverless: Some(false), global_database: Some(false), ..Facts::default() };
    check("VolumeBytesUsed", "aurora-mysql", plain(), true, true);
    check("VolumeBytesUsed", "postgres", plain(), false, false);
    check("AuroraVolumeBytesLeftTotal", "aurora-mysql", plain(), true, true);
    check("AuroraVolumeBytesLeftTotal", "aurora-postgresql", plain(), false, false);
    check("ServerlessDatabaseCapacity", "aurora-mysql", plain(), false, false);
    check("ServerlessDatabaseCapacity", "aurora-mysql", Facts { serverless: Some(true), ..plain() }, true, true);
    check("BacktrackChangeRecordsStored", "aurora-mysql", Facts { backtrack: Some(true), ..plain() }, true, true);
    check("AuroraGlobalDBReplicationLag", "aurora-mysql", plain(), false, true);
    let global = Facts { global_database: Some(true), ..plain() };
    check("AuroraGlobalDBReplicationLag", "aurora-mysql", global, true, true);
    assert!(!row("CPUUtilization").can_exist_on(&cluster("aurora-mysql", plain())));
    assert!(row("CPUUtilization").is_aggregated_on(&cluster("aurora-mysql", plain())));
    assert!(!row("CPUUtilization").is_aggregated_on(&cluster("postgres", plain())), "a Multi-AZ DB cluster");
    assert!(!row("ReplicaLag").is_aggregated_on(&cluster("aurora-mysql", plain())), "no member has it");
}

#[test]
fn a_member_that_may_pause_has_no_level_for_being_young() {
    let member = |auto_pause| Described {
        facts: Facts { auto_pause, ..Facts::default() },
        ..instance("aurora-mysql", "db.serverless")
    };
    let levels = |auto_pause| row("EngineUptime").default_levels(&limitless(&member(auto_pause))).is_some();
    assert_eq!([Some(true), Some(false), None].map(levels), [false, true, true]);
}

#[test]
fn help_names_metric_statistic_and_unit() {
    let check = |metric, statistic: &str, expected| {
        assert_eq!(row(metric).help_text(statistic.parse().unwrap()), expected);
    };
    check("SwapUsage", "Maximum", "CloudWatch AWS/RDS SwapUsage Maximum, in bytes: Swap space in use.");
    check("SwapUsage", "SampleCount", "CloudWatch AWS/RDS SwapUsage SampleCount, in samples: Swap space in use.");
    check("ReadLatency", "p99.9", "CloudWatch AWS/RDS ReadLatency p99.9, in seconds: How long a disk read takes.");
    check(
        "DBLoad",
        "Average",
        "CloudWatch AWS/RDS DBLoad Average, without unit: \
         Sessions that were running or waiting at a time, on average.",
    );
    let together = "CloudWatch AWS/RDS ReadIOPS + WriteIOPS Average, in count per second: \
                    Disk reads and writes together.";
    check("TotalIOPS", "Average", together);
    let check = |metric, expected| assert_eq!(row(metric).threshold_help_text(), expected);
    check(
        "TotalIOPS",
        "Threshold for CloudWatch AWS/RDS ReadIOPS + WriteIOPS Average, in count per second: bad above it.",
    );
    check("SwapUsage", "Threshold for CloudWatch AWS/RDS SwapUsage Maximum, in bytes: bad above it.");
    check("FreeStorageSpace", "Threshold for CloudWatch AWS/RDS FreeStorageSpace Minimum, in bytes: bad below it.");
}

/// A default stands only where the listing returns the value; a person may write a level before.
#[test]
fn what_the_listing_returns_has_defaults_where_it_is_there() {
    let check = |metric, resource: &Described, has_default| {
        let row = row(metric);
        assert_eq!(
            (row.default_levels(&limitless(resource)).is_some(), row.can_exist_on(resource)),
            (has_default, true),
            "{metric}"
        );
    };
    let mut mysql = instance("mysql", "db.m6g.large");
    check("CertificateExpiry", &mysql, false);
    check("AutomaticRestart", &mysql, false);
    check("ParameterApplyFailed", &mysql, false);
    mysql.figures.certificate_expiry_seconds = Some(2e9);
    mysql.figures.automatic_restart_seconds = Some(2e9);
    mysql.figures.pending.parameters_failed = Some(false);
    mysql.figures.pending.reboot = Some(true);
    mysql.facts.backup_retention_days = Some(0);
    check("CertificateExpiry", &mysql, true);
    check("AutomaticRestart", &mysql, true);
    check("ParameterApplyFailed", &mysql, true);
    check("PendingReboot", &mysql, false);
    check("BackupRetention", &mysql, true);
    mysql.facts.is_replica = true;
    check("BackupRetention", &mysql, false);
}

// The lint: what must be true of every row, and of all of them together.

/// How many metrics AWS published for DB instances when the tables were written: 171 in its own metadata for
/// `DBInstanceIdentifier`, and the four of tempdb and `OldestLogicalReplicationSlotLag`, which it documents besides.
const INSTANCE_METRICS: usize = 176;

#[test]
fn every_metric_of_instances_has_one_row() {
    assert_eq!(rows().filter(|row| row.kind == Kind::DB_INSTANCE && row.is_polled()).count(), INSTANCE_METRICS);
    let mut seen = BTreeSet::new();
    for row in rows() {
        let spellings: BTreeSet<String> = row.spellings().into();
        for spelling in spellings {
            assert!(seen.insert((row.kind, spelling.clone())), "{spelling} is two metrics");
        }
    }
}

/// How many metrics AWS publishes for Aurora clusters that do not repeat one of their members.
const CLUSTER_METRICS: usize = 15;

#[test]
fn every_metric_of_clusters_has_one_row() {
    let of_clusters: Vec<_> = rows().filter(|row| row.kind == Kind::DB_CLUSTER && row.is_polled()).collect();
    assert_eq!(of_clusters.len(), CLUSTER_METRICS);
    assert!(of_clusters.iter().all(|row| row.engines.iter().all(|engine| engine.is_aurora())));
}

/// Series of both kinds are one family with one HELP and one rule, and one cause has levels at one grain.
#[test]
fn rows_of_one_metric_agree_and_at_most_one_of_them_has_a_bad_side() {
    for of_cluster in rows().filter(|row| row.kind == Kind::DB_CLUSTER) {
        let twins = rows().filter(|row| row.kind == Kind::DB_INSTANCE && row.metric == of_cluster.metric);
        for of_instance in twins {
            let shared = |row: &Row| (row.help, row.unit, row.statistic, row.interval, row.sentinel);
            assert_eq!(shared(of_cluster), shared(of_instance), "{}", of_cluster.metric);
            assert!(of_cluster.alert.is_none() || of_instance.alert.is_none(), "{}", of_cluster.metric);
            assert_eq!(find(of_cluster.metric).map(|row| row.kind), Some(Kind::DB_INSTANCE), "who judges levels");
        }
    }
}

/// Services may share a name: what people read of a metric by its name alone must be true of each.
#[test]
fn rows_of_one_name_agree_on_their_unit_and_their_bad_side_in_every_service() {
    for row in rows() {
        let first = find(row.metric).unwrap();
        assert_eq!(row.unit, first.unit, "{} of {}", row.metric, row.kind.name);
        let bad = |row: &Row| row.alert.map(|alert| alert.bad);
        assert!(bad(row).is_none() || bad(row) == bad(first), "{} of {}", row.metric, row.kind.name);
    }
}

/// Both parts of a sum have datapoints of one statistic, unit and period on all databases that have the sum.
#[test]
fn sums_are_of_metrics_that_can_be_added() {
    let sums: Vec<_> = rows().filter(|row| row.has_points() && !row.is_polled()).collect();
    assert_eq!(sums.iter().map(|row| row.metric).collect::<Vec<_>>(), ["TotalIOPS", "TotalThroughput"]);
    for sum in sums {
        let parts: Vec<_> = rows().filter(|part| sum.is_computed_from(part)).collect();
        assert_eq!(parts.len(), 2, "{}", sum.metric);
        for part in parts {
            let shared = |row: &Row| (row.kind, row.unit, row.statistic, row.interval, row.sentinel);
            assert_eq!(shared(part), shared(sum), "{}", part.metric);
            assert!(part.is_polled() && part.when == sum.when && !part.silent_while_idle, "{}", part.metric);
            assert!(sum.engines.iter().all(|engine| part.is_of_engine(*engine)), "{}", part.metric);
            assert_eq!(part.sum(), Some(sum), "{}", part.metric);
            assert_eq!(part.alert.unwrap().relative_to, None, "{}: its limit is that of the sum", part.metric);
        }
        assert!(sum.alert.unwrap().defaults.is_empty(), "the audit argues for none");
    }
}

#[test]
fn every_row_is_well_formed() {
    for row in rows() {
        lint_help(row);
        lint_statistics(row);
        assert!(is_set(row.engines), "{}: an engine stands twice", row.metric);
        assert!(!row.engines.contains(&Engine::Other), "{}: an unknown engine is no engine", row.metric);
        assert!(row.when.iter().enumerate().all(|(at, when)| !row.when[..at].contains(when)), "{}", row.metric);
        if let Some(alert) = row.alert {
            lint_alert(row, &alert);
        }
    }
}

fn is_set<T: Ord>(items: &[T]) -> bool {
    items.iter().collect::<BTreeSet<_>>().len() == items.len()
}

fn lint_help(row: &Row) {
    let help = row.help;
    assert!((5..=120).contains(&help.len()), "{}: help has {} bytes", row.metric, help.len());
    assert!(help.starts_with(|first: char| first.is_ascii_uppercase()), "{help}");
    assert!(help.is_ascii() && !help.contains(['\\', '\n', '"']), "{help}: needs escapes");
    assert!(
        !help.contains(". ") && !help.ends_with(['.', ' ', ':', ',']),
        "{help}: is not one sentence without period"
    );
    assert!(!help.contains(&format!("in {}", row.unit.name())), "{help}: repeats the unit");
}

fn lint_statistics(row: &Row) {
    let metric = row.metric;
    let all = || row.shown.iter().chain([&row.statistic]);
    assert!(is_set(row.shown), "{metric}: shown twice");
    assert!(all().all(|statistic| row.has_statistic(*statistic)), "{metric}: percentile of a metric with -1");
    // The sum of shares, sizes or durations means nothing; what is transferred adds up.
    let is_counted = matches!(row.unit, Unit::Count | Unit::CountPerMinute | Unit::CountPerFiveMinutes)
        || row.metric.ends_with("TransferBytes");
    assert!(is_counted || !all().any(|statistic| *statistic == Statistic::Sum), "{metric}: sum of what is no count");
    // What dashboards draw has the line of its thresholds in it.
    assert!(row.alert.is_none() || row.shown.is_empty() || row.shown.contains(&row.statistic), "{metric}");
}

fn lint_alert(row: &Row, alert: &Alert) {
    let metric = row.metric;
    let (low, high) = alert.plausible;
    assert!(low < high && low >= 0.0, "{metric}: nothing is plausible");
    let fits = match (alert.bad, row.statistic) {
        (Side::High, Statistic::Minimum) | (Side::Low, Statistic::Maximum | Statistic::Sum) => false,
        (_, statistic) => statistic != Statistic::SampleCount,
    };
    assert!(fits, "{metric}: {} hides what is bad", row.statistic);
    // No value is below 0, so such a level would never fire.
    assert!(alert.bad == Side::High || low > 0.0, "{metric}: 0 is never crossed");
    // What waits for nothing stays for a while, and of what waits only a forecast does.
    let stays = alert.min_for == Seconds::ZERO || matches!(row.provider, Provider::Forecast(_));
    assert_eq!(stays, alert.keep_firing > Seconds::ZERO, "{metric}: for and keep_firing_for");
    assert_eq!(alert.min_for.rem_euclid(Seconds::MINUTE), Seconds::ZERO, "{metric}: a rule waits whole minutes");
    assert!(!alert.only_once_fallen || alert.bad == Side::Low, "{metric}: what has fallen is low");
    let is_load = row.when.contains(&Condition::PerformanceInsights);
    assert!(!is_load || row.silent_while_idle, "{metric}: without load it is not published");
    match row.unit {
        Unit::Percent => assert_eq!(alert.plausible, (1.0, 100.0), "{metric}"),
        Unit::Bytes if !row.when.contains(&Condition::OnlyWhenNamed) => assert!(low >= 1_048_576.0, "{metric}"),
        _ => {}
    }
    assert!(alert.relative_to.is_none() || row.unit != Unit::Percent, "{metric}: a share of a share");
    for levels in alert.defaults {
        lint_levels(row, alert, levels);
    }
    lint_reach(row, alert.defaults);
}

fn lint_levels(row: &Row, alert: &Alert, levels: &DefaultLevels) {
    let metric = row.metric;
    let number = |level: DefaultLevel| match level {
        DefaultLevel::Value(value) => {
            assert!(alert.plausible.0 <= value && value <= alert.plausible.1, "{metric}: {value} is implausible");
            assert!(alert.relative_to.is_none(), "{metric}: a default in the unit of a relative metric");
            value
        }
        DefaultLevel::Both(share, value) => {
            assert!(alert.relative_to.is_some() && 0.0 < share && share < 1.0, "{metric}: a share of nothing");
            assert!(alert.plausible.0 <= value && value <= alert.plausible.1, "{metric}: {value} is implausible");
            share
        }
        DefaultLevel::Share(share) => {
            let most = if alert.relative_to == Some(Denominator::Vcpus) { 10.0 } else { 1.0 };
            assert!(alert.relative_to.is_some() && 0.0 < share && share < most, "{metric}: a share of nothing");
            share
        }
    };
    let warning = levels.warning.map(number).expect(metric);
    match (alert.bad, levels.critical.map(number)) {
        (_, None) => {}
        (Side::High, Some(critical)) => assert!(warning < critical, "{metric}: {warning} is not milder"),
        (Side::Low, Some(critical)) => assert!(warning > critical, "{metric}: {warning} is not milder"),
    }
    let is_event = row.statistic == Statistic::Sum && warning == 0.0;
    assert!(!is_event || alert.keep_firing > Seconds::ZERO, "{metric}: one event would page for a moment only");
    assert!(!is_event || row.silent_while_idle, "{metric}: while nothing happens, it would count as unwatched");
    assert!(!levels.source.is_empty(), "{metric}: nobody says so");
    assert!(levels.why.contains("; false "), "{metric}: why these numbers, and what would be a false page?");
    assert!(is_set(levels.engines), "{metric}: an engine stands twice");
}

/// Every default can be reached: none stands behind one for everybody, and none is for engines that lack the metric.
fn lint_reach(row: &Row, defaults: &[DefaultLevels]) {
    for (at, levels) in defaults.iter().enumerate() {
        let is_last = at + 1 == defaults.len();
        let is_narrow = !levels.engines.is_empty() || !levels.when.is_empty();
        assert!(is_narrow || is_last, "{}: defaults behind one for everybody", row.metric);
        let publishes = |engine: &Engine| row.is_of_engine(*engine);
        assert!(levels.engines.iter().all(publishes), "{}: default for an engine without it", row.metric);
    }
}

/// Metrics that tell of the same trouble: the first of each has a default, the others only serve who asks for more.
const CAUSES: &[(&str, &[&str])] = &[
    ("CPUUtilization", &["DBLoad", "DBLoadCPU", "DBLoadRelativeToNumVCPUs"]),
    // On Serverless v2, processor and memory are measured against the most capacity.
    ("CPUUtilization", &["ACUUtilization", "ServerlessDatabaseCapacity"]),
    ("FreeableMemory", &["AuroraMemoryHealthState", "AuroraNumOomRecoveryTriggered"]),
    ("AuroraReplicaLag", &["AuroraReplicaLagMaximum"]),
    ("AuroraVolumeBytesLeftTotal", &["VolumeBytesUsed"]),
    ("AuroraGlobalDBReplicationLag", &["AuroraGlobalDBRPOLag", "AuroraGlobalDBProgressLag"]),
    // Requests queue because each takes long.
    ("ReadLatency", &["DiskQueueDepth"]),
    ("ReadLatencyLogVolume", &["DiskQueueDepthLogVolume"]),
    // A slot that nobody reads keeps files and transaction logs.
    (
        "OldestReplicationSlotLag",
        &["OldestLogicalReplicationSlotLag", "ReplicationSlotDiskUsage", "TransactionLogsDiskUsage"],
    ),
    // A transaction left open keeps undo records.
    ("RollbackSegmentHistoryListLength", &["TransactionAgeMaximum"]),
];

#[test]
fn one_cause_has_one_default() {
    let has_default = |metric| !row(metric).alert.unwrap().defaults.is_empty();
    for (first, others) in CAUSES {
        assert!(has_default(first), "{first}");
        for other in *others {
            assert!(!has_default(other), "{other} tells of what {first} tells of");
        }
    }
}

#[test]
fn memory_has_one_default_on_every_engine_that_measures_it() {
    for engine in ["mysql", "mariadb", "postgres", "db2-se", "oracle-ee", "aurora-mysql", "aurora-postgresql"] {
        let resource = instance(engine, "db.r6g.large");
        let defaults =
            ["FreeableMemory", "SwapUsage"].map(|metric| row(metric).default_levels(&limitless(&resource)).is_some());
        assert_ne!(defaults[0], defaults[1], "{engine}");
    }
}

/// One of them is measured against what the other one is a share of.
#[test]
fn local_storage_has_one_default_at_most() {
    let check = |engine, class, expected: [bool; 2]| {
        let resource = instance(engine, class);
        let metrics = ["FreeLocalStorage", "FreeLocalStoragePercent"];
        assert_eq!(
            metrics.map(|metric| row(metric).default_levels(&limitless(&resource)).is_some()),
            expected,
            "{engine} {class}"
        );
    };
    check("aurora-mysql", "db.r6g.large", [true, false]);
    check("aurora-postgresql", "db.r6g.large", [true, false]);
    check("aurora-postgresql", "db.r6gd.xlarge", [false, false]);
    check("aurora-postgresql", "db.serverless", [false, false]);
    check("postgres", "db.r6gd.xlarge", [false, true]);
    check("postgres", "db.r6g.large", [false, false]);
}

/// Crossing one of these means an outage within hours, on every engine that has the default.
#[test]
fn few_defaults_are_critical() {
    let is_critical =
        |row: &&Row| row.alert.is_some_and(|alert| alert.defaults.iter().any(|one| one.critical.is_some()));
    let critical: BTreeSet<&str> = rows().filter(is_critical).map(|row| row.metric).collect();
    let outages = [
        // Statements queue faster than they are served, until clients give up.
        "CPUUtilization",
        // The class falls to a fraction of its processor, which CPUUtilization does not show.
        "CPUCreditBalance",
        // The next client is refused.
        "DatabaseConnections",
        // The engine stops to accept writes, and RDS takes the instance out of service.
        "FreeStorageSpace",
        "FreeStorageSpaceLogVolume",
        // PostgreSQL stops to accept writes, and freezing takes hours.
        "MaximumUsedTransactionIDs",
    ];
    let dates = [
        // Clients that check certificates are refused from that moment on.
        "CertificateExpiry",
        // AWS restarts or replaces the instance at a time of its own choosing.
        "ForcedMaintenance",
        "ClusterForcedMaintenance",
        // AWS charges for Extended Support, or upgrades at a time of its own choosing.
        "StandardSupportEnd",
        "ClusterStandardSupportEnd",
        // No instance is added, no snapshot taken, and storage that should grow does not.
        "QuotaUsed",
        // What is written meanwhile is lost if storage fails.
        "RestorableLag",
        "ClusterRestorableLag",
        // The two ends that FreeStorageSpace and MaximumUsedTransactionIDs come to.
        "StorageFullIn",
        "TransactionIDsExhaustedIn",
        // The next step is not made, and then storage is full without another warning.
        "StorageAutoscalingUsed",
    ];
    assert_eq!(critical, outages.into_iter().chain(dates).collect());
}

/// Latency and lag are queried every minute only where that pages somebody.
#[test]
fn few_rows_are_fast() {
    let check = |service: &str, expected: &[&str]| {
        let fast = rows().filter(|row| row.kind.service.name == service && row.interval == IntervalClass::Fast);
        let fast: Vec<&str> = fast.map(|row| row.metric).collect();
        assert_eq!(fast, expected, "{service}: each fast metric costs as much as five others");
    };
    let rds = [
        "CPUUtilization",
        "DatabaseConnections",
        // A bulk load fills a disk within minutes.
        "FreeStorageSpace",
        "ReplicaLag",
        "AuroraReplicaLag",
    ];
    check("rds", &rds);
    check("neptune", &["CPUUtilization"]);
    let proxy = rows().filter(|row| row.kind == Kind::RDS_PROXY);
    assert!(proxy.filter(|row| row.interval == IntervalClass::Fast).all(|row| row.metric.contains("Connections")));
    check("docdb", &["CPUUtilization", "DatabaseConnections"]);
}

/// As often as AWS publishes them, and as what AWS publishes: amounts for each period, or how much there is.
#[test]
fn rows_follow_what_aws_publishes() {
    let check = |metric, interval, statistic, is_event| {
        let row = row(metric);
        let stays = row.alert.is_some_and(|alert| alert.keep_firing > Seconds::ZERO);
        assert_eq!((row.interval, row.statistic, stays), (interval, statistic, is_event), "{metric}");
    };
    check("AuroraVolumeBytesLeftTotal", IntervalClass::Slow, Statistic::Minimum, false);
    check("AuroraGlobalDBDataTransferBytes", IntervalClass::Sparse, Statistic::Sum, false);
    check("AuroraGlobalDBReplicatedWriteIO", IntervalClass::Sparse, Statistic::Sum, false);
    for metric in ["AuroraMemoryNumDeclinedSqlTotal", "AuroraMemoryNumKillConnTotal", "AuroraMemoryNumKillQueryTotal"] {
        check(metric, IntervalClass::Slow, Statistic::Sum, true);
    }
    for metric in ["TempDbAvailableDataSpace", "TempDbAvailableLogSpace"] {
        assert!(row(metric).help.ends_with("and the volume where tempdb is located"), "{metric}");
    }
}

#[test]
fn yace_dashboards_find_their_series() {
    let shown = |metric: &str, statistic| row(metric).shown.contains(&statistic);
    for metric in ["FreeStorageSpace", "FreeableMemory", "ReadThroughput", "WriteThroughput", "ReadIOPS", "WriteIOPS"] {
        assert!(shown(metric, Statistic::Average), "{metric}");
    }
    assert!(shown("CPUUtilization", Statistic::Average) && shown("CPUUtilization", Statistic::Maximum));
    assert!(shown("DatabaseConnections", Statistic::Average) && shown("DatabaseConnections", Statistic::Sum));
    assert!(shown("ReadLatency", Statistic::Maximum) && shown("WriteLatency", Statistic::Maximum));
}

/// Up to five statistics of a metric are billed as one, so these cost a series each and nothing at AWS.
#[test]
fn other_public_dashboards_find_the_statistics_that_they_draw_most() {
    let shown = |metric: &str, statistic| row(metric).shown.contains(&statistic);
    for metric in ["ReadLatency", "WriteLatency", "SwapUsage"] {
        assert!(shown(metric, Statistic::Average), "{metric}");
    }
    assert!(shown("FreeableMemory", Statistic::Minimum));
}
