//! Tags, guards and a time in; what mutes a metric, and the issues that name the guard, out.

use proptest::prelude::*;

use super::guards::guarded;
use super::mutes::{at, tag};
use super::*;
use crate::level::mute::{self, Mute};
use crate::threshold;
use crate::time::{Seconds, Timestamp};

const ALL: &str = "plimsoll/mute";
const CPU: &str = "plimsoll/CPUUtilization/mute";
const EIGHT_HOURS: &str = "[[guard]]\nname = \"night\"\nlongest_mute = \"8h\"\n";
const NEVER: &str = "[[guard]]\nname = \"on\"\nlongest_mute = \"0s\"\n";
const CPU_EIGHT_HOURS: &str = "[[guard]]\nname = \"cpu\"\nbounds = { CPUUtilization = { longest_mute = \"8h\" } }\n";

/// What mutes the CPU and what the connections of a member now, one word each, and the issues.
#[track_caller]
fn check_member(guards: &str, own: Tags, inherited: Tags, now: &str, expected: (&str, &str), issues: &[&str]) {
    let (config, now) = (guarded(guards), at(now));
    let parent = cluster(inherited);
    let resolved = resolve_at(&member(own), Some(&parent), &config, now);
    let muted =
        |metric| resolved.schedule.muted_by(metric, now).map_or("-".to_owned(), |tagged| tagged.mute.to_string());
    assert_eq!((muted("CPUUtilization").as_str(), muted("DatabaseConnections").as_str()), expected, "{own:?}");
    let found = resolved.issues.iter().map(|issue| {
        let guard = issue.guard.as_deref().unwrap_or("-");
        format!("{} = {}: {} {guard}", issue.tag_key, issue.text, issue.reason)
    });
    assert_eq!(found.collect::<Vec<_>>(), issues, "{own:?}");
}

#[track_caller]
fn check(guards: &str, own: Tags, now: &str, expected: (&str, &str), issues: &[&str]) {
    check_member(guards, own, &[], now, expected, issues);
}

#[test]
fn a_mute_until_a_time_applies_while_that_time_is_near() {
    let tags: Tags = &[(ALL, "2026-12-01T10:00Z")];
    let until = "2026-12-01T10:00Z";
    let (too_far, forgotten) =
        ("plimsoll/mute = 2026-12-01T10:00Z: outside_guard night", "plimsoll/mute = 2026-12-01T10:00Z: bad_time -");
    check(EIGHT_HOURS, tags, "2026-11-01", ("-", "-"), &[too_far]);
    check(EIGHT_HOURS, tags, "2026-12-01T01:59:59Z", ("-", "-"), &[too_far]);
    check(EIGHT_HOURS, tags, "2026-12-01T02:00Z", (until, until), &[]);
    check(EIGHT_HOURS, tags, "2026-12-01T09:59:59Z", (until, until), &[]);
    check(EIGHT_HOURS, tags, "2026-12-01T10:00Z", ("-", "-"), &[]);
    check(EIGHT_HOURS, tags, "2026-12-02T10:00Z", ("-", "-"), &[forgotten]);
}

#[test]
fn nothing_may_be_muted_for_no_time() {
    let (yes, until, daily) = (
        "plimsoll/mute = yes: outside_guard on",
        "plimsoll/mute = 2026-12-01: outside_guard on",
        "plimsoll/mute = daily 01:00-01:01: outside_guard on",
    );
    check(NEVER, &[(ALL, "yes")], "2026-11-30", ("-", "-"), &[yes]);
    check(NEVER, &[(ALL, "2026-12-01")], "2026-11-30T23:59:59Z", ("-", "-"), &[until]);
    check(NEVER, &[(ALL, "2026-12-01")], "2026-12-01", ("-", "-"), &[]);
    check(NEVER, &[(ALL, "daily 01:00-01:01")], "2026-12-01T01:00Z", ("-", "-"), &[daily]);
    check(NEVER, &[(ALL, "no")], "2026-12-01", ("-", "-"), &[]);
}

