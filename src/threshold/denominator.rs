//! What the relative levels of a metric are a share of, on the resource that the metric belongs to.

use crate::catalog::{Denominator, Row};
use crate::resource::{Capacity, Limit, Resource};

/// The denominator of a row in the row's unit; after a change the former one, until a datapoint has seen the change.
#[must_use]
pub fn of(row: &Row, resource: &Resource) -> Option<f64> {
    let now = current(row, &resource.capacity)?;
    Some(resource.capacity.held.get(row.metric).copied().unwrap_or(now))
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
