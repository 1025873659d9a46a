//! Tests of parsing: text of a configuration file in, configuration or messages out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::*;
use crate::catalog::{MetricId, Statistic};
use crate::level::AmountUnit;
use crate::resource::{Described, Kind, Limit, LimitSource, Role, Setting, fixture};
use crate::time::{Period, Seconds};
use file::{Parsed, parse};

const NAME: &str = "plimsoll.toml";

fn read(text: &str) -> Config {
    match parse(text, NAME) {
        Ok(Parsed { config, warnings }) => {
            assert_eq!(warnings, [], "warnings");
            config
        }
        Err(problems) => panic!("{problems}"),
    }
}

fn lines(list: &[file::Problem]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

fn errors(text: &str) -> Vec<String> {
    parse(text, NAME).map_err(|problems| lines(&problems.0)).expect_err("an invalid configuration")
}

fn warnings(text: &str) -> Vec<String> {
    lines(&parse(text, NAME).expect("a valid configuration").warnings)
}

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn example() -> String {
    fs::read_to_string(at("config.example.toml")).expect("the example")
}

/// The example with its commented keys and tables uncommented.
fn example_uncommented() -> String {
    let uncomment = |line: &str| {
        let Some(rest) = line.strip_prefix("# ") else {
            return line.to_owned();
        };
        let key = rest.split_once(" = ").map_or("", |(key, _)| key);
        let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        if is_key || rest.starts_with('[') { rest.to_owned() } else { line.to_owned() }
    };
    example().lines().map(uncomment).collect::<Vec<_>>().join("\n")
}

#[test]
fn an_empty_file_and_the_example_are_the_defaults() {
    assert_eq!(read(""), Config::default());
    assert_eq!(read(&example()), Config::default());
}

#[test]
fn the_uncommented_example_has_every_key() {
    let text = example_uncommented();
    // A lease is kept in one place.
    read(&text.replace("\nkubernetes = ", "\n# kubernetes = ").replace("\nnamespace = ", "\n# namespace = "));
    // An unknown key under each table makes the reader list the keys that it knows there.
    let unknown = "zzzzzzzzzzzzzzzz = 1\n";
    let mut known = BTreeMap::new();
    let mut headers: Vec<&str> = text.lines().filter(|line| line.starts_with('[')).collect();
    headers.push("");
    for header in headers {
        let invalid = if header.is_empty() {
            format!("{unknown}{text}")
        } else {
            text.replace(header, &format!("{header}\n{unknown}"))
        };
        for error in errors(&invalid) {
            if let Some((_, keys)) = error.split_once("is not a configuration key; write one of: ") {
                known.insert(header, keys.split(", ").map(str::to_owned).collect::<BTreeSet<_>>());
            }
        }
    }
    assert!(known.len() >= 9, "{known:?}");
    for (header, keys) in known {
        let (_, after) = if header.is_empty() { ("", text.as_str()) } else { text.split_once(header).unwrap() };
        let table: Vec<&str> =
            after.lines().skip(1).take_while(|line| header.is_empty() || !line.starts_with('[')).collect();
        for key in keys {
            let is_key = table.iter().any(|line| line.starts_with(&format!("{key} = ")));
            let is_table = text.lines().any(|line| {
                let name = line.trim_matches(['[', ']']);
                line.starts_with('[') && name.split('.').any(|part| part == key)
            });
            assert!(is_key || is_table, "the example lacks `{key}` under `{header}`");
        }
    }
}

#[test]
fn every_bad_file_gives_exactly_its_messages() {
    let folder = at("tests/fixtures/config/bad");
    let mut checked = 0;
    for entry in fs::read_dir(folder).expect("the folder of bad files") {
        let path = entry.expect("a bad file").path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).unwrap();
            let expected = fs::read_to_string(path.with_extension("txt")).unwrap_or_default();
            let problems = parse(&text, &name).map(|parsed| parsed.warnings).expect_err(&name);
            assert_eq!(format!("{problems}\n"), expected, "{name}");
            checked += 1;
        }
    }
    assert!(checked > 40, "{checked} bad files");
}

