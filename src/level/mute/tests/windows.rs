//! Windows of days and of the week, on the clocks of places.

use super::written::{Written, listed_window};
use super::*;

#[test]
fn days_of_the_week() {
    check(&[
        ("mon-fri 20:00-06:00", "mon-fri 20:00-06:00"),
        ("MON - Fri  20:00 - 06:00", "mon-fri 20:00-06:00"),
        ("monday-friday 20:00-06:00", "mon-fri 20:00-06:00"),
        ("sat,sun", "sat-sun"),
        ("sat/sun", "sat-sun"),
        ("sat+sun", "sat-sun"),
        ("Saturday Sunday", "sat-sun"),
        ("sat, sun 00:00-24:00", "sat-sun"),
        ("sat,sun 00:00-24:00 UTC", "sat-sun"),
        ("fri-mon", "fri-mon"),
        ("sun-mon 01:00-02:00", "sun-mon 01:00-02:00"),
        ("mon,wed,fri 08:00-09:00", "mon/wed/fri 08:00-09:00"),
        ("mon-tue/thu-fri 22:00-24:00", "mon-tue/thu-fri 22:00-00:00"),
        ("wed 01:00-02:00Z", "wed 01:00-02:00"),
        ("mon-sun 01:00-02:00", "daily 01:00-02:00"),
        ("mon-sun 01:00-02:00+02:00", "daily 23:00-00:00"),
        ("mon 01:00-02:00+02:00", "mon 01:00-02:00 +02:00"),
        ("mon 01:00-02:00 -0330", "mon 01:00-02:00 -03:30"),
    ]);
}

#[test]
fn the_spelling_of_aws() {
    check(&[
        ("sun:05:00-sun:06:00", "sun 05:00-06:00"),
        ("Sun:05:00 - Sun:06:00", "sun 05:00-06:00"),
        ("sat:23:30-sun:00:30", "sat 23:30-00:30"),
        ("fri:20:00-mon:06:00", "fri:20:00-mon:06:00"),
        ("fri:20:00-mon:06:00 Europe/Berlin", "fri:20:00-mon:06:00 Europe/Berlin"),
        ("sun:05:00-mon:05:00", "sun:05:00-mon:05:00"),
        ("sun:00:00-mon:00:00", "sun"),
        ("sun:06:00-sun:05:00", "sun:06:00-sun:05:00"),
        ("mon:00:00-sun:24:00", "bad_time"),
        ("sun:05:00-sun:05:00", "bad_time"),
        ("sun:05:00-06:00", "bad_time"),
        ("sun:5:00-sun:6:00", "bad_time"),
        ("sun:05:00", "bad_time"),
    ]);
}

#[test]
fn places() {
    check(&[
        ("mon-fri 20:00-06:00 Europe/Berlin", "mon-fri 20:00-06:00 Europe/Berlin"),
        ("mon-fri 20:00-06:00 europe/berlin", "mon-fri 20:00-06:00 Europe/Berlin"),
        ("sat-sun America/New_York", "sat-sun America/New_York"),
        ("daily 01:00-04:00 Asia/Kolkata", "daily 01:00-04:00 Asia/Kolkata"),
        ("daily 01:00-04:00 America/Argentina/Buenos_Aires", "daily 01:00-04:00 America/Argentina/Buenos_Aires"),
        ("2026-12-01T10:00 Europe/Berlin", "2026-12-01T09:00Z"),
        ("2026-07-01 10:00 Europe/Berlin", "2026-07-01T08:00Z"),
        // The clock skips one and shows the other one twice.
        ("2026-03-29 02:30 Europe/Berlin", "2026-03-29T01:00Z"),
        ("2026-10-25 02:30 Europe/Berlin", "2026-10-25T00:30Z"),
        ("daily 01:00-04:00 Europe/Bonn", "bad_time"),
        ("daily 01:00-04:00 CET", "bad_time"),
        ("daily 01:00-04:00 EST", "bad_time"),
        ("daily 01:00-04:00 Europe/Berlin!", "bad_time"),
    ]);
}

