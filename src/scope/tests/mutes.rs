//! Mutes and the time that passes: what is served when, what is logged, and what is queried all the same.

use super::*;
use crate::config::file;
use crate::level::mute;
use crate::threshold::Source;
use crate::time::{Seconds, Timestamp};

/// A time of the day on which the bench starts, in UTC.
fn at(text: &str) -> Timestamp {
    match mute::parse(text) {
        Ok(mute::Mute::Until { end, .. }) => end,
        other => panic!("{text} is no time: {other:?}"),
    }
}

/// A database whose CPU is above its critical level of 90, and nobody else's levels.
fn crossing(tags: &[(&str, &str)], start: &str) -> Bench {
    watching(95.0, tags, start)
}

fn watching(cpu: f64, tags: &[(&str, &str)], start: &str) -> Bench {
    configured("defaults.mode = \"off\"", cpu, tags, start)
}

fn configured(text: &str, cpu: f64, tags: &[(&str, &str)], start: &str) -> Bench {
    let config = file::parse(text, "plimsoll.toml").unwrap().config;
    let tags = [tags, &[("plimsoll/CPUUtilization", "80/90")]].concat();
    let instances = vec![tagged("orders", &tags)];
    let mut bench = Bench::since(at(start), config, instances).value("orders", "CPUUtilization", cpu);
    bench.pass(2);
    bench
}

impl Bench {
    fn pass_until(&mut self, time: &str) {
        let seconds = at(time) - self.now;
        self.pass(seconds.get());
    }

    fn levels(&mut self) -> Vec<f64> {
        self.series(CPU_THRESHOLD).into_values().collect()
    }

    /// What stands behind the identity of each series that says a mute, with its value.
    fn mutes(&mut self) -> Vec<String> {
        let families = ["plimsoll_muted", "plimsoll_mute_end_timestamp_seconds"].map(|name| self.series(name));
        let series = families.into_iter().flatten();
        series.map(|(labels, value)| format!("{} {value}", labels.split_once('|').unwrap().1)).collect()
    }

    fn crossed(&self) -> usize {
        self.logged.iter().filter(|note| matches!(note, LogEvent::CrossedWhileMuted { .. })).count()
    }
}

const LEVELS: [f64; 2] = [90.0, 80.0];
const NONE: [f64; 0] = [];

#[test]
fn until_a_time_no_level_is_served_and_then_all_are() {
    let mut bench = crossing(&[("plimsoll/mute", "2026-12-01T10:00Z")], "2026-12-01T09:50Z");
    assert_eq!(bench.levels(), NONE);
    let end = at("2026-12-01T10:00Z").as_second();
    assert_eq!(bench.mutes(), ["source=\"resource_tag\" 1".to_owned(), format!(" {end}")]);
    assert_eq!(bench.series(CPU).len(), 1, "the metric is queried and served all the same");
    bench.pass_until("2026-12-01T09:59:59Z");
    assert_eq!(bench.levels(), NONE);
    bench.pass(1);
    assert_eq!(bench.levels(), LEVELS);
    assert!(bench.mutes().is_empty());
}

#[test]
fn for_ever_has_no_end() {
    let mut bench = crossing(&[("plimsoll/mute", "yes")], "2026-12-01");
    bench.pass(3600);
    assert_eq!(bench.levels(), NONE);
    assert_eq!(bench.mutes(), ["source=\"resource_tag\" 1"]);
}

#[test]
fn what_cannot_be_read_does_not_mute() {
    let mut bench = crossing(&[("plimsoll/mute", "tomorrow")], "2026-12-01");
    assert_eq!(bench.levels(), LEVELS);
    assert!(bench.mutes().is_empty());
    assert_eq!(bench.series("plimsoll_threshold_issue").len(), 1);
    assert!(matches!(&bench.logged[..], [LogEvent::IssueAppeared { issue, .. }] if issue.reason.name() == "bad_time"));
}

