//! Listings in, levels and issues out: they do not depend on the order in which AWS lists tags.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::Input;
use crate::config::{Config, Selection};
use crate::threshold::{Carrier, ResolveContext, Resolved, Subject, parse, resolve};
use crate::time::Timestamp;

type Tags = Vec<(String, String)>;

/// Keys of plimsoll in several spellings, keys with mistakes, and foreign keys.
fn keys() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "plimsoll/CPUUtilization",
        "plimsoll/cpuutilization",
        "plimsoll/CPUUtilization/warning",
        "plimsoll/CPUUtilization/mute",
        "plimsoll/DatabaseConnections",
        "plimsoll/FreeableMemory",
        "plimsoll/freeable_memory",
        "plimsoll/max-connections",
        "plimsoll/Max-Connections",
        "plimsoll/mute",
        "plimsoll/MUTE",
        "Plimsoll/CPUUtilization",
        "team",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => "plimsoll/[A-Za-z/ ]{0,10}"]
}

fn values() -> impl Strategy<Value = String> {
    prop_oneof![
        "[1-9]00?(/[1-9]0)?",
        "[1-9]0pct(/[1-9]0pct)?",
        "[1-9]GiB",
        Just("off".to_owned()),
        Just("yes".to_owned())
    ]
}

/// Tags, and the same tags in another order.
fn shuffled() -> impl Strategy<Value = (Tags, Tags)> {
    let tags =
        prop::collection::btree_map(keys(), values(), 0..10).prop_map(|tags: BTreeMap<_, _>| Tags::from_iter(tags));
    tags.prop_flat_map(|tags| (Just(tags.clone()), Just(tags).prop_shuffle()))
}

/// A member and its cluster, as AWS lists their tags, and the resolved levels of the member.
fn read(own: &Tags, inherited: &Tags) -> (Input, Resolved) {
    let list = |tags: &Tags| tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect::<Value>();
    let member = json!({
        "DBInstanceIdentifier": "shop-1", "DBClusterIdentifier": "shop", "Engine": "aurora-postgresql",
        "DBInstanceClass": "db.r6g.large", "TagList": list(own),
    });
    let cluster = json!({"DBClusterIdentifier": "shop", "Engine": "aurora-postgresql", "TagList": list(inherited)});
    let mut input = Input::default();
    input.add(&json!({"DBInstances": [member], "DBClusters": [cluster]}).to_string()).unwrap();
    let (config, cluster) = (Config::default(), Some(&input.after.clusters[0]));
    let member = config.resource(&input.after.instances[0].clone().into(), cluster, None);
    let tags =
        [&*member.described, &input.after.clusters[0]].map(|carrier| parse(&carrier.tags, carrier.kind, &config));
    let context = ResolveContext { config: &config, selection: &Selection::of(&config), account: "default" };
    let cluster = cluster.map(|resource| Carrier { resource, tags: &tags[1] });
    let resolved =
        resolve(Subject { resource: &member, tags: &tags[0], parent: cluster }, context, Timestamp::default());
    (input, resolved)
}

proptest! {
    #[test]
    fn the_order_of_a_tag_list_does_not_matter(own in shuffled(), inherited in shuffled()) {
        prop_assert_eq!(read(&own.0, &inherited.0), read(&own.1, &inherited.1));
    }
}
