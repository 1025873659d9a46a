//! Which source applies when several set a level.

use super::*;

/// The levels of CPU from each source in turn; `""` sets nothing.
struct Levels {
    own: &'static str,
    cluster: &'static str,
    overrides: &'static str,
    configured: &'static str,
    defaults: DefaultsMode,
}

const NONE: Levels = Levels { own: "", cluster: "", overrides: "", configured: "", defaults: DefaultsMode::Off };

#[track_caller]
fn check(levels: &Levels, expected: &str) {
    const CPU: &str = "CPUUtilization";
    let tags = |text: &'static str| {
        if text.is_empty() { vec![] } else { vec![("plimsoll/CPUUtilization", text)] }
    };
    let mut config = Config { defaults: levels.defaults, ..Config::default() };
    if !levels.overrides.is_empty() {
        config.overrides.push(overriding(&[], &[(CPU, levels.overrides)]));
    }
    let configured = if levels.configured.is_empty() { vec![] } else { vec![(CPU, levels.configured)] };
    let (own, cluster) = (member(&tags(levels.own)), cluster(&tags(levels.cluster)));
    let resolved = resolve(&own, Some(&cluster), &config, &selection(&config, &configured), "default");
    let cpu = resolved.thresholds.iter().filter(|threshold| threshold.metric == CPU);
    let cpu = cpu.map(|threshold| {
        format!("{} {} {}", config.severities[threshold.severity], threshold.value, threshold.source.name())
    });
    assert_eq!(cpu.collect::<Vec<_>>().join(", "), expected);
}

#[test]
fn the_most_specific_source_applies() {
    let all = Levels {
        own: "81/91",
        cluster: "82/92",
        overrides: "83/93",
        configured: "84/94",
        defaults: DefaultsMode::Full,
    };
    check(&all, "warning 81 resource_tag, critical 91 resource_tag");
    check(&Levels { own: "", ..all }, "warning 82 cluster_tag, critical 92 cluster_tag");
    check(&Levels { own: "", cluster: "", ..all }, "warning 83 override, critical 93 override");
    let configured = Levels { own: "", cluster: "", overrides: "", ..all };
    check(&configured, "warning 84 configured, critical 94 configured");
    check(&Levels { configured: "", ..configured }, "warning 80 default, critical 90 default");
    check(&NONE, "");
}

#[test]
fn off_and_blanks_end_the_chain() {
    let full = Levels { defaults: DefaultsMode::Full, ..NONE };
    check(&Levels { own: "off", cluster: "90", ..full }, "");
    check(&Levels { cluster: "-", configured: "80/90", ..full }, "");
    check(&Levels { overrides: "off", configured: "80/90", ..full }, "");
    check(&Levels { configured: "none", ..full }, "");
    check(&Levels { own: "95", ..full }, "critical 95 resource_tag");
    check(&Levels { overrides: "70/-", ..full }, "warning 70 override");
}

#[test]
fn what_cannot_be_read_gives_way_to_the_next_source() {
    let unreadable = Levels { own: "eighty", cluster: "82/92", ..NONE };
    check(&unreadable, "warning 82 cluster_tag, critical 92 cluster_tag");
    check(&Levels { cluster: "92/82", overrides: "83/93", ..unreadable }, "warning 83 override, critical 93 override");
    let defaults = Levels { cluster: "0.9", defaults: DefaultsMode::Warning, ..unreadable };
    check(&defaults, "warning 80 default");
}

#[test]
fn a_tag_for_one_severity_leaves_the_others_to_the_chain() {
    let own = |tags: Tags, expected: &[&str]| {
        let cluster = cluster(&[("plimsoll/CPUUtilization", "70/80")]);
        check_all(&member(tags), Some(&cluster), &silent(), &[("CPUUtilization", "75/85")], expected);
    };
    own(
        &[("plimsoll/CPUUtilization/warning", "60")],
        &["CPUUtilization warning 60 resource_tag", "CPUUtilization critical 80 cluster_tag"],
    );
    own(&[("plimsoll/CPUUtilization/warning", "off")], &["CPUUtilization critical 80 cluster_tag"]);
    // The cluster's critical level would be crossed before the warning; the configured one fits behind it.
    own(
        &[("plimsoll/CPUUtilization/warning", "82")],
        &[
            "CPUUtilization warning 82 resource_tag",
            "CPUUtilization critical 85 configured",
            "plimsoll/CPUUtilization = 70/80: wrong_order",
        ],
    );
    own(
        &[("plimsoll/CPUUtilization/warning", "95")],
        &[
            "CPUUtilization warning 95 resource_tag",
            "configured CPUUtilization = 75/85: wrong_order",
            "plimsoll/CPUUtilization = 70/80: wrong_order",
        ],
    );
}

