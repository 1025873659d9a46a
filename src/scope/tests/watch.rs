//! Every unwatched level is reported, and wrong listings are rejected.

use super::*;
use crate::time::Seconds;

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
    let snapshot = bench.snapshot();
    let column = |name: &str| Arc::clone(snapshot.columns.iter().find(|(family, _)| family.name == name).unwrap().1);
    let extra = |column: Arc<Column>| column.extra(&column.samples.get(0).unwrap()).clone();
    let (value, lapse) = (extra(column(CPU)), extra(column(UNWATCHED)));
    assert_eq!(value.expires, lapse.begins, "one page says both");

    bench.cloudwatch_works = false;
    bench.pass((value.expires - Seconds::new(1) - bench.now).get());
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
    assert!(unanswered(&mut bench).contains(&(0, "ReadLatency")));
    bench.values.clear();
    bench.pass(600);
    assert_eq!(unwatched(&mut bench), ["orders CPUUtilization expired"]);
}

#[test]
fn what_is_silent_while_nothing_happens_is_watched() {
    let load = || tagged("idle", &[("plimsoll/DBLoad", "4"), ("plimsoll/DBLoadRelativeToNumVCPUs", "2")]);
    let (cluster, mut fleet) = aurora("shop", &[("shop-1", Role::Writer)], &[("plimsoll/BacktrackWindowAlert", "0")]);
    fleet.push(load());
    let mut bench = Bench::new(only_tags(), fleet).value("idle", "DBLoad", 0.1);
    bench.clusters = Some(vec![cluster]);
    bench.pass(600);
    bench.values.clear();
    bench.pass(1300);
    assert!(bench.polls_of("shop-1", "BacktrackWindowAlert") > 0);
    assert_eq!(unwatched(&mut bench), [""; 0]);

    // An engine that runs has been running for a time: no uptime is a fault.
    let (cluster, members) = aurora("shop", &[("shop-1", Role::Writer)], &[("plimsoll/EngineUptime", "600")]);
    let mut bench = Bench::new(only_tags(), members);
    bench.clusters = Some(vec![cluster]);
    bench.pass(1300);
    assert_eq!(unwatched(&mut bench), ["shop-1 EngineUptime never_answered"]);
}

/// What is named as unanswered now, which is what is counted.
fn unanswered(bench: &mut Bench) -> Vec<(usize, &'static str)> {
    let named = &bench.snapshot().unanswered;
    assert_eq!(bench.scope.report(bench.moment()).defaults_never_answered, named.len());
    named.iter().map(|(resource, metric)| (resource.position(), *metric)).collect()
}

#[test]
fn a_metric_that_is_gone_for_a_day_is_counted_unless_somebody_wanted_its_level() {
    let mut fleet = vec![instance("default"), tagged("wanted", &[("plimsoll/CPUUtilization", "90")])];
    fleet.push(instance("other"));
    let mut bench = Bench::new(Config::default(), fleet)
        .value("default", "CPUUtilization", 50.0)
        .value("wanted", "CPUUtilization", 50.0)
        .value("other", "CPUUtilization", 50.0);
    let cpu = |bench: &mut Bench| -> Vec<String> {
        unwatched(bench).into_iter().filter(|words| words.contains("CPUUtilization")).collect()
    };
    bench.pass(600);
    assert_eq!(cpu(&mut bench), [""; 0]);
    bench.values.retain(|(id, _), _| *id == "other");
    bench.pass(600);
    let both = ["default CPUUtilization expired", "wanted CPUUtilization expired"];
    assert_eq!(cpu(&mut bench), both);

    // While CloudWatch does not answer, nobody knows whether the metric is gone.
    bench.cloudwatch_works = false;
    bench.now += Seconds::DAY;
    bench.pass(120);
    assert_eq!(cpu(&mut bench), [both[0], "other CPUUtilization expired", both[1]]);
    bench.cloudwatch_works = true;
    bench.pass(120);
    assert_eq!(cpu(&mut bench), ["wanted CPUUtilization expired"]);
    assert!(unanswered(&mut bench).contains(&(0, "CPUUtilization")));

    bench.values.insert(("default", "CPUUtilization"), 50.0);
    bench.pass(120);
    assert!(!unanswered(&mut bench).contains(&(0, "CPUUtilization")));
    bench.values.remove(&("default", "CPUUtilization"));
    bench.pass(600);
    assert_eq!(cpu(&mut bench), both, "what came back and stops again is a series again");
}

