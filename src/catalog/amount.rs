//! Numbers with their unit, as short as people need them: `93.5 %`, `10 GiB`, `25 h`, `1.23 million`.

use super::Unit;
use crate::resource::GIB;

/// Binary sizes, the largest first.
const SIZES: [(f64, &str); 4] = [(1_099_511_627_776.0, "TiB"), (GIB, "GiB"), (1_048_576.0, "MiB"), (1024.0, "KiB")];

/// Durations in seconds, the largest first.
const DURATIONS: [(f64, &str); 5] = [(86_400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"), (1e-3, "ms")];

/// The least number that is written in millions.
const MILLION: f64 = 1e6;

/// The least number whose digits are grouped: four are read at a glance.
const GROUPED: f64 = 10_000.0;

/// Beyond this no unit makes a number readable.
const UNREADABLE: f64 = 1e15;

/// A value in the metric's unit; at most two decimals, but for what would be zero then.
#[must_use]
pub fn amount(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Percent => format!("{} %", number(value)),
        Unit::Bytes => size(value),
        Unit::BytesPerSecond => format!("{}/s", size(value)),
        Unit::Seconds => duration(value),
        Unit::Milliseconds => duration(value / 1000.0),
        Unit::Microseconds => duration(value / 1_000_000.0),
        Unit::Minutes => duration(value * 60.0),
        Unit::CountPerSecond => format!("{}/s", number(value)),
        Unit::CountPerMinute => format!("{}/min", number(value)),
        Unit::CountPerFiveMinutes => format!("{} in 5 min", number(value)),
        Unit::Count | Unit::None => number(value),
    }
}

/// How far two values are apart: percentages differ by points, for `5 %` could as well be a share of one of them.
#[must_use]
pub fn distance(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Percent if number(value) == "1" => "1 point".to_owned(),
        Unit::Percent => format!("{} points", number(value)),
        unit => amount(value, unit),
    }
}

/// A share in whole percent; one that is not nothing never looks like it.
#[must_use]
pub fn percent(ratio: f64) -> String {
    let percent = (ratio * 100.0).round();
    if percent == 0.0 && ratio != 0.0 { "under 1 %".to_owned() } else { format!("{} %", number(percent)) }
}

fn number(value: f64) -> String {
    match value.abs() {
        size if size >= UNREADABLE => format!("{value:.1e}"),
        size if size >= 1000.0 * MILLION => format!("{} billion", number(value / (1000.0 * MILLION))),
        size if size >= MILLION => format!("{} million", number(value / MILLION)),
        size if size >= GROUPED => grouped(value),
        size if size >= 0.01 || size == 0.0 => ((value * 100.0).round() / 100.0).to_string(),
        _ => format!("{value:.1e}"),
    }
}

/// Digits in threes, such as `12,345`.
fn grouped(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = if value < 0.0 { "-".to_owned() } else { String::new() };
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn size(bytes: f64) -> String {
    let fitting = SIZES.iter().find(|(factor, _)| bytes.abs() >= *factor);
    in_unit(bytes, *fitting.unwrap_or(&(1.0, "B")))
}

/// In the largest unit that leaves at least two of it: `90 s` and `36 h` say more than `1.5 min` and `1.5 d`.
fn duration(seconds: f64) -> String {
    let enough = |factor: f64| seconds.abs() >= if factor > 1.0 { 2.0 * factor } else { factor };
    let fitting = DURATIONS.iter().find(|(factor, _)| enough(*factor));
    let smallest = if seconds == 0.0 { (1.0, "s") } else { (1e-6, "µs") };
    in_unit(seconds, *fitting.unwrap_or(&smallest))
}

fn in_unit(value: f64, (factor, name): (f64, &str)) -> String {
    format!("{} {name}", number(value / factor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(unit: Unit, cases: &[(f64, &str)]) {
        for (value, expected) in cases {
            assert_eq!(amount(*value, unit), *expected, "{value}");
        }
    }

    #[test]
    fn counts_are_grouped_and_large_ones_named() {
        check(
            Unit::Count,
            &[
                (0.0, "0"),
                (855.0, "855"),
                (23.200_000_000_000_003, "23.2"),
                (9999.5, "9999.5"),
                (12_345.6, "12,346"),
                (-654_321.0, "-654,321"),
                (1_234_567.0, "1.23 million"),
                (-2_100_000_000.0, "-2.1 billion"),
                (4e12, "4000 billion"),
                (1e300, "1.0e300"),
                (0.004_2, "4.2e-3"),
            ],
        );
        check(Unit::CountPerSecond, &[(20_000.0, "20,000/s")]);
        check(Unit::CountPerFiveMinutes, &[(3.0, "3 in 5 min")]);
    }

    #[test]
    fn durations_are_in_a_unit_of_which_there_are_two() {
        check(
            Unit::Seconds,
            &[
                (0.0, "0 s"),
                (0.000_05, "50 µs"),
                (0.02, "20 ms"),
                (1.0, "1 s"),
                (119.0, "119 s"),
                (900.0, "15 min"),
                (90_000.0, "25 h"),
                (129_600.0, "36 h"),
                (604_800.0, "7 d"),
                (-300.0, "-5 min"),
            ],
        );
        check(Unit::Milliseconds, &[(100.0, "100 ms"), (1000.0, "1 s"), (300_000.0, "5 min")]);
        check(Unit::Minutes, &[(1.0, "60 s"), (1500.0, "25 h")]);
    }

    #[test]
    fn sizes_are_binary() {
        check(Unit::Bytes, &[(0.0, "0 B"), (1023.0, "1023 B"), (1_610_612_736.0, "1.5 GiB"), (-2048.0, "-2 KiB")]);
        check(Unit::BytesPerSecond, &[(131_072_000.0, "125 MiB/s")]);
    }

    #[test]
    fn percentages_are_points_apart() {
        let check = |value, expected: &str| assert_eq!(distance(value, Unit::Percent), expected);
        check(7.772, "7.77 points");
        check(1.0, "1 point");
        assert_eq!(distance(1_048_576.0, Unit::Bytes), "1 MiB");
    }

    #[test]
    fn shares_are_whole_percent() {
        let check = |ratio, expected: &str| assert_eq!(percent(ratio), expected);
        check(0.0797, "8 %");
        check(0.004, "under 1 %");
        check(0.0, "0 %");
        check(4.0, "400 %");
    }
}
