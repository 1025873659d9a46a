//! Tests of rule generation: a configuration in, the text of its rules out.

use std::time::Duration;

use super::*;
use crate::catalog::{Catalog, MetricId};
use crate::config::{MetricChoice, Profile};
use crate::resource::{Kind, SERVICES};

fn text(change: impl FnOnce(&mut Config, &mut RuleOptions)) -> String {
    let (mut config, mut options) = (Config::default(), RuleOptions::default());
    change(&mut config, &mut options);
    rules(&config, &Selection::of(&config), &options)
}

/// The lines of one rule, from its name on.
fn rule(alert: &str, change: impl FnOnce(&mut Config, &mut RuleOptions)) -> String {
    let text = text(change);
    let rules = text.split("  - alert: ");
    rules.into_iter().find(|rule| rule.starts_with(&format!("{alert}\n"))).unwrap_or_default().to_owned()
}

#[test]
fn a_metric_rule_has_the_form_of_the_design() {
    let ids = "account_id, region, dimension_DBInstanceIdentifier";
    let value = format!("max by ({ids}) (last_over_time(aws_rds_cpuutilization_average[2m30s]))");
    let expected = format!(
        "RDSCPUUtilizationHigh
    expr: |-
      {value}
        * on ({ids}) group_right ()
      count_values by ({ids}, severity) (\"level\", min by ({ids}, severity) (
        last_over_time(aws_rds_cpuutilization_threshold[2m30s])
          < on ({ids}) group_left ()
        {value}
      ))
    for: 8m
    labels:
      level: \"\"
    annotations:\n"
    );
    let rule = rule("RDSCPUUtilizationHigh", |_, _| ());
    assert!(rule.starts_with(&expected), "{rule}");
}

#[test]
fn a_rule_on_a_low_side_is_the_mirror_image() {
    let rule = rule("RDSFreeableMemoryLow", |_, _| ());
    for part in [
        "expr: |-\n      min by (",
        "(\"level\", max by (",
        "\n          > on (",
        "below its {{ $labels.severity }} threshold",
    ] {
        assert!(rule.contains(part), "{part} in {rule}");
    }
}

#[test]
fn alert_names_are_camel_case() {
    let text = text(|_, _| ());
    let names: Vec<_> = text.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(names.iter().all(|name| name.chars().all(|one| one.is_ascii_alphanumeric())), "{names:?}");
    for name in ["RDSEBSIOBalanceLow", "RDSToAuroraPostgreSQLReplicaLagHigh", "RDSAuroraPqRequestFailedHigh"] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
}

#[test]
fn every_rule_has_a_name_of_its_own() {
    let text = text(|config, _| config.catalog = Catalog::of(SERVICES));
    let mut names: Vec<_> = text.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
}

#[test]
fn groups_hold_at_most_twenty_rules() {
    let text = text(|_, _| ());
    for group in text.split("\n- name: ").skip(1) {
        assert!(group.matches("- alert: ").count() <= RULES_PER_GROUP, "{group}");
    }
}

#[test]
fn a_faster_scrape_shortens_the_bridge_and_every_wait() {
    let rule = rule("RDSCPUUtilizationHigh", |_, options| options.scrape_interval = Some(Duration::from_secs(15)));
    assert!(rule.contains("aws_rds_cpuutilization_average[1m]"), "{rule}");
    assert!(rule.contains("for: 6m\n"), "{rule}");
}

#[test]
fn the_selector_stands_in_every_selector() {
    let selector = r#"job="plimsoll""#;
    let text = text(|_, options| options.selector = Some(selector.to_owned()));
    let metrics =
        ["aws_rds_", "plimsoll_resource_", "plimsoll_last_", "plimsoll_build_", "plimsoll_page_", "__name__", "up{"];
    let braces = text.lines().filter(|line| !line.contains("description:")).flat_map(|line| line.split('{').skip(1));
    assert!(braces.clone().count() > 2 * metrics.len());
    assert!(braces.clone().all(|rest| rest.split('}').next().unwrap().contains(selector)), "{text}");
    let bare = [
        "_average[",
        "_minimum[",
        "_maximum[",
        "_threshold[",
        "_info[",
        "_issue[",
        "_muted[",
        "_seconds[",
        "_stale[",
        "up[",
    ];
    assert!(bare.iter().all(|bare| !text.contains(bare)), "{text}");
}

