//! Rules for states in which a database publishes no metrics, so that it cannot cross a threshold.

use std::time::Duration;

use super::file::Rule;
use super::own;
use super::promql::{Form, Identity, duration};
use crate::catalog::name::dimension_label;
use crate::config::selection::Selected;
use crate::config::{Config, Selection};
use crate::resource::{FailedStatus, Kind, OptionalCall};

mod event;
pub(super) mod replication;
mod service_rule;

use service_rule::{Parts, rule};

/// A status series has the value 1 while the resource is in that status.
pub(super) const STATUS: &str = "plimsoll_resource_status";

/// Longer than a new instance needs to publish its first datapoint.
const LEAST_SILENCE: Duration = Duration::from_mins(15);

/// The rules of a service: on states, on broken replication, on events, on missing data.
pub(super) fn rules(form: &Form, config: &Config, selection: &Selection, identity: &Identity) -> Vec<Rule> {
    let (critical, warning) = (own::critical(config), own::warning(config));
    let identity = &identity.listed();
    let service = identity.service();
    let states = |is_outage| {
        let of_severity = service.statuses.failed.iter().filter(move |state| state.is_outage == is_outage);
        of_severity.map(|state| state_rule(form, identity, state))
    };
    let broken = replication::broken(form, selection, service);
    let critical = states(true).chain(broken).map(|rule| rule.severity(critical));
    let impaired = replication::impaired(form, selection, service);
    let happened = events(form, config, identity);
    let silent = heartbeats(selection).filter(|selected| selected.row.kind.service == service);
    let silence = silent.filter_map(|heartbeat| no_data(form, config, selection, heartbeat));
    critical
        .chain(states(false).chain(impaired).chain(happened).chain(silence).map(|rule| rule.severity(warning)))
        .collect()
}

fn events(form: &Form, config: &Config, identity: &Identity) -> Vec<Rule> {
    let are_read = config.optional_calls().contains(&OptionalCall::Events);
    let have_some = identity.kinds().iter().any(|kind| kind.has_events());
    if are_read && have_some { event::rules(form, identity) } else { Vec::new() }
}

/// Fires at once: AWS has already determined the status.
fn state_rule(form: &Form, identity: &Identity, state: &FailedStatus) -> Rule {
    let is_pattern = state.status.contains(|one: char| !one.is_ascii_alphanumeric() && !"-_".contains(one));
    let operator = if is_pattern { "=~" } else { "=" };
    let matchers = format!("status{operator}\"{}\"{}", state.status, identity.matchers());
    let status = form.of_kinds(identity, &form.bridged(STATUS, &matchers));
    let status = status + &shared(form, identity, &matchers);
    let expression = format!("max by ({}) ({status}) == 1", form.routed(identity, &["status"]));
    let description = format!("{} has the status {{{{ $labels.status }}}}.", identity.resource());
    rule(form, identity, state.alert, Parts { expression, summary: state.summary, description })
}

/// How long after a cluster has left a state its members need not have left it, for they follow one by one.
const MEMBERS_FOLLOW: Duration = Duration::from_mins(10);

/// The part of an expression that leaves out members whose cluster is in the same state: one cause pages once.
fn shared(form: &Form, identity: &Identity, matchers: &str) -> String {
    let Some(parent) = identity.kinds().iter().find_map(|kind| kind.parent) else { return String::new() };
    if !parent.is_cluster() {
        return with_instance(form, identity, parent);
    }
    let dimension = dimension_label(parent.dimensions[0]);
    let of_clusters = form.series(STATUS, &format!("{matchers},{dimension}!=\"\""));
    let back = duration(form.bridge() + MEMBERS_FOLLOW);
    format!(
        "\n  unless on (account_id, region, cluster, status)\n\
         label_replace(last_over_time({of_clusters}[{back}]), \"cluster\", \"$1\", \"{dimension}\", \"(.+)\")\n"
    )
}

/// The part of an expression that leaves out volumes of an instance that has failed: it has an alert of its own.
fn with_instance(form: &Form, identity: &Identity, instance: Kind) -> String {
    let failed = instance.service.statuses.failed.iter().map(|state| state.status).collect::<Vec<_>>().join("|");
    let further = identity.labels().into_iter().filter(|label| !Identity::of(&[instance]).labels().contains(label));
    let none = further.map(|label| format!(",{label}=\"\"")).collect::<Vec<_>>().concat();
    let status = form.bridged(STATUS, &format!("status=~\"{failed}\"{none}"));
    format!("\n  unless on ({})\n{status}\n", Identity::of(&[instance]).list())
}

/// A running resource without its most basic metric. A blind scope is left out: it has an alert of its own.
///
/// If the profile queries that metric only for resources with a level on it, only those are expected to have it.
fn no_data(form: &Form, config: &Config, selection: &Selection, heartbeat: &Selected) -> Option<Rule> {
    let row = heartbeat.row;
    let expression = format!("{}{}", silent(form, heartbeat), blind(form, config, selection)?);
    let summary = "A running database has no metrics.";
    let identity = Identity::of(&[row.kind]);
    let description = format!("{} is running, but CloudWatch has no {} value for it.", identity.resource(), row.metric);
    let rule = rule(form, &identity, "NoData", Parts { expression, summary, description });
    Some(rule.waiting(LEAST_SILENCE.max(heartbeat.rule_for)))
}

/// The metrics that show whether running resources of each kind publish metrics.
pub(super) fn heartbeats(selection: &Selection) -> impl Iterator<Item = &Selected> {
    selection.metrics.iter().filter(|selected| selected.row.kind.heartbeat == Some(selected.row.metric))
}

/// The part of an expression that leaves out the databases of blind scopes; `None` without polls.
pub(super) fn blind(form: &Form, config: &Config, selection: &Selection) -> Option<String> {
    let scope = "account_id, region";
    let blind = own::blind(form, config, selection, scope)?;
    Some(format!("\n  unless on ({scope})\n{blind}"))
}

/// The statuses in which resources run and report, so that silence is a fault, as one regular expression. Others may be
/// silent for a while.
pub(super) fn running(kinds: &[Kind]) -> String {
    let mut running: Vec<&str> = Vec::new();
    for status in kinds.iter().flat_map(|kind| kind.service.statuses.running) {
        if !running.contains(status) {
            running.push(status);
        }
    }
    running.join("|")
}

/// Running resources of a kind without their most basic metric.
pub(super) fn silent(form: &Form, heartbeat: &Selected) -> String {
    let row = heartbeat.row;
    let identity = Identity::of(&[row.kind]);
    let ids = identity.list();
    let by_ids = |series: &str| format!("max by ({ids}) ({})", form.bridged(series, ""));
    let matchers = format!("status=~\"{}\"{}", running(&[row.kind]), identity.matchers());
    let running = form.of_kinds(&identity, &form.bridged(STATUS, &matchers));
    let running = format!("max by ({}) ({running}) == 1", form.routed(&identity, &[]));
    let expected = format!("\n  and on ({ids})\n{}", by_ids(&row.threshold_series()));
    let expected = if heartbeat.polled_by_default { "" } else { &expected };
    format!("{running}{expected}\n  unless on ({ids})\n{}", by_ids(&row.series(row.statistic)))
}
