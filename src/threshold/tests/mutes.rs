//! Tags in, mutes and the spans in which levels stand out.

use proptest::prelude::*;

use super::guards::guarded;
use super::*;
use crate::level::mute::{self, Span};
use crate::threshold::MAX_ISSUES_PER_RESOURCE;
use crate::time::{Seconds, Timestamp};

pub(super) fn at(text: &str) -> Timestamp {
    match mute::parse(text) {
        Ok(mute::Mute::Until { end, .. }) => end,
        other => panic!("{text} is no time: {other:?}"),
    }
}

fn resolved(own: Tags, inherited: Tags) -> Resolved {
    resolved_at(own, inherited, Timestamp::default())
}

fn resolved_at(own: Tags, inherited: Tags, now: Timestamp) -> Resolved {
    let config = silent();
    resolve_at(&member(own), Some(&cluster(inherited)), &config, now)
}

/// What mutes, one line each.
#[track_caller]
fn check(own: Tags, inherited: Tags, expected: &[&str]) {
    let resolved = resolved(own, inherited);
    let mutes = resolved
        .schedule
        .mutes
        .iter()
        .map(|tagged| format!("{} {} {}", tagged.metric.unwrap_or("all"), tagged.mute, tagged.source.name()));
    let issues = resolved.issues.iter().map(|issue| format!("{} = {}: {}", issue.tag_key, issue.text, issue.reason));
    assert_eq!(mutes.chain(issues).collect::<Vec<_>>(), expected);
}

const ALL: &str = "plimsoll/mute";
const CPU: &str = "plimsoll/CPUUtilization/mute";

#[test]
fn keys_and_which_mute_applies() {
    check(&[(ALL, "yes")], &[], &["all yes resource_tag"]);
    check(&[], &[(ALL, "yes")], &["all yes cluster_tag"]);
    check(&[(ALL, "no")], &[(ALL, "yes")], &["all no resource_tag"]);
    check(&[(ALL, "2026-12-01")], &[(ALL, "yes")], &["all 2026-12-01T00:00Z resource_tag"]);
    check(&[("plimsoll/ Mute", "YES")], &[], &["all yes resource_tag"]);
    check(&[("plimsoll/cpuutilization / MUTE", "yes")], &[], &["CPUUtilization yes resource_tag"]);
    check(
        &[(CPU, "no")],
        &[(ALL, "yes"), (CPU, "daily 01:00-04:00")],
        &["all yes cluster_tag", "CPUUtilization no resource_tag"],
    );
}

#[test]
fn an_unreadable_mute_leaves_the_decision_to_the_cluster() {
    check(&[(ALL, "maybe")], &[], &["plimsoll/mute = maybe: bad_time"]);
    check(&[(ALL, "maybe")], &[(ALL, "yes")], &["all yes cluster_tag", "plimsoll/mute = maybe: bad_time"]);
    check(&[("plimsoll/mute/CPUUtilization", "yes")], &[], &["plimsoll/mute/CPUUtilization = yes: unknown_metric"]);
}