#[test]
fn windows_that_cannot_be_read() {
    for text in [
        "mon-",
        "-fri",
        "mon--fri",
        "mon,",
        ",mon",
        "mon;tue",
        "mon-fri-sat",
        "mon-fri20:00-06:00",
        "mon-fri 20:00",
        "mon-fri 20-06",
        "mon-fri 06:00-06:00",
        "mon-fri 24:00-06:00",
        "mon-sun",
        "mon-sun 00:00-24:00",
        "montag",
        "weekends",
        "daily mon 01:00-02:00",
        "sat-sun 2026-12-01",
        "mon.tue 01:00-02:00",
    ] {
        check(&[(text, "bad_time")]);
    }
}

#[test]
fn a_tag_may_have_a_window_that_aws_lists() {
    let written = |text: &str| Written::parse(text).unwrap();
    assert_eq!(written(" Maintenance-Window"), Written::MaintenanceWindow);
    assert_eq!(written("backup-window"), Written::BackupWindow);
    assert_eq!(written("yes"), Written::Fixed(Mute::Always));
    assert_eq!(Written::parse("backup"), Err(Reason::BadTime));
    let listed = |text: &str| listed_window(text).map(|mute| mute.to_string());
    assert_eq!(listed("sun:05:00-sun:06:00").as_deref(), Some("sun 05:00-06:00"));
    assert_eq!(listed("23:45-00:15").as_deref(), Some("daily 23:45-00:15"));
    for text in ["", "yes", "2026-12-01", "05:00"] {
        assert_eq!(listed(text), None, "{text}");
    }
}

#[test]
fn days_come_each_week() {
    // 2026-12-01 is a Tuesday.
    let nights = "mon-fri 20:00-06:00";
    check_span(nights, "2026-12-01T05:59:59Z", Some(("2026-11-30T20:00Z", "2026-12-01T06:00Z")));
    check_span(nights, "2026-12-01T06:00Z", Some(("2026-12-01T20:00Z", "2026-12-02T06:00Z")));
    check_span(nights, "2026-12-05T05:00Z", Some(("2026-12-04T20:00Z", "2026-12-05T06:00Z")));
    check_span(nights, "2026-12-05T06:00Z", Some(("2026-12-07T20:00Z", "2026-12-08T06:00Z")));
    let weekend = Some(("2026-12-05T00:00Z", "2026-12-07T00:00Z"));
    check_span("sat,sun", "2026-12-01", weekend);
    check_span("sat,sun", "2026-12-05", weekend);
    check_span("sat,sun", "2026-12-06T23:59:59Z", weekend);
    check_span("sat,sun", "2026-12-07", Some(("2026-12-12T00:00Z", "2026-12-14T00:00Z")));
    check_span("tue-sun", "2026-12-06T12:00Z", Some(("2026-12-01T00:00Z", "2026-12-07T00:00Z")));
    let long = Some(("2026-12-04T20:00Z", "2026-12-07T06:00Z"));
    check_span("fri:20:00-mon:06:00", "2026-12-07T05:59:59Z", long);
    check_span("fri:20:00-mon:06:00", "2026-12-01", long);
    check_span("sun:06:00-sun:05:00", "2026-12-06T04:00Z", Some(("2026-11-29T06:00Z", "2026-12-06T05:00Z")));
    check_span("sun:06:00-sun:05:00", "2026-12-06T05:30Z", Some(("2026-12-06T06:00Z", "2026-12-13T05:00Z")));
    check_span("mon 01:00-02:00 +02:00", "2026-12-05", Some(("2026-12-06T23:00Z", "2026-12-07T00:00Z")));
}