#[test]
fn without_polls_or_while_stopped_or_paused_nothing_is_unwatched() {
    let orders = || tagged("orders", &[("plimsoll/CPUUtilization", "90")]);
    let mut config = only_tags();
    config.metrics.profile = Profile::None;
    let mut bench = Bench::new(config, vec![orders()]);
    bench.pass(900);
    assert_eq!(unwatched(&mut bench), [""; 0], "the profile none leaves values to another exporter");

    let mut bench = Bench::new(only_tags(), vec![Described { status: "stopped".into(), ..orders() }]);
    bench.pass(900);
    assert_eq!(unwatched(&mut bench), [""; 0]);

    let tags = [("plimsoll/FreeableMemory", "1GiB"), ("plimsoll/ACUUtilization", "90")];
    let mut bench = serverless(only_tags(), &tags, Some(true)).value("shop-1", "ACUUtilization", 0.0);
    bench.pass(1300);
    assert_eq!(unwatched(&mut bench), [""; 0], "a paused database sends almost nothing");
    bench.values.insert(("shop-1", "ACUUtilization"), 5.0);
    bench.pass(330);
    assert_eq!(unwatched(&mut bench), ["shop-1 FreeableMemory never_answered"]);
}

/// A serverless member whose cluster has these tags.
fn serverless(config: Config, tags: &[(&str, &str)], auto_pause: Option<bool>) -> Bench {
    let (mut cluster, mut members) = aurora("shop", &[("shop-1", Role::Writer)], tags);
    members[0].class = "db.serverless".into();
    cluster.facts.auto_pause = auto_pause;
    let mut bench = Bench::new(config, members);
    bench.clusters = Some(vec![cluster]);
    bench
}

#[test]
fn a_database_that_wakes_is_unwatched_until_its_metrics_are_back() {
    let awake = serverless(only_tags(), &[("plimsoll/FreeableMemory", "1GiB")], Some(true));
    let mut bench = awake.value("shop-1", "ACUUtilization", 20.0).value("shop-1", "FreeableMemory", 2e9);
    bench.pass(61);
    bench.values = BTreeMap::from([(("shop-1", "ACUUtilization"), 0.0)]);
    for _ in 0..40 {
        bench.pass(60);
        assert_eq!(unwatched(&mut bench), [""; 0]);
    }
    bench.values.insert(("shop-1", "ACUUtilization"), 20.0);
    bench.pass(330);
    assert_eq!(unwatched(&mut bench), ["shop-1 FreeableMemory expired"]);
    bench.values.insert(("shop-1", "FreeableMemory"), 15e8);
    bench.pass(330);
    assert_eq!(unwatched(&mut bench), [""; 0]);
}

#[test]
fn where_only_levels_ask_for_metrics_a_pause_is_seen_all_the_same() {
    let alerting = || {
        let mut config = only_tags();
        config.metrics.profile = Profile::Alerting;
        config
    };
    let memory = [("plimsoll/FreeableMemory", "1GiB")];
    let mut bench = serverless(alerting(), &memory, Some(true)).value("shop-1", "FreeableMemory", 2e9).value(
        "shop-1",
        "ServerlessDatabaseCapacity",
        2.0,
    );
    bench.pass(600);
    bench.values = BTreeMap::from([(("shop-1", "ServerlessDatabaseCapacity"), 0.0)]);
    bench.pass(3600);
    assert_eq!(unwatched(&mut bench), [""; 0]);

    let check = |tags: &[(&str, &str)], auto_pause, is_asked| {
        let mut bench = serverless(alerting(), tags, auto_pause);
        bench.pass(2);
        assert_eq!(bench.polls_of("shop-1", "ServerlessDatabaseCapacity") > 0, is_asked, "{tags:?} {auto_pause:?}");
    };
    check(&memory, Some(true), true);
    check(&memory, None, true);
    check(&memory, Some(false), false);
    check(&[], Some(true), false);
    check(&[memory[0], ("plimsoll/CPUUtilization", "90")], Some(true), false);
}

#[test]
fn broken_replication_is_seen_without_any_level_on_the_lag() {
    let replica = Described { facts: Facts { is_replica: true, ..Facts::default() }, ..instance("replica") };
    let check = |profile, expected: &[(String, &str)]| {
        let mut config = only_tags();
        config.metrics.profile = profile;
        let mut bench = Bench::new(config, vec![replica.clone(), instance("source")]);
        bench.pass(2);
        assert_eq!(bench.queried, expected, "{profile:?}");
    };
    check(Profile::Alerting, &[("replica".to_owned(), "ReplicaLag")]);
    check(Profile::None, &[]);
}

#[test]
fn off_is_a_series() {
    let off = tagged("off", &[("plimsoll/CPUUtilization", "off")]);
    let mut bench = Bench::new(only_tags(), vec![off, instance("plain")]);
    bench.pass(2);
    let off = bench.series("plimsoll_threshold_off");
    assert_eq!(ids(&off), ["off"]);
    assert!(off.keys().all(|labels| labels.ends_with("metric=\"CPUUtilization\"") && !labels.contains("name=")));
}

