//! Nothing unwatched in silence, and every change of a level said once.

use super::*;
use crate::threshold::Source;

const UNWATCHED: &str = "plimsoll_threshold_unwatched";

fn only_tags() -> Config {
    Config { defaults: DefaultsMode::Off, ..Config::default() }
}

/// What is unwatched now, as `identifier metric reason`.
fn unwatched(bench: &mut Bench) -> Vec<String> {
    let part = |labels: &str, name: &str| {
        let rest = labels.split(&format!("{name}=\"")).nth(1).unwrap_or_default().to_owned();
        rest.split('"').next().unwrap_or_default().to_owned()
    };
    let words = |labels: &String| {
        ["dimension_DBInstanceIdentifier", "metric", "reason"].map(|name| part(labels, name)).join(" ")
    };
    bench.series(UNWATCHED).keys().map(words).collect()
}

#[test]
fn a_level_is_unwatched_from_the_second_its_value_expires_until_the_next_one() {
    let mut bench = Bench::new(only_tags(), vec![tagged("orders", &[("plimsoll/CPUUtilization", "90")])]).value(
        "orders",
        "CPUUtilization",
        50.0,
    );
    bench.pass(61);
    assert_eq!(unwatched(&mut bench), [""; 0]);
    // Not only CloudWatch fails: nobody even asks the scope, the page's own timer is all that runs.
    let snapshot = bench.scope.snapshot(bench.now);
    let column = |name: &str| Arc::clone(snapshot.columns.iter().find(|(family, _)| family.name == name).unwrap().1);
    let (value, lapse) = (column(CPU).samples[0], column(UNWATCHED).samples[0]);
    assert_eq!(value.expires, lapse.begins, "one page says both");

    bench.cloudwatch_works = false;
    bench.pass(value.expires - 1 - bench.now);
    assert_eq!((bench.series(CPU).len(), unwatched(&mut bench)), (1, vec![]));
    bench.pass(1);
    assert_eq!((bench.series(CPU).len(), unwatched(&mut bench)), (0, vec!["orders CPUUtilization expired".to_owned()]));
    bench.cloudwatch_works = true;
    bench.pass(61);
    assert_eq!(unwatched(&mut bench), [""; 0]);
}

#[test]
fn a_level_whose_metric_never_answers_is_unwatched_after_the_time_a_value_may_be_old() {
    let mut bench = Bench::new(only_tags(), vec![tagged("orders", &[("plimsoll/CPUUtilization", "90")])]);
    bench.pass(420);
    assert_eq!(unwatched(&mut bench), [""; 0], "a new database has no datapoint for a while");
    bench.pass(2);
    assert_eq!(unwatched(&mut bench), ["orders CPUUtilization never_answered"]);
}

#[test]
fn a_level_that_cloudwatch_gives_no_answer_for_is_not_fetched() {
    let mut bench = Bench::new(only_tags(), vec![tagged("orders", &[("plimsoll/CPUUtilization", "90")])]);
    bench.cloudwatch_works = false;
    bench.pass(1);
    assert_eq!(unwatched(&mut bench), [""; 0]);
    bench.pass(479);
    assert_eq!(unwatched(&mut bench), [""; 0], "its first round may be a minute away, and then it may be silent");
    bench.pass(1);
    assert_eq!(unwatched(&mut bench), ["orders CPUUtilization not_fetched"]);
}

#[test]
fn a_default_that_never_answers_is_counted_and_one_that_ceased_is_a_series() {
    let mut bench = Bench::new(Config::default(), vec![instance("orders")]).value("orders", "CPUUtilization", 50.0);
    bench.pass(1300);
    assert_eq!(unwatched(&mut bench), [""; 0]);
    assert!(bench.scope.report().defaults_never_answered > 0);
    bench.values.clear();
    bench.pass(600);
    assert_eq!(unwatched(&mut bench), ["orders CPUUtilization expired"]);
}

