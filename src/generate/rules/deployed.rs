//! Alert rules as somebody has deployed them, read from the formats of rule files and from Prometheus' API.

use std::time::Duration;

use serde_json::Value;

use super::expression::duration;

/// An alert rule that is deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeployedAlert {
    /// The name of the alert.
    pub name: String,
    /// What it evaluates.
    pub expression: String,
    /// Its `for`.
    pub wait: Duration,
}

/// A document that has no groups of rules where they are expected.
#[derive(Debug, thiserror::Error)]
pub enum NoRules {
    /// It is not YAML, or not JSON, which YAML includes.
    #[error("no valid YAML")]
    Yaml(#[source] Box<serde_saphyr::Error>),
    /// It has no groups.
    #[error("no `groups` of rules in it")]
    Groups,
}

/// The alert rules of a text: of a rule file of Prometheus, of manifests of the Prometheus operator or a list of them, of a
/// file for Grafana's provisioning, or of an answer of Prometheus' `/api/v1/rules`.
///
/// # Errors
/// The text is not YAML, or has no groups of rules.
pub fn deployed(text: &str) -> Result<Vec<DeployedAlert>, NoRules> {
    let documents: Vec<Value> = match serde_json::from_str(text) {
        Ok(document) => vec![document],
        Err(_) => serde_saphyr::from_multiple(text).map_err(|error| NoRules::Yaml(Box::new(error)))?,
    };
    let manifests = |document| entries(document, "/items").chain([document]);
    let groups: Vec<&Vec<Value>> = documents.iter().flat_map(manifests).filter_map(groups).collect();
    if groups.is_empty() {
        return Err(NoRules::Groups);
    }
    let rules = groups.into_iter().flatten().flat_map(|group| entries(group, "/rules"));
    Ok(rules.filter_map(alert).collect())
}

fn groups(document: &Value) -> Option<&Vec<Value>> {
    ["/groups", "/spec/groups", "/data/groups"].iter().find_map(|path| document.pointer(path)?.as_array())
}

fn entries<'a>(value: &'a Value, path: &str) -> impl Iterator<Item = &'a Value> {
    value.pointer(path).and_then(Value::as_array).into_iter().flatten()
}

/// `None` for what is no alert rule. The API has a number of seconds as `duration`; in Grafana, a title can have a severity
/// after the name of the alert.
fn alert(rule: &Value) -> Option<DeployedAlert> {
    let text = |paths: &[&str]| paths.iter().find_map(|path| rule.pointer(path)?.as_str());
    let expression = text(&["/expr", "/query", "/data/0/model/expr"])?.to_owned();
    let seconds = || Duration::try_from_secs_f64(rule.get("duration")?.as_f64()?).ok();
    let wait = text(&["/for"]).and_then(duration).or_else(seconds).unwrap_or_default();
    let is_alert = rule.get("type").is_none_or(|kind| kind == "alerting");
    let name = text(&["/alert", "/title", "/name"]).filter(|_| is_alert)?;
    let name = name.split_once(" (").map_or(name, |(name, _)| name).to_owned();
    Some(DeployedAlert { name, expression, wait })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &str, u64)]) {
        let found = deployed(text).unwrap();
        let found: Vec<_> =
            found.iter().map(|one| (one.name.as_str(), one.expression.as_str(), one.wait.as_secs())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn alerts_are_found_in_every_format() {
        check("groups: [{name: g, rules: [{record: r, expr: x}, {alert: A, expr: x, for: 5m}]}]", &[("A", "x", 300)]);
        check("groups: []", &[]);
        check(
            "spec: {groups: [{rules: [{alert: A, expr: x}]}]}\n---\ngroups: [{rules: [{alert: B, expr: z}]}]",
            &[("A", "x", 0), ("B", "z", 0)],
        );
        check("items: [{spec: {groups: [{rules: [{alert: A, expr: x, for: 1h}]}]}}]", &[("A", "x", 3600)]);
        check("groups: [{rules: [{title: A (critical), for: 1m, data: [{model: {expr: x}}]}]}]", &[("A", "x", 60)]);
        let rules = r#"[{"type":"recording","name":"r","query":"x"},
            {"type":"alerting","name":"A","query":"x","duration":480}]"#;
        check(&format!(r#"{{"status":"success","data":{{"groups":[{{"rules":{rules}}}]}}}}"#), &[("A", "x", 480)]);
    }

    #[test]
    fn other_documents_are_refused() {
        for text in ["", "a: 1", "- groups", "groups: 5", "a: [", "{"] {
            assert!(deployed(text).is_err(), "{text}");
        }
    }
}