#[test]
fn values_that_cost_more_or_protect_less_are_warnings() {
    let check = |text: &str, expected: &[&str]| assert_eq!(warnings(text), expected, "{text}");
    check(
        "[polling]\nfast = \"10s\"",
        &["plimsoll.toml:2:8: `polling.fast` is 10s: each datapoint is queried and billed up to 6 times; \
           write `60s` or more, unless a shorter delay is worth the cost"],
    );
    // CloudWatch has credits every five minutes: the class makes them no faster.
    check("[polling]\nslow = \"1m\"", &[]);
    check(
        "[metrics.CPUCreditBalance]\ninterval = \"1m\"",
        &["plimsoll.toml:2:12: `metrics.CPUCreditBalance.interval` is 1m: each datapoint is queried and billed up to \
           5 times; write `300s` or more, unless a shorter delay is worth the cost"],
    );
    check(
        "[metrics.CPUUtilization]\ninterval = \"10m\"",
        &[
            "plimsoll.toml:2:12: `metrics.CPUUtilization.interval` is 10m: levels are compared with values over 1h, and \
           rules wait longer; write a shorter interval if short peaks must fire an alert",
        ],
    );
    assert!(
        warnings("[polling]\nfast = \"5m\"")[0]
            .contains("`polling.fast` is 5m: levels are compared with values over 5m")
    );
    assert!(warnings("[metrics.cpuutilization]\ninterval = \"10s\"")[0].starts_with("plimsoll.toml:2:12: "));
    check(
        "[metrics.CPUUtilization]\nfor = \"3m\"",
        &[
            "plimsoll.toml:2:7: `metrics.CPUUtilization.for` is 3m: a single datapoint with none after it can fire an alert; write 8m or more",
        ],
    );
}

#[test]
fn a_region_that_is_probably_misspelt_is_a_warning() {
    let check = |text: &str, expected: Option<&str>| {
        let warnings = warnings(text);
        assert_eq!(warnings.len(), usize::from(expected.is_some()), "{warnings:?}");
        assert!(warnings.iter().all(|warning| expected.is_some_and(|part| warning.contains(part))), "{warnings:?}");
    };
    check("regions = [\"eu-west-1\", \"us-gov-west-1\"]", None);
    check("regions = [\"all\"]", None);
    check("regions = [\"eu-wset-1\"]", Some("has \"eu-wset-1\", which is not a region"));
    check("regions = [\"eu-wset-1\"]", Some("did you mean `eu-west-1`?"));
    check("[[account]]\nname = \"a\"\nregions = [\"xx-nowhere-9\"]", Some("; Ignore this if AWS has added the region"));
}

#[test]
fn a_required_level_that_only_tags_could_give_is_a_warning() {
    let check = |text: &str, expected: &[&str]| {
        let guard =
            "[[guard]]\nname = \"page\"\nbounds = { ReplicaLag = { required = [\"warning\", \"critical\"] } }\n";
        assert_eq!(warnings(&format!("{guard}{text}")), expected, "{text}");
    };
    let expected = "plimsoll.toml:3:50: `guard.bounds.ReplicaLag.required` requires a critical level, but neither the \
                   catalogue nor this file sets one; set one in [metrics.ReplicaLag]: otherwise every database without \
                   such a tag has an issue";
    check("", &[expected]);
    check("[metrics.ReplicaLag]\nthreshold = \"60/-\"", &[expected]);
    check("[metrics.ReplicaLag]\nthreshold = \"60/900\"", &[]);
    check("[[override]]\nengine = \"mysql\"\nthresholds = { ReplicaLag = 900 }", &[]);
    check("[thresholds]\nseverities = [\"warning\", \"critical\", \"page\"]", &[expected]);
}

