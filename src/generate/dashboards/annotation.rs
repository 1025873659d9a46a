//! Marks over all panels of a dashboard, each from a query of Prometheus.

use serde::Serialize;
use serde_json::{Value, json};

use super::data_source::data_source;

/// One sort of mark.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Annotation(Value);

impl Annotation {
    /// What people write in Grafana itself; every dashboard must have it.
    pub(super) fn built_in() -> Self {
        Self(json!({
            "builtIn": 1,
            "datasource": {"type": "grafana", "uid": "-- Grafana --"},
            "enable": true,
            "hide": true,
            "iconColor": "rgba(0, 211, 255, 1)",
            "name": "Annotations & Alerts",
            "type": "dashboard",
        }))
    }

    /// A mark wherever an expression has a value. Its title is a text with labels such as `{{alertname}}`.
    ///
    /// The expression stands where Grafana 10 reads it and where later ones do.
    pub(super) fn new(name: &str, color: &str, title: &str, expression: &str) -> Self {
        Self(json!({
            "datasource": data_source(),
            "enable": true,
            "expr": expression,
            "hide": false,
            "iconColor": color,
            "name": name,
            "step": STEP,
            "tagKeys": "severity",
            "target": {"expr": expression, "interval": STEP, "refId": "Anno"},
            "titleFormat": title,
        }))
    }
}

/// How often the expression is evaluated; a mark lasts as long as it has a value.
const STEP: &str = "30s";