#[test]
fn a_window_follows_the_clock_of_its_place() {
    let night = "daily 20:00-06:00 Europe/Berlin";
    check_span(night, "2026-03-28T12:00Z", Some(("2026-03-28T19:00Z", "2026-03-29T04:00Z")));
    check_span(night, "2026-03-29T12:00Z", Some(("2026-03-29T18:00Z", "2026-03-30T04:00Z")));
    check_span(night, "2026-10-24T12:00Z", Some(("2026-10-24T18:00Z", "2026-10-25T05:00Z")));
    check_span(night, "2026-10-25T12:00Z", Some(("2026-10-25T19:00Z", "2026-10-26T05:00Z")));
    check_span("sat,sun Europe/Berlin", "2026-03-27", Some(("2026-03-27T23:00Z", "2026-03-29T22:00Z")));
    check_span("sun:01:00-sun:04:00 America/New_York", "2026-11-01", Some(("2026-11-01T05:00Z", "2026-11-01T09:00Z")));
}

#[test]
fn times_that_a_clock_skips_or_shows_twice() {
    // Set forward from 02:00 to 03:00 at 01:00Z, back from 03:00 to 02:00 at the same second.
    let check = |times: &str, day: &str, expected| {
        check_span(&format!("sun {times} Europe/Berlin"), &format!("{day}T00:00Z"), Some(expected));
    };
    let (forward, back) = ("2026-03-28", "2026-10-24");
    check("01:30-02:30", forward, ("2026-03-29T00:30Z", "2026-03-29T01:00Z"));
    check("02:30-03:30", forward, ("2026-03-29T01:00Z", "2026-03-29T01:30Z"));
    // It does not come on this day.
    check("02:15-02:45", forward, ("2026-04-05T00:15Z", "2026-04-05T00:45Z"));
    check("01:30-02:30", back, ("2026-10-24T23:30Z", "2026-10-25T00:30Z"));
    check("02:00-03:00", back, ("2026-10-25T00:00Z", "2026-10-25T02:00Z"));
    check("02:15-02:45", back, ("2026-10-25T00:15Z", "2026-10-25T00:45Z"));
    // Where the day begins with the change.
    check_span("daily 23:30-00:30 Africa/Cairo", "2026-04-23T12:00Z", Some(("2026-04-23T21:30Z", "2026-04-23T22:00Z")));
}

pub(super) const HALF_HOUR: Seconds = Seconds::new(1_800);

/// Windows whose bounds are multiples of a step, in one of some zones, each as it stands behind a window.
pub(super) fn windows(step: Seconds, zones: &'static [&'static str]) -> impl Strategy<Value = Mute> {
    let steps = Seconds::DAY.div_euclid(step);
    let times =
        (0..steps, 0..steps).prop_map(move |times| [times.0, times.1].map(|time| Clock(time * step).to_string()));
    let [first, last] = [0..7_i64, 0..7_i64];
    let text =
        (first, last, times, prop::sample::select(zones), 0..3).prop_map(|(first, last, [from, until], zone, form)| {
            let (first, last) = (weekdays::name(first), weekdays::name(last));
            match form {
                0 => format!("{first}-{last} {from}-{until}{zone}"),
                1 => format!("{first}/{last}{zone}"),
                _ => format!("{first}:{from}-{last}:{until}{zone}"),
            }
        });
    text.prop_filter_map("an empty window", |text: String| parse(&text).ok())
}

/// Around changes of the clocks of all these places, in both directions.
const PLACES: &[&str] = &[
    "",
    " +05:45",
    " Europe/Berlin",
    " America/New_York",
    " America/Havana",
    " Africa/Cairo",
    " Australia/Lord_Howe",
    " Pacific/Chatham",
];

/// Days on which the clocks of these places are set forward or back.
const CHANGES: [&str; 9] = [
    "2026-03-08",
    "2026-03-29",
    "2026-04-05",
    "2026-04-24",
    "2026-09-27",
    "2026-10-04",
    "2026-10-25",
    "2026-10-29",
    "2026-11-01",
];