#[test]
fn tags_that_route_stand_on_the_side_of_the_thresholds_only() {
    let rule = rule("RDSCPUUtilizationHigh", |config, _| {
        config.labels.tags = vec!["team".to_owned(), "cost-center".to_owned()];
    });
    let (values, levels) = rule.split_once("group_right ()").unwrap();
    assert!(!values.contains("tag_"), "{rule}");
    assert_eq!(levels.matches("severity, tag_team, tag_cost_center) ").count(), 2, "{rule}");
}

#[test]
fn a_restart_is_one_only_of_what_was_running_before_any_value_that_still_counts() {
    let check = |interval: Option<u64>, expected: &str| {
        let rule = rule("RDSEngineUptimeLow", |config, _| {
            config.polling.slow = interval.map_or(config.polling.slow, Duration::from_secs);
        });
        assert!(
            rule.contains(&format!("(max_over_time(aws_rds_engine_uptime_minimum[1h] offset {expected}))")),
            "{rule}"
        );
        assert_eq!(rule.matches("\n        < on (").count(), 1, "{rule}");
    };
    check(None, "22m");
    check(Some(60), "11m");
    let is_earlier = |line: &&str| line.contains("max_over_time(aws_") && line.contains("[1h] offset");
    assert_eq!(text(|_, _| ()).lines().filter(is_earlier).count(), 1);
}

/// While these fire, alerts on metrics end whatever the databases do.
const OUTAGES: [&str; 3] = ["PlimsollDown", "PlimsollPageStale", "PlimsollShardMissing"];

#[test]
fn only_events_forecasts_and_the_pages_of_outages_go_on_firing() {
    let text = text(|_, _| ());
    let is_outage = |rule: &&str| OUTAGES.iter().any(|alert| rule.starts_with(&format!("{alert}\n")));
    for rule in text.split("  - alert: ").skip(1).filter(|rule| !is_outage(rule)) {
        let is_event = rule.contains("for: 0s\n    keep_firing_for: 15m\n");
        let is_forecast = rule.contains("InLow\n") && rule.contains("    keep_firing_for: 1h\n");
        assert_eq!(rule.contains("keep_firing_for:"), is_event || is_forecast, "{rule}");
    }
}

#[test]
fn the_page_of_an_outage_stays_for_the_slowest_critical_rule_and_a_bridge() {
    let stays = |alert, metric: &'static str, minutes, expected: &str| {
        let rule = rule(alert, |config, _| {
            config.metrics.choices = vec![MetricChoice {
                metric: MetricId::of(Kind::DB_INSTANCE, metric),
                statistics: Vec::new(),
                interval: None,
                threshold: None,
                rule_for: Some(Duration::from_mins(minutes)),
                waits: std::collections::BTreeMap::new(),
                aggregates: Vec::new(),
            }];
        });
        assert!(rule.contains(&format!("keep_firing_for: {expected}\n")), "{metric} for {minutes} min: {rule}");
    };
    let check = |metric, minutes, expected| OUTAGES.map(|alert| stays(alert, metric, minutes, expected));
    check("CPUUtilization", 8, "17m30s");
    check("CPUUtilization", 40, "42m30s");
    // Never critical by default; its values outlast most outages.
    check("VolumeBytesUsed", 361, "17m30s");
}

/// One bridge longer than the others: it looks back from now, not from the end of a condition that is bridged.
#[test]
fn the_page_of_a_blind_scope_opens_before_alerts_end_and_stays_only_if_they_may_have_ended() {
    let check = |scrape_seconds, opens: &str, stays: &str| {
        let rule = rule("PlimsollBlind", |_, options| {
            options.scrape_interval = Some(Duration::from_secs(scrape_seconds));
        });
        let (now, lately) = rule.split_once("or\n").unwrap();
        assert!(now.contains(opens) && lately.contains(stays), "{rule}");
    };
    check(60, "[2m30s:15s])) > 240\n", "[20m:15s])) > 270\n");
    check(15, "[1m:3s])) > 240\n", "[17m:3s])) > 270\n");
    check(300, "[10m30s:1m15s])) > 195\n", "[44m:1m15s])) > 270\n");
}

