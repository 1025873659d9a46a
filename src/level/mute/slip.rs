//! Remedies for mutes that cannot be read because of a common mistake.

use super::{Reason, parse};

/// The units of durations; their beginnings count, too, such as `h` and `min`.
const COUNTED_IN: [&str; 5] = ["second", "minute", "hour", "day", "week"];

/// The remedy for a text that [`parse`] does not read, as a sentence; `None` if no common mistake explains it.
#[must_use]
pub fn remedy(text: &str) -> Option<&'static str> {
    let text = text.trim();
    if is_duration(text) {
        return Some("Write when the mute ends, such as 2026-12-01T10:00Z: a duration is not understood.");
    }
    let before = text.trim_end_matches(|part: char| part.is_alphabetic() || "/_".contains(part));
    let is_of_noon = ["am", "pm"].iter().any(|half| text[before.len()..].eq_ignore_ascii_case(half));
    if is_of_noon || reads(&padded(text)) {
        return Some("Write hours with two digits, from 00 to 23.");
    }
    if before.contains(':') && before.len() < text.len() && reads(before) {
        return Some("Write the zone as +01:00, or Z for UTC: its name is not understood.");
    }
    None
}

fn reads(text: &str) -> bool {
    parse(text) != Err(Reason::BadTime)
}

/// Whether it begins as `8h` or `2 days`.
fn is_duration(text: &str) -> bool {
    let behind = text.trim_start_matches(|digit: char| digit.is_ascii_digit() || digit == '.');
    let unit: String = behind.trim_start().chars().take_while(|letter| letter.is_alphabetic()).collect();
    let unit = unit.to_lowercase();
    let one = unit.strip_suffix('s').filter(|one| !one.is_empty()).unwrap_or(&unit);
    behind.len() < text.len() && !one.is_empty() && COUNTED_IN.iter().any(|name| name.starts_with(one))
}

/// The text with a zero before each single digit that a colon follows.
fn padded(text: &str) -> String {
    let mut padded = String::with_capacity(text.len() + 2);
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(one) = rest.next() {
        let is_lone = one.is_ascii_digit() && !before.is_some_and(|last: char| last.is_ascii_digit());
        if is_lone && rest.peek() == Some(&':') {
            padded.push('0');
        }
        padded.push(one);
        before = Some(one);
    }
    padded
}

#[cfg(test)]
mod tests {
    use super::remedy;

    #[test]
    fn the_slip_is_named() {
        let check = |texts: &[&str], expected: Option<&str>| {
            for text in texts {
                let found = remedy(text);
                assert!(found.map_or(expected.is_none(), |found| found.contains(expected.unwrap_or("-"))), "{text}");
            }
        };
        check(&["8h", "2 days", "1h30m", "30min", "1 week", "90s", "1.5 Hours"], Some("a duration is not understood"));
        check(
            &["2026-12-01T10:00 CET", "2026-12-01T10:00 Europe/Berlin", "daily 01:00-04:00 Europe/Berlin"],
            Some("the zone as +01:00"),
        );
        check(
            &[
                "2026-12-01T9:00Z",
                "daily 1:00-4:00",
                "2026-12-01T10:00+1:00",
                "2026-12-01 10:00 pm",
                "daily 1:00-4:00am",
            ],
            Some("hours with two digits"),
        );
        check(&["", "tomorrow", "true", "1", "1st of May", "2026-12-1", "2026-02-30", "2026-12-01Z", "ü"], None);
    }
}
