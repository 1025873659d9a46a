//! Replicas that share a fleet: each resource is served and polled by exactly one of them.

use std::collections::BTreeSet;

use super::*;
use crate::config::{Shard, file};
use crate::resource::OptionalAnswer;

const SHARDS: u32 = 3;
const LEVEL: &str = "aws_rds_cpuutilization_threshold";

/// One shard of a fleet of single databases and of clusters whose tags set the level of their members.
fn bench(shard: Shard) -> Bench {
    bench_of(Config { shard, ..Config::default() })
}

fn bench_of(config: Config) -> Bench {
    let singles = (0..20).map(|number| instance(&format!("orders-{number}")));
    let of_cluster = |id, members: &[(&str, Role)]| aurora(id, members, &[("plimsoll/CPUUtilization", "61")]);
    let (shop, of_shop) = of_cluster("shop", &[("shop-1", Role::Writer), ("shop-2", Role::Reader)]);
    let (cart, of_cart) = of_cluster("cart", &[("cart-1", Role::Writer)]);
    let instances = singles.chain(of_shop).chain(of_cart).collect();
    let mut bench = Bench::new(Config { defaults: DefaultsMode::Off, ..config }, instances);
    bench.clusters = Some(vec![shop, cart]);
    let quotas = OptionalAnswer::Quotas([("DBInstances".to_owned(), 40.0)].into());
    bench.optional.insert(OptionalCall::Quotas, OptionalRead::Found(quotas));
    bench.pass(90);
    bench
}

fn all() -> Vec<Bench> {
    (0..SHARDS).map(|index| bench(format!("{index}/{SHARDS}").parse().unwrap())).collect()
}

fn watched(bench: &Bench) -> BTreeSet<Arc<str>> {
    bench.scope.arns().cloned().collect()
}

#[test]
fn every_resource_is_served_and_polled_by_exactly_one_shard() {
    let (whole, shards) = (bench(Shard::default()), all());
    let union: Vec<_> = shards.iter().flat_map(watched).collect();
    assert_eq!(union.len(), watched(&whole).len());
    assert_eq!(union.into_iter().collect::<BTreeSet<_>>(), watched(&whole));
    let queried = |bench: &Bench| bench.queried.iter().cloned().collect::<BTreeSet<_>>();
    let union: Vec<_> = shards.iter().flat_map(queried).collect();
    assert_eq!(union.len(), queried(&whole).len(), "no query is made by two shards");
    assert!(shards.iter().all(|shard| !watched(shard).is_empty()), "the fleet is too small for this test");
}

#[test]
fn a_member_has_the_levels_of_its_cluster_in_every_shard() {
    let levels: usize = all().iter_mut().map(|shard| shard.series(LEVEL).len()).sum();
    assert_eq!(levels, bench(Shard::default()).series(LEVEL).len());
    assert_eq!(levels, 3);
}

#[test]
fn the_first_shard_serves_the_quotas_of_the_account() {
    let quotas = |bench: &Bench| watched(bench).iter().filter(|arn| arn.contains(":quota:")).count();
    assert_eq!(all().iter().map(quotas).collect::<Vec<_>>(), [1, 0, 0]);
    let called = |bench: &Bench| bench.windows.iter().any(|(call, _)| *call == OptionalCall::Quotas);
    assert_eq!(all().iter().map(called).collect::<Vec<_>>(), [true, false, false]);
}

#[test]
fn a_shard_without_databases_has_the_account_of_the_others() {
    let config = Config { shard: "1/2".parse().unwrap(), ..Config::default() };
    let of_first = |one: &Described| !config.shard.serves(one);
    let databases = ["orders", "billing", "stock", "mail"].map(instance).into_iter().filter(of_first).collect();
    let mut bench = Bench::new(config.clone(), databases);
    bench.pass(90);
    assert!(watched(&bench).is_empty());
    assert_eq!(bench.scope.report(bench.moment()).account_id.as_deref(), Some("123456789012"));
    assert!(bench.scope.is_ready());
}

/// A resource has one place in all columns, so that one table splits all its series alike.
#[test]
fn members_stand_in_the_same_shard_of_the_page_as_their_cluster() {
    let shards_of = |count| {
        let toml =
            format!("[web]\nshards = {count}\n[metrics.CPUUtilization]\naggregates = [\"writer\", \"reader\"]\n");
        let mut bench = bench_of(file::parse(&toml, "plimsoll.toml").unwrap().config);
        let snapshot = bench.snapshot();
        let labels = snapshot.columns.values().map(|column| column.labels.len()).max().unwrap();
        let shards: Vec<_> = bench.scope.fleet.identities().map(|(one, _)| one.arn().to_string()).collect();
        assert_eq!(labels, shards.len(), "every place is a resource or a role of a cluster");
        (shards, Arc::clone(&snapshot.shards))
    };
    assert!(shards_of(0).1.is_empty() && shards_of(1).1.is_empty(), "it costs nothing unless it is configured");
    let (arns, shards) = shards_of(64);
    assert_eq!(shards.len(), arns.len());
    let of = |name: &str| {
        let places = arns.iter().zip(shards.iter()).filter(|(arn, _)| arn.ends_with(name));
        places.map(|(_, shard)| *shard).collect::<Vec<_>>()
    };
    let shop = of(":cluster:shop");
    assert!(
        shop.len() > 1 && shop.iter().chain(&of(":db:shop-1")).chain(&of(":db:shop-2")).all(|shard| *shard == shop[0])
    );
    assert_ne!(shop[..1], of(":cluster:cart")[..1], "clusters differ");
    assert!(shards.iter().collect::<BTreeSet<_>>().len() > 10);
}
