//! Calls to the simulated AWS through plimsoll's own clients, without an exporter around them.

use std::sync::Arc;

use plimsoll::aws::{self, Access, Observer, Target};
use plimsoll::catalog::Statistic;
use plimsoll::config::{Account, Config, Regions, Selection};
use plimsoll::plan::{Batch, PollGroup, Query};
use plimsoll::resource::{Described, Generation, Lister, ResourceIndex};
use plimsoll::sim::Sim;

/// A client of each region.
pub(crate) async fn connect(sim: &Sim, regions: &[&str]) -> Vec<Target> {
    let access = Access {
        endpoint: Some(sim.endpoint()),
        credentials: Some(("test".to_owned(), "test".to_owned())),
        region: None,
    };
    let names = regions.iter().map(|region| (*region).to_owned()).collect();
    let config = Config { accounts: vec![Account::default_chain(Regions::Named(names))], ..Config::default() };
    let nobody: Observer = Arc::new(|_, _, _, _| {});
    aws::connect(&config, &access, &nobody).await.unwrap().iter().flat_map(targets).collect()
}

/// The clients of all regions that are named.
pub(crate) fn targets(connection: &aws::Connection) -> Vec<Target> {
    let regions = connection.named_regions().unwrap_or_default();
    regions.iter().map(|region| connection.target(region)).collect()
}

/// The CPU of the region's first database.
pub(crate) async fn cpu(target: &Target) -> Batch {
    cpu_of_all(target).await.remove(0)
}

/// The CPU of each of the region's databases, each in a batch of its own.
pub(crate) async fn cpu_of_all(target: &Target) -> Vec<Batch> {
    let databases = target.list(Lister::Instances).await.unwrap();
    databases.iter().map(cpu_of).collect()
}

fn cpu_of(database: &Described) -> Batch {
    let config = Config::default();
    let selection = Selection::of(&config);
    let metric = "CPUUtilization";
    let selected = selection.metrics.iter().find(|selected| selected.row.metric == metric).unwrap();
    let (index, resource) = (ResourceIndex::new(0), Arc::new(config.resource(&database.clone().into(), None, None)));
    let dimensions = resource.kind.dimensions;
    let query = Query { index, resource, dimensions, role: None, metric, statistic: Statistic::Average };
    Batch {
        poll_group: PollGroup::of(selected),
        generation: Generation::default(),
        failures: 0,
        known: None,
        queries: vec![query],
    }
}
