//! Rules for replication that does not run, by the lag of the replica and by what RDS lists of it.

use std::time::Duration;

use super::super::file::Rule;
use super::super::promql::{Form, Identity};
use super::service_rule::{Parts, rule};
use crate::catalog::Sentinel;
use crate::config::Selection;
use crate::config::selection::Selected;
use crate::resource::Service;

/// A replication status series has the value 1 while RDS lists the replica with that status.
const STATUS: &str = "plimsoll_replication_status";

/// The lags in which -1 means that replication is broken.
fn lags(selection: &Selection) -> impl Iterator<Item = &Selected> {
    selection.metrics.iter().filter(|selected| selected.row.sentinel == Sentinel::BrokenReplication)
}

/// The `for` of the rules on replication: that of the slowest rule on a lag.
pub(in super::super) fn wait(selection: &Selection) -> Duration {
    lags(selection).map(|selected| selected.rule_for).max().unwrap_or_default()
}

/// Replicas of a kind that RDS lists with one of these statuses.
fn listed(form: &Form, identity: &Identity, statuses: &str) -> String {
    let status = form.bridged(STATUS, &format!("status=~\"{statuses}\"{}", identity.matchers()));
    format!("max by ({}) ({status}) == 1", form.routed(identity, &[]))
}

/// Fires where a lag of -1, or RDS itself, says that replication is broken: both together are one alert. One replica of
/// plimsoll with such a value is enough. Where RDS says that somebody stopped it, -1 is no fault.
/// Aggregates over the members of a cluster are left out: they would repeat the alert.
pub(super) fn broken(form: &Form, selection: &Selection, service: &Service) -> Option<Rule> {
    let of_service = lags(selection).filter(|selected| selected.row.kind.service == service);
    let unknown = |selected: &Selected| {
        let (row, identity) = (selected.row, Identity::of(&[selected.row.kind]));
        let series = form.bridged(&row.series(row.statistic), identity.matchers().trim_start_matches(','));
        let (ids, stopped) = (identity.list(), listed(form, &identity, "stopped"));
        let lag = format!("min by ({}) ({series}) == -1", form.routed(&identity, &[]));
        (identity, format!("{lag}\n  unless on ({ids})\n{stopped}"))
    };
    let (identities, mut parts): (Vec<Identity>, Vec<String>) = of_service.map(unknown).unzip();
    let identity = identities.first()?;
    parts.push(listed(form, identity, "error|terminated"));
    let summary = "Replication to a database is broken.";
    let description = format!(
        "{} reports a replica lag of -1, or RDS lists its replication with an error: replication is not running.",
        identity.resource()
    );
    let rule =
        rule(form, identity, "ReplicationBroken", Parts { expression: parts.join("\n  or\n"), summary, description });
    Some(rule.waiting(wait(selection)))
}

/// Fires where replication is stopped or falls behind; a mute of the database or of its replica lag silences both.
pub(super) fn impaired(form: &Form, selection: &Selection, service: &Service) -> Vec<Rule> {
    let is_of_service = |selected: &&Selected| selected.row.kind.service == service;
    let Some(lag) = lags(selection).find(is_of_service) else { return Vec::new() };
    let identity = Identity::of(&[lag.row.kind]);
    let ids = identity.list();
    let muted = form.bridged("plimsoll_muted", &format!("metric=~\"({})?\"", lag.row.metric));
    let impaired = |alert, status, summary, what| {
        let expression = format!("{}\n  unless on ({ids})\n{muted}", listed(form, &identity, status));
        let description = format!("{}: {what}.", identity.resource());
        rule(form, &identity, alert, Parts { expression, summary, description }).waiting(wait(selection))
    };
    vec![
        impaired(
            "ReplicationStopped",
            "stopped",
            "Replication to a database is stopped.",
            "RDS lists its replication as stopped, so its data gets older",
        ),
        impaired(
            "ReplicationDegraded",
            "replication degraded",
            "Replication to a database is degraded.",
            "RDS lists its replication as degraded, so it may fall behind",
        ),
    ]
}