#[test]
fn instances_without_level_are_those_that_run_and_that_nobody_switched_off() {
    let text = "[defaults]\nmode = \"off\"\n[metrics.DiskQueueDepth]\nthreshold = \"-/64\"";
    let config = crate::config::file::parse(text, "plimsoll.toml").unwrap().config;
    let check = |tags: &[(&str, &str)], expected: [usize; 2], why| {
        let mut bench = Bench::new(config.clone(), vec![tagged("orders", tags)]);
        bench.pass(2);
        assert_eq!(bench.scope.report(bench.moment()).without_level, expected, "{why}");
    };
    check(&[], [1, 0], "the configuration gives a critical level");
    check(&[("plimsoll/CPUUtilization", "80/90")], [0, 0], "a tag gives both");
    check(&[("plimsoll/CPUUtilization", "off")], [1, 0], "there would be no level without that tag either");
    check(&[("plimsoll/DiskQueueDepth", "off")], [1, 0], "that tag takes away only the critical level");
    check(&[("plimsoll/DiskQueueDepth", "off"), ("plimsoll/mute", "yes")], [1, 0], "nor is there one to mute");
    check(&[("plimsoll/CPUUtilization", "80/90"), ("plimsoll/mute", "yes")], [0, 0], "muted levels are levels");

    let stopped = Described { status: "stopped".into(), ..instance("stopped") };
    let (cluster, mut fleet) = aurora("shop", &[("shop-1", Role::Writer)], &[("plimsoll/CPUUtilization", "80/90")]);
    fleet[0].tags = fixture::tags(&[("plimsoll/CPUUtilization", "off")]);
    fleet.push(stopped);
    let mut bench = Bench::new(only_tags(), fleet);
    bench.clusters = Some(vec![cluster]);
    bench.pass(2);
    assert_eq!(
        bench.scope.report(bench.moment()).without_level,
        [0, 0],
        "neither the cluster nor its member, which is off"
    );
}

#[test]
fn who_said_a_level_is_served_for_all_but_defaults_or_for_none() {
    let mut config = Config::default();
    let fleet = || vec![instance("plain"), tagged("orders", &[("plimsoll/CPUUtilization", "80/90")])];
    let info = |config: &Config| {
        let mut bench = Bench::new(config.clone(), fleet());
        bench.pass(2);
        assert!(bench.series(CPU_THRESHOLD).len() > 2, "a default level stands, too");
        bench.series("plimsoll_threshold_info")
    };
    assert!(info(&config).is_empty());
    config.labels.threshold_info = true;
    let served = info(&config);
    assert_eq!(ids(&served), ["orders", "orders"]);
    assert!(served.keys().all(|labels| labels.ends_with("source=\"resource_tag\"")), "{served:?}");
}

