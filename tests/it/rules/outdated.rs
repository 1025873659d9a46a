//! The version of the rules: when it changes, that the exporter serves the one in the rules, and when the alert fires.

use std::time::Duration;

use plimsoll::config::{Config, Profile, Regions, Selection};
use plimsoll::generate::{self, RuleFormat, RuleOptions};
use plimsoll::resource::SERVICES;
use plimsoll::sim::Options;
use serde_json::{Value, json};

use super::{alone, links, rules_of, run};
use crate::support::databases::databases;
use crate::support::simulated::SimulatedAws;

fn version(change: impl FnOnce(&mut Config)) -> String {
    let mut config = Config::default();
    change(&mut config);
    generate::version(&config, &Selection::of(&config))
}

#[test]
fn the_version_changes_with_the_rules_and_with_nothing_else() {
    let shipped = version(|_| ());
    assert!(shipped.len() == 16 && shipped.chars().all(|one| one.is_ascii_hexdigit()), "{shipped}");
    let same = |change: fn(&mut Config)| assert_eq!(version(change), shipped);
    same(|config| config.links = links::everywhere());
    same(|config| config.accounts[0].regions = Regions::one("eu-west-1"));
    same(|config| config.labels.info_tags = vec!["env".to_owned()]);
    same(|config| config.tags.prefix = "limits/".to_owned());
    let other = |change: fn(&mut Config)| assert_ne!(version(change), shipped);
    other(|config| config.labels.tags = vec!["team".to_owned()]);
    other(|config| config.catalog = plimsoll::catalog::Catalog::of(SERVICES));
    other(|config| config.metrics.profile = Profile::None);
    other(|config| config.severities = vec!["page".to_owned()]);
    other(|config| config.rules.scrape_interval = Duration::from_secs(15));
    other(|config| config.rules.waits = [(0, Duration::from_mins(30))].into());
}

#[test]
fn flags_do_not_change_the_version_in_the_rules() {
    let version = version(|_| ());
    for options in [
        RuleOptions::default(),
        RuleOptions { selector: Some("job=\"plimsoll\"".to_owned()), ..RuleOptions::default() },
        RuleOptions { scrape_interval: Some(Duration::from_secs(15)), ..RuleOptions::default() },
        RuleOptions { format: RuleFormat::Operator, ..RuleOptions::default() },
    ] {
        let text = rules_of(&Config::default(), &options);
        assert!(text.contains(&format!("plimsoll_catalog_info{{version!=\"{version}\"")), "{options:?}");
    }
}

#[test]
fn a_running_exporter_serves_the_version_that_the_shipped_rules_have() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    let exporter = aws.launch().config("").start();
    let page = exporter.metrics();
    let versions = page.find("plimsoll_catalog_info", &[]);
    assert_eq!(versions.len(), 1);
    assert_eq!(versions[0].labels["version"], version(|_| ()));
}

fn exporter(instance: &str, version: &str, values: &str) -> Value {
    let series = format!("plimsoll_catalog_info{{job=\"plimsoll\",instance=\"{instance}\",version=\"{version}\"}}");
    json!({"series": series, "values": values})
}

/// One test for each story: `firing` are the minutes at which the alert fires, `quiet` those at which it does not.
#[track_caller]
fn check(name: &str, series: &[Value], firing: &[u32], quiet: &[u32]) {
    let current = version(|_| ());
    let rules = alone(&rules_of(&Config::default(), &RuleOptions::default()), "PlimsollRulesOutdated");
    let alert = json!({
        "exp_labels": {"severity": "warning"},
        "exp_annotations": {
            "summary": "The alert rules are not those that plimsoll needs: some levels may have no rule.",
            "description": format!("plimsoll needs rules of another version than {current}, of which these are. Make them \
                anew with `plimsoll rules` of the version and the configuration that run."),
        },
    });
    let at = |minute: &u32, alerts: Vec<Value>| json!({"eval_time": format!("{minute}m"), "alertname": "PlimsollRulesOutdated", "exp_alerts": alerts});
    let checks: Vec<Value> = firing
        .iter()
        .map(|minute| at(minute, vec![alert.clone()]))
        .chain(quiet.iter().map(|minute| at(minute, vec![])))
        .collect();
    run(
        &format!("outdated-{name}"),
        &rules,
        &json!({"interval": "1m", "input_series": series, "alert_rule_test": checks}),
    );
}

#[test]
fn the_alert_fires_after_an_hour_with_another_version_and_ends_with_it() {
    let current = version(|_| ());
    check("same", &[exporter("a", &current, "1x120")], &[], &[0, 60, 61, 120]);
    check("none", &[exporter("a", "old", "_x120")], &[], &[60, 120]);
    check("old", &[exporter("a", "old", "1x120")], &[60, 61, 120], &[0, 59]);
    // A failed scrape and a restart start no wait anew.
    check("gaps", &[exporter("a", "old", "1x20 stale 1x15 _ 1x90")], &[60, 100], &[59]);
    // The rules are made anew: the exporter of the old version is gone, and the alert ends one bridge later.
    let upgraded = [exporter("a", "old", "1x80 stale"), exporter("a", &current, "_x80 1x40")];
    check("upgraded", &upgraded, &[60, 82], &[59, 83, 120]);
}

#[test]
fn replicas_of_two_versions_make_one_alert_and_none_during_an_upgrade() {
    let current = version(|_| ());
    // The rules come first, then one replica after the other within the hour.
    let one_by_one = [
        exporter("a", "old", "1x20 stale"),
        exporter("a", &current, "_x21 1x100"),
        exporter("b", "old", "1x50 stale"),
        exporter("b", &current, "_x51 1x100"),
    ];
    check("one-by-one", &one_by_one, &[], &[20, 51, 59, 60, 61, 120]);
    let stuck = [exporter("a", &current, "1x120"), exporter("b", "old", "1x120")];
    check("stuck", &stuck, &[60, 120], &[59]);
    let both = [exporter("a", "old", "1x120"), exporter("b", "older", "1x120")];
    check("both", &both, &[60, 120], &[59]);
}
