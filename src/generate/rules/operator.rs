//! The rules as a manifest of the Prometheus operator.
//!
//! <https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusRule>

use serde::Serialize;

use super::file::{File, Group};

/// A `PrometheusRule`. Its namespace, and the labels by which a Prometheus selects it, are up to whoever applies it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Manifest {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata,
    spec: File,
}

#[derive(Debug, Serialize)]
struct Metadata {
    name: String,
}

pub(super) fn manifest(name: &str, groups: Vec<Group>) -> Manifest {
    Manifest {
        api_version: "monitoring.coreos.com/v1",
        kind: "PrometheusRule",
        metadata: Metadata { name: name.to_owned() },
        spec: File { groups },
    }
}
