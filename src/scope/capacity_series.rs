//! Series of what Describe returns: sizes and limits of a resource, where they come from, and free facts.

use std::collections::BTreeMap;

use super::column::{Builder, Entry, family, one_label};
use super::fleet::Fleet;
use crate::catalog::Fact;
use crate::resource::{Limit, LimitSource, Resource};
use crate::snapshot::labels;

/// The columns of every capacity and fact, for each service.
pub(super) fn columns(fleet: &Fleet) -> Vec<Entry> {
    let limits =
        LIMITS.iter().map(|one| described_columns(fleet, (one.name, one.help), |of| Some((one.of)(of)?.value)));
    let help = "How far storage autoscaling may go, in bytes, as RDS describes it.";
    let most = described_columns(fleet, ("max_allocated_storage", help), |of| of.figures.max_allocated_storage_bytes);
    let of_fact = |fact: &Fact| described_columns(fleet, (fact.series(), fact.help()), |resource| fact.value(resource));
    limits.chain([most]).chain(Fact::ALL.iter().map(of_fact)).flatten().collect()
}

/// A number that levels are a share of; the prefix of the service comes before its name in a series.
struct LimitSeries {
    /// Also a value of the label `denominator`.
    name: &'static str,
    help: &'static str,
    of: fn(&Resource) -> Option<Limit>,
}

const LIMITS: &[LimitSeries] = &[
    LimitSeries {
        name: "allocated_storage",
        help: "Allocated storage with additional volumes, and of each of several volumes, in bytes, as RDS describes it.",
        of: allocated_storage,
    },
    LimitSeries {
        name: "log_volume_storage",
        help: "Size of the dedicated log volume, in bytes.",
        of: |resource| resource.capacity.log_volume_bytes,
    },
    LimitSeries {
        name: "local_storage",
        help: "Local storage of the Aurora instance for temporary files and logs, in bytes, by class.",
        of: |resource| resource.capacity.local_storage_bytes,
    },
    LimitSeries {
        name: "instance_memory",
        help: "Memory of the instance, in bytes; on Serverless v2 with the most capacity it may take.",
        of: |resource| resource.capacity.memory_bytes,
    },
    LimitSeries { name: "vcpus", help: "Virtual processors of the instance.", of: |resource| resource.capacity.vcpus },
    LimitSeries {
        name: "max_connections",
        help: "Connections that the engine takes, set or estimated: see plimsoll_denominator_info.",
        of: |resource| resource.capacity.max_connections,
    },
    LimitSeries {
        name: "max_capacity_units",
        help: "Most capacity units that Serverless v2 may take.",
        of: |resource| resource.capacity.max_capacity_units,
    },
    LimitSeries {
        name: "provisioned_iops",
        help: "Disk operations per second that last, by storage and class.",
        of: |resource| resource.capacity.iops,
    },
    LimitSeries {
        name: "provisioned_throughput",
        help: "Bytes per second to and from disks that last, by storage and class.",
        of: |resource| resource.capacity.throughput,
    },
    LimitSeries {
        name: "network_bandwidth",
        help: "Bytes per second to and from the network that last, by class.",
        of: |resource| resource.capacity.network,
    },
];

fn allocated_storage(resource: &Resource) -> Option<Limit> {
    resource.figures.allocated_storage_bytes.map(|value| Limit { value, source: LimitSource::Described })
}

/// Where each number that levels are a share of comes from.
pub(super) fn denominator_info(fleet: &Fleet) -> Entry {
    let mut column = Builder::new(&fleet.ids);
    for (index, watched) in fleet.indexed() {
        for limit in LIMITS {
            if let Some(Limit { source, .. }) = (limit.of)(&watched.resource) {
                let mut block = one_label("denominator", limit.name);
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