#[test]
fn a_window_mutes_every_night() {
    let mut bench = crossing(&[("plimsoll/mute", "daily 23:50-00:10")], "2026-12-01T23:45Z");
    for night in ["2026-12-01", "2026-12-02"] {
        assert_eq!(bench.levels(), LEVELS);
        assert!(bench.mutes().is_empty());
        bench.pass_until(&format!("{night}T23:49:59Z"));
        assert_eq!(bench.levels(), LEVELS);
        bench.pass(1);
        assert_eq!(bench.levels(), NONE);
        assert_eq!(bench.mutes()[1], format!(" {}", (bench.now + Seconds::new(1200)).as_second()));
        bench.pass(1199);
        assert_eq!(bench.levels(), NONE);
        bench.pass(1);
        assert_eq!(bench.levels(), LEVELS);
        bench.pass(23 * 3600);
    }
}

#[test]
fn a_window_that_leaves_no_hour_of_the_day_has_no_end() {
    let check = |tags: &[(&str, &str)], expected: &[&str]| {
        let mut bench = crossing(tags, "2026-12-01T12:00Z");
        assert_eq!(bench.mutes(), expected, "{tags:?}");
    };
    let (all, cpu) = ("source=\"resource_tag\" 1", "metric=\"CPUUtilization\",source=\"resource_tag\" 1");
    let end = |labels: &str, time| format!("{labels} {}", at(time).as_second());
    let day = ("plimsoll/mute", "daily 00:00-23:00");
    check(&[day], &[all, &end("", "2026-12-01T23:00Z")]);
    check(&[("plimsoll/mute", "daily 00:00-23:59:59")], &[all]);
    let near = ("plimsoll/CPUUtilization/mute", "daily 12:00-00:00");
    check(&[near], &[cpu, &end("metric=\"CPUUtilization\"", "2026-12-02")]);
    check(&[day, near], &[cpu, all, &end("", "2026-12-01T23:00Z")]);
}

/// The page must not depend on a scope that hangs: one snapshot knows a window's begin, its end and the next begin.
#[test]
fn a_window_needs_no_poll_to_begin_and_none_to_end() {
    let mut bench = crossing(&[("plimsoll/mute", "daily 01:00-04:00")], "2026-12-01T00:30Z");
    let snapshot = bench.snapshot();
    let levels = |time| {
        let columns = snapshot.columns.iter().filter(|(family, _)| family.name == CPU_THRESHOLD);
        let live = |column: &Column| column.samples.iter().filter(|sample| column.lives(sample, at(time))).count();
        columns.map(|(_, column)| live(column)).sum::<usize>()
    };
    let expected = [
        ("2026-12-01T00:59:59Z", 2),
        ("2026-12-01T01:00Z", 0),
        ("2026-12-01T03:59:59Z", 0),
        ("2026-12-01T04:00Z", 2),
        ("2026-12-02T00:59:59Z", 2),
        ("2026-12-02T01:00Z", 0),
    ];
    for (time, count) in expected {
        assert_eq!(levels(time), count, "{time}");
    }
}

#[test]
fn a_metric_is_muted_alone() {
    let tags = [("plimsoll/CPUUtilization/mute", "2026-12-01T10:00Z"), ("plimsoll/DatabaseConnections", "100")];
    let mut bench = crossing(&tags, "2026-12-01T09:00Z");
    assert_eq!(bench.levels(), NONE);
    assert_eq!(bench.series("aws_rds_database_connections_threshold").len(), 1);
    assert_eq!(bench.mutes()[0], "metric=\"CPUUtilization\",source=\"resource_tag\" 1");
    bench.pass_until("2026-12-01T10:00Z");
    assert_eq!(bench.levels(), LEVELS);
}

