//! A kind of an invented namespace with two dimensions, made by the tables below: it is listed, queried and served, and
//! its rules fire, without any other code knowing of it.

use std::sync::Arc;

use plimsoll::catalog::{Alert, Catalog, IntervalClass, MetricId, Provider, Row, Sentinel, Side, Statistic, Unit};
use plimsoll::config::{Config, Selection};
use plimsoll::exposition::Renderer;
use plimsoll::generate::{self, RuleOptions};
use plimsoll::plan::{BatchResult, Now, Point, QueryResult, ResponseCounts};
use plimsoll::resource::{
    Described, Engine, Facts, FailedStatus, Figures, Kind, KindSpec, Lister, Service, Statuses, Text,
};
use plimsoll::scope::{Command, Event, Scope, ScopeName};
use plimsoll::time::{Period, Seconds, Timestamp};
use serde_json::json;

use crate::rules::{constant, run};
use crate::support::scrape::{Scrape, Series};

const NOW: Timestamp = Timestamp::from_second(1_800_000_000);

const MILLS: Service = Service {
    name: "mills",
    namespace: "Works/Mill",
    prefix: "aws_works_mill",
    alert_prefix: "Mill",
    runbook_prefix: "Mill",
    engines: &[],
    statuses: &Statuses {
        running: &["turning"],
        transitional: &[],
        silent: &["still"],
        failed: &[FailedStatus { alert: "Burning", status: "burning", summary: "A mill burns.", is_outage: true }],
    },
};

const MILL: Kind = Kind::new(&KindSpec {
    name: "mill",
    plural: "mills",
    title: "mills",
    service: &MILLS,
    dimensions: &["River", "MillName"],
    also_spelled: &[],
    parent: None,
    lister: Some(Lister::Instances),
    heartbeat: Some("Turns"),
    zero_while_paused: &[],
});

const ROWS: &[Row] = &[row("Turns", None), row("Heat", Some(Side::High))];

const fn row(metric: &'static str, bad: Option<Side>) -> Row {
    let alert = match bad {
        None => None,
        Some(bad) => Some(Alert {
            bad,
            plausible: (1.0, 1000.0),
            relative_to: None,
            defaults: &[],
            min_for: Seconds::new(300),
            keep_firing: Seconds::ZERO,
            busy: None,
            only_once_fallen: false,
        }),
    };
    Row {
        metric,
        help: "How the mill fares",
        unit: Unit::Count,
        kind: MILL,
        engines: &[],
        when: &[],
        interval: IntervalClass::Fast,
        published: Period::Minute,
        statistic: Statistic::Maximum,
        shown: &[Statistic::Maximum],
        alert,
        sentinel: Sentinel::None,
        silent_while_idle: false,
        provider: Provider::CloudWatch,
    }
}

fn config() -> Config {
    Config { catalog: Catalog::new(vec![MILL], ROWS.iter().collect()), ..Config::default() }
}

fn mill(river: &str, name: &str, status: &str, tags: &[(&str, &str)]) -> Described {
    Described {
        kind: MILL,
        arn: format!("arn:works:mill:eu-west-1:123456789012:{river}/{name}").into(),
        account_id: "123456789012".into(),
        region: "eu-west-1".into(),
        id: river.into(),
        further_ids: vec![name.into()],
        resource_id: None,
        cluster: None,
        members: Vec::new(),
        engine: Engine::Other,
        engine_name: Text::default(),
        engine_version: Text::default(),
        class: Text::default(),
        status: status.into(),
        tags: tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
        facts: Facts::default(),
        figures: Figures::default(),
    }
}

/// Two mills of one name on two rivers, of which one is too hot by its tag, and one that burns.
fn page() -> Scrape {
    let mills = [
        mill("Isar", "North", "turning", &[("plimsoll/Heat", "40/60")]),
        mill("Loisach", "North", "turning", &[("plimsoll/Heat", "70")]),
        mill("Loisach", "South", "burning", &[]),
    ];
    let config = Arc::new(config());
    let name = ScopeName { account: "default".into(), region: "eu-west-1".into() };
    let mut scope =
        Scope::new(name, Arc::clone(&config), Arc::new(Selection::of(&config)), 10, Now::at(NOW - Seconds::new(2)));
    for now in [NOW - Seconds::new(1), NOW] {
        let mut events = vec![Event::Tick];
        while let Some(event) = events.pop() {
            events.extend(scope.on(event, Now::at(now)).into_iter().filter_map(|command| answer(command, &mills)));
        }
    }
    scope.on(Event::Publish, Now::at(NOW));
    let page = Arc::new(Renderer::new().render(&[scope.snapshot()], NOW));
    let text: Vec<u8> = page.text().flatten().collect();
    Scrape::parse(&String::from_utf8(text).unwrap())
}

