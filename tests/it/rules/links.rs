//! The links of alerts, as Prometheus makes them, lead to what there is.

use std::collections::BTreeMap;

use plimsoll::config::{Config, Links, Selection};
use plimsoll::generate::{self, RuleOptions};
use serde_json::{Value, json};

use super::{constant, every_service, rules_of, run};
use crate::support::scrape::Series;

/// An address for every link.
pub(super) fn everywhere() -> Links {
    let address = |name| Some(format!("https://{name}.example"));
    Links { runbooks: address("runbooks"), grafana: address("grafana"), plimsoll: address("plimsoll") }
}

#[test]
fn every_alert_has_every_link() {
    let config = Config { links: everywhere(), ..every_service() };
    let rules = rules_of(&config, &RuleOptions::default());
    for rule in rules.split("- alert: ").skip(1) {
        for annotation in ["summary", "description", "runbook_url", "dashboard_url", "plimsoll_url"] {
            assert_eq!(rule.matches(&format!("\n      {annotation}: ")).count(), 1, "{annotation} in {rule}");
        }
    }
}

#[test]
fn a_link_without_an_address_is_left_out() {
    let rules = rules_of(&Config::default(), &RuleOptions::default());
    assert!(!rules.contains("_url: "));
}

/// Grafana ignores a variable that a dashboard lacks, and shows something else.
#[test]
fn dashboards_have_the_variables_of_the_links() {
    let config = Config { links: everywhere(), ..every_service() };
    let dashboards: BTreeMap<String, Vec<String>> =
        generate::dashboards(&config, &Selection::of(&config)).iter().map(|one| variables(&one.json)).collect();
    let rules = rules_of(&config, &RuleOptions::default());
    let mut checked = 0;
    for path in rules.lines().flat_map(|line| line.split("/d/").skip(1)) {
        let (uid, query) = path.split_once('?').unwrap_or((path.trim_end(), ""));
        let names = &dashboards[uid];
        for variable in query.split("var-").skip(1) {
            let name = variable.split('=').next().unwrap().to_owned();
            assert!(names.contains(&name), "{uid} lacks {name}");
            checked += 1;
        }
    }
    assert!(checked > 500, "{checked} variables");
}

/// The id of a dashboard and the names of its variables.
fn variables(json: &str) -> (String, Vec<String>) {
    let dashboard: Value = serde_json::from_str(json).unwrap();
    let variables = dashboard["templating"]["list"].as_array().unwrap();
    let names = variables.iter().map(|variable| variable["name"].as_str().unwrap().to_owned());
    (dashboard["uid"].as_str().unwrap().to_owned(), names.collect())
}

const INSTANCE: &str = "dimension_DBInstanceIdentifier";
const CLUSTER: &str = "dimension_DBClusterIdentifier";

/// A tag that cannot be used, on a resource of any kind.
#[test]
fn links_lead_to_the_resource_of_the_alert() {
    let database = "plimsoll-database?var-account=1&var-region=r&var-database=orders";
    let cluster = "plimsoll-cluster?var-account=1&var-region=r&var-cluster=orders";
    check("rds", Config::default(), &[(INSTANCE, database), (CLUSTER, cluster)]);
    // An instance of RDS, Amazon DocumentDB or Amazon Neptune: the labels do not tell which.
    check("all", every_service(), &[(INSTANCE, "plimsoll-fleet?var-account=1&var-region=r")]);
}

fn check(name: &str, config: Config, dashboards: &[(&'static str, &str)]) {
    let rules = rules_of(&Config { links: everywhere(), ..config }, &RuleOptions::default());
    let series = dashboards.iter().map(|(dimension, _)| {
        constant(&Series { name: "plimsoll_threshold_issue".to_owned(), labels: labels(dimension), value: 1.0 })
    });
    let alerts = dashboards.iter().map(|(dimension, dashboard)| alert(dimension, dashboard)).collect::<Vec<_>>();
    let check = json!({"eval_time": "5m", "alertname": "PlimsollInvalidTag", "exp_alerts": alerts});
    let test = json!({"interval": "1m", "input_series": series.collect::<Vec<_>>(), "alert_rule_test": [check]});
    run(&format!("links-{name}"), &rules, &test);
}

fn labels(dimension: &str) -> BTreeMap<String, String> {
    let labels = [("account_id", "1"), ("region", "r"), ("tag_key", "k"), ("reason", "why"), (dimension, "orders")];
    labels.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

fn alert(dimension: &str, dashboard: &str) -> Value {
    let mut labels = labels(dimension);
    labels.insert("severity".to_owned(), "warning".to_owned());
    let description = "The tag k of orders (r, account 1) cannot be used: why. Until it is corrected, the next source of \
                       thresholds applies.";
    let annotations = json!({
        "summary": "A tag on a database cannot be used as a threshold.",
        "description": description,
        "runbook_url": "https://runbooks.example/PlimsollInvalidTag.md",
        "dashboard_url": format!("https://grafana.example/d/{dashboard}"),
        "plimsoll_url": "https://plimsoll.example/resources/orders",
    });
    json!({"exp_labels": labels, "exp_annotations": annotations})
}