#[test]
fn no_series_at_all_counts_only_where_prometheus_evaluated_rules_half_a_bridge_ago() {
    let rule = rule("PlimsollDown", |_, options| options.scrape_interval = Some(Duration::from_secs(15)));
    for part in ["absent_over_time(plimsoll_build_info[30s])", "rules_evaluated[30s] offset 30s)", "for: 45s\n"] {
        assert!(rule.contains(part), "{part} in {rule}");
    }
    assert!(text(|_, _| ()).contains("  rules:\n  - record: plimsoll:rules_evaluated\n    expr: vector(1)\n"));
}

#[test]
fn without_metrics_there_is_no_rule_on_their_absence() {
    let text = text(|config, _| config.metrics.profile = Profile::None);
    for alert in ["PlimsollBlind", "PlimsollSlowMetricsStale", "RDSNoData", "PlimsollUnwatched"] {
        assert!(!text.contains(alert), "{alert}");
    }
}

#[test]
fn where_only_levels_ask_for_metrics_only_databases_with_a_level_can_miss_them() {
    let rule = rule("RDSNoData", |config, _| config.metrics.profile = Profile::Alerting);
    assert!(rule.contains("\n        and on (") && rule.contains("(aws_rds_cpuutilization_threshold["), "{rule}");
}

#[test]
fn a_runbook_is_a_page_below_the_configured_address() {
    let address = |config: &mut Config, _: &mut RuleOptions| {
        config.links.runbooks = Some("https://runbooks.example/rds".to_owned());
    };
    for alert in ["RDSStorageFull", "RDSCPUUtilizationHigh"] {
        let rule = rule(alert, address);
        assert!(rule.contains(&format!("runbook_url: https://runbooks.example/rds/{alert}.md\n")), "{rule}");
    }
}

#[test]
fn durations_are_written_as_prometheus_reads_them() {
    let check = |milliseconds, expected| assert_eq!(promql::duration(Duration::from_millis(milliseconds)), expected);
    check(0, "0s");
    check(150_000, "2m30s");
    check(3_600_000, "1h");
    check(259_260_000, "3d1m");
    check(1_500, "1s500ms");
}

#[test]
fn how_long_a_mute_may_be_is_configured() {
    let rule = rule("PlimsollMutedForLong", |config, _| {
        config.rules.longest_mute = Duration::from_hours(36);
        config.labels.tags = vec!["team".to_owned()];
    });
    assert!(rule.contains("- time() <= 129600\n") && rule.contains("more than 1d12h from now"), "{rule}");
    assert_eq!(rule.matches("metric, tag_team) (").count(), 1, "{rule}");
}

/// The report on the shipped rules after a change to their text.
fn report(change: impl Fn(&str) -> String) -> String {
    let (config, options) = (Config::default(), RuleOptions::default());
    let selection = Selection::of(&config);
    let text = change(&rules(&config, &selection, &options));
    check(&config, &selection, &options, &deployed(&text).unwrap()).to_string()
}

#[test]
fn what_was_made_is_what_is_needed_whatever_its_form() {
    let all = report(str::to_owned);
    assert!(all.starts_with("all ") && all.lines().count() == 1, "{all}");
    assert_eq!(report(|text| text.replace("\n  * on (", "\n* on(")), all);
    assert_eq!(report(|text| text.replace("description:", "remark:")), all);
}

#[test]
fn each_difference_has_a_line_in_one_run() {
    let text = report(|text| {
        text.replace("alert: RDSCPUUtilizationHigh", "alert: CPU")
            .replace("aws_rds_read_latency_threshold", "other")
            .replace("for: 8m", "for: 10m")
    });
    for line in [
        "RDSCPUUtilizationHigh: is missing",
        "RDSReadLatencyHigh: has another expression",
        "RDSDatabaseConnectionsHigh: waits 10m instead of 8m",
    ] {
        assert!(text.lines().any(|one| one == line), "{line} in {text}");
    }
    let last = text.lines().last().unwrap();
    assert!(last.starts_with(&format!("{} of ", text.lines().count() - 1)) && last.contains("--output"), "{last}");
}

#[test]
fn a_shorter_wait_and_further_rules_are_no_difference() {
    let all = report(str::to_owned);
    assert_eq!(report(|text| text.replace("for: 8m", "for: 7m")), all);
    assert_eq!(report(|text| format!("{text}- name: more\n  rules:\n  - alert: More\n    expr: x\n")), all);
}
