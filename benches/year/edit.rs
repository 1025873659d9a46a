//! What is done to the fleet of the year.

use plimsoll::sim::{Curve, Incident, Instance, Region};

/// Longer than the year, in seconds.
const FOR_EVER: f64 = 1e9;

/// Sets the status of an instance.
pub(crate) fn status(region: &mut Region, id: &str, status: &str) {
    status.clone_into(&mut instance(region, id).status);
}

/// Sets the status of a cluster and its members.
pub(crate) fn cluster_status(region: &mut Region, id: &str, status: &str) {
    status.clone_into(&mut region.clusters.get_mut(id).unwrap().status);
    let members = region.instances.values_mut().filter(|instance| instance.cluster.as_deref() == Some(id));
    members.for_each(|instance| status.clone_into(&mut instance.status));
}

/// An instance that is there.
pub(crate) fn instance<'a>(region: &'a mut Region, id: &str) -> &'a mut Instance {
    region.instances.get_mut(id).unwrap_or_else(|| panic!("{id} is there"))
}

/// Sets or removes a tag of an instance.
pub(crate) fn tag(region: &mut Region, id: &str, key: &str, value: Option<&str>) {
    let tags = &mut instance(region, id).tags;
    match value {
        Some(value) => tags.insert(key.to_owned(), value.to_owned()),
        None => tags.remove(key),
    };
}

/// Lets a metric of an instance stay at a value.
pub(crate) fn hold(region: &mut Region, id: &str, metric: &str, value: f64) {
    curve(region, id, metric, Curve::constant(value));
}

/// Lets a metric of an instance go from one value to another from now on.
pub(crate) fn ramp(region: &mut Region, id: &str, metric: &str, (from, to): (f64, f64), (now, seconds): (f64, f64)) {
    let incident = Incident { start_s: now, rise_s: seconds, hold_s: FOR_EVER, fall_s: 0.0, value: to, repeat_s: None };
    curve(region, id, metric, Curve { incidents: vec![incident], ..Curve::constant(from) });
}

/// Lets a metric of an instance follow its default again.
pub(crate) fn release(region: &mut Region, id: &str, metric: &str) {
    instance(region, id).metrics.remove(metric);
}

/// Lets the uptime of an Aurora member begin now.
pub(crate) fn restarted(region: &mut Region, id: &str, now: f64) {
    ramp(region, id, "EngineUptime", (0.0, FOR_EVER), (now, FOR_EVER));
}

fn curve(region: &mut Region, id: &str, metric: &str, curve: Curve) {
    instance(region, id).metrics.insert(metric.to_owned(), Some(curve));
}
