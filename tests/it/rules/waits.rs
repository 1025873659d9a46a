//! `for` by severity: each severity waits as long as it should, in an alert that is otherwise the same.

use plimsoll::config::file;
use serde_json::{Value, json};

use super::{RuleOptions, alone, rules_of, run};
use plimsoll::generate::RuleFormat;

const IDS: &str = "account_id=\"1\",region=\"r\",dimension_DBInstanceIdentifier=\"orders\"";
const SLOW_WARNINGS: &str = "[metrics.CPUUtilization]\nfor = { warning = \"20m\" }";

fn rules(toml: &str, format: RuleFormat) -> String {
    let config = file::parse(toml, "plimsoll.toml").unwrap().config;
    rules_of(&config, &RuleOptions { format, ..RuleOptions::default() })
}

/// CPU at 95 % with a level for each severity, and the severities that fire at some minutes.
#[track_caller]
fn check(name: &str, toml: &str, levels: &[(&str, &str)], firing: &[(u32, &[&str])]) {
    let value = |values: &str| json!({"series": format!("aws_rds_cpuutilization_average{{{IDS}}}"), "values": values});
    let level = |(severity, values): &(&str, &str)| {
        let series = format!("aws_rds_cpuutilization_threshold{{{IDS},severity=\"{severity}\"}}");
        json!({"series": series, "values": values})
    };
    let series: Vec<Value> = [value("95x60")].into_iter().chain(levels.iter().map(level)).collect();
    let fires = |(minute, severities): &(u32, &[&str])| {
        let labels = severities.iter().map(|severity| {
            let alert = "alertname=\"RDSCPUUtilizationHigh\",alertstate=\"firing\"";
            json!({"labels": format!("ALERTS{{{alert},{IDS},severity=\"{severity}\"}}"), "value": 1})
        });
        json!({
            "expr": "ALERTS{alertname=\"RDSCPUUtilizationHigh\",alertstate=\"firing\"}",
            "eval_time": format!("{minute}m"),
            "exp_samples": labels.collect::<Vec<_>>(),
        })
    };
    let checks: Vec<Value> = firing.iter().map(fires).collect();
    let test = json!({"interval": "1m", "input_series": series, "promql_expr_test": checks});
    let rules = alone(&rules(toml, RuleFormat::Prometheus), "RDSCPUUtilizationHigh");
    run(&format!("waits-{name}"), &rules, &test);
}

#[test]
fn each_severity_waits_as_long_as_it_should_with_the_labels_that_it_always_has() {
    let both = [("warning", "80x60"), ("critical", "90x60")];
    let late: [(u32, &[&str]); 5] = [
        (7, &[]),
        (8, &["critical"]),
        (19, &["critical"]),
        (20, &["warning", "critical"]),
        (60, &["warning", "critical"]),
    ];
    check("metric", SLOW_WARNINGS, &both, &late);
    check("severity", "[rules]\nfor = { warning = \"20m\" }", &both, &late);
    // The metric's own `for` is not made longer by that of the severity.
    let own = "[rules]\nfor = { critical = \"30m\" }\n[metrics.CPUUtilization]\nfor = \"10m\"";
    check("own", own, &both, &[(9, &[]), (10, &["warning", "critical"])]);
    check("all", "", &both, &[(7, &[]), (8, &["warning", "critical"])]);
    // A failed scrape, a gap, and a level that moves without being uncrossed start no wait anew.
    let moving = [("warning", "80x9 stale 81x4 _ 82x45"), ("critical", "90x4 stale 91x55")];
    check("moving", SLOW_WARNINGS, &moving, &late);
}

#[test]
fn a_severity_that_the_rules_do_not_know_fires_with_the_first_one() {
    check("unknown", SLOW_WARNINGS, &[("page", "90x60")], &[(19, &[]), (20, &["page"])]);
}

/// Grafana has each title once in a folder.
#[test]
fn in_grafana_the_further_rule_has_the_severity_in_its_title() {
    let text = rules(SLOW_WARNINGS, RuleFormat::Grafana("prometheus".to_owned()));
    for title in ["    title: RDSCPUUtilizationHigh\n", "    title: RDSCPUUtilizationHigh (critical)\n"] {
        assert_eq!(text.matches(title).count(), 1, "{title}");
    }
}
