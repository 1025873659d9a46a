//! What somebody should look at: alerts, states, and levels that are missing, unusable, muted or cannot fire.

use std::collections::BTreeSet;

use super::super::panel::{Panel, caption};
use super::super::query::Resources;
use super::super::table::Table;
use super::super::unit;
use crate::config::Config;
use crate::resource::Kind;

pub(super) fn panels(config: &Config, resources: &Resources) -> Vec<Panel> {
    let kinds = config.catalog.kinds();
    let not_running = table(
        kinds,
        ("Not running", "Resources whose status is none of those in which they serve clients."),
        &[("status", "Status")],
        not_running(resources),
    );
    let issues = table(
        kinds,
        ("Unusable tags", "Tags and levels that cannot be used, and why; `plimsoll explain` shows the remedy."),
        &[("tag_key", "Tag"), ("reason", "Reason")],
        issues(resources),
    );
    let unwatched = table(
        kinds,
        ("Unwatched levels", "Levels that cannot fire, because their metric has no value, and why."),
        &[("metric", "Metric"), ("reason", "Reason")],
        unwatched(resources),
    );
    let mut panels = vec![alerts(kinds, resources), not_running, issues];
    panels.extend(without_level(config));
    panels.extend([mutes(kinds, resources), unwatched]);
    panels
}

/// Alerts of the shipped rules with a label of this severity, each once.
pub(super) fn firing(resources: &Resources, severity: &str) -> String {
    let prefixes: BTreeSet<&str> = resources.kinds().iter().map(|kind| kind.service.alert_prefix).collect();
    let prefixes = prefixes.into_iter().chain(["Plimsoll"]).collect::<Vec<_>>().join("|");
    let alerts = resources.alerts(&format!("alertname=~\"({prefixes}).+\"{severity}"));
    format!("max by ({}, alertname, severity, metric, tag_key) ({alerts})", resources.ids())
}

pub(super) fn not_running(resources: &Resources) -> String {
    let status = resources.series("plimsoll_resource_status", &format!("status!~\"{}\"", resources.running()));
    format!("max by ({}, status) ({status})", resources.ids())
}

pub(super) fn issues(resources: &Resources) -> String {
    let series = resources.series("plimsoll_threshold_issue", "");
    format!("max by ({}, tag_key, reason) ({series})", resources.ids())
}

pub(super) fn muted(resources: &Resources) -> String {
    format!("max by ({}, metric, source) ({})", resources.ids(), resources.series("plimsoll_muted", ""))
}

pub(super) fn unwatched(resources: &Resources) -> String {
    let series = resources.series("plimsoll_threshold_unwatched", "");
    format!("max by ({}, metric, reason) ({series})", resources.ids())
}

fn alerts(kinds: &[Kind], resources: &Resources) -> Panel {
    let description = "Alerts of the shipped rules that fire now, the most severe first.";
    table(
        kinds,
        ("Firing alerts", description),
        &[("alertname", "Alert"), ("severity", "Severity"), ("metric", "Metric"), ("tag_key", "Tag")],
        firing(resources, ""),
    )
}

fn table(kinds: &[Kind], (title, description): (&str, &str), labels: &[(&str, &str)], expression: String) -> Panel {
    let table = labels.iter().fold(Table::of(kinds), |table, (label, title)| table.label(label, title));
    table.query(expression).panel(&caption(title, description, unit::TEXT))
}

/// Running instances that have no level of the highest severity on any metric, muted levels included.
fn without_level(config: &Config) -> Option<Panel> {
    let severity = config.severities.last().map_or("critical", String::as_str);
    let instances: Vec<Kind> = config.catalog.kinds().iter().copied().filter(|kind| kind.is_instance()).collect();
    if instances.is_empty() {
        return None;
    }
    let resources = Resources::all(&instances);
    let ids = resources.ids();
    let prefixes: BTreeSet<&str> = instances.iter().map(|kind| kind.service.prefix).collect();
    let prefixes = prefixes.into_iter().collect::<Vec<_>>().join("|");
    let levels = resources.series("", &format!("__name__=~\"({prefixes})_.+_threshold\",severity=\"{severity}\""));
    let running = resources.series("plimsoll_resource_status", &format!("status=~\"{}\"", resources.running()));
    let expression = format!(
        "{}\n  and on ({ids}) max by ({ids}) ({running})\n  unless on ({ids}) max by ({ids}) ({levels})",
        resources.facts("engine, class")
    );
    let title = format!("Without a {severity} level");
    let description = "Running instances that no level of the highest severity watches now.";
    Some(table(&instances, (&title, description), &[("engine", "Engine"), ("class", "Class")], expression))
}

fn mutes(kinds: &[Kind], resources: &Resources) -> Panel {
    let description =
        "What a tag mutes now, without a metric all of a resource, and how long yet; without an end for ever.";
    let ends = resources.series("plimsoll_mute_end_timestamp_seconds", "");
    Table::of(kinds)
        .label("metric", "Metric")
        .label("source", "Source")
        .value_of(1, "Ends in", unit::SECONDS)
        .query(muted(resources))
        .query(format!("max by ({}, metric) ({ends}) - time()", resources.ids()))
        .panel(&caption("Muted", description, unit::TEXT))
}