#[test]
fn members_are_muted_with_their_cluster_unless_they_say_no() {
    let (cluster, mut members) = aurora(
        "shop",
        &[("shop-1", Role::Writer), ("shop-2", Role::Reader)],
        &[("plimsoll/CPUUtilization", "90"), ("plimsoll/mute", "yes")],
    );
    members[1].tags = fixture::tags(&[("plimsoll/mute", "no")]);
    let mut bench = Bench::new(Config { defaults: DefaultsMode::Off, ..Config::default() }, members);
    bench.clusters = Some(vec![cluster]);
    bench.pass(2);
    assert_eq!(ids(&bench.series(CPU_THRESHOLD)), ["shop-2"]);
    assert_eq!(bench.mutes(), ["source=\"resource_tag\" 1", "source=\"cluster_tag\" 1"]);
    assert_eq!(ids(&bench.series("plimsoll_muted")), ["shop-1"]);
}

#[test]
fn a_window_of_the_week_begins_and_ends_by_the_clock_of_its_place() {
    // A Friday; the clocks are set forward on Sunday.
    let mut bench = crossing(&[("plimsoll/mute", "fri:20:00-sun:04:00 Europe/Berlin")], "2026-03-27T18:59Z");
    assert_eq!(bench.levels(), LEVELS);
    bench.pass_until("2026-03-27T19:00Z");
    assert_eq!(bench.levels(), NONE);
    let end = at("2026-03-29T02:00Z").as_second();
    assert_eq!(bench.mutes(), ["source=\"resource_tag\" 1".to_owned(), format!(" {end}")]);
    bench.pass_until("2026-03-29T01:59:59Z");
    assert_eq!(bench.levels(), NONE);
    bench.pass(1);
    assert_eq!(bench.levels(), LEVELS);
    assert!(bench.mutes().is_empty());
}

#[test]
fn a_moved_window_moves_the_mute() {
    let mut bench = crossing(&[("plimsoll/mute", "maintenance-window")], "2026-12-01T09:50Z");
    assert_eq!(bench.levels(), LEVELS, "AWS lists no window");
    let issue = |bench: &mut Bench| bench.series("plimsoll_threshold_issue").len();
    assert_eq!(issue(&mut bench), 1);
    let list = |bench: &mut Bench, window: &str| {
        for instance in bench.instances.as_mut().unwrap() {
            instance.facts.maintenance_window = Some(window.into());
        }
        bench.pass(180);
    };
    list(&mut bench, "tue:09:00-tue:11:00");
    assert_eq!((bench.levels(), issue(&mut bench)), (NONE.to_vec(), 0));
    let end = at("2026-12-01T11:00Z").as_second();
    assert_eq!(bench.mutes(), ["source=\"resource_tag\" 1".to_owned(), format!(" {end}")]);
    list(&mut bench, "wed:09:00-wed:11:00");
    assert_eq!(bench.levels(), LEVELS);
    assert!(bench.mutes().is_empty());
    bench.pass_until("2026-12-02T09:00Z");
    assert_eq!(bench.levels(), NONE);
}

#[test]
fn a_crossed_level_is_told_once_a_mute() {
    let mut bench = crossing(&[("plimsoll/mute", "daily 01:00-04:00")], "2026-12-01T00:50Z");
    assert!(bench.logged.is_empty());
    bench.pass_until("2026-12-01T01:00:00Z");
    let expected = LogEvent::CrossedWhileMuted {
        resource: "arn:aws:rds:eu-west-1:123456789012:db:orders".into(),
        metric: "CPUUtilization",
        severity: "critical".to_owned(),
        level: 90.0,
        value: 95.0,
        muted: SourcedMute { mute: mute::parse("daily 01:00-04:00").unwrap(), source: Source::ResourceTag },
    };
    assert_eq!(bench.logged, [expected]);
    bench.pass_until("2026-12-02T00:59:59Z");
    assert_eq!(bench.crossed(), 1);
    bench.pass(1);
    assert_eq!(bench.crossed(), 2, "the next night is another mute");
}

