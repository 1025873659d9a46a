//! A unit and a text in, the numbers in that unit or the reason out.

use proptest::prelude::*;

use super::{LevelError, Reference, judge, judge_bound, ladder, value};
use crate::catalog::{self, Alert, Denominator, IntervalClass, Provider, Row, Sentinel, Side, Statistic, Unit};
use crate::level::{Reason, Writer, Written, parse};
use crate::resource::Kind;
use crate::time::Period;
use crate::time::Seconds;

fn row(unit: Unit, bad: Side, plausible: (f64, f64)) -> Row {
    Row {
        metric: "Example",
        help: "An example",
        unit,
        kind: Kind::DB_INSTANCE,
        engines: &[],
        when: &[],
        interval: IntervalClass::Fast,
        published: Period::Minute,
        statistic: Statistic::Average,
        shown: &[],
        alert: Some(Alert {
            bad,
            plausible,
            relative_to: None,
            defaults: &[],
            min_for: Seconds::new(300),
            keep_firing: Seconds::ZERO,
            busy: None,
            only_once_fallen: false,
        }),
        sentinel: Sentinel::None,
        silent_while_idle: false,
        provider: Provider::CloudWatch,
    }
}

fn relative(mut row: Row) -> Row {
    if let Some(alert) = &mut row.alert {
        alert.relative_to = Some(Denominator::AllocatedStorage);
    }
    row
}

fn read(row: &Row, text: &str, denominator: Option<f64>) -> String {
    measured(row, text, denominator.map(|value| Reference { value, limit: None }))
}

fn measured(row: &Row, text: &str, reference: Option<Reference>) -> String {
    let written = parse(text, 2, Writer::Tag).map_err(LevelError::Plain);
    let levels = written.and_then(|written| ladder(row, &written, reference));
    let print = |level: &Option<f64>| level.map_or_else(|| "-".to_owned(), |number| number.to_string());
    match levels {
        Ok(levels) => levels.iter().map(print).collect::<Vec<_>>().join("/"),
        Err(error) => error.reason().to_string(),
    }
}

#[track_caller]
fn check(row: &Row, cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(read(row, text, None), *expected, "{text:?} in {}", row.unit.name());
    }
}

/// Every form that a value can have, in the order in which each family has them.
#[rustfmt::skip]
const FORMS: [&str; 14] = [
    "bare number", "too small to be meant", "size", "duration",
    "ladder", "only the less severe level", "only the more severe level", "off",
    "or", "and", "ladder upside down",
    "share", "share of something unknown", "share where there is no reference",
];

/// What is written in a form, and what it comes to.
type Form = (&'static str, &'static str);

