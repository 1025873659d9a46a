//! What the relative levels of a metric are a share of, on the resource that the metric belongs to.

use crate::catalog::measure::Whole;
use crate::catalog::{Denominator, Row, Side};
use crate::resource::{Capacity, Limit, LimitSource, Resource};

/// How far an estimated connection limit may be wrong: nobody sets more than ten times what the engine would.
const ESTIMATE_MARGIN: f64 = 10.0;

/// The denominator of a row in the row's unit; after a change the former one, until a datapoint has seen the change.
#[must_use]
pub fn of(row: &Row, resource: &Resource) -> Option<f64> {
    let now = current(row, &resource.capacity)?;
    Some(resource.capacity.held.get(row.metric).copied().unwrap_or(now))
}

/// What the levels of a row are measured against, and what bounds them; a cluster bounds none that its members have.
#[must_use]
pub fn whole(row: &Row, resource: &Resource) -> Option<Whole> {
    let value = of(row, resource)?;
    let limit = limit(row, &resource.capacity, value).filter(|_| row.kind == resource.kind);
    Some(Whole { value, limit })
}

/// How far values can go where the denominator is so much.
fn limit(row: &Row, capacity: &Capacity, whole: f64) -> Option<f64> {
    let alert = row.alert?;
    let denominator = alert.relative_to.filter(|denominator| denominator.is_limit())?;
    let is_storage = match denominator {
        Denominator::AllocatedStorage => true,
        Denominator::LogStorage => capacity.log_volume_bytes.is_none(),
        _ => false,
    };
    Some(match capacity {
        // What is taken may outgrow the storage of today, what is left of it cannot.
        Capacity { max_allocated_storage_bytes: Some(most), .. } if is_storage && alert.bad == Side::High => {
            most.max(whole)
        }
        Capacity { max_connections: Some(limit), .. }
            if denominator == Denominator::MaxConnections && is_estimate(*limit) =>
        {
            whole * ESTIMATE_MARGIN
        }
        _ => whole,
    })
}

/// Whether the engine may run with another limit.
const fn is_estimate(limit: Limit) -> bool {
    use LimitSource::{Formula, ParameterGroupFormula, PendingParameterGroup};
    matches!(limit.source, Formula | ParameterGroupFormula | PendingParameterGroup)
}

/// The denominator that a resource's capacity gives a row by now.
#[must_use]
pub fn current(row: &Row, capacity: &Capacity) -> Option<f64> {
    let value = |limit: Option<Limit>| limit.map(|limit| limit.value);
    match row.alert?.relative_to? {
        Denominator::AllocatedStorage => capacity.allocated_storage_bytes,
        Denominator::LogVolumeSize => value(capacity.log_volume_bytes),
        Denominator::LogStorage => value(capacity.log_volume_bytes).or(capacity.allocated_storage_bytes),
        Denominator::InstanceMemory => value(capacity.memory_bytes),
        Denominator::MaxConnections => value(capacity.max_connections),
        Denominator::Vcpus => value(capacity.vcpus),
        Denominator::MaxAcu => value(capacity.max_capacity_units),
        Denominator::ProvisionedIops => value(capacity.iops),
        Denominator::ProvisionedThroughput => value(capacity.throughput),
        Denominator::NetworkBandwidth => value(capacity.network),
    }
}
