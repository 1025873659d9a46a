//! How far a resource can go: the arithmetic behind what relative levels are shares of.
//!
//! What was ordered, the class and the engine in, limits with their source out. What is not known stays absent: a
//! level of the wrong size is worse than none. Nothing here knows tags, configuration or metrics.

use std::collections::BTreeMap;

use super::class::{self, Class};
use crate::resource::{Capacity, Described, Engine, GIB, Limit, LimitSource, Processors, Setting};

mod connections;
mod formula;
pub mod local_storage;
mod storage;
#[cfg(test)]
mod tests;

/// Memory of one capacity unit: <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.how-it-works.html>.
const CAPACITY_UNIT_BYTES: f64 = 2.0 * GIB;

/// Every dedicated log volume has this size:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.dlv.html>.
const LOG_VOLUME_BYTES: f64 = 1_024.0 * GIB;

/// Families whose default on SQL Server is one thread for each core, from `2xlarge` on.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/SQLServer.Concepts.General.OptimizeCPU.Support.html>
const SINGLE_THREADED_ON_SQLSERVER: [&str; 7] = ["m7i", "m8a", "m8i", "r7i", "r8a", "r8i", "x2m"];

/// Threads of a core on every class for which processor features can be ordered:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ConfigureProcessor.html>.
const THREADS_PER_CORE: u32 = 2;

/// The vCPUs of a `2xlarge`.
const LEAST_SINGLE_THREADED_VCPUS: u32 = 8;

/// A class as the user describes it, for those that the table does not know.
#[derive(Debug, Clone, PartialEq)]
pub struct DescribedClass {
    /// As AWS writes it, such as `db.m6g.large`.
    pub name: String,
    /// Memory in bytes.
    pub memory_bytes: f64,
    /// Virtual processors.
    pub vcpus: u32,
}

/// Computes every limit that follows from what is known of a resource and, for a member, of its cluster.
///
/// `classes` are the user's own, which win over the table. `connections` is the connection limit that somebody set, in
/// place of the engine's formula.
#[must_use]
pub fn capacity(
    resource: &Described,
    cluster: Option<&Described>,
    classes: &[DescribedClass],
    connections: Option<&(Setting, LimitSource)>,
) -> Capacity {
    let units = cluster.unwrap_or(resource).facts.ordered.capacity_units;
    let units = units.filter(|_| resource.kind.is_cluster() || class::family(&resource.class) == "serverless");
    let known = class::find(&resource.class);
    let described = classes.iter().find(|class| class.name == resource.class);
    let memory = memory(&resource.class, described, units);
    let vcpus = vcpus(resource, known, described);
    let (iops, throughput) = storage::limits(resource, known, described.is_some()).unzip();
    Capacity {
        memory_bytes: memory.filter(|_| resource.kind.is_instance()),
        vcpus,
        max_connections: connections::limit(resource, connections, memory, vcpus, units),
        max_capacity_units: units.map(|(_, most)| Limit { value: most, source: LimitSource::Described }),
        log_volume_bytes: resource
            .facts
            .dedicated_log_volume
            .then_some(Limit { value: LOG_VOLUME_BYTES, source: LimitSource::StorageType }),
        local_storage_bytes: local_storage::limit(resource),
        iops,
        throughput,
        network: network(known).filter(|_| resource.kind.is_instance()),
        held: BTreeMap::new(),
    }
}

fn memory(class: &str, described: Option<&DescribedClass>, units: Option<(f64, f64)>) -> Option<Limit> {
    if let Some((_, most)) = units {
        return Some(Limit { value: most * CAPACITY_UNIT_BYTES, source: LimitSource::Described });
    }
    let configured = described.map(|class| Limit { value: class.memory_bytes, source: LimitSource::Configured });
    configured.or_else(|| Some(Limit { value: class::memory_bytes(class)?, source: LimitSource::Class }))
}

fn vcpus(resource: &Described, known: Option<&Class>, described: Option<&DescribedClass>) -> Option<Limit> {
    let features = processors(resource, known).map(|count| (count, LimitSource::ProcessorFeatures));
    let configured = described.map(|class| (class.vcpus, LimitSource::Configured));
    let table = known.map(|class| (default_vcpus(class, resource.engine), LimitSource::Class));
    let (count, source) = features.or(configured).or(table)?;
    Some(Limit { value: f64::from(count), source }).filter(|_| resource.kind.is_instance())
}

/// Virtual processors by processor features; one that was not ordered is as the class has it.
fn processors(resource: &Described, known: Option<&Class>) -> Option<u32> {
    let ordered = resource.facts.ordered.processors;
    if ordered == Processors::default() {
        return None;
    }
    let default = known.map(|class| default_processors(class, resource.engine)).unwrap_or_default();
    let cores = ordered.cores.or(default.cores)?;
    cores.checked_mul(ordered.threads_per_core.or(default.threads_per_core)?)
}

/// Cores, and threads for each of them, of a class; unknown where its name fixes them.
fn default_processors(class: &Class, engine: Engine) -> Processors {
    if class.name.contains(".tpc") {
        return Processors::default();
    }
    let cores = (class.vcpus / THREADS_PER_CORE).max(1);
    Processors { cores: Some(cores), threads_per_core: Some(default_vcpus(class, engine) / cores) }
}

/// What a class has with its default processor features: on SQL Server newer classes run one thread for each core.
fn default_vcpus(class: &Class, engine: Engine) -> u32 {
    let is_single_threaded = engine == Engine::Sqlserver
        && class.vcpus >= LEAST_SINGLE_THREADED_VCPUS
        && SINGLE_THREADED_ON_SQLSERVER.contains(&class::family(class.name));
    if is_single_threaded { class.vcpus / 2 } else { class.vcpus }
}

fn network(known: Option<&Class>) -> Option<Limit> {
    Some(Limit { value: known?.network_bytes_per_second?, source: LimitSource::Class })
}