#[test]
fn for_ever_is_too_long_and_a_window_is_as_long_as_it_is() {
    let night = "2026-12-01T01:00Z";
    check(EIGHT_HOURS, &[(ALL, "yes")], night, ("-", "-"), &["plimsoll/mute = yes: outside_guard night"]);
    check(EIGHT_HOURS, &[(ALL, "daily 00:00-08:00")], night, ("daily 00:00-08:00", "daily 00:00-08:00"), &[]);
    check(EIGHT_HOURS, &[(ALL, "daily 20:00-04:00")], night, ("daily 20:00-04:00", "daily 20:00-04:00"), &[]);
    let longer = "plimsoll/mute = daily 20:00-04:00:01: outside_guard night";
    check(EIGHT_HOURS, &[(ALL, "daily 20:00-04:00:01")], night, ("-", "-"), &[longer]);
}

#[test]
fn windows_of_the_week_are_measured_on_the_clock() {
    // A Tuesday.
    let night = "2026-12-01T01:00Z";
    let applies = |text: &str, printed: &str| check(EIGHT_HOURS, &[(ALL, text)], night, (printed, printed), &[]);
    applies("mon-fri 20:00-04:00", "mon-fri 20:00-04:00");
    applies("tue:01:00-tue:09:00", "tue 01:00-09:00");
    applies("mon-fri 00:00-08:00 Europe/Berlin", "mon-fri 00:00-08:00 Europe/Berlin");
    for text in ["mon-fri 20:00-04:01", "tue", "tue:01:00-tue:09:01", "mon-wed", "mon:00:00-wed:00:00"] {
        let issue = format!("plimsoll/mute = {text}: outside_guard night");
        check(EIGHT_HOURS, &[(ALL, text)], night, ("-", "-"), &[&issue]);
    }
    // Whole days in a row are one mute.
    let day = "[[guard]]\nname = \"day\"\nlongest_mute = \"24h\"\n";
    check(day, &[(ALL, "tue/thu")], night, ("tue/thu", "tue/thu"), &[]);
    check(day, &[(ALL, "mon/tue")], night, ("-", "-"), &["plimsoll/mute = mon/tue: outside_guard day"]);
    check(&day.replace("24h", "48h"), &[(ALL, "mon/tue")], night, ("mon-tue", "mon-tue"), &[]);
}

#[test]
fn a_mute_for_all_is_bound_metric_by_metric() {
    let now = "2026-11-30";
    let yes = "plimsoll/mute = yes: outside_guard cpu";
    check(CPU_EIGHT_HOURS, &[(ALL, "yes")], now, ("-", "yes"), &[yes]);
    let far = "2026-12-01T00:00Z";
    let too_far = "plimsoll/mute = 2026-12-01: outside_guard cpu";
    check(CPU_EIGHT_HOURS, &[(ALL, "2026-12-01")], now, ("-", far), &[too_far]);
    check(CPU_EIGHT_HOURS, &[(ALL, "2026-12-01")], "2026-11-30T16:00Z", (far, far), &[]);
    let of_cpu = "plimsoll/CPUUtilization/mute = yes: outside_guard cpu";
    check(CPU_EIGHT_HOURS, &[(CPU, "yes")], now, ("-", "-"), &[of_cpu]);
    check(CPU_EIGHT_HOURS, &[("plimsoll/DatabaseConnections/mute", "yes")], now, ("-", "yes"), &[]);
    check(CPU_EIGHT_HOURS, &[(ALL, "yes"), (CPU, "no")], now, ("-", "yes"), &[yes]);
    // A metric that the database cannot have is nothing that a mute for all is about.
    let of_mysql = "[[guard]]\nname = \"lag\"\nbounds = { ReplicaLag = { longest_mute = \"0s\" } }\n";
    check(of_mysql, &[(ALL, "yes")], now, ("yes", "yes"), &[]);
}