#[test]
fn every_database_counts_its_levels_by_source() {
    let tags = [("plimsoll/CPUUtilization", "70/85"), ("plimsoll/mute", "yes")];
    let mut bench = Bench::new(only_tags(), vec![tagged("orders", &tags), instance("plain")]);
    bench.pass(2);
    let counts = |bench: &mut Bench| bench.series("plimsoll_resource_thresholds");
    let counted = counts(&mut bench);
    assert_eq!((ids(&counted), counted.values().sum::<f64>()), (vec!["orders"], 2.0));
    assert!(counted.keys().all(|labels| labels.ends_with("source=\"resource_tag\"")), "{counted:?}");
    bench.instances = Some(vec![instance("orders"), instance("plain")]);
    bench.pass(120);
    assert!(counts(&mut bench).is_empty());
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
fn a_listing_in_which_all_tags_are_missing_is_rejected() {
    let mut bench = stripped(&["a", "b", "c"]);
    let listed =
        |bench: &Bench| bench.scope.report(bench.moment()).tasks[&Task::List(Lister::Instances)].last_success.unwrap();
    assert_eq!(bench.series(CPU_THRESHOLD).len(), 6);
    assert!(listed(&bench) <= START + Seconds::new(2), "it counts as failed");
    assert_eq!(bench.logged, [LogEvent::TagsLost { task: Task::List(Lister::Instances), resources: 3 }], "once");

    // Everything else in it is used.
    bench.instances = Some(vec![instance("a"), instance("b"), Described { status: "failed".into(), ..instance("c") }]);
    bench.pass(120);
    let failed = |(labels, _): &(String, f64)| labels.contains("\"c\"") && labels.ends_with("status=\"failed\"");
    assert_eq!(bench.series("plimsoll_resource_status").into_iter().filter(failed).count(), 1);
    assert_eq!(bench.series(CPU_THRESHOLD).len(), 6);

    // One tag is back: the others are gone because somebody wanted that.
    let back = tagged("a", &[("plimsoll/CPUUtilization", "70/85")]);
    bench.instances = Some(vec![back, instance("b"), instance("c")]);
    bench.pass(120);
    assert_eq!(ids(&bench.series(CPU_THRESHOLD)), ["a", "a"]);
    assert!(listed(&bench) > START + Seconds::new(600));
}

/// What becomes of databases that a listing has twice.
#[track_caller]
fn check_duplicates(listing: Vec<Described>, not_watched: &[&str]) {
    let mut bench = Bench::new(only_tags(), listing);
    bench.pass(600);
    assert_eq!(bench.series(CPU_THRESHOLD).len(), 2, "the first one's");
    assert_eq!(bench.series("plimsoll_resource_info").len(), 1);
    let resources: Vec<Arc<str>> = not_watched.iter().map(|arn| (*arn).into()).collect();
    assert_eq!(bench.scope.report(bench.moment()).duplicates, resources.len());
    assert_eq!(bench.logged, [LogEvent::Duplicates { task: Task::List(Lister::Instances), resources }], "once");
    bench.instances = Some(vec![instance("orders")]);
    bench.pass(120);
    assert_eq!(bench.scope.report(bench.moment()).duplicates, 0);
}

#[test]
fn no_two_resources_of_one_identity_make_two_series() {
    let first = tagged("orders", &[("plimsoll/CPUUtilization", "70/85")]);
    let same_arn = tagged("orders", &[("plimsoll/CPUUtilization", "60")]);
    let same_arn = Described { id: "billing".into(), ..same_arn };
    let same_labels = Described { arn: format!("{}-2", first.arn).into(), ..instance("orders") };
    let all = vec![first.clone(), same_arn.clone(), same_labels.clone(), first.clone()];
    check_duplicates(all, &[&first.arn, &same_labels.arn, &first.arn]);
    check_duplicates(vec![first.clone(), same_arn], &[&first.arn]);
    check_duplicates(vec![first, same_labels.clone()], &[&same_labels.arn]);
}

#[test]
fn a_database_that_is_created_or_made_anew_with_tags_does_not_speak_for_those_that_lost_theirs() {
    let tags = [("plimsoll/CPUUtilization", "70/85")];
    let mut bench = Bench::new(only_tags(), ["a", "b", "c", "d"].map(|id| tagged(id, &tags)).into());
    bench.pass(2);
    let anew = Described { resource_id: Some("db-ANEW".into()), ..tagged("d", &tags) };
    let listing = [instance("a"), instance("b"), instance("c"), anew, tagged("e", &tags)];
    bench.instances = Some(listing.into());
    bench.pass(120);
    assert_eq!(bench.logged, [LogEvent::TagsLost { task: Task::List(Lister::Instances), resources: 3 }]);
    assert_eq!(bench.series(CPU_THRESHOLD).len(), 10, "a new tag is used");

    // Nor does it by the next listing, whose other tags count: one set on a new database, one edited.
    let listing = [instance("a"), instance("b"), instance("c"), tagged("e", &[("plimsoll/CPUUtilization", "60")])];
    bench.instances = Some(listing.into());
    bench.pass(240);
    assert_eq!(
        bench.logged.iter().filter(|note| matches!(note, LogEvent::TagsLost { .. })).count(),
        1,
        "still rejected"
    );
    assert_eq!(ids(&bench.series(CPU_THRESHOLD)), ["a", "a", "b", "b", "c", "c", "e"]);
}

#[test]
fn members_of_a_cluster_that_only_such_a_listing_tells_of_miss_its_tags() {
    let tags = [("plimsoll/CPUUtilization", "90")];
    let clusters =
        |ids: &[&str], tags: &[(&str, &str)]| ids.iter().map(|id| aurora(id, &[], tags).0).collect::<Vec<_>>();
    let (shop, members) = aurora("shop", &[("shop-1", Role::Writer)], &[]);
    let mut bench = Bench::new(only_tags(), Vec::new());
    bench.clusters = Some(clusters(&["a", "b", "c"], &tags));
    bench.pass(2);
    bench.instances = Some(members);
    let mut stripped = clusters(&["a", "b", "c"], &[]);
    stripped.push(shop.clone());
    bench.clusters = Some(stripped);
    bench.pass(300);
    let issues = bench.series("plimsoll_threshold_issue");
    assert_eq!(ids(&issues), ["shop-1"]);
    assert!(issues.keys().all(|labels| labels.contains("reason=\"cluster_tags_unreadable\"")), "{issues:?}");

    let mut accepted = clusters(&["a", "b", "c"], &tags);
    accepted.push(shop);
    bench.clusters = Some(accepted);
    bench.pass(120);
    assert!(bench.series("plimsoll_threshold_issue").is_empty());
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
    assert_eq!(bench.logged, []);
}
