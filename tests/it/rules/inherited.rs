//! Inherited tags from the listing to the alert: promtool reads a page of plimsoll.

use std::sync::Arc;

use plimsoll::config::{Config, DefaultsMode, Selection};
use plimsoll::exposition::Renderer;
use plimsoll::generate::RuleOptions;
use plimsoll::offline::{Databases, Input};
use plimsoll::plan::{BatchResult, Now, Point, QueryResult, ResponseCounts};
use plimsoll::resource::Lister;
use plimsoll::scope::{Command, Event, Scope, ScopeName};
use plimsoll::time::{Seconds, Timestamp};
use serde_json::{Value, json};

use super::{constant, rules_of, run};
use crate::support::scrape::Scrape;

const NOW: Timestamp = Timestamp::from_second(1_800_000_000);
/// Of every database.
const CPU: f64 = 90.0;
/// More than there are.
const ISSUES: usize = 100;

#[test]
fn a_member_alerts_at_the_level_and_for_the_team_of_its_cluster() {
    let mut config = Config { defaults: DefaultsMode::Off, ..Config::default() };
    config.labels.tags = vec!["team".to_owned()];
    let series: Vec<_> = page(&config).series.iter().map(constant).collect();
    let alert = |member: &str, team: &str, severity: &str, level: u32| {
        json!({
            "exp_labels": {
                "account_id": "123456789012", "region": "eu-west-1", "dimension_DBInstanceIdentifier": member,
                "tag_team": team, "severity": severity,
            },
            "exp_annotations": {
                "summary": "CPUUtilization is above its threshold.",
                "description": format!(
                    "CPUUtilization (Average) of {member} (eu-west-1, account 123456789012) is 90%, \
                     above its {severity} threshold of {level}%.",
                ),
            },
        })
    };
    let alerts = [
        alert("shop-1", "payments", "warning", 70),
        alert("shop-1", "payments", "critical", 85),
        alert("own-team", "reports", "warning", 70),
        alert("own-team", "reports", "critical", 85),
        alert("own-warning", "payments", "warning", 60),
        alert("own-warning", "payments", "critical", 85),
    ];
    let check = json!({"eval_time": "30m", "alertname": "RDSCPUUtilizationHigh", "exp_alerts": alerts});
    let rules = rules_of(&config, &RuleOptions::default());
    run("inherited", &rules, &json!({"interval": "1m", "input_series": series, "alert_rule_test": [check]}));
}

/// A cluster with levels and a team, members with fewer or other tags, and an unrelated database.
fn databases() -> Databases {
    let cluster_tags = [("plimsoll/CPUUtilization", "70/85"), ("team", "payments")];
    let mut cluster = described("cluster", "shop", &cluster_tags);
    let members: &[(&str, &[(&str, &str)])] = &[
        ("shop-1", &[]),
        ("own-team", &[("team", "reports")]),
        ("own-warning", &[("plimsoll/CPUUtilization/warning", "60")]),
        ("own-level", &[("plimsoll/CPUUtilization", "95")]),
    ];
    cluster["DBClusterMembers"] = members.iter().map(|(id, _)| json!({"DBInstanceIdentifier": id})).collect();
    let mut instances: Vec<_> = members.iter().map(|(id, tags)| described("db", id, tags)).collect();
    for instance in &mut instances {
        instance["DBClusterIdentifier"] = json!("shop");
    }
    instances.push(described("db", "stranger", &[]));
    let mut input = Input::default();
    input.add(&json!({"DBInstances": instances, "DBClusters": [cluster]}).to_string()).unwrap();
    input.after
}

/// The part of a listing that matters here.
fn described(kind: &str, id: &str, tags: &[(&str, &str)]) -> Value {
    let tags: Vec<_> = tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect();
    let name = if kind == "db" { "DBInstance" } else { "DBCluster" };
    json!({
        format!("{name}Identifier"): id, format!("{name}Arn"): format!("arn:aws:rds:eu-west-1:123456789012:{kind}:{id}"),
        "Engine": "aurora-postgresql", "TagList": tags,
    })
}

/// The page for the databases once all commands were answered.
fn page(config: &Config) -> Scrape {
    let databases = databases();
    let (config, selection) = (Arc::new(config.clone()), Arc::new(Selection::of(config)));
    let name = ScopeName { account: "default".into(), region: "eu-west-1".into() };
    let mut scope = Scope::new(name, config, selection, ISSUES, Now::at(NOW - Seconds::new(2)));
    for now in [NOW - Seconds::new(1), NOW] {
        let mut events = vec![Event::Tick];
        while let Some(event) = events.pop() {
            let commands = scope.on(event, Now::at(now));
            events.extend(commands.into_iter().filter_map(|command| answer(command, &databases)));
        }
    }
    scope.on(Event::Publish, Now::at(NOW));
    let page = Arc::new(Renderer::new().render(&[scope.snapshot()], NOW));
    let text: Vec<u8> = page.text().flatten().collect();
    Scrape::parse(&String::from_utf8(text).unwrap())
}

fn answer(command: Command, databases: &Databases) -> Option<Event> {
    match command {
        Command::List(lister) => {
            let found = if lister == Lister::Clusters { &databases.clusters } else { &databases.instances };
            Some(Event::Listed(lister, Some(found.iter().cloned().map(Arc::new).collect())))
        }
        Command::Fetch(batch) => {
            let newest = QueryResult::Newest(Point { value: CPU, end: NOW - Seconds::new(120) });
            let of = |metric| if metric == "CPUUtilization" { newest } else { QueryResult::Empty };
            let answers = batch.queries.iter().map(|query| of(query.metric)).collect();
            Some(Event::BatchEnded(
                batch,
                Some(BatchResult { requested_at: Now::at(NOW), answers, counts: ResponseCounts::default() }),
            ))
        }
        _ => None,
    }
}