#[test]
fn a_window_that_aws_lists_is_that_of_the_database_else_of_its_cluster() {
    let with = |resource: Resource, maintenance: Option<&str>, backup: Option<&str>| {
        let mut resource = resource;
        let facts = &mut Arc::make_mut(&mut resource.described).facts;
        (facts.maintenance_window, facts.backup_window) = (maintenance.map(Into::into), backup.map(Into::into));
        resource
    };
    let check = |own: &Resource, cluster: &Resource, expected: &[&str]| {
        let resolved = resolve_at(own, Some(cluster), &silent(), Timestamp::default());
        let mutes = resolved.schedule.mutes.iter().map(|tagged| format!("{} {}", tagged.mute, tagged.source.name()));
        let issues = resolved.issues.iter().map(|issue| format!("{}: {}", issue.text, issue.reason));
        assert_eq!(mutes.chain(issues).collect::<Vec<_>>(), expected);
    };
    let (tag, sunday, monday): (Tags, _, _) =
        (&[(ALL, "maintenance-window")], Some("sun:05:00-sun:06:00"), Some("mon:23:30-tue:00:30"));
    check(&with(member(tag), sunday, None), &with(cluster(&[]), monday, None), &["sun 05:00-06:00 resource_tag"]);
    check(&with(member(tag), None, None), &with(cluster(&[]), monday, None), &["mon 23:30-00:30 resource_tag"]);
    // Also if its cluster has the tag.
    check(&with(member(&[]), sunday, None), &with(cluster(tag), monday, None), &["sun 05:00-06:00 cluster_tag"]);
    let night = Some("23:45-00:15");
    let backup: Tags = &[(ALL, "backup-window"), (CPU, "maintenance-window")];
    let expected = ["daily 23:45-00:15 resource_tag", "mon 23:30-00:30 resource_tag"];
    check(&with(member(backup), None, night), &with(cluster(&[]), monday, None), &expected);
    // Not known: not muted, and the cluster decides.
    let issue = "maintenance-window: bad_time";
    check(&member(tag), &cluster(&[]), &[issue]);
    check(&member(tag), &cluster(&[(ALL, "yes")]), &["yes cluster_tag", issue]);
    check(&with(member(tag), Some("sometimes"), None), &cluster(&[]), &[issue]);
    check(&member(&[]), &cluster(tag), &[]);
}

#[test]
fn keys_that_disagree_are_refused() {
    check(&[(ALL, "yes"), ("plimsoll/MUTE", "Yes")], &[], &["all yes resource_tag"]);
    check(
        &[(CPU, "yes"), ("plimsoll/cpuutilization/mute", "no")],
        &[],
        &["plimsoll/CPUUtilization/mute = yes: duplicate", "plimsoll/cpuutilization/mute = no: duplicate"],
    );
}

#[test]
fn a_mute_leaves_levels_what_they_are_and_names_nothing() {
    let level = ("plimsoll/CPUUtilization", "80/90");
    let (muted, plain) = (resolved(&[level, (ALL, "yes"), (CPU, "yes")], &[]), resolved(&[level], &[]));
    assert_eq!(muted.thresholds, plain.thresholds);
    assert_eq!((muted.named, muted.off), (plain.named, plain.off));
    assert!(resolved(&[(CPU, "yes")], &[]).named.is_empty(), "a mute makes no metric polled");
}

/// The spans in which levels of `CPUUtilization` stand at noon of 2026-12-01, as two times each; `-` is without bound.
#[track_caller]
fn check_spans(tags: Tags, expected: &[(&str, &str)]) {
    let bound = |text, open| if text == "-" { open } else { at(text) };
    let spans = resolved(tags, &[]).schedule.unmuted("CPUUtilization", at("2026-12-01T12:00Z"));
    let spans: Vec<_> = spans.iter().map(|span| (span.from, span.until)).collect();
    let expected: Vec<_> =
        expected.iter().map(|(from, until)| (bound(from, Timestamp::MIN), bound(until, Timestamp::MAX))).collect();
    assert_eq!(spans, expected, "{tags:?}");
}

#[test]
fn when_levels_stand() {
    check_spans(&[], &[("-", "-")]);
    check_spans(&[(ALL, "no")], &[("-", "-")]);
    check_spans(&[(ALL, "yes")], &[]);
    check_spans(&[(ALL, "2026-12-01T12:00Z")], &[("-", "-")]);
    check_spans(&[(ALL, "2026-12-01T13:00Z")], &[("2026-12-01T13:00Z", "-")]);
    check_spans(
        &[(ALL, "daily 01:00-04:00")],
        &[("-", "2026-12-02T01:00Z"), ("2026-12-02T04:00Z", "2026-12-03T01:00Z")],
    );
    check_spans(
        &[(ALL, "daily 11:00-13:00")],
        &[("2026-12-01T13:00Z", "2026-12-02T11:00Z"), ("2026-12-02T13:00Z", "2026-12-03T11:00Z")],
    );
    check_spans(&[("plimsoll/DatabaseConnections/mute", "yes")], &[("-", "-")]);
    // 2026-12-01 is a Tuesday.
    check_spans(&[(ALL, "sat,sun")], &[("-", "2026-12-05T00:00Z"), ("2026-12-07T00:00Z", "2026-12-12T00:00Z")]);
    check_spans(
        &[(ALL, "mon-fri 20:00-06:00"), (CPU, "sat:06:00-mon:20:00")],
        &[("-", "2026-12-01T20:00Z"), ("2026-12-02T06:00Z", "2026-12-02T20:00Z")],
    );
    check_spans(
        &[(ALL, "mon-fri 20:00-06:00"), (CPU, "mon-fri 06:00-20:00")],
        &[("2026-12-05T06:00Z", "2026-12-07T06:00Z"), ("2026-12-12T06:00Z", "2026-12-14T06:00Z")],
    );
}

