//! What happened to the resources of a dashboard, as marks over its panels.

use super::annotation::Annotation;
use super::query::{Resources, any_of};
use crate::catalog::Row;

/// How long a mark of a change lasts: longer than the steps in which Grafana looks for marks.
const LASTS: &str = "1m";

/// Alerts that fire, states in which a database does not run, restarts, failovers, and levels that changed.
pub(super) fn of_database<'a>(resources: &Resources, rows: impl Iterator<Item = &'a Row>) -> Vec<Annotation> {
    let restarts = rows.filter(|row| row.alert.is_some_and(|alert| alert.only_once_fallen));
    let restarts: Vec<String> = restarts.map(|row| restarted(resources, row)).collect();
    let mut marks =
        vec![alerts(&firing(resources)), not_available(resources), failovers(resources), changed_levels(resources)];
    if !restarts.is_empty() {
        marks.push(Annotation::new("Restarts", "yellow", "Restarted", &any_of(&restarts)));
    }
    marks
}

/// The same of a cluster, and failovers and states of its members.
pub(super) fn of_cluster(resources: &Resources, members: &Resources) -> Vec<Annotation> {
    let of_members = Resources::each(members.kinds());
    let of_members = format!("{} and on ({}) {}", firing(&of_members), members.ids(), members.series(INFO, ""));
    vec![
        alerts(&any_of(&[firing(resources), of_members])),
        not_available(members),
        failovers(members),
        changed_levels(resources),
    ]
}

fn alerts(expression: &str) -> Annotation {
    Annotation::new("Firing alerts", "red", "{{alertname}}", expression)
}

fn not_available(resources: &Resources) -> Annotation {
    Annotation::new("Not available", "purple", "{{status}}", &not_running(resources))
}

fn failovers(resources: &Resources) -> Annotation {
    Annotation::new("Failovers", "blue", "Became the writer", &became_writer(resources))
}

fn changed_levels(resources: &Resources) -> Annotation {
    Annotation::new("Changed levels", "orange", "Level of {{metric}} changed", &changed(resources))
}

/// Alerts have no job: rules aggregate it away.
fn firing(resources: &Resources) -> String {
    format!("max by ({}, alertname, severity) ({})", resources.ids(), resources.alerts(""))
}

fn not_running(resources: &Resources) -> String {
    let status = resources.series("plimsoll_resource_status", &format!("status!~\"{}\"", resources.running()));
    format!("max by ({}, status) ({status})", resources.ids())
}

/// A value that grows by itself was higher before.
fn restarted(resources: &Resources, row: &Row) -> String {
    let series = resources.series(&row.series(row.statistic), "");
    format!("max by ({}) (resets({series}[{LASTS}])) > 0", resources.ids())
}

/// Writers that were there, but not as writers, a moment ago.
fn became_writer(resources: &Resources) -> String {
    let ids = resources.ids();
    let writer = resources.series(INFO, "role=\"writer\"");
    let before = |series: &str| format!("max by ({ids}) (last_over_time({series}[5m] offset {LASTS}))");
    format!(
        "max by ({ids}) ({writer})\n  unless on ({ids}) {}\n  and on ({ids}) {}",
        before(&writer),
        before(&resources.series(INFO, ""))
    )
}

/// Levels with another value than a moment ago.
fn changed(resources: &Resources) -> String {
    let prefix = resources.prefix();
    let levels = resources.series("", &format!("__name__=~\"{prefix}_.+_threshold\""));
    let named = format!("label_replace({levels}, \"metric\", \"$1\", \"__name__\", \"(.+)_threshold\")");
    let levels = format!("max by ({}, metric, severity) ({named})", resources.ids());
    format!("changes({levels}[{LASTS}:15s]) > 0")
}

/// The series with the roles of members.
const INFO: &str = "plimsoll_resource_info";