fn answer(command: Command, mills: &[Described]) -> Option<Event> {
    match command {
        Command::List(lister) => Some(Event::Listed(lister, Some(mills.iter().cloned().map(Arc::new).collect()))),
        Command::Fetch(batch) => {
            for query in &batch.queries {
                assert_eq!(MetricId::of(query.resource.kind, query.metric).namespace, "Works/Mill");
                assert_eq!(
                    query.resource.dimensions().map(|(name, _)| name).collect::<Vec<_>>(),
                    ["River", "MillName"]
                );
            }
            let newest = QueryResult::Newest(Point { value: 50.0, end: NOW - Seconds::new(120) });
            let answers = vec![newest; batch.queries.len()];
            Some(Event::BatchEnded(
                batch,
                Some(BatchResult { requested_at: Now::at(NOW), answers, counts: ResponseCounts::default() }),
            ))
        }
        _ => None,
    }
}

#[test]
fn its_series_and_thresholds_carry_both_dimensions() {
    let page = page();
    let check = |name: &str, labels: &[(&str, &str)], expected: &[(&str, &str, f64)]| {
        let found = page.find(name, labels);
        let mill = |series: &&Series| {
            let label = |name: &str| series.labels[name].clone();
            (label("dimension_River"), label("dimension_MillName"), series.value)
        };
        let mut found: Vec<_> = found.iter().map(mill).collect();
        found.sort_by(|left, right| (&left.0, &left.1).cmp(&(&right.0, &right.1)));
        let expected = expected.iter().map(|(river, name, value)| ((*river).to_owned(), (*name).to_owned(), *value));
        assert_eq!(found, expected.collect::<Vec<_>>(), "{name} {labels:?}");
    };
    let everywhere = [("Isar", "North", 50.0), ("Loisach", "North", 50.0), ("Loisach", "South", 50.0)];
    check("aws_works_mill_heat_maximum", &[("account_id", "123456789012"), ("region", "eu-west-1")], &everywhere);
    let criticals = [("Isar", "North", 60.0), ("Loisach", "North", 70.0)];
    check("aws_works_mill_heat_threshold", &[("severity", "critical")], &criticals);
    check("aws_works_mill_heat_threshold", &[("severity", "warning")], &[("Isar", "North", 40.0)]);
    assert_eq!(page.series.iter().filter(|series| series.name == "aws_works_mill_info").count(), 3);
}

#[test]
fn its_rules_fire_for_the_mill_that_is_meant() {
    let series: Vec<_> = page().series.iter().map(constant).collect();
    let labels = |river: &str, name: &str, more: (&str, &str), severity: &str| {
        json!({
            "account_id": "123456789012", "region": "eu-west-1", "dimension_River": river, "dimension_MillName": name,
            more.0: more.1, "severity": severity,
        })
    };
    let heat = json!({
        "exp_labels": labels("Isar", "North", ("severity", "warning"), "warning"),
        "exp_annotations": {
            "summary": "Heat is above its threshold.",
            "description": "Heat (Maximum) of Isar/North (eu-west-1, account 123456789012) is 50, \
                            above its warning threshold of 40.",
        },
    });
    let burning = json!({
        "exp_labels": labels("Loisach", "South", ("status", "burning"), "critical"),
        "exp_annotations": {
            "summary": "A mill burns.",
            "description": "Loisach/South (eu-west-1, account 123456789012) has the status burning.",
        },
    });
    let check = |alert: &str, expected: &[&serde_json::Value]| json!({"eval_time": "30m", "alertname": alert, "exp_alerts": expected});
    let checks = [
        check("MillHeatHigh", &[&heat]),
        check("MillBurning", &[&burning]),
        check("MillNoData", &[]),
        check("PlimsollIdentityLost", &[]),
        check("PlimsollUnwatched", &[]),
    ];
    let rules = crate::rules::rules_of(&config(), &RuleOptions::default());
    run("invented", &rules, &json!({"interval": "1m", "input_series": series, "alert_rule_test": checks}));
}

#[test]
fn its_dashboard_has_a_panel_for_each_of_its_metrics() {
    let config = config();
    let dashboards = generate::dashboards(&config, &Selection::of(&config));
    let mills = dashboards.iter().find(|dashboard| dashboard.file == "service-mills.json").unwrap();
    for part in ["aws_works_mill_turns_maximum{", "aws_works_mill_heat_threshold{", "dimension_River=~\\\"$river\\\""] {
        assert!(mills.json.contains(part), "{part}");
    }
}

/// A relabelling that takes one of the two dimensions leaves thresholds that no rule matches.
#[test]
fn a_threshold_that_lost_one_of_its_dimensions_is_found() {
    let mut page = page();
    page.series.retain(|series| series.name == "aws_works_mill_heat_threshold");
    for series in &mut page.series {
        series.labels.remove("dimension_MillName");
    }
    let series: Vec<_> = page.series.iter().map(constant).collect();
    let lost = json!({
        "exp_labels": {"severity": "critical"},
        "exp_annotations": {
            "summary": "Thresholds have lost the labels that identify their database: no alert on a metric can fire.",
            "description": "3 threshold series lack identity labels or have them as exported_*. \
                            Set honor_labels: true in the scrape job of plimsoll, and do not relabel these labels.",
        },
    });
    let check = json!({"eval_time": "30m", "alertname": "PlimsollIdentityLost", "exp_alerts": [lost]});
    let rules = crate::rules::rules_of(&config(), &RuleOptions::default());
    run("invented-lost", &rules, &json!({"interval": "1m", "input_series": series, "alert_rule_test": [check]}));
}