#[test]
fn two_mutes_together() {
    check_spans(&[(ALL, "yes"), (CPU, "no")], &[("-", "-")]);
    check_spans(&[(ALL, "no"), (CPU, "yes")], &[]);
    check_spans(&[(ALL, "2026-12-01T13:00Z"), (CPU, "2026-12-01T14:00Z")], &[("2026-12-01T14:00Z", "-")]);
    check_spans(
        &[(ALL, "daily 13:00-14:00"), (CPU, "2026-12-01T13:30Z")],
        &[("2026-12-01T14:00Z", "2026-12-02T13:00Z"), ("2026-12-02T14:00Z", "2026-12-03T13:00Z")],
    );
    check_spans(
        &[(ALL, "daily 11:00-13:00"), (CPU, "daily 13:00-14:00")],
        &[("2026-12-01T14:00Z", "2026-12-02T11:00Z"), ("2026-12-02T14:00Z", "2026-12-03T11:00Z")],
    );
    check_spans(&[(ALL, "daily 11:00-23:00"), (CPU, "daily 23:00-11:00")], &[]);
}

#[test]
fn who_mutes_now() {
    let both = resolved(&[(ALL, "daily 01:00-04:00"), (CPU, "2026-12-01T13:00Z")], &[]);
    let muted_by = |metric, time: &str| both.schedule.muted_by(metric, at(time)).map(|tagged| tagged.mute.to_string());
    assert_eq!(muted_by("CPUUtilization", "2026-12-01T12:00Z").as_deref(), Some("2026-12-01T13:00Z"));
    assert_eq!(muted_by("DatabaseConnections", "2026-12-01T12:00Z"), None);
    assert_eq!(muted_by("CPUUtilization", "2026-12-02T02:00Z").as_deref(), Some("daily 01:00-04:00"));
}

#[test]
fn windows_that_meet_or_nearly_do_never_end() {
    let check = |tags: Tags, now: &str, expected: &[Option<&str>]| {
        let resolved = resolved(tags, &[]);
        let ends: Vec<_> =
            resolved.schedule.mutes.iter().map(|tagged| resolved.schedule.muted_until(tagged, at(now))).collect();
        assert_eq!(ends, expected.iter().map(|end| end.map(at)).collect::<Vec<_>>(), "{tags:?} at {now}");
    };
    let noon = "2026-12-01T12:00Z";
    check(&[(ALL, "yes")], noon, &[None]);
    check(&[(ALL, "2026-12-01T13:00Z")], noon, &[Some("2026-12-01T13:00Z")]);
    check(&[(ALL, "daily 11:00-13:00")], noon, &[Some("2026-12-01T13:00Z")]);
    check(&[(ALL, "daily 00:00-23:59:59")], noon, &[None]);
    check(&[(ALL, "daily 00:00-23:00:01")], noon, &[None]);
    check(&[(ALL, "daily 00:00-23:00")], noon, &[Some("2026-12-01T23:00Z")]);
    let day = (ALL, "daily 08:00-20:00");
    check(&[day, (CPU, "daily 20:00-08:00")], noon, &[Some("2026-12-01T20:00Z"), None]);
    check(&[day, (CPU, "daily 20:30-07:30")], noon, &[Some("2026-12-01T20:00Z"), None]);
    let night = [Some("2026-12-01T20:00Z"), Some("2026-12-02T07:00Z")];
    check(&[day, (CPU, "daily 20:30-07:00")], noon, &night);
    let far = Some("2027-01-01T07:00Z");
    check(&[(ALL, "daily 10:00-13:00"), (CPU, "2027-01-01T07:00Z")], noon, &[Some("2026-12-01T13:00Z"), far]);
}