#[test]
fn severities_in_the_wrong_order_are_a_warning() {
    let check = |names: &str, expected: &[&str]| {
        assert_eq!(warnings(&format!("thresholds.severities = [{names}]")), expected, "{names}");
    };
    check(
        "\"critical\", \"warning\"",
        &[
            "plimsoll.toml:1:25: `thresholds.severities` has \"critical\" before \"warning\", which is usually less severe; \
             write the least severe name first: the last name is for outages",
        ],
    );
    assert_eq!(warnings("thresholds.severities = [\"Page\", \"ticket\", \"info\"]").len(), 2);
    check("\"info\", \"warn\", \"crit\"", &[]);
    check("\"gold\", \"critical\", \"blue\"", &[]);
    check("\"page\"", &[]);
}

#[test]
fn accounts_without_regions_use_the_top_level_regions() {
    let config = read(
        "regions = [\"eu-west-1\"]\n[[account]]\nname = \"a\"\n[[account]]\nname = \"b\"\n\
         role_arn = \"arn:aws:iam::123456789012:role/x\"\nregions = [\"us-east-1\"]",
    );
    let regions: Vec<_> = config.accounts.iter().map(|account| (account.name.as_str(), &account.regions)).collect();
    assert_eq!(regions, [("a", &Regions::one("eu-west-1")), ("b", &Regions::one("us-east-1"))]);
    assert_eq!(read("regions = [\"eu-west-1\"]").accounts, [Account::default_chain(Regions::one("eu-west-1"))]);
    assert_eq!(read("regions = [\"all\"]").accounts, [Account::default_chain(Regions::Enabled)]);
    assert_eq!(read("").accounts, [Account::default_chain(Regions::OfChain)]);
}

fn instance(id: &str, cluster: Option<&str>, tags: &[(&str, &str)]) -> Described {
    Described { cluster: cluster.map(Into::into), tags: fixture::tags(tags), ..fixture::instance(id) }
}

/// The matching overrides in order, each shown by its level.
fn strongest_first(text: &str, resource: &Described, cluster: Option<&Described>) -> Vec<String> {
    let config = read(text);
    let level = |applied: &&Override| applied.thresholds[0].1.to_string().replace("-/", "");
    config.overrides_for(resource, cluster).iter().map(level).collect()
}

#[test]
fn a_connection_limit_in_a_tag_wins_over_the_parameter_group() {
    let in_group = (Setting::Number(700.0), LimitSource::ParameterGroup);
    let check = |own: &[(&str, &str)], of_cluster: &[(&str, &str)], expected: (f64, LimitSource)| {
        let cluster = Described { kind: Kind::DB_CLUSTER, ..instance("shop", None, of_cluster) };
        let member = instance("shop-1", Some("shop"), own);
        let resource = Config::default().resource(&member.into(), Some(&cluster), Some(in_group.clone()));
        let (value, source) = expected;
        assert_eq!(resource.capacity.max_connections, Some(Limit { value, source }), "{own:?} {of_cluster:?}");
    };
    check(&[("plimsoll/max-connections", "300")], &[("plimsoll/max-connections", "400")], (300.0, LimitSource::Tag));
    check(&[], &[("plimsoll/max-connections", "400")], (400.0, LimitSource::Tag));
    check(&[], &[], (700.0, LimitSource::ParameterGroup));
}

#[test]
fn an_exact_identifier_beats_more_matchers_and_the_later_override_wins_a_tie() {
    let text = r#"
        override = [
            { id = "orders", thresholds = { CPUUtilization = "1" } },
            { engine = "postgres", region = "eu-west-1", class = "db.m6g.*", thresholds = { CPUUtilization = "2" } },
            { id = "ord*", thresholds = { CPUUtilization = "3" } },
            { engine = "postgres", thresholds = { CPUUtilization = "4" } },
            { engine = "mysql", thresholds = { CPUUtilization = "5" } },
        ]"#;
    assert_eq!(strongest_first(text, &instance("orders", None, &[]), None), ["1", "2", "4", "3"]);
    assert_eq!(strongest_first(text, &instance("order", None, &[]), None), ["2", "4", "3"]);
    assert_eq!(strongest_first(text, &instance("billing", None, &[]), None), ["2", "4"]);
}

