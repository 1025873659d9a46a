//! Rules for states in which a database publishes no metrics, so that it cannot cross a threshold.

use std::time::Duration;

use super::file::Rule;
use super::own;
use super::promql::{DATABASE, Form, IDS};
use crate::catalog::{Sentinel, Statistic, name};
use crate::config::selection::Selected;
use crate::config::{Config, Selection};

/// A status series has the value 1 while the resource is in that status.
pub(super) const STATUS: &str = "plimsoll_resource_status";

/// A state that a person must handle.
struct State {
    alert: &'static str,
    /// A matcher on the name that AWS gives the status.
    status: &'static str,
    summary: &'static str,
}

/// Names: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html>.
const STATES: [State; 6] = [
    State {
        alert: "RDSStorageFull",
        status: r#"status="storage-full""#,
        summary: "The storage of a database is full: it accepts no writes and publishes no metrics.",
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
        summary: "A database cannot use the key that encrypts its storage.",
    },
    State {
        alert: "RDSRestoreError",
        status: r#"status="restore-error""#,
        summary: "The restore of a database has failed.",
    },
    State {
        alert: "RDSInsufficientCapacity",
        status: r#"status="insufficient-capacity""#,
        summary: "AWS has no capacity for the instance class of a database.",
    },
];

/// Statuses in which an instance runs and publishes metrics, so that missing metrics are a fault. In others, metrics
/// may be missing for a while.
pub(super) const REPORTING: &str =
    "available|backing-up|storage-config-upgrade|storage-initialization|storage-optimization";

/// The metric that every running instance has.
const HEARTBEAT: &str = "CPUUtilization";

/// Longer than a new instance needs to publish its first datapoint.
const LEAST_SILENCE: Duration = Duration::from_mins(15);

/// The rules on states, then on broken replication, then on missing data.
pub(super) fn rules(form: &Form, config: &Config, selection: &Selection) -> Vec<Rule> {
    let critical = own::critical(config);
    let states = STATES.iter().map(|state| state_rule(form, state).severity(critical));
    let replication = replication_broken(form, selection).map(|rule| rule.severity(critical));
    let silence = no_data(form, config, selection).map(|rule| rule.severity(own::warning(config)));
    states.chain(replication).chain(silence).collect()
}

/// Fires at once: AWS has already determined the status.
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

/// The `for` of the rule on broken replication: that of the slowest rule on a lag.
pub(super) fn broken_replication_wait(selection: &Selection) -> Duration {
    lags(selection).map(|selected| selected.rule_for).max().unwrap_or_default()
}

/// Fires where a lag of -1 means that replication is broken. One replica of plimsoll with that value is enough.
/// Aggregates over the members of a cluster are left out: they would repeat the alert.
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
    let description = format!("{DATABASE} reports a replica lag of -1: replication is not running.");
    let rule = Rule::new(form, alert, expression, summary, description).waiting(broken_replication_wait(selection));
    Some(rule).filter(|_| !lags.is_empty())
}

/// A running instance without its most basic metric. A blind scope is left out: it has an alert of its own.
///
/// If the profile queries that metric only for databases with a level on it, only those are expected to have it.
fn no_data(form: &Form, config: &Config, selection: &Selection) -> Option<Rule> {
    let heartbeat = heartbeat(selection)?;
    let silent = silent(form, heartbeat);
    let blind = blind(form, config, selection)?;
    let alert = "RDSNoData";
    let summary = "A running database has no metrics.";
    let description = format!("{DATABASE} is running, but CloudWatch has no {HEARTBEAT} value for it.");
    let silence = LEAST_SILENCE.max(heartbeat.rule_for);
    Some(Rule::new(form, alert, format!("{silent}{blind}"), summary, description).waiting(silence))
}

/// The metric that shows whether a running instance publishes metrics.
pub(super) fn heartbeat(selection: &Selection) -> Option<&Selected> {
    selection.metrics.iter().find(|selected| selected.row.metric == HEARTBEAT)
}

/// The part of an expression that leaves out the databases of blind scopes; `None` without polls.
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
