//! The links of an alert: its runbook, the dashboard and the page of what it is about. Bases are configured; label values
//! are templates, so that no link costs a query.

use serde::Serialize;

use super::super::dashboards::{self, FLEET, OWN};
use super::promql::{Form, Identity};
use crate::catalog::name::dimension_label;
use crate::config;
use crate::resource::Kind;

/// The links of one alert; one without a configured base is left out.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Links {
    #[serde(rename = "runbook_url", skip_serializing_if = "Option::is_none")]
    runbook: Option<String>,
    #[serde(rename = "dashboard_url", skip_serializing_if = "Option::is_none")]
    dashboard: Option<String>,
    #[serde(rename = "plimsoll_url", skip_serializing_if = "Option::is_none")]
    plimsoll: Option<String>,
}

/// What an alert is about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Subject<'a> {
    /// plimsoll itself, as a whole.
    Plimsoll,
    /// An account and region.
    Scope,
    /// A resource of one of the kinds.
    Resource(&'a Identity),
}

impl Links {
    pub(super) fn new(form: &Form, page: &str, subject: Subject) -> Self {
        let config::Links { runbooks, grafana, plimsoll } = form.links();
        let link = |base: &Option<String>, path: String| base.as_ref().map(|base| format!("{base}{path}"));
        Self {
            runbook: link(runbooks, format!("/{page}.md")),
            dashboard: link(grafana, dashboard(subject)),
            plimsoll: link(plimsoll, own_page(subject)),
        }
    }
}

/// The path of a dashboard in Grafana.
fn dashboard(subject: Subject) -> String {
    match subject {
        Subject::Plimsoll => format!("/d/{OWN}"),
        Subject::Scope => in_scope(OWN),
        Subject::Resource(identity) => one_of(identity.kinds()),
    }
}

/// The path of a page of plimsoll.
fn own_page(subject: Subject) -> String {
    match subject {
        Subject::Plimsoll | Subject::Scope => "/".to_owned(),
        Subject::Resource(identity) => format!("/resources/{}", identity.name()),
    }
}

fn in_scope(dashboard: &str) -> String {
    format!("/d/{dashboard}?var-account={}&var-region={}", value("account_id"), value("region"))
}

/// The dashboard of the resource's kind: the one whose dimension the alert has. A part of a resource, such as a volume,
/// leads to the whole. Where the labels do not tell the kind, the dashboard of the fleet.
fn one_of(kinds: &[Kind]) -> String {
    if let [kind] = kinds {
        return dashboards::path(*kind, &value);
    }
    let is_part = |kind: &&Kind| kinds.iter().any(|whole| is_part_of(**kind, *whole));
    let wholes: Vec<&Kind> = kinds.iter().filter(|kind| !is_part(kind)).collect();
    let first = |kind: &Kind| dimension_label(kind.dimensions[0]);
    let is_shared = |kind: &&Kind| wholes.iter().any(|other| other != kind && first(other) == first(kind));
    if wholes.iter().any(is_shared) {
        return in_scope(FLEET);
    }
    let path =
        |kind: &Kind| format!("{{{{ with $labels.{} }}}}{}{{{{ end }}}}", first(kind), dashboards::path(*kind, &value));
    wholes.into_iter().map(path).collect()
}

fn is_part_of(kind: Kind, whole: Kind) -> bool {
    kind.dimensions.len() > whole.dimensions.len() && kind.dimensions.starts_with(whole.dimensions)
}

/// A template of the value of a label.
fn value(label: &str) -> String {
    format!("{{{{ $labels.{label} }}}}")
}