#[test]
fn a_tag_matcher_checks_the_resource_then_its_cluster() {
    let text = r#"override = [{ tag = { env = "prod*" }, thresholds = { CPUUtilization = "1" } },
                              { cluster = "shop", thresholds = { CPUUtilization = "2" } }]"#;
    let cluster = Described { kind: Kind::DB_CLUSTER, ..instance("shop", None, &[("env", "production")]) };
    assert_eq!(strongest_first(text, &instance("shop-1", Some("shop"), &[]), Some(&cluster)), ["2", "1"]);
    assert_eq!(strongest_first(text, &instance("shop-1", Some("shop"), &[("env", "test")]), Some(&cluster)), ["2"]);
    assert_eq!(strongest_first(text, &cluster, None), ["2", "1"]);
    assert_eq!(strongest_first(text, &instance("alone", None, &[("env", "test")]), None), [""; 0]);
}

#[test]
fn defaults_come_from_the_override_then_the_account_then_the_defaults_table() {
    let config = read(
        "defaults.mode = \"off\"\naccount = [{ name = \"a\", defaults = \"tagged\" }, { name = \"b\", regions = [\"eu-west-1\"] }]\n\
         override = [{ id = \"x*\", defaults = \"full\" }]",
    );
    let mode = |id, account| config.defaults_mode(&instance(id, None, &[]), None, account);
    assert_eq!(mode("x1", "a"), DefaultsMode::Full);
    assert_eq!(mode("y1", "a"), DefaultsMode::Tagged);
    assert_eq!(mode("y1", "b"), DefaultsMode::Off);
}

#[test]
fn a_pattern_matches_the_whole_text() {
    let check = |pattern: &str, text: &str, expected: bool| {
        assert_eq!(Pattern(pattern.to_owned()).matches(text), expected, "{pattern} on {text}");
    };
    check("orders", "orders", true);
    check("orders", "orders-1", false);
    check("orders*", "orders-1", true);
    check("*-prod", "orders-prod", true);
    check("*-prod", "orders-prod-1", false);
    check("a*a", "a", false);
    check("a*b*c", "a-b-b-c", true);
    check("a*b*c", "a-c-b", false);
    check("*", "", true);
    check("**", "x", true);
    check("*b*b*", "b", false);
}

fn selected(text: &str, metric: &str) -> selection::Selected {
    let config = parse(text, NAME).expect("a valid configuration").config;
    let selection = Selection::of(&config);
    selection.metrics.into_iter().find(|selected| selected.row.metric == metric).expect("the metric")
}

fn timing(period: Period, look_back: i64, age_limit: i64, settle: i64) -> Timing {
    let [look_back, age_limit, settle] = [look_back, age_limit, settle].map(Seconds::new);
    Timing { period, look_back, age_limit, settle, poll_delay: Seconds::new(125) }
}

#[test]
fn by_default_a_rule_waits_longer_than_a_single_datapoint_is_served() {
    let fast = selected("", "CPUUtilization");
    assert_eq!(fast.statistics, [Statistic::Average, Statistic::Maximum]);
    assert_eq!(fast.timing, timing(Period::Minute, 600, 420, 0));
    assert_eq!(fast.rule_for, Duration::from_mins(8));
    let slow = selected("", "FreeableMemory");
    assert_eq!(slow.timing, timing(Period::FiveMinutes, 1200, 840, 120));
    assert_eq!(slow.rule_for, Duration::from_mins(15));
}

#[test]
fn more_frequent_scrapes_make_rules_faster() {
    assert_eq!(selected("[rules]\nscrape_interval = \"15s\"", "CPUUtilization").rule_for, Duration::from_mins(6));
    assert_eq!(selected("[metrics.CPUUtilization]\nfor = \"9m\"", "CPUUtilization").rule_for, Duration::from_mins(9));
}

