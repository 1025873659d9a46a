//! Series of what Describe returns: sizes and limits of a resource, where they come from, and free facts.

use std::collections::BTreeMap;

use super::column::{Builder, Entry, family, one_label};
use super::fleet::Fleet;
use crate::catalog::Fact;
use crate::resource::{Limit, LimitSource, Resource};
use crate::snapshot::labels;

/// The columns of every capacity and fact, for each service.
pub(super) fn columns(fleet: &Fleet) -> Vec<Entry> {
    let capacities = CAPACITIES.iter().map(|one| described_columns(fleet, (one.name, one.help), one.of));
    let of_fact = |fact: &Fact| described_columns(fleet, (fact.series(), fact.help()), |resource| fact.value(resource));
    capacities.chain(Fact::ALL.iter().map(of_fact)).flatten().collect()
}

/// One number that Describe gives for nothing; the prefix of the service comes before its name.
struct CapacitySeries {
    name: &'static str,
    help: &'static str,
    of: fn(&Resource) -> Option<f64>,
}

const CAPACITIES: &[CapacitySeries] = &[
    CapacitySeries {
        name: "allocated_storage",
        help: "Allocated storage with additional volumes, and of each of several volumes, in bytes, as RDS describes it.",
        of: |resource| resource.figures.allocated_storage_bytes,
    },
    CapacitySeries {
        name: "max_allocated_storage",
        help: "How far storage autoscaling may go, in bytes, as RDS describes it.",
        of: |resource| resource.figures.max_allocated_storage_bytes,
    },
    CapacitySeries {
        name: "log_volume_storage",
        help: "Size of the dedicated log volume, in bytes.",
        of: |resource| value(resource.capacity.log_volume_bytes),
    },
    CapacitySeries {
        name: "local_storage",
        help: "Local storage of the Aurora instance for temporary files and logs, in bytes, by class.",
        of: |resource| value(resource.capacity.local_storage_bytes),
    },
    CapacitySeries {
        name: "instance_memory",
        help: "Memory of the instance, in bytes; on Serverless v2 with the most capacity it may take.",
        of: |resource| value(resource.capacity.memory_bytes),
    },
    CapacitySeries {
        name: "vcpus",
        help: "Virtual processors of the instance.",
        of: |resource| value(resource.capacity.vcpus),
    },
    CapacitySeries {
        name: "max_connections",
        help: "Connections that the engine takes, set or estimated: see plimsoll_denominator_info.",
        of: |resource| value(resource.capacity.max_connections),
    },
    CapacitySeries {
        name: "max_capacity_units",
        help: "Most capacity units that Serverless v2 may take.",
        of: |resource| value(resource.capacity.max_capacity_units),
    },
    CapacitySeries {
        name: "provisioned_iops",
        help: "Disk operations per second that last, by storage and class.",
        of: |resource| value(resource.capacity.iops),
    },
    CapacitySeries {
        name: "provisioned_throughput",
        help: "Bytes per second to and from disks that last, by storage and class.",
        of: |resource| value(resource.capacity.throughput),
    },
    CapacitySeries {
        name: "network_bandwidth",
        help: "Bytes per second to and from the network that last, by class.",
        of: |resource| value(resource.capacity.network),
    },
];

fn value(limit: Option<Limit>) -> Option<f64> {
    limit.map(|limit| limit.value)
}

/// Limits by the value of the label `denominator`.
type Denominator = (&'static str, fn(&Resource) -> Option<LimitSource>);

const DENOMINATORS: &[Denominator] = &[
    ("allocated_storage", |resource| resource.figures.allocated_storage_bytes.map(|_| LimitSource::Described)),
    ("log_volume_storage", |resource| source(resource.capacity.log_volume_bytes)),
    ("local_storage", |resource| source(resource.capacity.local_storage_bytes)),
    ("instance_memory", |resource| source(resource.capacity.memory_bytes)),
    ("vcpus", |resource| source(resource.capacity.vcpus)),
    ("max_connections", |resource| source(resource.capacity.max_connections)),
    ("max_capacity_units", |resource| source(resource.capacity.max_capacity_units)),
    ("provisioned_iops", |resource| source(resource.capacity.iops)),
    ("provisioned_throughput", |resource| source(resource.capacity.throughput)),
    ("network_bandwidth", |resource| source(resource.capacity.network)),
];

fn source(limit: Option<Limit>) -> Option<LimitSource> {
    limit.map(|limit| limit.source)
}

/// Where each number that levels are a share of comes from.
pub(super) fn denominator_info(fleet: &Fleet) -> Entry {
    let mut column = Builder::new(&fleet.ids);
    for (index, watched) in fleet.indexed() {
        for (name, source) in DENOMINATORS {
            if let Some(source) = source(&watched.resource) {
                let mut block = one_label("denominator", name);
                labels::push(&mut block, "source", source.name());
                column.push(index, &block, 1.0);
            }
        }
    }
    column
        .finish(family("plimsoll_denominator_info", "Where a number that levels are a share of comes from; always 1."))
}

/// One column for each service.
fn described_columns(
    fleet: &Fleet,
    (name, help): (&str, &str),
    value: impl Fn(&Resource) -> Option<f64>,
) -> Vec<Entry> {
    let mut columns: BTreeMap<&'static str, Builder> = BTreeMap::new();
    for (index, watched) in fleet.indexed() {
        if let Some(value) = value(&watched.resource) {
            let prefix = watched.resource.kind.service.prefix;
            columns.entry(prefix).or_insert_with(|| Builder::new(&fleet.labels)).push(index, "", value);
        }
    }
    let named = |prefix| family(&format!("{prefix}_{name}"), help);
    columns.into_iter().map(|(prefix, column)| column.finish(named(prefix))).collect()
}