#[test]
fn a_level_that_a_more_specific_one_leaves_out_is_an_issue() {
    const MEMORY: &str = "FreeableMemory";
    let check = |own: Tags, inherited: Tags, overrides: &str, expected: &[(&str, &str)]| {
        let written = (!overrides.is_empty()).then(|| overriding(&[], &[(MEMORY, overrides)]));
        let config = Config { overrides: written.into_iter().collect(), ..Config::default() };
        let member = shares::measured(member(own), None, &config);
        let resolved = resolve(&member, Some(&cluster(inherited)), &config, &Selection::of(&config), "default");
        let issues: Vec<_> = resolved.issues.iter().map(|issue| (issue.tag_key.as_str(), issue.remedy())).collect();
        assert_eq!(issues, expected);
        assert!(resolved.issues.iter().all(|issue| issue.reason == Reason::WrongOrder));
    };
    let warning: Tags = &[("plimsoll/FreeableMemory/warning", "1GiB")];
    let remedy = "Write a critical level beside `plimsoll/FreeableMemory/warning = 1GiB` (resource_tag), or change one of \
                  them: the critical level here would be crossed before the warning level there.";
    check(warning, &[("plimsoll/FreeableMemory", "20pct/2GiB")], "", &[("plimsoll/FreeableMemory", remedy)]);
    // The key for the whole metric gives no level that is left out.
    check(
        warning,
        &[("plimsoll/FreeableMemory", "20pct/2GiB"), ("plimsoll/FreeableMemory/critical", "3GiB")],
        "",
        &[("plimsoll/FreeableMemory/critical", remedy)],
    );
    check(warning, &[], "3GiB/2GiB", &[("override FreeableMemory", remedy)]);
    // Nobody who set an earlier critical level misses the warning that would come after it.
    check(&[("plimsoll/FreeableMemory/critical", "4GiB")], &[], "3GiB/2GiB", &[]);
    check(&[("plimsoll/FreeableMemory/critical", "4GiB")], &[], "", &[]);
    check(&[("plimsoll/FreeableMemory", "1GiB/-")], &[("plimsoll/FreeableMemory", "20pct/2GiB")], "", &[]);

    let full = Config { defaults: DefaultsMode::Full, ..Config::default() };
    let late = postgres(&[("plimsoll/CPUUtilization/warning", "95")]);
    let resolved = resolve(&late, None, &full, &Selection::of(&full), "default");
    let issues: Vec<_> = resolved.issues.iter().map(|issue| (issue.tag_key.as_str(), issue.reason)).collect();
    assert_eq!(issues, [("default CPUUtilization", Reason::WrongOrder)]);
}

#[test]
fn the_strongest_override_that_names_the_metric_applies() {
    let engine = || Matcher::Engine(Engine::Postgres);
    let config = Config {
        overrides: vec![
            overriding(&[Matcher::Id(Pattern("orders".to_owned()))], &[("FreeStorageSpace", "5GiB")]),
            overriding(&[engine()], &[("CPUUtilization", "70/75")]),
            overriding(&[engine(), Matcher::Region("eu-west-1".to_owned())], &[("CPUUtilization", "60/65")]),
            overriding(&[Matcher::Engine(Engine::Mysql)], &[("CPUUtilization", "1/2")]),
        ],
        ..silent()
    };
    let expected = [
        "CPUUtilization warning 60 override",
        "CPUUtilization critical 65 override",
        "FreeStorageSpace critical 5368709120 override",
    ];
    check_all(&postgres(&[]), None, &config, &[], &expected);
}

#[test]
fn configured_levels_that_make_no_number_are_issues_too() {
    let config = Config { overrides: vec![overriding(&[], &[("FreeStorageSpace", "10%")])], ..silent() };
    let expected =
        ["FreeStorageSpace critical 10737418240 configured", "override FreeStorageSpace = -/10pct: no_denominator"];
    check_all(&postgres(&[]), None, &config, &[("FreeStorageSpace", "10GiB"), ("AuroraReplicaLag", "1s")], &expected);
}

#[test]
fn defaults_by_mode() {
    let cpu = |mode, tags: Tags| {
        let config = Config { defaults: mode, ..Config::default() };
        let resolved = resolve(&postgres(tags), None, &config, &Selection::of(&config), "default");
        let cpu = resolved.thresholds.iter().filter(|threshold| threshold.metric == "CPUUtilization");
        cpu.map(|threshold| threshold.severity).collect::<Vec<_>>()
    };
    let tagged: Tags = &[("plimsoll/FreeStorageSpace", "10GiB")];
    assert!(cpu(DefaultsMode::Off, tagged).is_empty());
    assert_eq!(cpu(DefaultsMode::Tagged, tagged), [0, 1]);
    assert!(cpu(DefaultsMode::Tagged, &[("team", "orders")]).is_empty());
    assert_eq!(cpu(DefaultsMode::Warning, &[]), [0]);
    assert_eq!(cpu(DefaultsMode::Full, &[]), [0, 1]);
}

