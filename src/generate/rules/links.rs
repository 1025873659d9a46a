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
    #[serde(skip_serializing_if = "Option::is_none")]
    runbook_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dashboard_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plimsoll_url: Option<String>,
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
            runbook_url: link(runbooks, format!("/{page}.md")),
            dashboard_url: link(grafana, dashboard(subject)),
            plimsoll_url: link(plimsoll, own_page(subject)),
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

/// The dashboard of the resource's kind: the one whose dimension the alert has. Where the labels do not tell the kind, the
/// dashboard of the fleet.
fn one_of(kinds: &[Kind]) -> String {
    let first = |kind: &Kind| dimension_label(kind.dimensions[0]);
    if let [kind] = kinds {
        return dashboards::path(*kind, &value);
    }
    let is_shared = |kind: &Kind| kinds.iter().any(|other| other != kind && first(other) == first(kind));
    if kinds.iter().any(is_shared) {
        return in_scope(FLEET);
    }
    let path =
        |kind: &Kind| format!("{{{{ with $labels.{} }}}}{}{{{{ end }}}}", first(kind), dashboards::path(*kind, &value));
    kinds.iter().map(path).collect()
}

/// A template of the value of a label.
fn value(label: &str) -> String {
    format!("{{{{ $labels.{label} }}}}")
}
