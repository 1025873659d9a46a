//! plimsoll's series compared with YACE's real output for the same fleet: names, identity labels and values.

use std::collections::BTreeMap;
use std::time::Duration;

use plimsoll::sim::{Fleet, Options};

use crate::support::scrape::{Scrape, Series};
use crate::support::simulated::SimulatedAws;
use crate::support::wait_for;

const FLEET: &str = include_str!("../fixtures/yace/fleet.json");

/// What YACE 0.67 served for that fleet, with `exportedTagsOnMetrics: Owner`.
const YACE: &str = include_str!("../fixtures/yace/exposition.txt");

/// The statistics that YACE was configured with and plimsoll does not query by default.
const CONFIG: &str = r#"
regions = ["eu-central-1"]

[defaults]
mode = "off"

[labels]
tags = ["Owner"]
info_tags = ["aws:cloudformation:stack-name", "cost-center"]

[metrics]
profile = "all"

[metrics.CPUUtilization]
aggregates = ["cluster", "writer", "reader"]

[metrics.VolumeBytesUsed]
statistics = ["Average"]

[metrics.AuroraReplicaLag]
statistics = ["Average"]

[metrics.SelectLatency]
statistics = ["p90", "p99.9"]
"#;

/// A database that never had a tag; YACE finds databases by their tags and does not find this one.
const UNTAGGED: &str = "arn:aws:rds:eu-central-1:123456789012:db:bare";

/// The identity of a series in a join: empty labels are absent labels.
type Key = (String, BTreeMap<String, String>);

fn key(series: &Series) -> Key {
    let labels = series.labels.iter().filter(|(_, value)| !value.is_empty());
    (series.name.clone(), labels.map(|(key, value)| (key.clone(), value.clone())).collect())
}

fn label<'a>(key: &'a Key, name: &str) -> &'a str {
    key.1.get(name).map_or("", String::as_str)
}

/// Aggregates that belong to no resource.
fn is_out_of_scope(key: &Key) -> bool {
    label(key, "name") == "global"
}

fn series(scrape: &Scrape) -> BTreeMap<Key, f64> {
    scrape.series.iter().map(|series| (key(series), series.value)).collect()
}

#[test]
fn names_labels_and_values_equal_those_of_yace() {
    let yace: BTreeMap<_, _> =
        series(&Scrape::parse(YACE)).into_iter().filter(|(key, _)| !is_out_of_scope(key)).collect();
    assert_eq!(yace.len(), 33, "the fixture is as it was");

    let aws = SimulatedAws::start(Fleet::from_json(FLEET).unwrap(), Options::default());
    let exporter = aws.launch().config(CONFIG).start();
    exporter.wait_until_ready();
    let ours = wait_for("every series of YACE", Duration::from_secs(20), || {
        let ours = series(&exporter.metrics());
        yace.keys().all(|key| ours.contains_key(key)).then_some(ours)
    });

    for (key, value) in &yace {
        assert_eq!(ours.get(key), Some(value), "{key:?}");
    }
    let families: Vec<&String> = yace.keys().map(|(name, _)| name).collect();
    let extra: Vec<&Key> = ours
        .keys()
        .filter(|key| families.contains(&&key.0) && !yace.contains_key(*key) && label(key, "name") != UNTAGGED)
        .collect();
    assert!(extra.is_empty(), "series that YACE does not have: {extra:#?}");
    assert!(ours.keys().any(|key| label(key, "name") == UNTAGGED), "the database without tags is ours alone");
}
