//! Rules for what happened to a database: it was restarted, another one took over, or AWS reports a failure.

use std::time::Duration;

use super::super::file::Rule;
use super::super::promql::{Form, Identity, duration};
use super::service_rule::{Parts, rule};
use crate::catalog::name;
use crate::resource::EventCategory;

/// How long an event fires: long enough to be seen by who looks at pages every few minutes.
const STAYS: Duration = Duration::from_mins(15);

/// The rules of a service. A mute of the whole database silences them.
pub(super) fn rules(form: &Form, identity: &Identity) -> Vec<Rule> {
    let ids = identity.list();
    let failover = happened(form, identity, EventCategory::Failover);
    let primary = form.bridged("plimsoll_resource_info", "role!=\"reader\",replica_of=\"\"");
    let restarted = format!(
        "{}\n  and on ({ids})\n{primary}\n  unless on ({ids})\n{failover}",
        happened(form, identity, EventCategory::Restart)
    );
    let failed = happened(form, identity, EventCategory::Failure);
    vec![
        of_event(form, identity, &restarted, ("Restarted", "was restarted")),
        of_event(form, identity, &failover, ("FailedOver", "failed over")),
        of_event(form, identity, &failed, ("FailureReported", "had a failure")),
    ]
}

/// Resources with an event lately. A restart of plimsoll sets counters to 0, which `rate` knows; each replica counts for
/// itself.
///
/// Not `increase`, which is as good in Prometheus: in `VictoriaMetrics` it counts from 0 to the first sample of a series.
///
/// <https://docs.victoriametrics.com/victoriametrics/metricsql/#increase>
fn happened(form: &Form, identity: &Identity, category: EventCategory) -> String {
    let series = form.series(&name::events(identity.service().prefix), &format!("category=\"{}\"", category.name()));
    let range = duration(STAYS + form.bridge());
    format!("max by ({}) (rate({series}[{range}])) > 0", form.routed(identity, &[]))
}

fn of_event(form: &Form, identity: &Identity, expression: &str, (alert, what): (&str, &str)) -> Rule {
    let muted = form.bridged("plimsoll_muted", "metric=\"\"");
    let expression = format!("{expression}\n  unless on ({})\n{muted}", identity.list());
    let description = format!("{} {what}: see its events in RDS.", identity.resource());
    rule(form, identity, alert, Parts { expression, summary: &format!("A database {what}."), description })
}
