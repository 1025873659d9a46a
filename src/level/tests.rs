//! Text in, the ladder as it is printed out, or the reason why not.

use proptest::prelude::*;

use super::{Amount, AmountUnit, Level, Reason, Writer, Written, parse, unknown_unit};

/// How `text` reads with `severities` levels: printed back, or the reason's name.
fn read(text: &str, severities: usize, writer: Writer) -> String {
    parse(text, severities, writer).map_or_else(|reason| reason.name().to_owned(), |written| written.to_string())
}

#[track_caller]
fn check(rows: &[(&str, &str)]) {
    for (text, expected) in rows {
        assert_eq!(read(text, 2, Writer::Tag), *expected, "{text:?}");
    }
}

#[test]
fn off_in_every_spelling() {
    check(&[
        ("-", "off"),
        ("off", "off"),
        ("OFF", "off"),
        ("None", "off"),
        (" off\u{a0}", "off"),
        ("-/-", "off"),
        ("off/90", "not_a_number"),
        ("80/none", "not_a_number"),
        ("offf", "not_a_number"),
    ]);
}

#[test]
fn ladders() {
    check(&[
        ("90", "-/90"),
        ("80/90", "80/90"),
        ("80 / 90", "80/90"),
        ("\u{3000}80/ 90\u{a0}", "80/90"),
        ("80/-", "80/-"),
        ("-/90", "-/90"),
        ("- / 90", "-/90"),
        ("80pct/90pct", "80pct/90pct"),
        ("20pct/10GiB", "20pct/10GiB"),
        ("70/80/90", "too_many_levels"),
        ("70/80/x", "not_a_number"),
        ("80/", "not_a_number"),
        ("/90", "not_a_number"),
        ("/", "not_a_number"),
        ("", "not_a_number"),
        ("  ", "not_a_number"),
        ("80 90", "not_a_number"),
        ("80-90", "not_a_number"),
        ("80:90", "not_a_number"),
        ("80//90", "not_a_number"),
    ]);
}

#[test]
fn the_word_that_is_no_unit() {
    let check = |text: &str, expected: Option<&str>| assert_eq!(unknown_unit(text), expected, "{text}");
    check("80percent", Some("percent"));
    check("20ms/20msec", Some("msec"));
    check("10 Gigabytes", Some("Gigabytes"));
    check("80 oder 90", Some("oder 90"));
    check("10pct OR 5GB", None);
    check("10pct OR 5gigs", Some("gigs"));
    check("eighty", None);
    check("80-90", None);
    check("80 90", None);
}

#[test]
fn a_short_ladder_ends_at_the_most_severe() {
    assert_eq!(read("90", 1, Writer::Tag), "90");
    assert_eq!(read("90", 3, Writer::Tag), "-/-/90");
    assert_eq!(read("80/90", 3, Writer::Tag), "-/80/90");
    assert_eq!(read("80/90", 1, Writer::Tag), "too_many_levels");
    assert_eq!(read("80", 0, Writer::Tag), "too_many_levels");
    assert_eq!(read("n/a", 1, Writer::Tag), "not_a_number");
}

#[test]
fn numbers_are_strict() {
    check(&[
        ("0", "-/0"),
        ("0.85", "-/0.85"),
        ("1e9", "-/1000000000"),
        ("1E+3", "-/1000"),
        ("1.5e-3", "-/0.0015"),
        ("007", "-/7"),
        ("90abc", "not_a_number"),
        ("1_000", "not_a_number"),
        ("1,000", "not_a_number"),
        ("0x1F", "not_a_number"),
        ("-90", "not_a_number"),
        ("+90", "not_a_number"),
        ("--", "not_a_number"),
        ("NaN", "not_a_number"),
        ("inf", "not_a_number"),
        ("infinity", "not_a_number"),
        (".5", "not_a_number"),
        ("5.", "not_a_number"),
        ("1.2.3", "not_a_number"),
        ("1e", "not_a_number"),
        ("1e999", "not_a_number"),
        ("９０", "not_a_number"),
        ("٩٠", "not_a_number"),
        ("9０", "not_a_number"),
        ("²", "not_a_number"),
        ("½", "not_a_number"),
        ("80=90", "not_a_number"),
        (">80", "not_a_number"),
    ]);
}

#[test]
fn units() {
    check(&[
        ("10GiB", "-/10GiB"),
        ("10 gib", "-/10GiB"),
        ("10Gi", "-/10GiB"),
        ("50 GB", "-/50GB"),
        ("1.5G", "-/1.5G"),
        ("512M", "-/512M"),
        ("512mb", "-/512MB"),
        ("512mi", "-/512MiB"),
        ("4k", "-/4k"),
        ("4K", "-/4k"),
        ("4kib", "-/4KiB"),
        ("2t", "-/2T"),
        ("2TiB", "-/2TiB"),
        ("1048576B", "-/1048576B"),
        ("20ms", "-/20ms"),
        ("20MS", "-/20ms"),
        ("5m", "-/5m"),
        ("5min", "-/5m"),
        ("5 Min", "-/5m"),
        ("30s", "-/30s"),
        ("2h", "-/2h"),
        ("1d", "-/1d"),
        ("250us", "-/250us"),
        ("20PCT", "-/20pct"),
        ("1e3MiB", "-/1000MiB"),
        ("50  GB", "-/50GB"),
        ("5   mins / 1 hour", "5m/1h"),
        ("30sec", "-/30s"),
        ("30 Secs", "-/30s"),
        ("5mins", "-/5m"),
        ("2hours", "-/2h"),
        ("1day", "-/1d"),
        ("2 days", "-/2d"),
        ("1500M", "-/1500M"),
        ("1500m", "-/1500m"),
        ("50\u{a0}GB", "not_a_number"),
        ("50 G B", "not_a_number"),
        ("5 parsecs", "not_a_number"),
        ("GiB", "not_a_number"),
        ("80%", "not_a_number"),
    ]);
}

