//! The data source of every query: the Prometheus that the reader chooses.

use serde_json::{Value, json};

/// The data source that the variable `datasource` names.
pub(super) fn data_source() -> Value {
    json!({"type": "prometheus", "uid": "${datasource}"})
}
