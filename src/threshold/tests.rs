//! Tags and configuration in, levels and issues out, one line each.

use std::sync::Arc;

use super::{Carrier, Issue, MAX_ISSUES_PER_RESOURCE, ResolveContext, Resolved, Subject, parse as parse_tags};
use crate::catalog::MetricId;
use crate::config::{Account, Config, DefaultsMode, Matcher, Override, Pattern, Regions, Selection};
use crate::level::{Reason, Writer, Written, parse};
use crate::resource::{Described, Engine, Kind, Resource, fixture};
use crate::time::Timestamp;

mod clusters;
mod defaults;
mod guarded_mutes;
mod guards;
mod guards_in_part;
mod legacy;
mod mutes;
mod properties;
mod remedies;
mod shares;
mod sources;
mod volumes;
mod wild;

type Tags<'a> = &'a [(&'a str, &'a str)];

fn resource(kind: Kind, engine: Engine, id: &str, tags: Tags) -> Resource {
    let tags = fixture::tags(tags);
    let engine_name = engine.name().to_owned();
    fixture::without_limits(Described { kind, engine, engine_name: engine_name.into(), tags, ..fixture::instance(id) })
}

fn postgres(tags: Tags) -> Resource {
    resource(Kind::DB_INSTANCE, Engine::Postgres, "orders", tags)
}

fn member(tags: Tags) -> Resource {
    resource(Kind::DB_INSTANCE, Engine::AuroraPostgresql, "member", tags)
}

fn cluster(tags: Tags) -> Resource {
    resource(Kind::DB_CLUSTER, Engine::AuroraPostgresql, "cluster", tags)
}

/// Without defaults, so that only what the test says has a level.
fn silent() -> Config {
    Config { defaults: DefaultsMode::Off, ..Config::default() }
}

/// Long before any mute in a tag ends.
fn resolve(
    resource: &Resource,
    cluster: Option<&Resource>,
    config: &Config,
    selection: &Selection,
    account: &str,
) -> Resolved {
    let tags = parse_tags(&resource.tags, resource.kind, config);
    let inherited = cluster.map(|resource| (resource, parse_tags(&resource.tags, resource.kind, config)));
    let cluster = inherited.as_ref().map(|(resource, tags)| Carrier { resource, tags });
    super::resolve(
        Subject { resource, tags: &tags, parent: cluster },
        ResolveContext { config, selection, account },
        Timestamp::default(),
    )
}

/// At another time.
fn resolve_at(resource: &Resource, cluster: Option<&Resource>, config: &Config, now: Timestamp) -> Resolved {
    let tags = parse_tags(&resource.tags, resource.kind, config);
    let inherited = cluster.map(|resource| (resource, parse_tags(&resource.tags, resource.kind, config)));
    let cluster = inherited.as_ref().map(|(resource, tags)| Carrier { resource, tags });
    let context = ResolveContext { config, selection: &Selection::of(config), account: "default" };
    super::resolve(Subject { resource, tags: &tags, parent: cluster }, context, now)
}

fn with_severities(names: &[&str]) -> Config {
    Config { severities: names.iter().map(|name| (*name).to_owned()).collect(), ..silent() }
}

fn ladder(text: &str) -> Written {
    parse(text, 2, Writer::Configuration).unwrap()
}

