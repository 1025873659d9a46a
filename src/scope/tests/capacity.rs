//! What databases have, and the levels that are shares of it.

use super::*;
use crate::explain;
use crate::inventory::View;
use crate::resource::{GIB, GroupName, Ordered, ParameterGroup, Setting};

const STORAGE: &str = "aws_rds_free_storage_space_minimum";
const STORAGE_THRESHOLD: &str = "aws_rds_free_storage_space_threshold";
fn resized(gib: f64, tags: &[(&str, &str)]) -> Described {
    let figures = Figures { allocated_storage_bytes: Some(gib * GIB), ..Figures::default() };
    Described { figures, ..tagged("orders", tags) }
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
fn while_a_level_waits_its_explanation_says_which_size_it_goes_by_and_which_is_to_come() {
    let tags = [("plimsoll/FreeStorageSpace", "10pct")];
    let config = Config { defaults: DefaultsMode::Off, ..Config::default() };
    let mut bench = Bench::new(config, vec![resized(100.0, &tags)]).value("orders", "FreeStorageSpace", 15.0 * GIB);
    let share = |bench: &mut Bench| {
        let view = View { snapshot: bench.snapshot(), inventory: bench.scope.inventory() };
        let metric = explain::all(&view, bench.moment())[0].metrics[0].clone();
        metric.share(&metric.levels[0]).unwrap()
    };
    bench.pass(600);
    assert_eq!(share(&mut bench), "10 % of 100 GiB allocated storage");
    bench.instances = Some(vec![resized(200.0, &tags)]);
    bench.pass(121);
    let waiting = "10 % of 100 GiB allocated storage until a datapoint has seen the 200 GiB";
    assert_eq!(share(&mut bench), waiting);
    bench.pass(1800);
    assert_eq!(share(&mut bench), "10 % of 200 GiB allocated storage");
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

/// Connections at 50 percent, of a database whose parameter group is in effect or not.
fn with_group(in_effect: bool) -> Described {
    let status = if in_effect { "in-sync" } else { "pending-reboot" };
    let statuses = vec![("orders".into(), status.into())];
    let ordered = Ordered { parameter_group: Some(ParameterGroup { name: group(), statuses }), ..Ordered::default() };
    Described {
        facts: Facts { ordered, ..Facts::default() },
        ..tagged("orders", &[("plimsoll/DatabaseConnections", "50pct")])
    }
}

fn group() -> GroupName {
    GroupName { lister: Lister::Instances, name: "orders-parameters".into() }
}

fn set(limit: f64) -> ParameterRead {
    ParameterRead::Found(Setting::Number(limit))
}

/// The connection limit, its source, and the level.
fn connections(bench: &mut Bench) -> (f64, String, f64) {
    let value = |bench: &mut Bench, family: &str| bench.series(family).into_values().sum();
    let info = bench.series("plimsoll_denominator_info").into_keys();
    let of_limit = info.filter(|labels| labels.contains("denominator=\"max_connections\""));
    let source = of_limit.filter_map(|labels| Some(labels.rsplit_once("source=\"")?.1.replace('"', ""))).collect();
    (value(bench, "aws_rds_max_connections"), source, value(bench, "aws_rds_database_connections_threshold"))
}

#[test]
fn a_limit_set_in_the_parameter_group_wins_over_the_formula_and_the_source_shows() {
    let config = Config { defaults: DefaultsMode::Off, ..Config::default() };
    let mut bench = Bench::new(config, vec![with_group(true)]).value("orders", "DatabaseConnections", 10.0);
    bench.pass(5);
    assert_eq!(connections(&mut bench), (811.0, "formula".into(), 405.5));
    assert!(bench.logged.is_empty(), "a permission that is missing is no fault");

    bench.parameters.insert(group(), set(500.0));
    bench.pass(4000);
    assert_eq!(connections(&mut bench), (500.0, "parameter_group".into(), 250.0));

    bench.parameters.insert(group(), set(700.0));
    bench.instances = None;
    bench.pass(4000);
    assert_eq!(connections(&mut bench), (500.0, "parameter_group".into(), 250.0), "a reboot may be due");
    bench.instances = Some(vec![with_group(true)]);
    bench.pass(600);
    assert_eq!(connections(&mut bench), (700.0, "parameter_group".into(), 350.0), "it needed no reboot");
}

#[test]
fn a_number_that_waits_for_a_reboot_moves_the_level_when_it_runs() {
    let config = Config { defaults: DefaultsMode::Off, ..Config::default() };
    let mut bench = Bench::new(config, vec![with_group(true)]).value("orders", "DatabaseConnections", 300.0);
    bench.parameters.insert(group(), set(500.0));
    bench.pass(5);
    assert_eq!(connections(&mut bench), (500.0, "parameter_group".into(), 250.0));

    bench.parameters.insert(group(), set(1_000.0));
    bench.instances = Some(vec![with_group(false)]);
    bench.pass(2 * 3600);
    assert_eq!(connections(&mut bench), (500.0, "parameter_group".into(), 250.0), "300 connections still page");

    bench.instances = Some(vec![with_group(true)]);
    bench.pass(10 * 60);
    assert_eq!(connections(&mut bench), (1_000.0, "parameter_group".into(), 500.0), "and no hour later");
}

#[test]
fn a_formula_set_in_the_parameter_group_replaces_the_engines_at_once_even_where_it_makes_no_number() {
    let config = Config { defaults: DefaultsMode::Off, ..Config::default() };
    let check = |text: &str, expected: (f64, &str, f64)| {
        let mut bench = Bench::new(config.clone(), vec![with_group(true)]).value("orders", "DatabaseConnections", 10.0);
        bench.pass(5);
        assert_eq!(connections(&mut bench), (811.0, "formula".into(), 405.5));
        bench.parameters.insert(group(), ParameterRead::Found(Setting::formula(text)));
        bench.pass(4000);
        let (limit, source, level) = connections(&mut bench);
        assert_eq!((limit, &*source, level), expected, "{text}");
    };
    check("LEAST({DBInstanceClassMemory/9531392},300)", (300.0, "parameter_group_formula", 150.0));
    check("{EndPointPort/10}", (0.0, "", 0.0));
}

#[test]
fn a_number_that_waits_since_before_the_start_is_told_apart() {
    let config = Config { defaults: DefaultsMode::Off, ..Config::default() };
    let mut bench = Bench::new(config, vec![with_group(false)]);
    bench.parameters.insert(group(), set(500.0));
    bench.pass(5);
    assert_eq!(connections(&mut bench), (500.0, "pending_parameter_group".into(), 250.0));
}