#[test]
fn a_bound_of_the_metric_beats_one_of_all_and_the_strongest_guard_the_others() {
    let now = "2026-11-30";
    let cpu_for_a_day = "[[guard]]\nname = \"cpu\"\nbounds = { CPUUtilization = { longest_mute = \"24h\" } }\n";
    let member_of_all = "[[guard]]\nname = \"member\"\nid = \"member\"\nlongest_mute = \"8h\"\n";
    let far = "2026-12-01T00:00Z";
    let tags: Tags = &[(ALL, "2026-12-01")];
    let by = |guard| format!("plimsoll/mute = 2026-12-01: outside_guard {guard}");
    check(&format!("{cpu_for_a_day}{member_of_all}"), tags, now, (far, "-"), &[&by("member")]);
    let member_of_cpu = "[[guard]]\nname = \"member\"\nid = \"member\"\nbounds.CPUUtilization.longest_mute = \"8h\"\n";
    check(&format!("{member_of_cpu}{cpu_for_a_day}"), tags, now, ("-", far), &[&by("member")]);
    let day = "[[guard]]\nname = \"day\"\nlongest_mute = \"24h\"\n";
    check(&format!("{member_of_all}{day}"), tags, now, ("-", "-"), &[&by("member")]);
    check(&format!("{day}{cpu_for_a_day}"), tags, now, (far, far), &[]);
    // A guard that bounds the levels of the metric does not limit mutes.
    let levels = "[[guard]]\nname = \"levels\"\nid = \"member\"\nbounds = { CPUUtilization = { highest = 95 } }\n";
    check(&format!("{levels}{CPU_EIGHT_HOURS}"), tags, now, ("-", far), &[&by("cpu")]);
    // Each guard is named once, however many metrics it bounds.
    let of_members = "[[guard]]\nname = \"member\"\nid = \"member\"\nlongest_mute = \"8h\"\n";
    check(&format!("{CPU_EIGHT_HOURS}{of_members}"), tags, now, ("-", "-"), &[&by("cpu"), &by("member")]);
    check(&format!("{EIGHT_HOURS}id = \"other\"\n"), tags, now, (far, far), &[]);
}

#[test]
fn an_ignored_mute_leaves_the_decision_to_the_cluster() {
    let night = "2026-12-01T01:00Z";
    let window: Tags = &[(ALL, "daily 00:00-04:00")];
    let window_applies = ("daily 00:00-04:00", "daily 00:00-04:00");
    let yes = "plimsoll/mute = yes: outside_guard night";
    check_member(EIGHT_HOURS, &[(ALL, "yes")], window, night, window_applies, &[yes]);
    check_member(EIGHT_HOURS, &[(ALL, "no")], window, night, ("-", "-"), &[]);
    let far: Tags = &[(ALL, "2026-12-01T10:00Z")];
    let too_far = "plimsoll/mute = 2026-12-01T10:00Z: outside_guard night";
    check_member(EIGHT_HOURS, far, window, night, window_applies, &[too_far]);
    let until = "2026-12-01T10:00Z";
    check_member(EIGHT_HOURS, far, window, "2026-12-01T02:00Z", (until, until), &[]);
    check_member(
        EIGHT_HOURS,
        far,
        &[("plimsoll/ mute", "yes")],
        night,
        ("-", "-"),
        &["plimsoll/ mute = yes: outside_guard night", too_far],
    );
}

#[test]
fn what_members_inherit_is_bound_and_reported_on_them_too() {
    let now = "2026-12-01";
    let yes = "plimsoll/mute = yes: outside_guard night";
    check_member(EIGHT_HOURS, &[], &[(ALL, "yes")], now, ("-", "-"), &[yes]);
    check_member(EIGHT_HOURS, &[(ALL, "no")], &[(ALL, "yes")], now, ("-", "-"), &[]);
    // A cluster's tag is about the metrics of its members, too.
    let of_cluster = |guards: &str| {
        let config = guarded(guards);
        let tags = cluster(&[(ALL, "yes")]);
        let resolved = resolve_at(&tags, None, &config, at(now));
        (resolved.schedule.mutes.len(), resolved.issues.len())
    };
    assert_eq!(of_cluster(EIGHT_HOURS), (0, 1));
    assert_eq!(of_cluster(CPU_EIGHT_HOURS), (1, 1));
    assert_eq!(of_cluster(&EIGHT_HOURS.replace("longest", "id = \"member\"\nlongest")), (1, 0));
}

