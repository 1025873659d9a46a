//! What databases have, and the levels that are shares of it.

use super::*;
use crate::resource::Ordered;

const STORAGE: &str = "aws_rds_free_storage_space_minimum";
const STORAGE_THRESHOLD: &str = "aws_rds_free_storage_space_threshold";
const GIB: f64 = 1_073_741_824.0;

fn resized(gib: f64, tags: &[(&str, &str)]) -> Resource {
    let capacity = Capacity { allocated_storage_bytes: Some(gib * GIB), ..Capacity::default() };
    Resource { capacity, ..tagged("orders", tags) }
}

fn gib(bench: &mut Bench, family: &str) -> Vec<f64> {
    bench.series(family).into_values().map(|bytes| bytes / GIB).collect()
}

#[test]
fn a_resize_moves_the_level_together_with_the_first_datapoint_that_saw_it() {
    let tags = [("plimsoll/FreeStorageSpace", "10pct")];
    let config = Config { defaults: DefaultsMode::Off, ..Config::default() };
    let mut bench = Bench::new(config, vec![resized(100.0, &tags)]).value("orders", "FreeStorageSpace", 15.0 * GIB);
    bench.pass(600);
    assert_eq!(gib(&mut bench, STORAGE_THRESHOLD), [10.0]);
    bench.instances = Some(vec![resized(200.0, &tags)]);
    bench.pass(121);
    assert_eq!(gib(&mut bench, "aws_rds_allocated_storage"), [200.0]);
    assert_eq!(gib(&mut bench, STORAGE_THRESHOLD), [10.0], "20 would be above what the old datapoint says");

    bench.values.insert(("orders", "FreeStorageSpace"), 115.0 * GIB);
    let mut moved = None;
    for _ in 0..1800 {
        bench.pass(1);
        let (free, level) = (gib(&mut bench, STORAGE)[0], gib(&mut bench, STORAGE_THRESHOLD)[0]);
        assert!(free > level, "{free} free of a level of {level}");
        if level > 10.0 {
            moved.get_or_insert((free, level));
        }
    }
    assert_eq!(moved, Some((115.0, 20.0)));
}

#[test]
fn without_a_datapoint_the_level_moves_half_an_hour_later() {
    let tags = [("plimsoll/FreeStorageSpace", "10pct")];
    let config = Config { defaults: DefaultsMode::Off, ..Config::default() };
    let mut bench = Bench::new(config, vec![resized(100.0, &tags)]);
    bench.pass(2);
    bench.instances = Some(vec![resized(200.0, &tags)]);
    bench.pass(1800);
    assert_eq!(gib(&mut bench, STORAGE_THRESHOLD), [10.0]);
    bench.pass(121);
    assert_eq!(gib(&mut bench, STORAGE_THRESHOLD), [20.0]);
}

#[test]
fn a_level_that_fits_only_after_a_resize_stands_with_the_first_datapoint_that_saw_it() {
    let tags = [("plimsoll/FreeStorageSpace", "150GiB")];
    let config = Config { defaults: DefaultsMode::Off, ..Config::default() };
    let mut bench = Bench::new(config, vec![resized(100.0, &tags)]).value("orders", "FreeStorageSpace", 15.0 * GIB);
    bench.pass(600);
    assert_eq!(gib(&mut bench, STORAGE_THRESHOLD), [0.0; 0], "it would be crossed for ever");
    bench.instances = Some(vec![resized(400.0, &tags)]);
    bench.pass(121);
    assert_eq!(gib(&mut bench, STORAGE_THRESHOLD), [0.0; 0], "the old datapoint is below it");

    bench.values.insert(("orders", "FreeStorageSpace"), 315.0 * GIB);
    bench.pass(1800);
    assert_eq!(gib(&mut bench, STORAGE_THRESHOLD), [150.0]);
}

#[test]
fn an_edited_tag_moves_the_level_at_once() {
    let config = Config { defaults: DefaultsMode::Off, ..Config::default() };
    let mut bench = Bench::new(config, vec![resized(100.0, &[("plimsoll/FreeStorageSpace", "10pct")])]);
    bench.pass(2);
    bench.instances = Some(vec![resized(100.0, &[("plimsoll/FreeStorageSpace", "20pct")])]);
    bench.pass(121);
    assert_eq!(gib(&mut bench, STORAGE_THRESHOLD), [20.0]);
}

#[test]
fn a_limit_set_in_the_parameter_group_wins_over_the_formula_and_the_source_shows() {
    let config = Config { defaults: DefaultsMode::Off, ..Config::default() };
    let ordered = Ordered { parameter_group: Some("orders-parameters".into()), ..Ordered::default() };
    let orders = Resource {
        facts: Facts { ordered, ..Facts::default() },
        ..tagged("orders", &[("plimsoll/DatabaseConnections", "80pct")])
    };
    let source = |bench: &mut Bench| {
        let info = bench.series("plimsoll_denominator_info").into_keys();
        let source = |labels: &String| labels.contains("denominator=\"max_connections\"");
        info.filter(source).map(|labels| labels.rsplit('|').next().unwrap_or_default().to_owned()).collect::<String>()
    };
    let mut bench = Bench::new(config, vec![orders]).value("orders", "DatabaseConnections", 10.0);
    bench.pass(5);
    assert_eq!(bench.series("aws_rds_max_connections").into_values().collect::<Vec<_>>(), [811.0]);
    assert_eq!(source(&mut bench), "denominator=\"max_connections\",source=\"formula\"");
    assert!(bench.told.is_empty(), "a permission that is missing is no fault");

    bench.parameters.insert("orders-parameters", Reading::Set(500.0));
    bench.pass(4000);
    assert_eq!(source(&mut bench), "denominator=\"max_connections\",source=\"parameter_group\"");
    let level = bench.series("aws_rds_database_connections_threshold").into_values().collect::<Vec<_>>();
    assert_eq!(level, [400.0]);
}