#[test]
fn what_changes_next() {
    let check = |tags: Tags, now: &str, expected: Option<&str>| {
        let next = resolved_at(tags, &[], at(now)).schedule.next_change;
        assert_eq!(next, expected.map(at), "{tags:?} at {now}");
    };
    let both: Tags = &[(ALL, "daily 01:00-04:00"), (CPU, "2026-12-01T13:00Z")];
    check(both, "2026-12-01T12:00Z", Some("2026-12-01T13:00Z"));
    check(both, "2026-12-01T13:00Z", Some("2026-12-02T01:00Z"));
    check(both, "2026-12-02T01:00Z", Some("2026-12-02T04:00Z"));
    check(both, "2026-12-02T04:00Z", Some("2026-12-02T13:00Z")); // It counts as forgotten then.
    check(&[(ALL, "yes"), (CPU, "no")], "2026-12-01T12:00Z", None);
    check(&[], "2026-12-01T12:00Z", None);
}

#[test]
fn a_forgotten_mute_is_reported_by_whoever_carries_it() {
    let (early, later) = (at("2026-12-01T23:59:59Z"), at("2026-12-02"));
    let forgotten: Tags = &[(ALL, "2026-12-01")];
    let issues = |own, inherited, now| {
        let resolved = resolved_at(own, inherited, now);
        (resolved.issues.len(), resolved.issues_omitted)
    };
    assert_eq!(issues(forgotten, &[], early), (0, 0));
    assert_eq!(issues(forgotten, &[], later), (1, 0));
    assert_eq!(issues(&[], forgotten, later), (0, 0));

    let keys: Vec<String> = (0..MAX_ISSUES_PER_RESOURCE).map(|number| format!("plimsoll/Nothing{number}")).collect();
    let tags: Vec<_> = keys.iter().map(|key| (key.as_str(), "1")).chain(forgotten.iter().copied()).collect();
    assert_eq!(issues(&tags, &[], later), (MAX_ISSUES_PER_RESOURCE, 1));
}

/// A mute of a day or two, so that bounds meet often.
pub(super) fn tag() -> impl Strategy<Value = String> {
    let hour = || 0..24_u8;
    prop_oneof![
        1 => Just("yes".to_owned()),
        1 => Just("no".to_owned()),
        2 => (1..3_u8, hour()).prop_map(|(day, hour)| format!("2026-12-{day:02}T{hour:02}:00Z")),
        3 => (hour(), hour()).prop_map(|(from, until)| format!("daily {from:02}:00-{until:02}:00")),
        2 => (hour(), hour()).prop_map(|(from, until)| format!("tue-wed {from:02}:00-{until:02}:00 Europe/Berlin")),
        1 => (hour(), hour()).prop_map(|(from, until)| format!("tue:{from:02}:00-wed:{until:02}:00")),
    ]
}

proptest! {
    #[test]
    fn levels_stand_exactly_while_nothing_mutes(
        all in tag(),
        own in tag(),
        longest in prop::option::of(0..30),
        hour in 0..24_i64,
        later in 0..48_i64,
    ) {
        let guard = longest.map(|hours| format!("[[guard]]\nname = \"all\"\nlongest_mute = \"{hours}h\""));
        let config = guarded(&guard.unwrap_or_default());
        let now = at("2026-12-01") + hour * Seconds::HOUR;
        let tags = postgres(&[(ALL, &all), (CPU, &own)]);
        let resolved = resolve_at(&tags, None, &config, now);
        let spans = resolved.schedule.unmuted("CPUUtilization", now);
        let open = |span: &Span| span.from < span.until && now < span.until;
        prop_assert!(spans.iter().all(open) && spans.windows(2).all(|pair| pair[0].until < pair[1].from), "{spans:?}");
        let time = now + later * Seconds::HOUR;
        if spans.last().is_none_or(|last| time < last.until) {
            let stands = spans.iter().any(|span| span.contains(time));
            prop_assert_eq!(stands, resolved.schedule.muted_by("CPUUtilization", time).is_none(), "{:?}", spans);
        }
    }
}