#[test]
fn a_metric_is_off_where_tags_leave_it_no_level() {
    let check = |mode: &str, tags: Tags, inherited: Tags, off: &[&str]| {
        let guard = "[[guard]]\nname = \"page\"\nbounds = { CPUUtilization = { required = [\"critical\"] }, \
                     WriteLatency = { required = [\"critical\"] } }";
        let config = crate::config::file::parse(&format!("defaults.mode = {mode:?}\n{guard}"), "plimsoll.toml");
        let config = config.unwrap().config;
        let resolved = resolve(&member(tags), Some(&cluster(inherited)), &config, &Selection::of(&config), "default");
        assert_eq!(resolved.off, off, "{mode} {tags:?} {inherited:?}");
    };
    let (only, all) = (&[("plimsoll/ReadLatency/warning", "off")], &[("plimsoll/ReadLatency", "off")]);
    for mode in ["off", "warning", "full"] {
        check(mode, all, &[], &["ReadLatency"]);
        check(mode, &[], only, &["ReadLatency"]);
    }
    check("warning", &[("plimsoll/ReadLatency/warning", "off"), ("plimsoll/ReadLatency/critical", "1s")], &[], &[]);
    check("warning", only, &[("plimsoll/ReadLatency", "10ms/1s")], &[]);
    check("warning", &[("plimsoll/ReadLatency/critical", "off")], &[], &[]);
    check("full", &[("plimsoll/CPUUtilization/warning", "off")], &[], &[]);
    check("warning", &[], &[], &[]);
    // The guard refuses the tag, and requires a level that no source sets: both are issues.
    check("off", &[("plimsoll/WriteLatency", "off")], &[], &[]);
    check("off", &[("plimsoll/CPUUtilization", "off")], &[], &[]);
    check("full", &[("plimsoll/CPUUtilization", "off")], &[], &[]);
}

#[test]
fn a_cluster_tag_counts_as_a_tag_of_its_members() {
    let config = Config { defaults: DefaultsMode::Tagged, ..Config::default() };
    let cluster = cluster(&[("plimsoll/AuroraReplicaLag", "off")]);
    let resolved = resolve(&member(&[]), Some(&cluster), &config, &Selection::of(&config), "default");
    assert!(resolved.thresholds.iter().any(|threshold| threshold.metric == "CPUUtilization"));
    assert_eq!(resolved.off, ["AuroraReplicaLag"]);
}

#[test]
fn an_account_has_its_own_mode() {
    let mut account = Account::default_chain(Regions::OfChain);
    account.name = "prod".to_owned();
    account.defaults = Some(DefaultsMode::Full);
    let config = Config { accounts: vec![account], ..silent() };
    let levels =
        |account| resolve(&postgres(&[]), None, &config, &Selection::of(&config), account).thresholds.is_empty();
    assert!(levels("test"));
    assert!(!levels("prod"));
}

#[test]
fn relative_defaults_are_counted_unless_somebody_spoke() {
    let config = Config { defaults: DefaultsMode::Full, ..Config::default() };
    let count = |tags: Tags| {
        resolve(&postgres(tags), None, &config, &Selection::of(&config), "default").defaults_without_denominator
    };
    let all = count(&[]);
    assert!(all >= 2);
    assert_eq!(count(&[("plimsoll/FreeStorageSpace", "10GiB")]), all - 2);
    assert_eq!(count(&[("plimsoll/FreeStorageSpace/warning", "10GiB")]), all - 1);
}

#[test]
fn levels_for_many_stand_only_where_describe_does_not_deny_the_metric() {
    const LAG: &str = "AuroraGlobalDBReplicationLag";
    let id = |id: &str| Matcher::Id(Pattern(id.to_owned()));
    let check = |global, tags: Tags, matchers: &[Matcher], configured: Tags, expected: &[&str]| {
        let mut cluster = cluster(tags);
        Arc::make_mut(&mut cluster.described).facts.global_database = global;
        let mut config = silent();
        config.overrides.extend((!matchers.is_empty()).then(|| overriding(matchers, &[(LAG, "2s")])));
        check_all(&cluster, None, &config, configured, expected);
        let resolved = resolve(&cluster, None, &config, &selection(&config, configured), "default");
        assert_eq!(resolved.named.is_empty(), tags.is_empty() && (matchers.is_empty() || expected.is_empty()));
    };
    let (denied, configured) = (Some(false), &[(LAG, "1s")]);
    for unseen in [None, Some(true)] {
        check(unseen, &[], &[], configured, &["AuroraGlobalDBReplicationLag critical 1000 configured"]);
    }
    check(denied, &[], &[], configured, &[]);
    check(denied, &[], &[Matcher::Engine(Engine::AuroraPostgresql)], &[], &[]);
    check(denied, &[], &[id("clus*")], &[], &[]);
    let overridden = ["AuroraGlobalDBReplicationLag critical 2000 override"];
    check(denied, &[], &[id("cluster")], configured, &overridden);
    check(denied, &[], &[Matcher::Cluster(Pattern("cluster".to_owned()))], &[], &overridden);
    let tags: Tags = &[("plimsoll/AuroraGlobalDBReplicationLag", "3s")];
    check(denied, tags, &[], configured, &["AuroraGlobalDBReplicationLag critical 3000 resource_tag"]);
}
