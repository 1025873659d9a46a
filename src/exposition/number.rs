//! Formats sample values: the shortest text that parses as the same number.

use std::io::Write;

/// Below this, every integer is exact in an `f64`.
const EXACT_INTEGERS: f64 = 9_007_199_254_740_992.0;

/// Outside this range, plain notation would be a long row of zeros.
const PLAIN: std::ops::Range<f64> = 1e-6..1e17;

/// The number of digits of `u64::MAX`.
const MAX_DIGITS: usize = 20;

/// Appends `value`.
pub(super) fn push(text: &mut Vec<u8>, value: f64) {
    let magnitude = value.abs();
    if magnitude < EXACT_INTEGERS && value.fract() == 0.0 {
        push_integer(text, value);
    } else if value.is_infinite() {
        text.extend_from_slice(if value > 0.0 { b"+Inf" } else { b"-Inf" });
    } else if PLAIN.contains(&magnitude) {
        push_formatted(text, format_args!("{value}"));
    } else {
        push_formatted(text, format_args!("{value:e}"));
    }
}

fn push_formatted(text: &mut Vec<u8>, number: std::fmt::Arguments<'_>) {
    text.write_fmt(number).expect("a vector takes every byte");
}

/// Most values are counts and sizes. For them this is three times as fast as the general formatting.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an integer below 2^53 by the caller")]
fn push_integer(text: &mut Vec<u8>, value: f64) {
    if value < 0.0 {
        text.push(b'-');
    }
    let mut rest = value.abs() as u64;
    let mut digits = [0; MAX_DIGITS];
    let mut first = MAX_DIGITS;
    loop {
        first -= 1;
        digits[first] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    text.extend_from_slice(&digits[first..]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(value: f64) -> String {
        let mut text = Vec::new();
        push(&mut text, value);
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn numbers_are_as_short_as_possible() {
        let check = |value: f64, expected: &str| assert_eq!(text(value), expected);
        check(0.0, "0");
        check(-0.0, "0");
        check(-1.0, "-1");
        check(90.0, "90");
        check(1_073_741_824.0, "1073741824");
        check(55.123_456_789, "55.123456789");
        check(0.1 + 0.2, "0.30000000000000004");
        check(0.000_001, "0.000001");
        check(1e-7, "1e-7");
        check(9_007_199_254_740_991.0, "9007199254740991");
        check(9_007_199_254_740_993.0, "9007199254740992");
        check(1e300, "1e300");
        check(f64::INFINITY, "+Inf");
        check(f64::NEG_INFINITY, "-Inf");
    }

    proptest! {
        #[test]
        #[expect(clippy::float_cmp, reason = "round trips are exact")]
        fn every_number_parses_as_itself(value in proptest::num::f64::NORMAL | proptest::num::f64::SUBNORMAL) {
            prop_assert_eq!(text(value).parse::<f64>().unwrap(), value);
        }

        #[test]
        fn every_integer_parses_as_itself(value: i32) {
            prop_assert_eq!(text(f64::from(value)), value.to_string());
        }
    }
}
