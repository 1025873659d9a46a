//! The series that dashboards rank by: there while the value and the level are.

use super::*;
use crate::config::file;
use crate::time::Seconds;

const HEADROOM: &str = "plimsoll_headroom_ratio";

fn watching(text: &str, tags: &[(&str, &str)]) -> Bench {
    let config = file::parse(&format!("defaults.mode = \"off\"\n{text}"), "plimsoll.toml").unwrap().config;
    let mut bench = Bench::new(config, vec![tagged("orders", tags)]).value("orders", "CPUUtilization", 100.0).value(
        "orders",
        "FreeStorageSpace",
        40.0 * 1_073_741_824.0,
    );
    bench.pass(2);
    bench
}

impl Bench {
    /// What stands behind the identity of each series, with its value.
    fn headroom(&mut self) -> Vec<(String, f64)> {
        let series = self.series(HEADROOM).into_iter();
        series.map(|(labels, value)| (labels.split_once('|').unwrap().1.to_owned(), value)).collect()
    }
}

fn label(metric: &str, severity: &str) -> String {
    format!("metric=\"{metric}\",severity=\"{severity}\"")
}

#[test]
fn every_level_with_a_value_has_its_headroom_on_one_scale() {
    let tags = [("plimsoll/CPUUtilization", "80/-"), ("plimsoll/FreeStorageSpace", "20GiB/10GiB")];
    let mut bench = watching("", &tags);
    let expected = [
        (label("CPUUtilization", "warning"), -0.2),
        (label("FreeStorageSpace", "critical"), 0.75),
        (label("FreeStorageSpace", "warning"), 0.5),
    ];
    assert_eq!(bench.headroom(), expected);
    let identity = bench.series(HEADROOM).into_keys().next().unwrap();
    assert!(identity.contains("dimension_DBInstanceIdentifier=\"orders\"") && !identity.contains("arn:"), "{identity}");
}

#[test]
fn headroom_follows_the_value_and_ends_with_it() {
    let mut bench = watching("", &[("plimsoll/CPUUtilization", "80/-")]);
    bench.values.insert(("orders", "CPUUtilization"), 60.0);
    bench.pass(73);
    assert_eq!(bench.headroom(), [(label("CPUUtilization", "warning"), 0.25)]);
    bench.cloudwatch_works = false;
    bench.pass(420);
    assert_eq!((bench.series(CPU).len(), bench.headroom()), (0, Vec::new()));
}

#[test]
fn a_muted_level_has_no_headroom_until_the_mute_ends_by_itself() {
    // 2027-01-15T08:05Z, five minutes after the bench starts.
    let mut bench = watching("", &[("plimsoll/CPUUtilization", "80/-"), ("plimsoll/mute", "2027-01-15T08:05Z")]);
    assert_eq!(bench.headroom(), []);
    let page = bench.snapshot();
    let column = page.columns.iter().find(|(family, _)| family.name == HEADROOM).map(|(_, column)| column);
    let column = column.expect("the page knows of the end");
    let begins: Vec<_> = column.samples.iter().map(|sample| column.extra(&sample).begins).collect();
    assert_eq!(begins, [START + Seconds::new(300)]);
}

#[test]
fn broken_replication_is_no_headroom_and_the_series_can_be_switched_off() {
    let replica = |tags| Described { facts: Facts { is_replica: true, ..Facts::default() }, ..tagged("copy", tags) };
    let config = Config { defaults: DefaultsMode::Off, ..Config::default() };
    let tags = [("plimsoll/ReplicaLag", "30s/5m")];
    let mut bench = Bench::new(config, vec![replica(&tags)]).value("copy", "ReplicaLag", -1.0);
    bench.pass(2);
    assert_eq!((bench.series("aws_rds_replica_lag_maximum").len(), bench.headroom()), (1, Vec::new()));
    let mut bench = watching("labels.headroom = false", &[("plimsoll/CPUUtilization", "80/-")]);
    assert_eq!((bench.series(CPU).len(), bench.headroom()), (1, Vec::new()));
}