#[test]
fn the_period_follows_the_interval_except_for_sums() {
    let period = |text, metric| selected(text, metric).timing.period;
    assert_eq!(period("[metrics.CPUUtilization]\ninterval = \"5s\"", "CPUUtilization"), Period::Minute);
    assert_eq!(period("[metrics.CPUUtilization]\ninterval = \"61s\"", "CPUUtilization"), Period::FiveMinutes);
    assert_eq!(period("[metrics.FreeableMemory]\ninterval = \"1m\"", "FreeableMemory"), Period::Minute);
    assert_eq!(period("[metrics.LoginFailures]\ninterval = \"1m\"", "LoginFailures"), Period::Minute);
    assert_eq!(period("[metrics.DatabaseConnections]\ninterval = \"5m\"", "DatabaseConnections"), Period::FiveMinutes);
    assert_eq!(period("[metrics.ConnectionAttempts]\ninterval = \"1m\"", "ConnectionAttempts"), Period::FiveMinutes);
}

#[test]
fn rows_that_count_events_fire_at_once() {
    assert_eq!(selected("", "EngineUptime").rule_for, Duration::ZERO);
    assert_eq!(selected("", "AuroraNumOomRecoveryTriggered").rule_for, Duration::ZERO);
}

#[test]
fn a_level_belongs_to_the_metric_that_has_a_bad_side() {
    let selection = Selection::of(&Config::default());
    let judged = selection.judged();
    // Clusters have a metric of the same name, which has no bad side.
    assert_eq!(judged[&(Kind::DB_INSTANCE, "ServerlessDatabaseCapacity")].row.kind, Kind::DB_INSTANCE);
    assert!(!judged.contains_key(&(Kind::DB_CLUSTER, "ServerlessDatabaseCapacity")));
    assert!(judged.contains_key(&(Kind::DB_CLUSTER, "VolumeBytesUsed")));
    assert!(!judged.contains_key(&(Kind::DB_INSTANCE, "TransactionLogsGeneration")));
}

#[test]
fn the_profile_selects_the_metrics_queried_without_a_level() {
    let check = |profile: &str, shown: bool, unshown: bool, named: bool, statistics: usize| {
        let text = format!("[metrics]\nprofile = \"{profile}\"\n[metrics.Queries]\n");
        assert_eq!(selected(&text, "CPUUtilization").polled_by_default, shown, "{profile}");
        assert_eq!(selected(&text, "NumBinaryLogFiles").polled_by_default, unshown, "{profile}");
        assert_eq!(selected(&text, "Queries").polled_by_default, named, "{profile}");
        assert_eq!(selected(&text, "ReplicaLag").polled_by_default, profile != "none", "{profile}");
        assert_eq!(selected(&text, "CPUUtilization").statistics.len(), statistics, "{profile}");
        assert_eq!(Selection::of(&read(&text)).polls, profile != "none");
    };
    check("none", false, false, false, 1);
    check("alerting", false, false, true, 1);
    check("dashboards", true, false, true, 2);
    check("all", true, true, true, 2);
}

#[test]
fn a_configured_statistic_is_added_once() {
    let text = "[metrics.CPUUtilization]\nstatistics = [\"Maximum\", \"p99\", \"p99\"]";
    let expected = [Statistic::Average, Statistic::Maximum, Statistic::Percentile(99_000)];
    assert_eq!(selected(text, "CPUUtilization").statistics, expected);
}

#[test]
fn a_statistic_of_every_metric_is_added_once_and_where_it_exists() {
    let check = |text: &str, metric, expected: &[&str]| {
        let expected: Vec<Statistic> = expected.iter().map(|name| name.parse().unwrap()).collect();
        assert_eq!(selected(text, metric).statistics, expected, "{text}, {metric}");
    };
    let text = "[metrics]\nstatistics = [\"Average\", \"Maximum\", \"p99\"]";
    check(text, "CPUUtilization", &["Average", "Maximum", "p99"]);
    check(text, "FreeStorageSpace", &["Minimum", "Average", "Maximum", "p99"]);
    check(text, "NumBinaryLogFiles", &["Maximum", "Average", "p99"]);
    // CloudWatch has no percentile of a metric that may be -1.
    check(text, "ReplicaLag", &["Maximum", "Average"]);
    let text = "[metrics]\nprofile = \"alerting\"\nstatistics = [\"p90\"]\n\
                [metrics.CPUUtilization]\nstatistics = [\"p90\", \"p50\"]";
    check(text, "CPUUtilization", &["Average", "p90", "p50"]);
    assert!(!selected(text, "FreeStorageSpace").polled_by_default, "a statistic does not select a metric");
}