/// The spans in which levels stand, and when the resolution must be made anew.
#[test]
fn levels_stand_until_a_mute_comes_within_its_guard() {
    let config = guarded(&format!("{EIGHT_HOURS}[guard.bounds.CPUUtilization]\nlongest_mute = \"1h\"\n"));
    let resolved = |now: &str| {
        let tags = postgres(&[(ALL, "2026-12-01T10:00Z")]);
        resolve_at(&tags, None, &config, at(now))
    };
    let spans = |metric, now: &str| {
        let spans = resolved(now).schedule.unmuted(metric, at(now));
        spans.into_iter().map(|span| (span.from, span.until)).collect::<Vec<_>>()
    };
    let (end, always, never) = (at("2026-12-01T10:00Z"), Timestamp::MIN, Timestamp::MAX);
    let early = "2026-12-01T01:00Z";
    assert_eq!(spans("CPUUtilization", early), [(always, end - Seconds::HOUR), (end, never)]);
    assert_eq!(spans("DatabaseConnections", early), [(always, end - 8 * Seconds::HOUR), (end, never)]);
    let next = |now: &str| resolved(now).schedule.next_change;
    assert_eq!(next(early), Some(end - 8 * Seconds::HOUR));
    assert_eq!(next("2026-12-01T02:00Z"), Some(end - Seconds::HOUR));
    assert_eq!(next("2026-12-01T09:00Z"), Some(end));
    assert_eq!(next("2026-12-01T10:00Z"), Some(end + Seconds::DAY), "forgotten then");
    assert_eq!(next("2026-12-02T10:00Z"), None);
}

/// Changes of mutes that do not apply.
#[test]
fn what_is_ignored_changes_too() {
    let next = |guards: &str, own: Tags, inherited: Tags| {
        let (config, now) = (guarded(guards), at("2026-12-01"));
        let parent = cluster(inherited);
        resolve_at(&member(own), Some(&parent), &config, now).schedule.next_change
    };
    let tags: Tags = &[(ALL, "2026-12-01T10:00Z")];
    let (end, near) = (at("2026-12-01T10:00Z"), at("2026-12-01T02:00Z"));
    assert_eq!(next(NEVER, tags, &[]), Some(end), "no issue any more then");
    assert_eq!(next(EIGHT_HOURS, tags, &[(ALL, "no")]), Some(near), "the cluster's does not apply any more then");
    assert_eq!(next(EIGHT_HOURS, &[(ALL, "yes")], &[]), None);
}

proptest! {
    #[test]
    fn no_tag_mutes_for_longer_than_a_guard_allows(text in tag(), longest in 0..24_i64, hour in 0..72_i64) {
        let config = guarded(&format!("[[guard]]\nname = \"all\"\nlongest_mute = \"{longest}h\"\n"));
        let now = at("2026-11-30") + hour * Seconds::HOUR;
        let database = postgres(&[(ALL, &text)]);
        let resolved = resolve_at(&database, None, &config, now);
        let bound = longest * Seconds::HOUR;
        if let Some(tagged) = resolved.schedule.muted_by("CPUUtilization", now) {
            let span = tagged.mute.span(now).unwrap();
            prop_assert!(span.until - span.from <= bound, "{span:?}");
            prop_assert!(resolved.issues.is_empty(), "{:?}", resolved.issues);
        }
        let beyond = match mute::parse(&text) {
            Ok(Mute::Until { end, .. }) => now < end - bound,
            // In UTC, a window is as long each time.
            Ok(Mute::Window(_)) => mute::parse(&text).unwrap().span(now).is_some_and(|span| bound < span.until - span.from),
            other => other == Ok(Mute::Always),
        };
        let found = resolved.issues.iter().any(|issue| issue.guard.as_deref() == Some("all"));
        prop_assert_eq!(found, beyond);
    }
}

#[test]
fn the_remedy_says_how_long_and_of_what() {
    let check = |guards: &str, text: &str, expected: &[&str]| {
        let (config, now) = (guarded(guards), at("2026-12-01T01:00Z"));
        let tags = postgres(&[(ALL, text)]);
        let resolved = resolve_at(&tags, None, &config, now);
        let remedies: Vec<&str> = resolved.issues.iter().map(threshold::Issue::remedy).collect();
        assert_eq!(remedies, expected);
    };
    check(EIGHT_HOURS, "yes", &["The guard `night` allows a mute of at most 8h."]);
    check(NEVER, "yes", &["The guard `on` allows no mute."]);
    check(CPU_EIGHT_HOURS, "yes", &["The guard `cpu` allows a mute of at most 8h for CPUUtilization."]);
    let exempt = format!("{EIGHT_HOURS}bounds = {{ CPUUtilization = {{ longest_mute = \"48h\" }} }}\n");
    let named = "The guard `night` allows a mute of at most 8h for AutomaticRestart, BackupRetention, \
                 BurstBalance, CertificateExpiry, CheckpointLag and 37 more.";
    check(&exempt, "2026-12-02T10:00Z", &[named]);
}
