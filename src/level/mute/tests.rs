//! Text in, the mute as it is printed out, or the reason why not; times in, spans out.

use proptest::prelude::*;

use super::calendar::days_of;
use super::zone::Zone;
use super::*;

mod windows;

#[track_caller]
fn check(rows: &[(&str, &str)]) {
    for (text, expected) in rows {
        let read = parse(text).map_or_else(|reason| reason.name().to_owned(), |mute| mute.to_string());
        assert_eq!(read, *expected, "{text:?}");
    }
}

#[test]
fn for_ever_and_not_at_all() {
    check(&[
        ("yes", "yes"),
        (" YES\u{a0}", "yes"),
        ("no", "no"),
        ("off", "no"),
        ("None", "no"),
        ("-", "no"),
        ("", "bad_time"),
        ("true", "bad_time"),
        ("1", "bad_time"),
        ("yes please", "bad_time"),
        ("yеs", "bad_time"),
    ]);
}

#[test]
fn until_a_time() {
    check(&[
        ("2026-12-01T10:00Z", "2026-12-01T10:00Z"),
        ("2026-12-01t10:00z", "2026-12-01T10:00Z"),
        ("2026-12-01 10:00", "2026-12-01T10:00Z"),
        ("2026-12-01T10:00", "2026-12-01T10:00Z"),
        ("2026-12-01T10:00:30Z", "2026-12-01T10:00:30Z"),
        ("2026-12-01T10:00:00.000Z", "2026-12-01T10:00Z"),
        ("2026-12-01T10:00:30.999999999+02:00", "2026-12-01T08:00:30Z"),
        ("2026-12-01 10:00:00 UTC", "2026-12-01T10:00Z"),
        ("2026-12-01T10:00utc", "2026-12-01T10:00Z"),
        ("2026-12-01", "2026-12-01T00:00Z"),
        ("2026-12-01T10:00+02:00", "2026-12-01T08:00Z"),
        ("2026-12-01T10:00 +0530", "2026-12-01T04:30Z"),
        ("2026-12-01T23:30-01:00", "2026-12-02T00:30Z"),
        ("2027-01-01T00:30+14:00", "2026-12-31T10:30Z"),
        ("1970-01-01", "1970-01-01T00:00Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    ]);
}

#[test]
fn days_that_are_and_days_that_are_not() {
    check(&[
        ("2028-02-29", "2028-02-29T00:00Z"),
        ("2000-02-29", "2000-02-29T00:00Z"),
        ("2027-02-29", "bad_time"),
        ("2100-02-29", "bad_time"),
        ("2026-02-30", "bad_time"),
        ("2026-04-31", "bad_time"),
        ("2026-13-01", "bad_time"),
        ("2026-00-10", "bad_time"),
        ("2026-10-00", "bad_time"),
        ("2028-02-28T23:59:59Z", "2028-02-28T23:59:59Z"),
        ("1969-12-31", "bad_time"),
        ("0000-01-01", "bad_time"),
        ("1970-01-01T00:00+01:00", "bad_time"),
        ("9999-12-31T23:00-02:00", "bad_time"),
    ]);
}

#[test]
fn times_that_cannot_be_read() {
    for text in [
        "2026-12-1",
        "2026-12",
        "26-12-01",
        "12026-12-01",
        "2026/12/01",
        "01.12.2026",
        "2026-12-01T",
        "2026-12-01T10",
        "2026-12-01T24:00Z",
        "2026-12-01T10:60Z",
        "2026-12-01T10:00:60Z",
        "2026-12-01T10:00Z+01:00",
        "2026-12-01T10:00+1:00",
        "2026-12-01T10:00+15:00",
        "2026-12-01T10:00+14:30",
        "2026-12-01T10:00 CET",
        "2026-12-01T10:00 UTC+1",
        "2026-12-01T10:00:00.Z",
        "2026-12-01Z",
        "2026-12-01T10:00Z tomorrow",
        "٢٠٢٦-12-01",
        "2026-12-01T１０:00Z",
        "+026-12-01",
        "tomorrow",
        "2h",
        "until 2026-12-01",
    ] {
        check(&[(text, "bad_time")]);
    }
}

#[test]
fn daily_windows() {
    check(&[
        ("daily 01:00-04:00", "daily 01:00-04:00"),
        ("Daily  01:00 - 04:00 ", "daily 01:00-04:00"),
        ("daily 23:00-02:00", "daily 23:00-02:00"),
        ("daily 22:00-24:00", "daily 22:00-00:00"),
        ("daily 00:00-23:59:59", "daily 00:00-23:59:59"),
        ("daily 01:00-04:00Z", "daily 01:00-04:00"),
        ("daily 01:00-04:00+02:00", "daily 23:00-02:00"),
        ("daily 22:00-23:00 -05:00", "daily 03:00-04:00"),
        ("daily", "bad_time"),
        ("daily 01:00", "bad_time"),
        ("daily 01:00-", "bad_time"),
        ("daily 01:00-01:00", "bad_time"),
        ("daily 00:00-24:00", "bad_time"),
        ("daily 24:00-02:00", "bad_time"),
        ("daily 1:00-4:00", "bad_time"),
        ("daily 01:00/04:00", "bad_time"),
        ("daily 01-04", "bad_time"),
        ("daily01:00-04:00", "bad_time"),
        ("daily 01:00-25:00", "bad_time"),
        ("weekly 01:00-04:00", "bad_time"),
        ("01:00-04:00", "bad_time"),
    ]);
}

fn at(text: &str) -> Timestamp {
    match parse(text) {
        Ok(Mute::Until { end, .. }) => end,
        other => panic!("{text} is no time: {other:?}"),
    }
}

#[test]
fn seconds_since_1970() {
    assert_eq!(at("1970-01-02").as_second(), 86_400);
    assert_eq!(at("2000-03-01").as_second(), 951_868_800);
    assert_eq!(at("2026-12-01T10:00Z").as_second(), 1_796_119_200);
}

/// The span under way or next, as two times.
#[track_caller]
fn check_span(mute: &str, now: &str, expected: Option<(&str, &str)>) {
    let span = parse(mute).unwrap().span(at(now));
    assert_eq!(span, expected.map(|(from, until)| Span { from: at(from), until: at(until) }), "{mute} at {now}");
}

#[test]
fn a_window_comes_every_day() {
    let today = Some(("2026-11-21T01:00Z", "2026-11-21T04:00Z"));
    let window = "daily 01:00-04:00";
    check_span(window, "2026-11-21T00:59:59Z", today);
    check_span(window, "2026-11-21T01:00Z", today);
    check_span(window, "2026-11-21T03:59:59Z", today);
    check_span(window, "2026-11-21T04:00Z", Some(("2026-11-22T01:00Z", "2026-11-22T04:00Z")));
    check_span(window, "2028-02-28T12:00Z", Some(("2028-02-29T01:00Z", "2028-02-29T04:00Z")));
}

#[test]
fn a_window_may_cross_midnight() {
    let night = Some(("2026-11-21T23:00Z", "2026-11-22T02:00Z"));
    let window = "daily 23:00-02:00";
    check_span(window, "2026-11-21T02:00Z", night);
    check_span(window, "2026-11-21T23:00Z", night);
    check_span(window, "2026-11-22T00:00Z", night);
    check_span(window, "2026-11-22T01:59:59Z", night);
    check_span(window, "2026-11-22T02:00Z", Some(("2026-11-22T23:00Z", "2026-11-23T02:00Z")));
}

#[test]
fn other_mutes_have_one_span_or_none() {
    let end = at("2026-12-01");
    let until = Mute::until(end);
    assert_eq!(until.span(end - Seconds::new(1)), Some(Span { from: Timestamp::MIN, until: end }));
    assert_eq!(until.span(end), None);
    assert_eq!((until.ended(end - Seconds::new(1)), until.ended(end)), (None, Some(end)));
    assert_eq!(Mute::Always.span(end), Some(Span::EVER));
    assert_eq!(Mute::No.span(end), None);
    for never in [Mute::No, Mute::Always, daily(Seconds::ZERO, Seconds::MINUTE)] {
        assert_eq!(never.ended(end), None);
    }
}

fn daily(from: Seconds, until: Seconds) -> Mute {
    Mute::Window(Window::of_days(Weekdays::ALL, from, until.rem_euclid(Seconds::DAY), Zone::UTC).unwrap())
}

/// Any second of years with four digits.
fn times() -> impl Strategy<Value = Timestamp> {
    (0..END_OF_TIME.as_second()).prop_map(Timestamp::from_second)
}

fn mutes() -> impl Strategy<Value = Mute> {
    prop_oneof![
        Just(Mute::No),
        Just(Mute::Always),
        times().prop_map(Mute::until),
        (0..86_400_i64, 1..86_400_i64)
            .prop_map(|(from, length)| daily(Seconds::new(from), Seconds::new(from + length))),
        windows::windows(windows::HALF_HOUR, &["", " +05:30", " Europe/Berlin", " America/New_York"]),
    ]
}

#[test]
fn what_a_mute_covers_beyond_others() {
    let now = at("2026-12-01T12:00");
    let check = |new: &str, old: &[&str], expected| {
        let old: Vec<Mute> = old.iter().map(|text| parse(text).unwrap()).collect();
        assert_eq!(parse(new).unwrap().reaches_beyond(&old, now), expected, "{new} after {old:?}");
    };
    check("yes", &[], true);
    check("no", &[], false);
    check("2026-12-01", &[], false);
    check("2027-01-01", &["yes"], false);
    check("2027-01-01", &["2027-02-01"], false);
    check("2027-02-01", &["2027-01-01"], true);
    check("yes", &["9999-12-31"], true);
    check("daily 01:00-03:00", &["daily 00:00-04:00"], false);
    check("daily 01:00-05:00", &["daily 00:00-04:00"], true);
    check("daily 11:00-14:00", &["daily 12:00-15:00"], true);
    check("daily 22:00-02:00", &["daily 22:00-24:00", "daily 00:00-02:00"], false);
    check("daily 22:00-02:00", &["daily 22:00-23:59", "daily 00:00-02:00"], true);
    check("daily 01:00-04:00", &["2027-01-01"], true);
    check("2026-12-02T04:00", &["daily 12:00-04:00"], false);
    check("2026-12-02T04:01", &["daily 12:00-04:00"], true);
    check("2027-01-01", &["daily 00:00-12:00", "daily 12:00-24:00"], false);
    check("sat-sun", &["daily 00:00-12:00", "daily 12:00-24:00"], false);
    check("mon-fri 20:00-06:00", &["daily 20:00-06:00"], false);
    check("daily 20:00-06:00", &["mon-fri 20:00-06:00"], true);
    check("fri:20:00-mon:06:00", &["fri 20:00-24:00", "sat-sun", "mon 00:00-06:00"], false);
    check("fri:20:00-mon:06:01", &["fri 20:00-24:00", "sat-sun", "mon 00:00-06:00"], true);
    // The same in winter, an hour apart in summer.
    check("daily 01:00-04:00 Europe/Berlin", &["daily 00:00-03:00"], true);
    check("daily 01:00-04:00 Europe/Berlin", &["daily 23:00-03:00"], false);
}

#[test]
fn a_guard_lets_a_mute_begin_later() {
    let now = at("2026-12-01");
    let within = |end: &str| Mute::until(at(end)).within(8 * Seconds::HOUR).unwrap();
    assert!(within("2027-01-02").reaches_beyond(&[within("2027-01-01")], now));
    assert!(within("2026-12-31").reaches_beyond(&[within("2027-01-01")], now));
    assert!(!within("2027-01-01").reaches_beyond(&[within("2027-01-01")], now));
    assert!(!within("2027-01-01").reaches_beyond(&[Mute::until(at("2027-01-01"))], now));
}

fn hour(number: i64) -> Timestamp {
    Timestamp::default() + number * Seconds::HOUR
}

/// Of full hours within days, so that a look at every hour misses nothing.
fn mutes_of_days() -> impl Strategy<Value = Mute> {
    prop_oneof![
        Just(Mute::No),
        Just(Mute::Always),
        (0..480_i64, 0..480_i64).prop_map(|(from, end)| Mute::Until { from: hour(from), end: hour(end) }),
        (0..480_i64).prop_map(|end| Mute::until(hour(end))),
        (0..24_i64, 1..24_i64).prop_map(|(from, length)| daily(from * Seconds::HOUR, (from + length) * Seconds::HOUR)),
        windows::windows(Seconds::HOUR, &["", " Europe/Berlin"]),
    ]
}

proptest! {
    #[test]
    fn a_second_that_only_the_new_one_mutes_is_found(
        hour in 0..480_i64,
        new in mutes_of_days(),
        old in proptest::collection::vec(mutes_of_days(), 0..4),
    ) {
        let now = self::hour(hour);
        let mutes = |mute: &Mute, moment| mute.span(moment).is_some_and(|span| span.contains(moment));
        let mut hours = (0..600).map(|hours| now + hours * Seconds::HOUR);
        let found = hours.any(|hour| mutes(&new, hour) && !old.iter().any(|old| mutes(old, hour)));
        prop_assert_eq!(new.reaches_beyond(&old, now), found);
    }

    #[test]
    fn printing_and_parsing_again_is_the_identity(mute in mutes()) {
        prop_assert_eq!(parse(&mute.to_string()), Ok(mute));
    }

    /// The alphabet of RDS tags.
    #[test]
    fn what_is_read_prints_as_something_that_reads_the_same(
        text in prop_oneof![
            r"[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,30}",
            r"20[0-9]{2}-[01][0-9]-[0-3][0-9]([Tt ][0-2][0-9]:[0-6][0-9](:[0-6][0-9])?(Z|[+-][01][0-9]:?[0-6][0-9])?)?",
            r"daily {1,2}[0-2][0-9]:[0-5][0-9] ?- ?[0-2][0-9]:[0-5][0-9](Z|[+-][01][0-9]:?[0-5][0-9])?",
        ],
    ) {
        if let Ok(mute) = parse(&text) {
            prop_assert_eq!(parse(&mute.to_string()), Ok(mute));
        }
    }

    #[test]
    fn a_day_is_its_date(days in 0..END_OF_TIME.as_second() / 86_400) {
        let (year, month, day) = date_of(days);
        prop_assert_eq!(days_of(year, month, day), days);
        let (_, month_of_next, day_of_next) = date_of(days + 1);
        prop_assert!(day_of_next == day + 1 || (day_of_next == 1 && month_of_next == month % 12 + 1));
    }

    #[test]
    fn a_span_is_under_way_or_to_come(mute in mutes(), now in times()) {
        if let Some(Span { from, until }) = mute.span(now) {
            prop_assert!(from < until && now < until);
            prop_assert!(from == Timestamp::MIN || from - now < 8 * Seconds::DAY);
        }
    }
}