/// Units that take forms alike: which side is bad, what can be meant, and what shares are of.
type Family = (&'static [Unit], Side, (f64, f64), f64, [Form; FORMS.len()]);

#[rustfmt::skip]
const FAMILIES: &[Family] = &[
    (&[Unit::Percent], Side::High, (1.0, 100.0), 1e12, [
        ("90", "-/90"), ("0.85", "implausible"), ("10GiB", "wrong_unit"), ("5m", "wrong_unit"),
        ("80pct/90", "80/90"), ("80/-", "80/-"), ("-/90", "-/90"), ("off", ""),
        ("80 or 90pct", "-/80"), ("80 and 90pct", "-/90"), ("90/80", "wrong_order"),
        ("50pct", "-/50"), ("50pct", "-/50"), ("50pct", "-/50"),
    ]),
    (&[Unit::Bytes], Side::Low, (1e8, 1e14), 1e12, [
        ("1e10", "-/10000000000"), ("10", "needs_unit"), ("10GiB", "-/10737418240"), ("5m", "wrong_unit"),
        ("20GB/10GB", "20000000000/10000000000"), ("20GB/-", "20000000000/-"), ("-/10GB", "-/10000000000"), ("off", ""),
        ("20GB or 10GB", "-/20000000000"), ("20GB and 10GB", "-/10000000000"), ("10GB/20GB", "wrong_order"),
        ("10pct", "-/100000000000"), ("10pct", "no_denominator"), ("10pct", "wrong_unit"),
    ]),
    (&[Unit::BytesPerSecond], Side::High, (1e5, 1e11), 1e9, [
        ("500000", "-/500000"), ("100", "needs_unit"), ("10MiB", "-/10485760"), ("5m", "wrong_unit"),
        ("100M/2e8", "100000000/200000000"), ("100M/-", "100000000/-"), ("-/100M", "-/100000000"), ("off", ""),
        ("100M or 200M", "-/100000000"), ("100M and 200M", "-/200000000"), ("200M/100M", "wrong_order"),
        ("80pct", "-/800000000"), ("80pct", "no_denominator"), ("80pct", "wrong_unit"),
    ]),
    (&[Unit::Seconds], Side::High, (0.0001, 1e6), 1e3, [
        ("0.05", "-/0.05"), ("1e-5", "implausible"), ("10GiB", "wrong_unit"), ("5m", "-/300"),
        ("20ms/0.05", "0.02/0.05"), ("20ms/-", "0.02/-"), ("-/20ms", "-/0.02"), ("off", ""),
        ("1m or 1h", "-/60"), ("1m and 1h", "-/3600"), ("1h/1m", "wrong_order"),
        ("10pct", "-/100"), ("10pct", "no_denominator"), ("10pct", "wrong_unit"),
    ]),
    (&[Unit::Milliseconds], Side::High, (0.1, 1e6), 1e3, [
        ("20", "-/20"), ("0.02", "implausible"), ("10GiB", "wrong_unit"), ("5m", "-/300000"),
        ("500us/1s", "0.5/1000"), ("500us/-", "0.5/-"), ("-/1s", "-/1000"), ("off", ""),
        ("20ms or 1s", "-/20"), ("20ms and 1s", "-/1000"), ("1s/20", "wrong_order"),
        ("10pct", "-/100"), ("10pct", "no_denominator"), ("10pct", "wrong_unit"),
    ]),
    (&[Unit::Microseconds], Side::High, (10.0, 1e9), 1e6, [
        ("2000", "-/2000"), ("2", "implausible"), ("10GiB", "wrong_unit"), ("5m", "-/300000000"),
        ("500us/1s", "500/1000000"), ("500us/-", "500/-"), ("-/1s", "-/1000000"), ("off", ""),
        ("20ms or 1s", "-/20000"), ("20ms and 1s", "-/1000000"), ("1s/20", "wrong_order"),
        ("10pct", "-/100000"), ("10pct", "no_denominator"), ("10pct", "wrong_unit"),
    ]),
    (&[Unit::Minutes], Side::Low, (0.1, 1e6), 1e3, [
        ("5", "-/5"), ("0.01", "implausible"), ("10GiB", "wrong_unit"), ("5m", "-/5"),
        ("2h/30s", "120/0.5"), ("2h/-", "120/-"), ("-/30s", "-/0.5"), ("off", ""),
        ("2h or 1d", "-/1440"), ("2h and 1d", "-/120"), ("30s/2h", "wrong_order"),
        ("10pct", "-/100"), ("10pct", "no_denominator"), ("10pct", "wrong_unit"),
    ]),
    (&[Unit::Count, Unit::CountPerSecond, Unit::CountPerMinute, Unit::CountPerFiveMinutes], Side::High, (0.5, 1e9), 1e3, [
        ("5", "-/5"), ("0", "implausible"), ("5kB", "wrong_unit"), ("5m", "wrong_unit"),
        ("5/1k", "5/1000"), ("5/-", "5/-"), ("-/0.5G", "-/500000000"), ("off", ""),
        ("5k or 10M", "-/5000"), ("5K and 10M", "-/10000000"), ("1k/5", "wrong_order"),
        ("80pct", "-/800"), ("80pct", "no_denominator"), ("80pct", "wrong_unit"),
    ]),
    (&[Unit::None], Side::High, (0.5, 1e9), 1e3, [
        ("5", "-/5"), ("0", "implausible"), ("5k", "wrong_unit"), ("5m", "wrong_unit"),
        ("5/1e3", "5/1000"), ("5/-", "5/-"), ("-/1000", "-/1000"), ("off", ""),
        ("5 or 10", "-/5"), ("5 and 10", "-/10"), ("10/5", "wrong_order"),
        ("80pct", "-/800"), ("80pct", "no_denominator"), ("80pct", "wrong_unit"),
    ]),
];

#[test]
fn every_form_in_every_unit() {
    for (units, bad, plausible, reference, forms) in FAMILIES {
        for unit in *units {
            let plain = row(*unit, *bad, *plausible);
            let share = relative(plain);
            for (form, (text, expected)) in FORMS.iter().zip(forms) {
                let (row, reference) = match *form {
                    "share" => (&share, Some(*reference)),
                    "share of something unknown" => (&share, None),
                    _ => (&plain, None),
                };
                assert_eq!(read(row, text, reference), *expected, "{form} {text:?} in {}", unit.name());
            }
        }
    }
    let known: Vec<Unit> = FAMILIES.iter().flat_map(|(units, ..)| *units).copied().collect();
    assert!(catalog::rows().all(|row| known.contains(&row.unit)), "a unit without a family");
}

#[test]
fn sizes_and_durations_of_any_length() {
    check(
        &row(Unit::Bytes, Side::Low, (1e8, 1e14)),
        &[
            ("50 GB", "-/50000000000"),
            ("1.5G", "-/1500000000"),
            ("512M", "-/512000000"),
            ("512Mi", "-/536870912"),
            ("2TiB", "-/2199023255552"),
            ("300000kB", "-/300000000"),
        ],
    );
    let seconds = [("250us", "-/0.00025"), ("30s/5min", "30/300"), ("1h/1d", "3600/86400"), ("5M", "wrong_unit")];
    check(&row(Unit::Seconds, Side::High, (0.0001, 1e6)), &seconds);
}

#[test]
fn what_can_be_meant_has_edges() {
    check(
        &row(Unit::Percent, Side::High, (1.0, 100.0)),
        &[
            ("1/99", "1/99"),
            ("90/100", "implausible"),
            ("0", "implausible"),
            ("101", "implausible"),
            ("90/90", "90/90"),
        ],
    );
    check(
        &row(Unit::Bytes, Side::Low, (1e8, 1e14)),
        &[
            ("1048575", "needs_unit"),
            ("1048576", "implausible"),
            ("20/10GiB", "needs_unit"),
            ("0", "implausible"),
            ("10B", "implausible"),
            ("1e300TiB", "implausible"),
        ],
    );
    check(
        &row(Unit::BytesPerSecond, Side::High, (1e5, 1e11)),
        &[
            ("99999", "needs_unit"),
            ("100000", "-/100000"),
            ("0", "implausible"),
            ("99kB", "implausible"),
            ("1TB", "implausible"),
        ],
    );
    check(&row(Unit::Count, Side::High, (0.0, 1e9)), &[("0", "-/0")]);
}

#[test]
fn a_metric_that_only_informs_has_no_levels() {
    let row = Row { alert: None, ..row(Unit::Count, Side::High, (0.0, 1.0)) };
    check(&row, &[("5", "no_direction"), ("5m/x", "not_a_number"), ("off", "")]);
}

#[test]
fn shares_wait_for_their_denominator() {
    let row = relative(row(Unit::Bytes, Side::Low, (1e8, 1e14)));
    check(&row, &[("20pct/10pct", "no_denominator"), ("10pct or 50GB", "no_denominator"), ("5m", "wrong_unit")]);
    assert_eq!(read(&row, "20pct/10pct", Some(1e12)), "200000000000/100000000000");
    assert_eq!(read(&row, "10pct or 50GB", Some(1e12)), "-/100000000000");
    assert_eq!(read(&row, "10pct and 50GB", Some(1e12)), "-/50000000000");
    assert_eq!(read(&row, "10pct", Some(f64::INFINITY)), "implausible");
    assert_eq!(read(&row, "0pct", Some(f64::INFINITY)), "implausible");
}

#[test]
fn levels_that_cross_only_here_are_crossed_together() {
    let low = relative(row(Unit::Bytes, Side::Low, (1e8, 1e14)));
    let small = Some(2e11);
    assert_eq!(read(&low, "20pct/10pct or 50GB", small), "50000000000/50000000000");
    assert_eq!(read(&low, "20pct/100GB", small), "100000000000/100000000000");
    assert_eq!(read(&low, "20pct/100GB", Some(1e12)), "200000000000/100000000000");
    assert_eq!(read(&low, "10pct and 20GB/10pct", small), "20000000000/20000000000");
    for text in ["10pct/20pct", "10pct or 50GB/20pct or 100GB", "20pct or 10GB/10pct or 90GB"] {
        assert_eq!(read(&low, text, small), "wrong_order", "{text}");
    }
    let high = relative(row(Unit::Count, Side::High, (0.0, 1e9)));
    assert_eq!(read(&high, "100/20pct", Some(300.0)), "60/60");
    assert_eq!(read(&high, "100/20pct", Some(1_000.0)), "100/200");
    let percent = row(Unit::Percent, Side::High, (1.0, 100.0));
    check(&percent, &[("90pct/80", "wrong_order"), ("90/80pct", "wrong_order")]);
}

#[test]
fn a_ladder_is_judged_before_any_resource_is_known() {
    let (high, low, out_of_order) = (Side::High, Side::Low, Err(Reason::WrongOrder));
    for (bad, text, expected) in [
        (low, "10%/20%", out_of_order),
        (low, "10GiB/20GiB", out_of_order),
        (low, "10% or 50GiB/20% or 100GiB", out_of_order),
        (low, "10% and 50GiB/20% and 100GiB", out_of_order),
        (low, "10%/20% or 10TiB", out_of_order),
        (high, "20% or 100GiB/10% or 50GiB", out_of_order),
        (high, "200%/150%", out_of_order),
        (low, "20% or 10GiB/10% or 5GiB", Ok(())),
        (high, "70%/90%", Ok(())),
        // What none goes beyond is crossed always or never; a size alone is not known to be.
        (high, "150%/200%", Err(Reason::Implausible)),
        (high, "100%", Err(Reason::Implausible)),
        (low, "100%", Err(Reason::Implausible)),
        (low, "500GiB", Ok(())),
        // In order on small ones, on large ones, and on all, where the one gives way to the other.
        (low, "10% or 100GiB/20% or 50GiB", Ok(())),
        (low, "20% or 50GiB/10% or 100GiB", Ok(())),
        (low, "10%/50GiB", Ok(())),
        (low, "0%", Err(Reason::Implausible)),
        (low, "10% or 5", Err(Reason::NeedsUnit)),
        (low, "10% or 5s", Err(Reason::WrongUnit)),
    ] {
        let row = relative(row(Unit::Bytes, bad, (1_048_576.0, 2.8e14)));
        let Ok(Written::Ladder(levels)) = parse(text, 2, Writer::Configuration) else { panic!("{text}") };
        assert_eq!(judge(&row, &levels), expected, "{text}, {bad:?}");
    }
}

#[test]
fn a_bound_may_be_what_none_goes_beyond() {
    let row = relative(row(Unit::Bytes, Side::High, (1_048_576.0, 2.8e14)));
    for (text, expected) in [("100%", Ok(())), ("10GiB", Ok(())), ("0%", Err(Reason::Implausible))] {
        let Ok(Written::Ladder(levels)) = parse(text, 1, Writer::Configuration) else { panic!("{text}") };
        assert_eq!(judge_bound(&row, &levels), expected, "{text}");
    }
}

#[test]
fn a_level_is_one_that_values_can_cross_and_need_not() {
    let (high, low, none) = (Side::High, Side::Low, "implausible");
    for (bad, limit, text, expected) in [
        (high, Some(100.0), "99pct", "-/99"),
        (high, Some(100.0), "100pct", none),
        (high, Some(100.0), "80/120pct", none),
        (high, Some(100.0), "99", "-/99"),
        (high, Some(100.0), "100", none),
        (high, Some(100.0), "90 or 9000", "-/90"),
        (high, Some(100.0), "90 and 9000", none),
        (low, Some(100.0), "99pct", "-/99"),
        (low, Some(100.0), "100pct", none),
        (low, Some(100.0), "9000/50", none),
        (low, Some(100.0), "90 or 9000", none),
        (low, Some(100.0), "90 and 120pct", "-/90"),
        // The limit is an estimate or may grow, and the share with it.
        (high, Some(1_000.0), "999", "-/999"),
        (high, Some(1_000.0), "1000", none),
        (high, Some(1_000.0), "120pct", none),
        // Values go beyond what they are measured against.
        (high, None, "150pct", "-/150"),
        (high, None, "9000", "-/9000"),
    ] {
        let row = relative(row(Unit::Count, bad, (1.0, 1e9)));
        let reference = Reference { value: 100.0, limit };
        assert_eq!(measured(&row, text, Some(reference)), expected, "{text} of {reference:?}");
    }
    let percent = |bad, text| read(&row(Unit::Percent, bad, (1.0, 100.0)), text, None);
    assert_eq!(percent(high, "100"), none, "nothing is above all");
    assert_eq!(percent(low, "100"), "-/100", "credits are all there until the first is spent");
}

#[test]
fn a_number_that_cannot_be_meant_is_told_as_it_was_understood() {
    let remedy = |row: &Row, text: &str, reference| {
        let error = ladder(row, &parse(text, 2, Writer::Tag).unwrap(), reference).unwrap_err();
        error.remedy(row).unwrap_or_default()
    };
    assert_eq!(
        remedy(&row(Unit::Percent, Side::High, (1.0, 100.0)), "0.85", None),
        "Understood as 0.85 %, but levels of Example go from 1 % to 100 %; did you mean 85? To have no level, write `off`."
    );
    let reference = Some(Reference { value: 107_374_182_400.0, limit: Some(107_374_182_400.0) });
    assert_eq!(
        remedy(&relative(row(Unit::Bytes, Side::Low, (1e8, 1e14))), "500GiB", reference),
        "Understood as 500 GiB, but Example reaches 100 GiB at most here, so this is always crossed; to have no \
         level, write `off`."
    );
    assert_eq!(remedy(&row(Unit::Percent, Side::High, (1.0, 100.0)), "5m", None), "", "the reason says it all");
}

#[test]
fn either_and_both_follow_the_bad_side() {
    check(&row(Unit::Count, Side::High, (0.0, 1e9)), &[("70 or 90", "-/70"), ("70 and 90", "-/90")]);
    check(&row(Unit::Count, Side::Low, (0.0, 1e9)), &[("70 or 90", "-/90"), ("70 and 90", "-/70")]);
}

#[test]
fn one_wrong_amount_spoils_the_level() {
    check(
        &row(Unit::Bytes, Side::Low, (1e8, 1e14)),
        &[("10GB or 5m", "wrong_unit"), ("10GB and 10", "needs_unit"), ("10GB or 10kB", "implausible")],
    );
}

proptest! {
    #[test]
    fn seconds_stay_what_they_are(number in 0.001f64..1e6) {
        let row = row(Unit::Seconds, Side::High, (0.0, 1e9));
        let level = parse(&format!("{number}s"), 1, Writer::Tag).unwrap();
        prop_assert_eq!(ladder(&row, &level, None), Ok(vec![Some(number)]));
    }

    #[test]
    fn what_is_served_is_finite_and_plausible(
        text in r"[0-9]{1,3}(e[0-9]{1,3})?(pct|TiB|d|us|B|k|ms)?( (or|and) [0-9]{1,3}(GiB)?)?",
        denominator in prop::option::of(prop::num::f64::ANY),
    ) {
        for unit in [Unit::Bytes, Unit::Seconds, Unit::Percent, Unit::Minutes] {
            let row = relative(row(unit, Side::Low, (0.5, 1e15)));
            let Ok(written) = parse(&text, 1, Writer::Tag) else { continue };
            if let Ok(levels) = ladder(&row, &written, denominator.map(|value| Reference { value, limit: None })) {
                prop_assert!(levels.iter().flatten().all(|level| (0.5..=1e15).contains(level)), "{text}");
            }
        }
    }
}

#[test]
fn a_single_level_is_read_alone() {
    let row = row(Unit::Percent, Side::High, (1.0, 100.0));
    let one = crate::level::Level::One(crate::level::Amount { number: 80.0, unit: crate::level::AmountUnit::Percent });
    assert_eq!(value(&row, &one, None), Ok(80.0));
}

#[test]
fn a_level_is_crossed_beyond_it_on_its_bad_side() {
    for (side, beyond, within) in [(Side::High, 91.0, 89.0), (Side::Low, 89.0, 91.0)] {
        assert!(side.is_beyond(beyond, 90.0) && !side.is_beyond(90.0, 90.0) && !side.is_beyond(within, 90.0));
    }
}
