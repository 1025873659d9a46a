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
    Some(known(row.alert?.relative_to?, capacity)?.value)
}

/// What a capacity says of a denominator, and who says so.
#[must_use]
pub fn known(denominator: Denominator, capacity: &Capacity) -> Option<Limit> {
    let described = |value| Limit { value, source: LimitSource::Described };
    let storage = capacity.allocated_storage_bytes.map(described);
    match denominator {
        Denominator::AllocatedStorage => storage,
        Denominator::LogVolumeSize => capacity.log_volume_bytes,
        Denominator::LogStorage => capacity.log_volume_bytes.or(storage),
        Denominator::InstanceMemory => capacity.memory_bytes,
        Denominator::MaxConnections => capacity.max_connections,
        Denominator::Vcpus => capacity.vcpus,
        Denominator::MaxAcu => capacity.max_capacity_units,
        Denominator::ProvisionedIops => capacity.iops,
        Denominator::ProvisionedThroughput => capacity.throughput,
        Denominator::NetworkBandwidth => capacity.network,
    }
}