#[test]
fn a_level_crossed_later_is_told_then_and_one_that_is_not_crossed_never() {
    let mut bench = watching(50.0, &[("plimsoll/mute", "yes")], "2026-12-01");
    bench.pass(300);
    assert_eq!(bench.crossed(), 0);
    bench.values.insert(("orders", "CPUUtilization"), 85.0);
    bench.pass(300);
    assert!(matches!(&bench.logged[..], [LogEvent::CrossedWhileMuted { severity, .. }] if severity == "warning"));
}

#[test]
fn a_more_severe_level_that_is_crossed_later_is_told_too_and_that_it_is_the_clusters_mute() {
    let tags = [("plimsoll/CPUUtilization", "80/90"), ("plimsoll/mute", "yes")];
    let (cluster, members) = aurora("shop", &[("shop-1", Role::Writer)], &tags);
    let config = Config { defaults: DefaultsMode::Off, ..Config::default() };
    let mut bench = Bench::new(config, members).value("shop-1", "CPUUtilization", 85.0);
    bench.clusters = Some(vec![cluster]);
    for value in [85.0, 95.0, 85.0, 50.0, 95.0] {
        bench.values.insert(("shop-1", "CPUUtilization"), value);
        bench.pass(300);
    }
    let logged = |note: &LogEvent| match note {
        LogEvent::CrossedWhileMuted { severity, value, muted, .. } => {
            format!("{severity} {value} {}", muted.source.name())
        }
        other => panic!("{other:?}"),
    };
    let logged: Vec<_> = bench.logged.iter().map(logged).collect();
    assert_eq!(logged, ["warning 85 cluster_tag", "critical 95 cluster_tag"]);
}

#[test]
fn a_mute_that_ended_a_day_ago_is_an_issue_until_the_tag_is_gone() {
    let mut bench = crossing(&[("plimsoll/mute", "2026-12-01T10:00Z")], "2026-12-01T10:00Z");
    bench.pass_until("2026-12-02T09:59:59Z");
    assert!(bench.logged.is_empty(), "{:?}", bench.logged);
    bench.pass(1);
    let issues: Vec<_> = bench.series("plimsoll_threshold_issue").into_keys().collect();
    assert!(issues.len() == 1 && issues[0].ends_with("|tag_key=\"plimsoll/mute\",reason=\"bad_time\""), "{issues:?}");
    assert_eq!(bench.levels(), LEVELS);
    bench.instances = Some(vec![tagged("orders", &[("plimsoll/mute", "2026-12-01T10:00Z"), ("team", "shop")])]);
    bench.pass(120);
    assert_eq!(bench.issues_logged().len(), 1, "an issue is logged once per change: {:?}", bench.logged);
    bench.instances = Some(vec![instance("orders")]);
    bench.pass(120);
    assert!(matches!(bench.issues_logged()[..], [LogEvent::IssueAppeared { .. }, LogEvent::IssueGone { .. }]));
}

#[test]
fn a_mute_that_begins_is_published_at_once() {
    let mut bench = crossing(&[("plimsoll/mute", "daily 01:00-04:00")], "2026-12-01T00:59:50Z");
    let mut publishes = |time| {
        let commands = bench.scope.on(Event::Tick, Now::at(at(time)));
        commands.iter().filter(|command| matches!(command, Command::Publish)).count()
    };
    assert_eq!(publishes("2026-12-01T00:59:59Z"), 0);
    assert_eq!(publishes("2026-12-01T01:00:01Z"), 1);
    assert_eq!(publishes("2026-12-01T01:00:02Z"), 0);
    assert_eq!(publishes("2026-12-01T04:00Z"), 1);
}

const GUARDED: &str = "defaults.mode = \"off\"\n[[guard]]\nname = \"night\"\nlongest_mute = \"8h\"\n";