#[test]
fn minutes_and_megabytes_differ_by_case() {
    let unit = |text| parse(text, 1, Writer::Tag);
    let one = |unit| Ok(Written::Ladder(vec![Some(Level::One(Amount { number: 5.0, unit }))]));
    assert_eq!(unit("5m"), one(AmountUnit::Micros(60_000_000)));
    assert_eq!(unit("5M"), one(AmountUnit::Multiple(1_000_000)));
    assert_eq!(unit("5MB"), one(AmountUnit::Bytes(1_000_000)));
    assert_eq!(unit("5mb"), one(AmountUnit::Bytes(1_000_000)));
}

#[test]
fn two_amounts() {
    check(&[
        ("10pct or 50GiB", "-/10pct or 50GiB"),
        ("10pct and 100GiB", "-/10pct and 100GiB"),
        ("20pct/10pct or 50GiB", "20pct/10pct or 50GiB"),
        ("20pct or 80 GB / 10pct  and  5GB", "20pct or 80GB/10pct and 5GB"),
        ("10pct or", "not_a_number"),
        ("or 10pct", "not_a_number"),
        ("10pct or - ", "not_a_number"),
        ("10pctor50GiB", "not_a_number"),
        ("1 or 2 or 3", "not_a_number"),
        ("1 or 2 and 3", "not_a_number"),
    ]);
}

#[test]
fn only_configuration_writes_the_percent_sign() {
    assert_eq!(read("80%/90 %", 2, Writer::Configuration), "80pct/90pct");
    assert_eq!(read("80%/90%", 2, Writer::Tag), "not_a_number");
}

#[test]
fn every_reason_has_a_name_and_a_remedy() {
    let all = [
        Reason::TooManyLevels,
        Reason::NotANumber,
        Reason::WrongUnit,
        Reason::NeedsUnit,
        Reason::Implausible,
        Reason::WrongOrder,
        Reason::UnknownMetric,
        Reason::UnknownSeverity,
        Reason::Duplicate,
        Reason::NotPublished,
        Reason::NoDirection,
        Reason::NoDenominator,
        Reason::NearMiss,
        Reason::OutsideGuard,
        Reason::BadTime,
        Reason::ClusterTagsUnreadable,
    ];
    for reason in all {
        assert!(reason.name().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
        assert!(reason.remedy().ends_with('.'));
    }
}

fn amounts() -> impl Strategy<Value = Amount> {
    let units = prop::sample::select(super::UNITS).prop_map(|(_, unit)| unit);
    let numbers = prop_oneof![0.0..1e12, 0.0..1.0, (0..1_000_000u32).prop_map(f64::from), Just(f64::MAX)];
    (numbers, prop_oneof![Just(AmountUnit::Bare), units]).prop_map(|(number, unit)| Amount { number, unit })
}

fn levels() -> impl Strategy<Value = Level> {
    prop_oneof![
        amounts().prop_map(Level::One),
        (amounts(), amounts()).prop_map(|(left, right)| Level::Either(left, right)),
        (amounts(), amounts()).prop_map(|(left, right)| Level::Both(left, right)),
    ]
}

proptest! {
    #[test]
    fn what_is_printed_reads_the_same(mut ladder in prop::collection::vec(prop::option::of(levels()), 1..5), last in levels()) {
        ladder.push(Some(last));
        let severities = ladder.len();
        let written = Written::Ladder(ladder);
        prop_assert_eq!(parse(&written.to_string(), severities, Writer::Tag), Ok(written));
    }

    #[test]
    fn any_text_is_read_or_refused(text in r"[\p{L}\p{Z}\p{N}_.:/=+\-@%]{0,40}", severities in 0usize..4) {
        if let Ok(written) = parse(&text, severities, Writer::Configuration) {
            prop_assert_eq!(parse(&written.to_string(), severities, Writer::Tag), Ok(written));
        }
    }

    #[test]
    fn almost_a_ladder(text in r"[0-9]{1,3}[ ./:ek-]{0,2}[0-9]{0,2}( ?(GiB|pct|ms|m|M| or 5))?(/| / )?[0-9-]{0,2}", severities in 1usize..4) {
        if let Ok(written) = parse(&text, severities, Writer::Tag) {
            prop_assert_eq!(parse(&written.to_string(), severities, Writer::Tag), Ok(written));
        }
    }
}