#[test]
fn what_counts_events_may_be_silent() {
    let (cluster, members) = aurora("shop", &[("shop-1", Role::Writer)], &[("plimsoll/EngineUptime", "600")]);
    let mut bench = Bench::new(only_tags(), members);
    bench.clusters = Some(vec![cluster]);
    bench.pass(3600);
    assert!(bench.polls_of("shop-1", "EngineUptime") > 0);
    assert_eq!(unwatched(&mut bench), [""; 0]);
}

#[test]
fn without_polls_or_while_stopped_or_paused_nothing_is_unwatched() {
    let orders = || tagged("orders", &[("plimsoll/CPUUtilization", "90")]);
    let mut config = only_tags();
    config.metrics.profile = Profile::None;
    let mut bench = Bench::new(config, vec![orders()]);
    bench.pass(900);
    assert_eq!(unwatched(&mut bench), [""; 0], "the profile none leaves values to another exporter");

    let mut bench = Bench::new(only_tags(), vec![Resource { status: "stopped".into(), ..orders() }]);
    bench.pass(900);
    assert_eq!(unwatched(&mut bench), [""; 0]);

    let tags = [("plimsoll/FreeableMemory", "1GiB"), ("plimsoll/ACUUtilization", "90")];
    let (cluster, mut members) = aurora("shop", &[("shop-1", Role::Writer)], &tags);
    members[0].class = "db.serverless".into();
    let mut bench = Bench::new(only_tags(), members).value("shop-1", "ACUUtilization", 0.0);
    bench.clusters = Some(vec![cluster]);
    bench.pass(1300);
    assert_eq!(unwatched(&mut bench), [""; 0], "a paused database sends almost nothing");
    bench.values.insert(("shop-1", "ACUUtilization"), 5.0);
    bench.pass(330);
    assert_eq!(unwatched(&mut bench), ["shop-1 FreeableMemory never_answered"]);
}

#[test]
fn a_database_that_wakes_is_unwatched_until_its_metrics_are_back() {
    let (cluster, mut members) = aurora("dev", &[("dev-1", Role::Writer)], &[("plimsoll/FreeableMemory", "1GiB")]);
    members[0].class = "db.serverless".into();
    let awake = Bench::new(only_tags(), members).value("dev-1", "ACUUtilization", 20.0);
    let mut bench = awake.value("dev-1", "FreeableMemory", 2e9);
    bench.clusters = Some(vec![cluster]);
    bench.pass(61);
    bench.values = BTreeMap::from([(("dev-1", "ACUUtilization"), 0.0)]);
    for _ in 0..40 {
        bench.pass(60);
        assert_eq!(unwatched(&mut bench), [""; 0]);
    }
    bench.values.insert(("dev-1", "ACUUtilization"), 20.0);
    bench.pass(330);
    assert_eq!(unwatched(&mut bench), ["dev-1 FreeableMemory expired"]);
    bench.values.insert(("dev-1", "FreeableMemory"), 15e8);
    bench.pass(330);
    assert_eq!(unwatched(&mut bench), [""; 0]);
}

#[test]
fn off_is_a_series_and_neither_off_nor_stopped_counts_as_without_level() {
    let mut bench = Bench::new(
        only_tags(),
        vec![
            tagged("critical", &[("plimsoll/CPUUtilization", "90")]),
            tagged("off", &[("plimsoll/CPUUtilization", "off")]),
            instance("plain"),
            Resource { status: "stopped".into(), ..instance("stopped") },
        ],
    );
    bench.pass(2);
    let off = bench.series("plimsoll_threshold_off");
    assert_eq!(ids(&off), ["off"]);
    assert!(off.keys().all(|labels| labels.ends_with("metric=\"CPUUtilization\"") && !labels.contains("name=")));
    assert_eq!(bench.scope.report().without_level, [2, 1], "warning, critical");
}

#[test]
fn a_changed_level_is_told_once_with_old_and_new() {
    let mut bench = Bench::new(Config::default(), vec![tagged("orders", &[("plimsoll/CPUUtilization", "70/85")])]);
    bench.pass(130);
    assert_eq!(bench.told, [], "what is found at the start has not changed");
    bench.instances = Some(vec![instance("orders")]);
    bench.pass(600);
    let level = |value, source| Some(Level { value, source });
    let changed = |severity: &str, old, new| Note::LevelChanged {
        resource: instance("orders").arn.into(),
        metric: "CPUUtilization",
        severity: severity.into(),
        old,
        new,
    };
    let tag = Source::ResourceTag;
    assert_eq!(
        bench.told,
        [
            changed("warning", level(70.0, tag), level(80.0, Source::Default)),
            changed("critical", level(85.0, tag), None),
        ]
    );
}

