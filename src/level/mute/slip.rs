//! Remedies for mutes that cannot be read because of a common mistake.

use super::{Reason, parse};

/// The units of durations; their beginnings count, too, such as `h` and `min`.
const COUNTED_IN: [&str; 5] = ["second", "minute", "hour", "day", "week"];

/// The beginnings of words for days of the week.
const DAY_WORDS: [&str; 11] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun", "week", "work", "every", "daily"];

/// The remedy for a text that [`parse`] does not read, as a sentence; `None` if no common mistake explains it.
#[must_use]
pub fn remedy(text: &str) -> Option<&'static str> {
    let text = text.trim();
    if is_duration(text) {
        return Some("Write when the mute ends, such as 2030-12-01T10:00Z: a duration is not understood.");
    }
    let before = text.trim_end_matches(|part: char| part.is_alphabetic() || "/_".contains(part));
    let is_of_noon = ["am", "pm"].iter().any(|half| text[before.len()..].eq_ignore_ascii_case(half));
    if is_of_noon || reads(&padded(text)) {
        return Some("Write hours with two digits, from 00 to 23.");
    }
    if with_minutes(text).is_some_and(|text| reads(&text)) {
        return Some("Write hours with their minutes, such as `01:00-04:00`.");
    }
    if before.contains(':') && before.len() < text.len() && reads(before) {
        return Some(
            "Write the zone as +01:00, by its name such as Europe/Berlin, or Z for UTC: this name is not understood.",
        );
    }
    calendar_remedy(text)
}

fn calendar_remedy(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    let begins_with = |words: &[&str]| words.iter().any(|word| text.starts_with(word));
    if begins_with(&["maint"]) {
        return Some("Write `maintenance-window` for the window that AWS lists.");
    }
    if begins_with(&["backup"]) {
        return Some("Write `backup-window` for the window that AWS lists.");
    }
    if reads(&format!("daily {text}")) {
        return Some("Write `daily` in front, or the days of the week such as `mon-fri`.");
    }
    begins_with(&DAY_WORDS).then_some("Write days as `mon-fri 20:00-06:00` or `sat-sun`; for ever is `yes`.")
}

/// A text that ends with hours such as `1-4`, with two digits and minutes for each; after days, or for each day.
fn with_minutes(text: &str) -> Option<String> {
    let (days, hours) = text.rsplit_once(' ').unwrap_or(("daily", text));
    let hour = |hour: &str| {
        let is_hour = (1..=2).contains(&hour.len()) && hour.bytes().all(|byte| byte.is_ascii_digit());
        is_hour.then(|| format!("{hour:0>2}:00"))
    };
    let (from, until) = hours.split_once('-')?;
    Some(format!("{days} {}-{}", hour(from)?, hour(until)?))
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
            &[
                "2026-12-01T10:00 CET",
                "2026-12-01T10:00 Europe/Bonn",
                "mon-fri 01:00-04:00 Europe/Bonn",
                "sat-sun 01:00-02:00 EST",
            ],
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
        check(&["daily 1-4", "mon-fri 22-06", "1-4"], Some("with their minutes, such as `01:00-04:00`"));
        check(&["weekends", "Sundays", "mon-sun", "mon..fri", "every night", "daily", "sat;sun"], Some("`sat-sun`"));
        check(&["22:00-06:00", "01:00 - 02:00 Europe/Berlin"], Some("`daily` in front"));
        check(&["maintenance", "maintenance window"], Some("`maintenance-window`"));
        check(&["backup"], Some("`backup-window`"));
        check(&["", "tomorrow", "true", "1", "1st of May", "2026-12-1", "2026-02-30", "2026-12-01Z", "ü"], None);
    }
}