fn overriding(matchers: &[Matcher], thresholds: &[(&'static str, &str)]) -> Override {
    let thresholds =
        thresholds.iter().map(|(metric, text)| (MetricId::of(Kind::DB_INSTANCE, metric), ladder(text))).collect();
    Override { matchers: matchers.to_vec(), thresholds, defaults: None }
}

/// The selection of a configuration, with levels configured for every database.
fn selection(config: &Config, configured: &[(&str, &str)]) -> Selection {
    let mut selection = Selection::of(config);
    for (metric, text) in configured {
        let selected = selection.metrics.iter_mut().find(|selected| selected.row.metric == *metric);
        selected.unwrap().threshold = Some(ladder(text));
    }
    selection
}

fn print(resolved: &Resolved, config: &Config) -> Vec<String> {
    let levels = resolved.thresholds.iter().map(|threshold| {
        let severity = &config.severities[threshold.severity];
        format!("{} {severity} {} {}", threshold.metric, threshold.value, threshold.source.name())
    });
    let issues = resolved.issues.iter().map(|issue| format!("{} = {}: {}", issue.tag_key, issue.text, issue.reason));
    levels.chain(issues).collect()
}

#[track_caller]
fn check_all(resource: &Resource, cluster: Option<&Resource>, config: &Config, configured: Tags, expected: &[&str]) {
    let resolved = resolve(resource, cluster, config, &selection(config, configured), "default");
    assert_eq!(print(&resolved, config), expected);
}

#[track_caller]
fn check(tags: Tags, expected: &[&str]) {
    check_all(&postgres(tags), None, &silent(), &[], expected);
}

#[test]
fn one_tag_for_the_whole_metric() {
    let warning_and_critical = ["CPUUtilization warning 80 resource_tag", "CPUUtilization critical 90 resource_tag"];
    let (warning, critical) = (&warning_and_critical[..1], &warning_and_critical[1..]);
    check(&[("plimsoll/CPUUtilization", "90")], critical);
    check(&[("plimsoll/CPUUtilization", "80/90")], &warning_and_critical);
    check(&[("plimsoll/CPUUtilization", "80pct/90pct")], &warning_and_critical);
    check(&[("plimsoll/CPUUtilization", "80/-")], warning);
    check(&[("plimsoll/CPUUtilization", "-/90")], critical);
    check(&[("plimsoll/CPUUtilization", "off")], &[]);
    check(&[("plimsoll/cpuutilization", "80/90")], &warning_and_critical);
    check(&[("plimsoll/CPUUTILIZATION", " 80 / 90 ")], &warning_and_critical);
    check(&[("team", "orders"), ("plimsoll", "yes"), ("plimsollary/CPUUtilization", "1")], &[]);
}

#[test]
fn sizes_and_durations_in_the_metrics_unit() {
    check(
        &[("plimsoll/FreeStorageSpace", "20GiB/10 GB")],
        &["FreeStorageSpace warning 21474836480 resource_tag", "FreeStorageSpace critical 10000000000 resource_tag"],
    );
    let aurora = member(&[("plimsoll/AuroraReplicaLag", "500ms/2s")]);
    let expected = ["AuroraReplicaLag warning 500 resource_tag", "AuroraReplicaLag critical 2000 resource_tag"];
    check_all(&aurora, None, &silent(), &[], &expected);
}

/// A level on a date is what is left until then.
#[test]
fn levels_on_what_the_listing_returns_are_written_as_all_others() {
    check(
        &[("plimsoll/CertificateExpiry", "30d/7d")],
        &["CertificateExpiry warning 2592000 resource_tag", "CertificateExpiry critical 604800 resource_tag"],
    );
    check(&[("plimsoll/certificate_expiry", "-/2w")], &["CertificateExpiry critical 1209600 resource_tag"]);
    check(&[("plimsoll/RestorableLag", "30min")], &["RestorableLag critical 1800 resource_tag"]);
    check(&[("plimsoll/BackupRetention", "7d/-")], &["BackupRetention warning 604800 resource_tag"]);
    check(
        &[("plimsoll/StorageAutoscalingUsed", "70/85")],
        &["StorageAutoscalingUsed warning 70 resource_tag", "StorageAutoscalingUsed critical 85 resource_tag"],
    );
    check(&[("plimsoll/CertificateExpiry", "30")], &["plimsoll/CertificateExpiry = 30: implausible"]);
    check(&[("plimsoll/CertificateExpiry", "7d/30d")], &["plimsoll/CertificateExpiry = 7d/30d: wrong_order"]);
}

#[test]
fn a_tag_for_one_severity_stands_beside_the_whole_one() {
    let whole = ("plimsoll/CPUUtilization", "80/90");
    check(&[("plimsoll/CPUUtilization/warning", "75")], &["CPUUtilization warning 75 resource_tag"]);
    check(
        &[whole, ("plimsoll/CPUUtilization/Warning", "75")],
        &["CPUUtilization warning 75 resource_tag", "CPUUtilization critical 90 resource_tag"],
    );
    check(&[whole, ("plimsoll/CPUUtilization/warning", "off")], &["CPUUtilization critical 90 resource_tag"]);
    check(
        &[("plimsoll/CPUUtilization", "off"), ("plimsoll/CPUUtilization/critical", "95")],
        &["CPUUtilization critical 95 resource_tag"],
    );
    check(
        &[whole, ("plimsoll/CPUUtilization/warning", "70/75")],
        &[
            "CPUUtilization warning 80 resource_tag",
            "CPUUtilization critical 90 resource_tag",
            "plimsoll/CPUUtilization/warning = 70/75: too_many_levels",
        ],
    );
    check(
        &[whole, ("plimsoll/CPUUtilization/warning", "95")],
        &[
            "CPUUtilization warning 80 resource_tag",
            "CPUUtilization critical 90 resource_tag",
            "plimsoll/CPUUtilization/warning = 95: wrong_order",
        ],
    );
    check(
        &[("plimsoll/CPUUtilization/warning", "95"), ("plimsoll/CPUUtilization/critical", "90")],
        &["plimsoll/CPUUtilization/critical = 90: wrong_order", "plimsoll/CPUUtilization/warning = 95: wrong_order"],
    );
}

#[test]
fn out_of_order_levels_for_single_severities_leave_blanks_alone() {
    let tags = postgres(&[
        ("plimsoll/CPUUtilization", "70/80/90"),
        ("plimsoll/CPUUtilization/info", "off"),
        ("plimsoll/CPUUtilization/warning", "95"),
    ]);
    let expected = [
        "CPUUtilization warning 80 resource_tag",
        "CPUUtilization page 90 resource_tag",
        "plimsoll/CPUUtilization/warning = 95: wrong_order",
    ];
    check_all(&tags, None, &with_severities(&["info", "warning", "page"]), &[], &expected);
}

#[test]
fn each_reason() {
    let cases: &[(&str, &str, &str)] = &[
        ("plimsoll/CPUUtilization", "70/80/90", "too_many_levels"),
        ("plimsoll/CPUUtilization", "80/", "not_a_number"),
        ("plimsoll/CPUUtilization", "/90", "not_a_number"),
        ("plimsoll/CPUUtilization", "80 90", "not_a_number"),
        ("plimsoll/CPUUtilization", "80-90", "not_a_number"),
        ("plimsoll/CPUUtilization", "80:90", "not_a_number"),
        ("plimsoll/CPUUtilization", "９０", "not_a_number"),
        ("plimsoll/CPUUtilization", "", "not_a_number"),
        ("plimsoll/CPUUtilization", "5m", "wrong_unit"),
        ("plimsoll/FreeStorageSpace", "20/10", "needs_unit"),
        ("plimsoll/CPUUtilization", "0.85", "implausible"),
        ("plimsoll/CPUUtilization", "0", "implausible"),
        ("plimsoll/FreeStorageSpace", "0", "implausible"),
        ("plimsoll/CPUUtilization", "90/80", "wrong_order"),
        ("plimsoll/FreeStorageSpace", "10GiB/20GiB", "wrong_order"),
        ("plimsoll/CpuUsage", "90", "unknown_metric"),
        ("plimsoll/", "90", "unknown_metric"),
        ("plimsoll/CPUUtilization/page", "90", "unknown_severity"),
        ("plimsoll/CPUUtilization/", "90", "unknown_severity"),
        ("plimsoll/CPUUtilization/warning/x", "90", "unknown_severity"),
        ("plimsoll/AuroraReplicaLag", "1s", "not_published"),
        ("plimsoll/TransactionLogsGeneration", "1GB", "no_direction"),
        ("plimsoll/FreeStorageSpace", "20pct/10pct", "no_denominator"),
        ("plimsoll/mute", "soon", "bad_time"),
        ("plimsoll/CPUUtilization/mute", "2026-02-30", "bad_time"),
        ("plimsoll/CPU/mute", "yes", "unknown_metric"),
    ];
    for (key, text, reason) in cases {
        check(&[(key, text)], &[&format!("{key} = {text}: {reason}")]);
    }
}

#[test]
fn keys_that_miss_the_prefix() {
    let slips = ["Plimsoll/X", "plimsoll:X", "plimsoll.X", "plimsoll_X", "plimsoll-X", "plimsoll X", "PLIMSOLL = X"];
    for key in slips.into_iter().chain(["plimsol/X", "plimsolls:X", "ｐlimsoll/X", "plinsol-cpuutilization"]) {
        check(&[(key, "90")], &[&format!("{key} = 90: near_miss")]);
    }
    for key in ["plimsoll", "plimsollX", "explimsoll/X", "plim", "", "team/CPUUtilization"] {
        check(&[(key, "90")], &[]);
    }
    let mut config = silent();
    config.tags.prefix = "db-limit:".to_owned();
    let tags = [("db-limit:CPUUtilization", "90"), ("db-limit/X", "1"), ("plimsoll/CPUUtilization", "80")];
    let expected = ["CPUUtilization critical 90 resource_tag", "db-limit/X = 1: near_miss"];
    check_all(&postgres(&tags), None, &config, &[], &expected);
}

#[test]
fn remedies_say_what_to_write() {
    let remedy = |resource: &Resource| {
        let resolved = resolve(resource, None, &silent(), &Selection::of(&silent()), "default");
        resolved.issues[0].remedy().to_owned()
    };
    let check = |key, text, expected: &str| assert_eq!(remedy(&postgres(&[(key, text)])), expected, "{key} = {text}");
    check("plimsol:cpuutilization", "90", "Write the key as `plimsoll/cpuutilization`.");
    check("Plimsoll/CPUUtilization/mute", "yes", "Write the key as `plimsoll/CPUUtilization/mute`.");
    check("plimsoll_cpu", "90", "Write the prefix exactly as it is configured: `plimsoll/`.");
    check(
        "plimsoll/CPUUtilization",
        "0.85",
        "Understood as 0.85 %, but levels of CPUUtilization go from 1 % to 100 %; did you mean 85? To have no level, write `off`.",
    );
    check(
        "plimsoll/max-connections",
        "many",
        "Write the most connections that the engine takes as a whole number, such as 500.",
    );
    let only = "Remove the tag, unless the database is to change: the metric is published only by";
    check("plimsoll/ReplicaLag", "30s", &format!("{only} replicas."));
    check("plimsoll/VolumeBytesUsed", "1TiB", &format!("{only} db-clusters."));
    check("plimsoll/AuroraReplicaLag", "1s", &format!("{only} aurora-mysql, aurora-postgresql."));
    check("plimsoll/FreeStorageSpaceLogVolume", "1GiB", &format!("{only} databases with a dedicated log volume."));
    let on_cluster = cluster(&[("plimsoll/TempDbLogFileUsage", "80")]);
    assert_eq!(remedy(&on_cluster), format!("{only} sqlserver."));
}

#[test]
fn keys_that_say_different_things_are_all_refused() {
    let spellings = |first, second| [("plimsoll/CPUUtilization", first), ("plimsoll/cpuutilization", second)];
    let both = ["CPUUtilization warning 80 resource_tag", "CPUUtilization critical 90 resource_tag"];
    check(&spellings("80/90", "80pct/90pct"), &both);
    let refused = |first, second| {
        let issue = |key: &str, text: &str| format!("plimsoll/{key} = {text}: duplicate");
        [issue("CPUUtilization", first), issue("cpuutilization", second)]
    };
    for (first, second) in [("90", "80"), ("80", "90"), ("off", "90")] {
        let expected = refused(first, second);
        check(&spellings(first, second), &[&expected[0], &expected[1]]);
    }
    check(
        &spellings("90", "high"),
        &["plimsoll/CPUUtilization = 90: duplicate", "plimsoll/cpuutilization = high: not_a_number"],
    );
    check(
        &[
            ("plimsoll/CPUUtilization/critical", "95"),
            ("plimsoll/CPUUtilization", "90"),
            ("plimsoll/cpuutilization", "91"),
        ],
        &[
            "CPUUtilization critical 95 resource_tag",
            "plimsoll/CPUUtilization = 90: duplicate",
            "plimsoll/cpuutilization = 91: duplicate",
        ],
    );
}

#[test]
fn off_for_what_the_database_lacks_is_no_mistake() {
    check(&[("plimsoll/AuroraReplicaLag", "off"), ("plimsoll/TransactionLogsGeneration", "-")], &[]);
    check(&[("plimsoll/max-connections", "5000")], &[]);
}

#[test]
fn severities_are_names_in_order() {
    let three = with_severities(&["info", "warning", "page"]);
    let tags = |text| postgres(&[("plimsoll/CPUUtilization", text)]);
    check_all(&tags("90"), None, &three, &[], &["CPUUtilization page 90 resource_tag"]);
    let expected = ["CPUUtilization warning 80 resource_tag", "CPUUtilization page 90 resource_tag"];
    check_all(&tags("80/90"), None, &three, &[], &expected);
    let one = with_severities(&["page"]);
    check_all(&tags("90"), None, &one, &[], &["CPUUtilization page 90 resource_tag"]);
    check_all(&tags("80/90"), None, &one, &[], &["plimsoll/CPUUtilization = 80/90: too_many_levels"]);
    let full = Config { defaults: DefaultsMode::Full, ..one };
    let resolved = resolve(&postgres(&[]), None, &full, &Selection::of(&full), "default");
    assert!(print(&resolved, &full).contains(&"CPUUtilization page 80 default".to_owned()));
}

#[test]
fn what_is_named_is_polled() {
    let tags: Tags = &[
        ("plimsoll/CPUUtilization", "high"),
        ("plimsoll/FreeStorageSpace", "off"),
        ("plimsoll/TransactionLogsGeneration", "1GB"),
        ("plimsoll/AuroraReplicaLag", "1s"),
    ];
    let resolved = resolve(&postgres(tags), None, &silent(), &Selection::of(&silent()), "default");
    assert_eq!(resolved.named, ["CPUUtilization", "TransactionLogsGeneration"]);
    assert_eq!(resolved.off, ["FreeStorageSpace"]);
    let config = Config { overrides: vec![overriding(&[], &[("FreeStorageSpace", "1GiB")])], ..silent() };
    let resolved = resolve(&postgres(&[]), None, &config, &Selection::of(&config), "default");
    assert_eq!(resolved.named, ["FreeStorageSpace"]);
}

#[test]
fn a_name_is_right_where_describe_shows_nothing() {
    let database = resource(
        Kind::DB_INSTANCE,
        Engine::AuroraMysql,
        "member",
        &[("plimsoll/Aurora_pq_request_failed", "5"), ("plimsoll/FreeStorageSpace", "5GiB")],
    );
    let expected =
        ["Aurora_pq_request_failed critical 5 resource_tag", "plimsoll/FreeStorageSpace = 5GiB: not_published"];
    check_all(&database, None, &silent(), &[], &expected);
    let configured = [("Aurora_pq_request_failed", "5")];
    let untagged = Described { tags: fixture::tags(&[]), ..Described::clone(&database.described) };
    let untagged = fixture::without_limits(untagged);
    check_all(&untagged, None, &silent(), &configured, &["Aurora_pq_request_failed critical 5 configured"]);
}

#[test]
fn issues_are_limited_and_the_rest_counted() {
    let keys: Vec<String> = (0..14).map(|number| format!("plimsoll/Nothing{number:02}")).collect();
    let tags: Vec<(&str, &str)> = keys.iter().map(|key| (key.as_str(), "1")).collect();
    let resolved = resolve(&postgres(&tags), None, &silent(), &Selection::of(&silent()), "default");
    assert_eq!(resolved.issues.len(), MAX_ISSUES_PER_RESOURCE);
    assert_eq!(resolved.issues_omitted, 4);
    let long = "é".repeat(200);
    let resolved =
        resolve(&postgres(&[(&format!("plimsoll/{long}"), &long)]), None, &silent(), &Selection::of(&silent()), "");
    assert_eq!(resolved.issues[0].tag_key.chars().count(), 128);
    assert!(resolved.issues[0].remedy().ends_with('.'));
}
