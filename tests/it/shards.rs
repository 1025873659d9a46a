//! Three processes share a fleet: together they serve what one would, and query no metric twice.

use std::collections::{BTreeMap, BTreeSet};

use plimsoll::sim::{Cluster, Fleet, Instance, Options};

use crate::support::databases::{ACCOUNT, REGION, databases};
use crate::support::exporter::Exporter;
use crate::support::simulated::SimulatedAws;

/// One round of each task, with every metric that the dashboards draw.
const ONCE: &str = "[polling]\ndiscovery = \"1d\"\nfast = \"1d\"\n";

const SHARDS: [&[&str]; 3] = [&["--shard=0/3"], &["--shard=1/3"], &["--shard=2/3"]];

/// Twenty databases and a cluster with members, all with tags.
fn fleet() -> Fleet {
    let mut fleet = databases((0..20).map(|number| format!("orders-{number}")));
    let region = fleet.region(ACCOUNT, REGION);
    let tags = [("plimsoll/CPUUtilization".to_owned(), "70/85".to_owned())].into();
    let writer = Some("shop-1".to_owned());
    let cluster = Cluster { engine: "aurora-mysql".to_owned(), writer, tags, ..Cluster::default() };
    region.clusters.insert("shop".to_owned(), cluster);
    let member = || Instance { cluster: Some("shop".to_owned()), ..Instance::of("aurora-mysql") };
    region.instances.extend(["shop-1", "shop-2"].map(|id| (id.to_owned(), member())));
    fleet
}

type Identity = (String, BTreeMap<String, String>);

/// The series about resources.
fn served(exporter: &Exporter) -> Vec<Identity> {
    let of_resource = |labels: &BTreeMap<String, String>| labels.keys().any(|key| key.starts_with("dimension_"));
    let series = exporter.metrics().series.into_iter().filter(|series| of_resource(&series.labels));
    series.map(|series| (series.name, series.labels)).collect()
}

/// What the replicas with these arguments serve, and the metrics that AWS bills for it.
fn run(replicas: &[&[&str]]) -> (Vec<Identity>, u64) {
    let aws = SimulatedAws::start(fleet(), Options::default());
    let start = |arguments: &&[&str]| {
        let launch = aws.launch().config(ONCE);
        let exporter = arguments.iter().fold(launch, |launch, argument| launch.arg(argument)).start();
        exporter.wait_until_ready();
        exporter
    };
    let exporters: Vec<Exporter> = replicas.iter().map(start).collect();
    (exporters.iter().flat_map(served).collect(), aws.counts().of("GetMetricData").billed)
}

#[test]
fn three_shards_serve_together_what_one_exporter_serves_and_query_each_metric_once() {
    let (of_one, billed_of_one) = run(&[&[]]);
    let (of_shards, billed_of_shards) = run(&SHARDS);
    let (one, union): (BTreeSet<_>, BTreeSet<_>) = (of_one.iter().collect(), of_shards.iter().collect());
    let (missing, more): (Vec<_>, Vec<_>) = (one.difference(&union).collect(), union.difference(&one).collect());
    assert!(missing.is_empty() && more.is_empty(), "missing {missing:#?}, more {more:#?}");
    assert_eq!(union.len(), of_shards.len(), "no series is served by two shards");
    assert_eq!(billed_of_shards, billed_of_one);
    assert!(one.len() > 500 && billed_of_one > 400, "{} series, {billed_of_one} metrics", one.len());
}
