//! The rules for Grafana's own alerting, as a file that Grafana reads when it starts.
//!
//! The keys: <https://grafana.com/docs/grafana/latest/alerting/set-up/provision-alerting-resources/file-provisioning/>.
//! Recording rules are left out: Grafana would need a data source that it can write to.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::file::{Annotations, Group, GroupRule, Rule, as_duration};
use super::promql::duration;

/// Where people find the rules in Grafana.
const FOLDER: &str = "plimsoll";

/// How often rules are evaluated that leave it to Prometheus.
const INTERVAL: Duration = Duration::from_mins(1);

/// Grafana evaluates rules in steps of ten seconds, and refuses intervals that are no multiple of it.
const STEP_SECONDS: u64 = 10;

/// The query, which returns the series that are beyond their level.
const QUERY: &str = "A";
/// 1 for each of these series, whatever its value.
const IS_THERE: &str = "B";
/// What fires.
const CONDITION: &str = "C";

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Provisioning {
    api_version: u8,
    groups: Vec<FolderGroup>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FolderGroup {
    org_id: u8,
    name: String,
    folder: &'static str,
    interval: String,
    rules: Vec<AlertRule>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AlertRule {
    uid: String,
    title: String,
    condition: &'static str,
    data: [Value; 3],
    /// No series means that nothing is beyond its level.
    no_data_state: &'static str,
    /// A query that fails is an alert of its own.
    exec_err_state: &'static str,
    #[serde(rename = "for", serialize_with = "as_duration")]
    wait: Duration,
    #[serde(skip_serializing_if = "Option::is_none")]
    keep_firing_for: Option<String>,
    /// An alert ends with the first evaluation without its series, as in Prometheus.
    #[serde(rename = "missing_series_evals_to_resolve")]
    missing_series_evals_to_resolve: u8,
    labels: BTreeMap<&'static str, String>,
    annotations: Annotations,
}

/// `data_source` is the uid of a Prometheus in Grafana.
pub(super) fn provisioning(groups: &[Group], data_source: &str) -> Provisioning {
    let mut named = BTreeSet::new();
    let groups = groups.iter().map(|group| FolderGroup {
        org_id: 1,
        name: group.name.clone(),
        folder: FOLDER,
        interval: duration(stepped(group.interval.unwrap_or(INTERVAL))),
        rules: group.rules.iter().filter_map(|rule| alert_rule(rule, data_source, &mut named)).collect(),
    });
    Provisioning { api_version: 1, groups: groups.collect() }
}

/// The longest interval that Grafana accepts and that is not longer.
fn stepped(interval: Duration) -> Duration {
    Duration::from_secs((interval.as_secs() / STEP_SECONDS).max(1) * STEP_SECONDS)
}

fn alert_rule(rule: &GroupRule, data_source: &str, named: &mut BTreeSet<String>) -> Option<AlertRule> {
    let GroupRule::Alert(rule) = rule else { return None };
    let Rule { alert, expr, wait, keep_firing_for, labels, annotations } = rule.as_ref().clone();
    let annotations = Annotations { description: of_query(&annotations.description), ..annotations };
    let title = title(alert, &labels, named);
    Some(AlertRule {
        uid: uid(&title),
        title,
        condition: CONDITION,
        data: [query(&expr, data_source), is_there(), condition()],
        no_data_state: "OK",
        exec_err_state: "Error",
        wait,
        keep_firing_for,
        missing_series_evals_to_resolve: 1,
        labels,
        annotations,
    })
}

/// The name of the alert. Grafana has each title once in a folder, so the further rules of a metric, each of which has a
/// severity of its own, have that in it.
fn title(alert: String, labels: &BTreeMap<&'static str, String>, named: &mut BTreeSet<String>) -> String {
    match labels.get("severity") {
        Some(severity) if named.contains(&alert) => format!("{alert} ({severity})"),
        _ => {
            named.insert(alert.clone());
            alert
        }
    }
}

/// In Grafana, `$value` is a text with the values of all steps.
fn of_query(template: &str) -> String {
    template.replace("$value", &format!("$values.{QUERY}.Value"))
}

/// An id from the title of the rule: Grafana allows 40 characters, and some names are longer.
fn uid(title: &str) -> String {
    let start = Sha256::digest(title).iter().take(8).fold(0_u64, |start, byte| start << 8 | u64::from(*byte));
    format!("plimsoll-{start:016x}")
}

fn query(expression: &str, data_source: &str) -> Value {
    json!({
        "refId": QUERY,
        "datasourceUid": data_source,
        "relativeTimeRange": {"from": 600, "to": 0},
        "model": {"refId": QUERY, "editorMode": "code", "expr": expression, "instant": true, "range": false},
    })
}

/// A series counts whatever its value, as in Prometheus; a threshold alone would ignore 0.
fn is_there() -> Value {
    let expression = ["is_number", "is_nan", "is_inf"].map(|is| format!("{is}(${QUERY})")).join(" || ");
    step(IS_THERE, &json!({"refId": IS_THERE, "type": "math", "expression": expression}))
}

fn condition() -> Value {
    let above_zero = json!([{"evaluator": {"type": "gt", "params": [0]}}]);
    let model = json!({"refId": CONDITION, "type": "threshold", "expression": IS_THERE, "conditions": above_zero});
    step(CONDITION, &model)
}

/// A step that Grafana computes itself.
fn step(name: &str, model: &Value) -> Value {
    json!({"refId": name, "datasourceUid": "__expr__", "relativeTimeRange": {"from": 0, "to": 0}, "model": model})
}
