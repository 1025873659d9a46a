//! Tag changes are facts: old, new and who is affected, once.

use super::*;
use crate::threshold::Source;

fn only_tags() -> Config {
    Config { defaults: DefaultsMode::Off, ..Config::default() }
}

/// A line for each change: what, from what to what, and the identifiers it concerns.
fn logged(bench: &Bench) -> Vec<String> {
    let ids = |arns: &[Arc<str>]| arns.iter().filter_map(|arn| arn.rsplit(':').next()).collect::<Vec<_>>().join(" ");
    let level = |change: &Option<SourcedLevel>| change.map_or("none".to_owned(), |it| words(it.value, it.source));
    let mute = |change: &Option<SourcedMute>| change.map_or("none".to_owned(), |it| words(it.mute, it.source));
    let line = |note: &LogEvent| match note {
        LogEvent::Changed { change: Change::Level { metric, severity, old, new }, resources } => {
            format!("{metric} {severity}: {} → {}: {}", level(old), level(new), ids(resources))
        }
        LogEvent::Changed { change: Change::Mute { metric, old, new }, resources } => {
            format!("mute {}: {} → {}: {}", metric.unwrap_or("all"), mute(old), mute(new), ids(resources))
        }
        LogEvent::MoreChanged { changes, levels_lost, resources } => {
            format!("{changes} more, {levels_lost} levels lost: {}", ids(resources))
        }
        other => panic!("{other:?}"),
    };
    bench.logged.iter().map(line).collect()
}

fn words(what: impl std::fmt::Display, source: Source) -> String {
    format!("{what} {}", source.name())
}

/// What is logged when a cluster with three members, of which the last has a tag of its own, gets other tags.
#[track_caller]
fn check_cluster(before: &[(&str, &str)], after: &[(&str, &str)], expected: &[&str]) {
    let members = [("shop-1", Role::Writer), ("shop-2", Role::Reader), ("shop-3", Role::Reader)];
    let (cluster, mut instances) = aurora("shop", &members, before);
    instances[2].tags = fixture::tags(&[("plimsoll/CPUUtilization", "50"), ("plimsoll/mute", "no")]);
    let mut bench = Bench::new(only_tags(), instances);
    bench.clusters = Some(vec![cluster]);
    bench.pass(130);
    assert_eq!(logged(&bench), [""; 0], "what is found at the start has not changed");
    bench.clusters = Some(vec![aurora("shop", &members, after).0]);
    bench.pass(600);
    assert_eq!(logged(&bench), expected);
}

#[test]
fn a_level_that_a_weaker_source_takes_over_is_told_with_both() {
    let mut bench = Bench::new(Config::default(), vec![tagged("orders", &[("plimsoll/CPUUtilization", "70/85")])]);
    bench.pass(130);
    bench.instances = Some(vec![instance("orders")]);
    bench.pass(600);
    let expected = [
        "CPUUtilization critical: 85 resource_tag → none: orders",
        "CPUUtilization warning: 70 resource_tag → 80 default: orders",
    ];
    assert_eq!(logged(&bench), expected);
}

#[test]
fn equal_changes_are_one_line_with_everybody_affected() {
    check_cluster(
        &[("plimsoll/CPUUtilization", "70/85")],
        &[("plimsoll/CPUUtilization", "60/85"), ("plimsoll/DiskQueueDepth", "64")],
        &[
            "DiskQueueDepth critical: none → 64 cluster_tag: shop-1 shop-2 shop-3",
            "CPUUtilization warning: 70 cluster_tag → 60 cluster_tag: shop-1 shop-2",
        ],
    );
}

#[test]
fn mutes_are_told_when_they_come_change_and_go() {
    let night = [("plimsoll/mute", "daily 01:00-04:00")];
    check_cluster(
        &[],
        &night,
        &[
            "mute all: none → daily 01:00-04:00 cluster_tag: shop-1 shop-2",
            "mute all: none → daily 01:00-04:00 resource_tag: shop",
        ],
    );
    check_cluster(
        &night,
        &[("plimsoll/mute", "yes"), ("plimsoll/CPUUtilization/mute", "no")],
        &[
            "mute CPUUtilization: none → no cluster_tag: shop-1 shop-2 shop-3",
            "mute all: daily 01:00-04:00 cluster_tag → yes cluster_tag: shop-1 shop-2",
            "mute all: daily 01:00-04:00 resource_tag → yes resource_tag: shop",
            "mute CPUUtilization: none → no resource_tag: shop",
        ],
    );
    check_cluster(
        &night,
        &[],
        &[
            "mute all: daily 01:00-04:00 cluster_tag → none: shop-1 shop-2",
            "mute all: daily 01:00-04:00 resource_tag → none: shop",
        ],
    );
}

#[test]
fn a_mute_that_ends_by_itself_is_no_change() {
    let tags = [("plimsoll/mute", "2027-01-15T08:01:00Z"), ("plimsoll/CPUUtilization", "90")];
    let mut bench = Bench::new(only_tags(), vec![tagged("orders", &tags)]);
    bench.pass(2);
    assert_eq!(bench.series(CPU_THRESHOLD).len(), 0);
    bench.pass(120);
    assert_eq!((bench.series(CPU_THRESHOLD).len(), logged(&bench).len()), (1, 0));
}

#[test]
fn a_line_for_each_of_twenty_changes_those_of_most_databases_first_and_one_for_the_rest() {
    let fleet = |levels: &dyn Fn(usize) -> String| {
        let database =
            |number| tagged(&format!("db-{number:02}"), &[("plimsoll/CPUUtilization", levels(number).as_str())]);
        (10..40).map(database).collect::<Vec<_>>()
    };
    let mut bench = Bench::new(only_tags(), fleet(&|number| format!("{number}/85")));
    bench.pass(2);
    bench.instances = Some(fleet(&|_| "80".to_owned()));
    bench.pass(120);
    let logged_of = logged(&bench);
    assert_eq!(logged_of.len(), 21, "{logged_of:#?}");
    assert!(logged_of[0].starts_with("CPUUtilization critical: 85 resource_tag → 80 resource_tag: db-10 db-11 db-12 "));
    assert_eq!(logged_of[0].matches(" db-").count(), 30);
    assert_eq!(logged_of[1], "CPUUtilization warning: 10 resource_tag → none: db-10");
    let rest = (29..40).map(|number| format!("db-{number}")).collect::<Vec<_>>().join(" ");
    assert_eq!(logged_of[20], format!("11 more, 11 levels lost: {rest}"));
}

#[test]
fn databases_that_come_and_go_are_no_changes() {
    let tags = [("plimsoll/CPUUtilization", "90"), ("plimsoll/mute", "yes")];
    let mut bench = Bench::new(only_tags(), vec![tagged("old", &tags)]);
    bench.pass(2);
    bench.instances = Some(vec![tagged("new", &tags)]);
    bench.pass(120);
    bench.instances = Some(vec![Described { resource_id: Some("db-ANEW".into()), ..instance("new") }]);
    bench.pass(120);
    assert_eq!(logged(&bench), [""; 0]);
}