/// Times of two years, most of them near a change of a clock.
fn times() -> impl Strategy<Value = Timestamp> {
    let near =
        (prop::sample::select(&CHANGES), -96..144_i64).prop_map(|(day, half_hour)| at(day) + half_hour * HALF_HOUR);
    let any = (0..2 * 366 * 48_i64).prop_map(|half_hour| at("2026-01-01") + half_hour * HALF_HOUR);
    prop_oneof![4 => near, 1 => any]
}

/// Whether a window mutes, found by looking at the clock every half hour: the way of an alarm clock.
fn is_muted(window: Window, now: Timestamp) -> bool {
    let text = window.to_string();
    let (date, zone) = (window.zone().clock(now).div_euclid(Seconds::DAY), window.zone());
    let first_shows = |time: Seconds| {
        let looks = (-60..60).map(|look| (Timestamp::default() + time + look * HALF_HOUR).floor(HALF_HOUR));
        let quarters = looks.flat_map(|look| [look, look + Seconds::new(900)]);
        quarters.into_iter().find(|look| zone.clock(*look) >= time).unwrap()
    };
    let days: Vec<(Seconds, Seconds)> = days_and_times(&text);
    (date - 8..=date + 1).any(|date| {
        let of_day = days.iter().filter(|(from, _)| from.div_euclid(Seconds::DAY) == (date + 3).rem_euclid(7));
        of_day.into_iter().any(|(from, until)| {
            let start = date * Seconds::DAY + from.rem_euclid(Seconds::DAY);
            (first_shows(start)..first_shows(start + *until - *from)).contains(&now)
        })
    })
}

/// The windows of a week as seconds from its Monday, read from what is printed.
fn days_and_times(text: &str) -> Vec<(Seconds, Seconds)> {
    let day = |name: &str| (0..7).find(|day| weekdays::name(*day) == name).unwrap();
    let second = |clock: &str| Reader(clock).clock().unwrap();
    let (days, rest) = text.split_once(' ').unwrap_or((text, ""));
    if let Some((from, until)) = days.split_once('-').filter(|_| days.contains(':')) {
        let [from, until] = [from, until].map(|one| day(&one[..3]) * Seconds::DAY + second(&one[4..]));
        return vec![(from, if until > from { until } else { until + 7 * Seconds::DAY })];
    }
    let times = rest.split(' ').next().filter(|times| times.contains(':') && !times.starts_with(['+', '-']));
    let (from, until) = times.map_or((Seconds::ZERO, Seconds::DAY), |times| {
        let (from, until) = times.split_once('-').unwrap();
        let (from, until) = (second(from), second(until));
        (from, if until > from { until } else { until + Seconds::DAY })
    });
    let rows = if days == "daily" { "mon-sun" } else { days };
    let rows = rows.split('/').map(|row| row.split_once('-').unwrap_or((row, row)));
    let all = rows.flat_map(|(first, last)| {
        let (first, last) = (day(first), day(last));
        (first..=if last < first { last + 7 } else { last }).map(|day| day % 7)
    });
    all.map(|day| (day * Seconds::DAY + from, day * Seconds::DAY + until)).collect()
}

proptest! {
    #[test]
    fn a_span_is_what_an_alarm_clock_shows(mute in windows(HALF_HOUR, PLACES), now in times()) {
        let Mute::Window(window) = mute else { panic!("{mute}") };
        let span = mute.span(now).unwrap();
        prop_assert_eq!(span.contains(now), is_muted(window, now), "{} {:?}", mute, span);
        let change = if span.contains(now) { span.until } else { span.from };
        prop_assert!(now < change);
        let looks = (now.as_second()..change.as_second()).step_by(6 * 3_600).map(Timestamp::from_second);
        for look in looks.chain([change - Seconds::new(1)]) {
            prop_assert_eq!(mute.span(look).unwrap().contains(look), span.contains(now), "{} at {:?}", mute, look);
        }
        prop_assert_eq!(mute.span(change).unwrap().contains(change), !span.contains(now), "{} {:?}", mute, span);
        prop_assert_eq!(is_muted(window, change), !span.contains(now), "{} {:?}", mute, span);
    }
}
