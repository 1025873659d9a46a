//! The denominators of relative levels: what `20pct` of a metric is a share of, on the resource that has the metric.

use crate::catalog::measure::Reference;
use crate::catalog::{Denominator, Row, Side};
use crate::resource::{Limit, LimitSource, Resource};

/// How far an estimated connection limit may be wrong: nobody sets more than ten times what the engine would.
const ESTIMATE_MARGIN: f64 = 10.0;

/// The denominator of a row in the row's unit; after a change the former one, until a datapoint shows the change.
#[must_use]
pub fn of(row: &Row, resource: &Resource) -> Option<f64> {
    let now = current(row, resource)?;
    Some(resource.capacity.held.get(row.metric).copied().unwrap_or(now))
}

/// The denominator of a row with the highest value that the metric can have. A cluster limits no metric of its members.
#[must_use]
pub fn reference(row: &Row, resource: &Resource) -> Option<Reference> {
    let value = of(row, resource)?;
    let limit = limit(row, resource, value).filter(|_| row.kind == resource.kind);
    Some(Reference { value, limit })
}

/// The highest value of a metric with this denominator.
fn limit(row: &Row, resource: &Resource, value: f64) -> Option<f64> {
    let alert = row.alert?;
    let denominator = alert.relative_to.filter(|denominator| denominator.is_limit())?;
    let is_storage = match denominator {
        Denominator::AllocatedStorage => true,
        Denominator::LogStorage => resource.capacity.log_volume_bytes.is_none(),
        _ => false,
    };
    let is_connections = denominator == Denominator::MaxConnections;
    Some(match (resource.figures.max_allocated_storage_bytes, resource.capacity.max_connections) {
        // Storage autoscaling: used storage may grow beyond the storage of today, free storage cannot.
        (Some(most), _) if is_storage && alert.bad == Side::High => most.max(value),
        (_, Some(limit)) if is_connections && is_estimate(limit) => value * ESTIMATE_MARGIN,
        _ => value,
    })
}

/// Whether the limit is computed, so that the engine may run with another one.
const fn is_estimate(limit: Limit) -> bool {
    use LimitSource::{Formula, ParameterGroupFormula, PendingParameterGroup};
    matches!(limit.source, Formula | ParameterGroupFormula | PendingParameterGroup)
}

/// The denominator of a row that a resource gives now, without regard to changes that no datapoint shows yet.
#[must_use]
pub fn current(row: &Row, resource: &Resource) -> Option<f64> {
    Some(known(row.alert?.relative_to?, resource)?.value)
}

/// The value of a denominator of a resource, and where it comes from.
#[must_use]
pub fn known(denominator: Denominator, resource: &Resource) -> Option<Limit> {
    let described = |value| Limit { value, source: LimitSource::Described };
    let storage = resource.figures.allocated_storage_bytes.map(described);
    let capacity = &resource.capacity;
    match denominator {
        Denominator::AllocatedStorage => storage,
        Denominator::LogVolumeSize => capacity.log_volume_bytes,
        Denominator::LocalStorage => capacity.local_storage_bytes,
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