#[test]
fn a_mute_that_a_guard_forbids_is_an_issue_until_its_end_is_near() {
    let tags = [("plimsoll/mute", "2026-12-01T10:00Z")];
    let mut bench = configured(GUARDED, 95.0, &tags, "2026-12-01T01:00Z");
    let at_fault = |bench: &mut Bench| bench.series("plimsoll_threshold_issue").into_keys().collect::<Vec<_>>();
    let issue = at_fault(&mut bench);
    assert!(issue[0].ends_with("|tag_key=\"plimsoll/mute\",reason=\"outside_guard\""), "{issue:?}");
    let [LogEvent::IssueAppeared { issue: logged, .. }] = bench.issues_logged()[..] else {
        panic!("{:?}", bench.logged)
    };
    assert_eq!(logged.guard.as_deref(), Some("night"));
    bench.pass_until("2026-12-01T01:59:59Z");
    assert_eq!((bench.levels(), bench.mutes().len(), at_fault(&mut bench)), (LEVELS.to_vec(), 0, issue));
    bench.pass(1);
    assert_eq!((bench.levels(), bench.mutes().len(), at_fault(&mut bench)), (NONE.to_vec(), 2, Vec::new()));
    assert!(matches!(bench.issues_logged()[..], [_, LogEvent::IssueGone { .. }]), "each change is logged once");
    bench.pass_until("2026-12-01T10:00Z");
    assert_eq!((bench.levels(), bench.mutes().len(), at_fault(&mut bench)), (LEVELS.to_vec(), 0, Vec::new()));
    assert_eq!(bench.issues_logged().len(), 2);
}

/// The page alone: nobody needs to look for a mute to begin when its guard lets it, nor to end.
#[test]
fn a_snapshot_knows_when_a_mute_comes_within_its_guard() {
    let mut bench = configured(GUARDED, 95.0, &[("plimsoll/mute", "2026-12-01T10:00Z")], "2026-12-01T01:00Z");
    let snapshot = bench.snapshot();
    let live = |name: &str, time| {
        let columns = snapshot.columns.iter().filter(|(family, _)| family.name == name);
        let live = |column: &Column| column.samples.iter().filter(|sample| column.lives(sample, at(time))).count();
        columns.map(|(_, column)| live(column)).sum::<usize>()
    };
    let expected = [
        ("2026-12-01T01:59:59Z", 2, 0),
        ("2026-12-01T02:00Z", 0, 1),
        ("2026-12-01T09:59:59Z", 0, 1),
        ("2026-12-01T10:00Z", 2, 0),
    ];
    for (time, levels, muted) in expected {
        let ends = live("plimsoll_mute_end_timestamp_seconds", time);
        assert_eq!((live(CPU_THRESHOLD, time), live("plimsoll_muted", time), ends), (levels, muted, muted), "{time}");
    }
}

#[test]
fn keys_against_two_guards_are_one_series() {
    let text = format!(
        "{GUARDED}[[guard]]\nname = \"cpu\"\nengine = \"postgres\"\nbounds.CPUUtilization.longest_mute = \"1h\"\n"
    );
    let mut bench = configured(&text, 95.0, &[("plimsoll/mute", "yes")], "2026-12-01");
    assert_eq!(bench.issues_logged().len(), 2, "{:?}", bench.logged);
    let snapshot = bench.snapshot();
    let issues = snapshot.columns.iter().find(|(family, _)| family.name == "plimsoll_threshold_issue").unwrap();
    assert_eq!(issues.1.samples.len(), 1);
    assert_eq!(bench.levels(), LEVELS);
}

#[test]
fn a_mute_that_was_over_holds_again_when_the_clock_is_set_back() {
    let mut bench = crossing(&[("plimsoll/mute", "2026-12-01T10:00Z")], "2026-12-02T10:00Z");
    assert_eq!((bench.levels(), bench.issues_logged().len()), (LEVELS.to_vec(), 1));
    bench.ahead = at("2026-12-01T09:00Z") - bench.now;
    bench.feed(Event::Tick);
    assert_eq!((bench.levels(), bench.mutes().len()), (NONE.to_vec(), 2));
    assert!(matches!(bench.issues_logged()[..], [_, LogEvent::IssueGone { .. }]));
}