#[test]
fn many_changes_at_once_are_one_line_and_databases_that_come_and_go_are_none() {
    let fleet = |tags: &[(&str, &str)]| (0..30).map(|number| tagged(&format!("db-{number:02}"), tags)).collect();
    let mut bench = Bench::new(only_tags(), fleet(&[("plimsoll/CPUUtilization", "70/85")]));
    bench.pass(2);
    bench.instances = Some(fleet(&[("plimsoll/CPUUtilization", "85")]));
    bench.pass(120);
    let [Note::ManyLevelsChanged { changed: 30, lost: 30, affected: 30, named }] = &bench.told[..] else {
        panic!("{:?}", bench.told)
    };
    assert_eq!((named.len(), &*named[0]), (20, "arn:aws:rds:eu-west-1:123456789012:db:db-00"));
    bench.instances = Some(vec![tagged("new", &[("plimsoll/CPUUtilization", "85")])]);
    bench.pass(120);
    assert_eq!(bench.told.len(), 1);
}

/// A scope that knew these tagged databases and then finds them without tags, besides an untagged one.
fn stripped(tagged_ids: &[&str]) -> Bench {
    let tagged = tagged_ids.iter().map(|id| tagged(id, &[("plimsoll/CPUUtilization", "70/85")]));
    let mut bench = Bench::new(only_tags(), tagged.chain([instance("plain")]).collect());
    bench.pass(2);
    bench.instances = Some(tagged_ids.iter().copied().chain(["plain"]).map(instance).collect());
    bench.pass(600);
    bench
}

#[test]
fn a_listing_in_which_all_tags_are_gone_is_not_believed() {
    let mut bench = stripped(&["a", "b", "c"]);
    let listed = |bench: &Bench| bench.scope.report().tasks[&Task::Instances].last_success.unwrap();
    assert_eq!(bench.series(CPU_THRESHOLD).len(), 6);
    assert!(listed(&bench) <= START + 2, "it counts as failed");
    assert_eq!(bench.told, [Note::TagsLost { task: Task::Instances, resources: 3 }], "once");

    // All else in it is believed.
    bench.instances = Some(vec![instance("a"), instance("b"), Resource { status: "failed".into(), ..instance("c") }]);
    bench.pass(120);
    let failed = |(labels, _): &(String, f64)| labels.contains("\"c\"") && labels.ends_with("status=\"failed\"");
    assert_eq!(bench.series("plimsoll_resource_status").into_iter().filter(failed).count(), 1);
    assert_eq!(bench.series(CPU_THRESHOLD).len(), 6);

    // One tag is back: the others are gone because somebody wanted that.
    let back = tagged("a", &[("plimsoll/CPUUtilization", "70/85")]);
    bench.instances = Some(vec![back, instance("b"), instance("c")]);
    bench.pass(120);
    assert_eq!(ids(&bench.series(CPU_THRESHOLD)), ["a", "a"]);
    assert!(listed(&bench) > START + 600);
}

#[test]
fn the_last_tags_of_two_databases_can_be_removed() {
    let mut bench = stripped(&["a", "b"]);
    assert_eq!(bench.series(CPU_THRESHOLD).len(), 0);
}

#[test]
fn databases_that_are_gone_with_their_tags_are_gone() {
    let fleet = ["a", "b", "c"].map(|id| tagged(id, &[("plimsoll/CPUUtilization", "90")]));
    let mut bench = Bench::new(only_tags(), fleet.into());
    bench.pass(2);
    bench.instances = Some(vec![instance("plain")]);
    bench.pass(120);
    assert_eq!(bench.series(CPU_THRESHOLD).len(), 0);
    assert_eq!(bench.told, []);
}
