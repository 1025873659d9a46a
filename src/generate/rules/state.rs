//! Rules for states in which metrics fall silent: a database that reports nothing crosses no threshold.

use std::time::Duration;

use super::file::Rule;
use super::own;
use super::promql::{DATABASE, Form, IDS};
use crate::catalog::{Sentinel, Statistic, name};
use crate::config::selection::Selected;
use crate::config::{Config, Selection};

/// A status series has the value 1 while the resource is in that status.
pub(super) const STATUS: &str = "plimsoll_resource_status";

/// A state that needs a person.
struct State {
    alert: &'static str,
    /// A matcher on what AWS calls it.
    status: &'static str,
    summary: &'static str,
}

/// Names: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html>.
const STATES: [State; 6] = [
    State {
        alert: "RDSStorageFull",
        status: r#"status="storage-full""#,
        summary: "The storage of a database is full: it takes no writes and reports no metrics.",
    },
    State {
        alert: "RDSFailed",
        status: r#"status="failed""#,
        summary: "A database has failed and AWS cannot recover it.",
    },
    State {
        alert: "RDSIncompatible",
        status: r#"status=~"incompatible-.+""#,
        summary: "A database cannot run with its network, parameters, options or restored data.",
    },
    State {
        alert: "RDSEncryptionKeyInaccessible",
        status: r#"status=~"inaccessible-encryption-credentials.*""#,
        summary: "A database cannot reach the key that its storage is encrypted with.",
    },
    State {
        alert: "RDSRestoreError",
        status: r#"status="restore-error""#,
        summary: "Restoring a database has failed.",
    },
    State {
        alert: "RDSInsufficientCapacity",
        status: r#"status="insufficient-capacity""#,
        summary: "AWS has no capacity for the class of a database.",
    },
];

/// States in which an instance runs and reports, so that silence is a fault. Others may be silent for a while.
pub(super) const REPORTING: &str =
    "available|backing-up|storage-config-upgrade|storage-initialization|storage-optimization";

/// The metric that every running instance has.
const HEARTBEAT: &str = "CPUUtilization";

/// Longer than a new instance takes to its first datapoint.
const LEAST_SILENCE: Duration = Duration::from_mins(15);

/// States first, then broken replication, then silence.
pub(super) fn rules(form: &Form, config: &Config, selection: &Selection) -> Vec<Rule> {
    let critical = own::critical(config);
    let states = STATES.iter().map(|state| state_rule(form, state).severity(critical));
    let replication = replication_broken(form, selection).map(|rule| rule.severity(critical));
    let silence = no_data(form, config, selection).map(|rule| rule.severity(own::warning(config)));
    states.chain(replication).chain(silence).collect()
}

/// Fires at once: AWS has already decided.
fn state_rule(form: &Form, state: &State) -> Rule {
    let status = form.bridged(STATUS, state.status);
    let expression = format!("max by ({}) ({status}) == 1", form.routed(&["status"]));
    let description = format!("{DATABASE} has the status {{{{ $labels.status }}}}.");
    Rule::new(form, state.alert, expression, state.summary, description)
}

/// The lags in which -1 means that replication is broken.
fn lags(selection: &Selection) -> impl Iterator<Item = &Selected> {
    selection.metrics.iter().filter(|selected| selected.row.sentinel == Sentinel::BrokenReplication)
}

/// How long the rule on broken replication waits: as the slowest of the rules on lags.
pub(super) fn broken_replication_wait(selection: &Selection) -> Duration {
    lags(selection).map(|selected| selected.rule_for).max().unwrap_or_default()
}

/// Where -1 means that replication is broken; any replica of plimsoll that says so counts. Not on aggregates over the
/// members of a cluster, which repeat it.
fn replication_broken(form: &Form, selection: &Selection) -> Option<Rule> {
    let lags: Vec<_> = lags(selection).collect();
    let broken = |selected: &&Selected| {
        let name = name::series(selected.row.metric, selected.row.statistic);
        let series = form.bridged(&name, "dimension_DBInstanceIdentifier!=\"\"");
        format!("min by ({}) ({series}) == -1", form.routed(&[]))
    };
    let expression = lags.iter().map(broken).collect::<Vec<_>>().join("\n  or\n");
    let alert = "RDSReplicationBroken";
    let summary = "Replication to a database is broken.";
    let description = format!("{DATABASE} reports a replica lag of -1: replication does not run.");
    let rule = Rule::new(form, alert, expression, summary, description).waiting(broken_replication_wait(selection));
    Some(rule).filter(|_| !lags.is_empty())
}

/// A running instance without its most basic metric, unless its whole scope is blind, which has a page of its own.
///
/// Where a profile asks that metric only of databases with a level on it, only those are expected to have it.
fn no_data(form: &Form, config: &Config, selection: &Selection) -> Option<Rule> {
    let heartbeat = heartbeat(selection)?;
    let silent = silent(form, heartbeat);
    let blind = blind(form, config, selection)?;
    let alert = "RDSNoData";
    let summary = "A running database has no metrics.";
    let description = format!("{DATABASE} runs, but CloudWatch has no {HEARTBEAT} of it.");
    let silence = LEAST_SILENCE.max(heartbeat.rule_for);
    Some(Rule::new(form, alert, format!("{silent}{blind}"), summary, description).waiting(silence))
}

/// The metric by which a running instance shows that it reports.
pub(super) fn heartbeat(selection: &Selection) -> Option<&Selected> {
    selection.metrics.iter().find(|selected| selected.row.metric == HEARTBEAT)
}

/// Leaves out the databases of blind scopes; `None` without polls.
pub(super) fn blind(form: &Form, config: &Config, selection: &Selection) -> Option<String> {
    let scope = "account_id, region";
    let blind = own::blind(form, config, selection, scope)?;
    Some(format!("\n  unless on ({scope})\n{blind}"))
}

/// Running instances without their most basic metric.
pub(super) fn silent(form: &Form, heartbeat: &Selected) -> String {
    let ids = IDS.join(", ");
    let by_ids = |series: &str| format!("max by ({ids}) ({})", form.bridged(series, ""));
    let matchers = format!("status=~\"{REPORTING}\",dimension_DBInstanceIdentifier!=\"\"");
    let running = format!("max by ({}) ({}) == 1", form.routed(&[]), form.bridged(STATUS, &matchers));
    let expected = format!("\n  and on ({ids})\n{}", by_ids(&name::threshold(HEARTBEAT)));
    let expected = if heartbeat.polled_by_default { "" } else { &expected };
    let data = by_ids(&name::series(HEARTBEAT, Statistic::Average));
    format!("{running}{expected}\n  unless on ({ids})\n{data}")
}