#[test]
fn aggregates_are_queried_only_for_metrics_that_configure_them() {
    let text = "[metrics.CPUUtilization]\naggregates = [\"cluster\", \"reader\"]";
    assert_eq!(selected(text, "CPUUtilization").aggregates, [None, Some(Role::Reader)]);
    assert_eq!(selected(text, "FreeableMemory").aggregates, []);
    let of_both = read("[metrics.ServerlessDatabaseCapacity]\naggregates = [\"writer\"]");
    let by_kind: Vec<_> = Selection::of(&of_both)
        .metrics
        .into_iter()
        .filter(|selected| !selected.aggregates.is_empty())
        .map(|selected| selected.row.kind)
        .collect();
    assert_eq!(by_kind, [Kind::DB_INSTANCE], "aggregates are over members");
}

#[test]
fn a_role_is_a_matcher_like_any_other() {
    let text = r#"
        override = [
            { role = "reader", thresholds = { CPUUtilization = "1" } },
            { role = "writer", thresholds = { CPUUtilization = "2" } },
            { cluster = "shop", role = "reader", thresholds = { CPUUtilization = "3" } },
            { cluster = "shop", thresholds = { CPUUtilization = "4" } },
            { id = "shop-2", thresholds = { CPUUtilization = "5" } },
        ]"#;
    let member = |id, role| {
        let mut instance = instance(id, Some("shop"), &[]);
        instance.facts.role = role;
        instance
    };
    assert_eq!(strongest_first(text, &member("shop-1", Some(Role::Writer)), None), ["4", "2"]);
    assert_eq!(strongest_first(text, &member("shop-1", Some(Role::Reader)), None), ["3", "4", "1"]);
    assert_eq!(strongest_first(text, &member("shop-2", Some(Role::Reader)), None), ["5", "3", "4", "1"]);
    assert_eq!(strongest_first(text, &member("shop-1", None), None), ["4"]);
    assert_eq!(strongest_first(text, &instance("alone", None, &[]), None), [""; 0]);
}

#[test]
fn legacy_keys_set_metric_severity_and_unit() {
    let legacy = read(
        "tags.legacy.rds_cpu = { metric = \"cpuutilization\", severity = \"critical\", unit = \"%\" }\n\
         tags.legacy.\"Disk Levels\" = \"FreeStorageSpace\"",
    )
    .tags
    .legacy;
    let cpu = Legacy { metric: "CPUUtilization", severity: Some(1), unit: AmountUnit::Percent };
    let disk = Legacy { metric: "FreeStorageSpace", severity: None, unit: AmountUnit::Bare };
    assert_eq!(legacy, BTreeMap::from([("rds_cpu".to_owned(), cpu), ("Disk Levels".to_owned(), disk)]));
}

#[test]
fn guards_match_like_overrides_and_match_everything_without_matchers() {
    let config = read(
        r#"
        guard = [
            { name = "id", id = "orders", extra_metrics = 1 },
            { name = "all", bounds = { CPUUtilization = { lowest = 50, required = ["critical"] } } },
            { name = "engine", engine = "postgres", extra_metrics = 0 },
            { name = "mysql", engine = "mysql", extra_metrics = 2 },
        ]"#,
    );
    let guards = config.guards_for(&instance("orders", None, &[]), None);
    assert_eq!(guards.iter().map(|guard| guard.name.as_str()).collect::<Vec<_>>(), ["id", "engine", "all"]);
    let bound = guards[2].bound(MetricId::of(Kind::DB_INSTANCE, "CPUUtilization")).unwrap();
    assert_eq!((bound.required.as_slice(), bound.may_be_off, bound.highest.clone()), (&[1][..], true, None));
}
