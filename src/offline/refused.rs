//! Tags that AWS itself refuses, and the spelling that it accepts.
//!
//! Rules: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.html>.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};

use serde::Serialize;

use crate::config::Config;
use crate::config::file::is_of_tags;
use crate::resource::Resource;
use crate::threshold;

/// The longest key, in characters.
const MAX_KEY: usize = 128;

/// The longest value, in characters.
const MAX_VALUE: usize = 256;

/// Tags of one resource.
const MAX_TAGS: usize = 50;

/// The limit of refused characters that a message names. A value with more is hardly meant as a level.
const MAX_NAMED: usize = 5;

/// Quotes around a value, by people, shells and editors.
const QUOTES: [char; 6] = ['"', '\'', '“', '”', '‘', '’'];

/// Separators that people write between two levels instead of `/`: those of lists, dashes, and look-alikes of the slash.
const SEPARATORS: [char; 11] = [',', ';', '|', '\\', '–', '—', '−', '‒', '／', '⁄', '∕'];

/// A tag that AWS refuses. The whole change would fail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The key as written.
    pub key: String,
    /// The value as written.
    pub value: String,
    /// What AWS does not accept.
    pub why: String,
    /// A value with the same meaning that AWS accepts.
    pub write: Option<String>,
}

impl Display for Refused {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        let (key, value) = (cut(&self.key, MAX_KEY), cut(&self.value, MAX_VALUE));
        write!(text, "{key} = {value} (refused): AWS does not accept it: {}", self.why)?;
        self.write.as_ref().map_or(Ok(()), |write| write!(text, "; write {write}"))
    }
}

impl Refused {
    /// Whether it is about the tag with this key, which an issue cuts to the length that AWS allows.
    pub(super) fn is_about(&self, tag_key: &str) -> bool {
        self.key.chars().take(MAX_KEY).eq(tag_key.chars())
    }
}

/// The first characters of a text, with `…` if it is longer.
fn cut(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

/// Everything that AWS would refuse in the tags of a resource.
pub(super) fn of(resource: &Resource, config: &Config) -> Vec<Refused> {
    let tags = resource.tags.iter();
    let mut refused: Vec<Refused> = tags.filter_map(|(key, value)| refused(key, value, resource, config)).collect();
    if resource.tags.len() > MAX_TAGS {
        let why = format!("a resource has at most {MAX_TAGS} tags, this one has {}", resource.tags.len());
        refused.push(Refused { key: String::new(), value: String::new(), why, write: None });
    }
    refused
}

fn refused(key: &str, value: &str, resource: &Resource, config: &Config) -> Option<Refused> {
    // AWS sets tags with these prefixes itself; users cannot write them.
    if ["aws:", "rds:"].iter().any(|prefix| key.to_ascii_lowercase().starts_with(prefix)) {
        return None;
    }
    let issue = |why, write| Some(Refused { key: key.to_owned(), value: value.to_owned(), why, write });
    if let Some(why) = wrong_length(key, value) {
        return issue(why, None);
    }
    let why = wrong_characters(key, value)?;
    let is_understood = |text: &str| threshold::is_understood(resource, (key, text), config);
    let write = if key.chars().all(is_of_tags) { respelled(value, is_understood) } else { None };
    issue(why, write)
}

/// Checked before anything else, so that the later checks work on text of bounded length.
fn wrong_length(key: &str, value: &str) -> Option<String> {
    let (key, value) = (key.chars().count(), value.chars().count());
    if !(1..=MAX_KEY).contains(&key) {
        return Some(format!("a key has 1 to {MAX_KEY} characters, this one has {key}"));
    }
    (value > MAX_VALUE).then(|| format!("a value has at most {MAX_VALUE} characters, this one has {value}"))
}

fn wrong_characters(key: &str, value: &str) -> Option<String> {
    let characters = key.chars().chain(value.chars());
    let refused: BTreeSet<char> = characters.filter(|character| !is_of_tags(*character)).collect();
    let named: Vec<String> = refused.iter().take(MAX_NAMED).map(|character| format!("{character:?}")).collect();
    let are = if named.len() == 1 { "is" } else { "are" };
    let all = (!named.is_empty()).then(|| named.join(", "))?;
    Some(format!("{all} {are} not allowed in tags, only letters, digits, spaces and _ . : / = + - @"))
}

/// The value in characters that are allowed, if exactly one such spelling is understood.
fn respelled(value: &str, is_understood: impl Fn(&str) -> bool) -> Option<String> {
    let text = value.trim().trim_matches(QUOTES).replace('%', "pct");
    let spelled = |is_thousands| with_numbers(&text, is_thousands).replace(SEPARATORS, "/");
    let spellings = BTreeSet::from([true, false].map(spelled));
    let is_meant = |spelling: &String| {
        let is_taken = spelling != value && spelling.chars().all(is_of_tags);
        is_taken && (value.contains('/') || !mixes(spelling)) && is_understood(spelling)
    };
    let mut meant = spellings.into_iter().filter(is_meant);
    meant.next().filter(|_| meant.next().is_none())
}

/// Whether a ladder mixes shares and sizes: `10pct,50GiB` may also mean `10pct or 50GiB`.
fn mixes(ladder: &str) -> bool {
    let units = || ladder.split('/').filter(|level| level.ends_with(char::is_alphabetic));
    let is_share = |level: &str| level.ends_with("pct");
    units().any(is_share) && !units().all(is_share)
}

/// Replaces the commas in numbers. In `0,25` and `1,5` the comma is a decimal point, because only a zero is before it or
/// only one digit after it. In `1,024` it separates thousands, because three digits that begin with zero
/// are an unlikely fraction; in `1,500` it does so if `is_thousands`. In `80,90` the comma stays.
fn with_numbers(text: &str, is_thousands: bool) -> String {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let digits_before = |text: &str| text.bytes().rev().take_while(u8::is_ascii_digit).count();
    let mut written = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        let (before, behind) = (&text[..at], &text[at + character.len_utf8()..]);
        match (character, digits_before(before), digits(behind)) {
            (',', 0, _) | (',', _, 0) => written.push(','),
            (',', 1, _) if before.ends_with('0') => written.push('.'),
            (',', _, 1) => written.push('.'),
            (',', 1..=3, 3) if is_thousands || behind.starts_with('0') => {}
            _ => written.push(character),
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::fixture;

    #[test]
    fn a_refused_value_is_respelled_if_its_meaning_is_clear() {
        let check = |metric: &str, value: &str, expected: Option<&str>| {
            let key = format!("plimsoll/{metric}");
            let refused = super::refused(&key, value, &fixture::instance("orders"), &Config::default()).expect(value);
            assert_eq!(refused.write.as_deref(), expected, "{metric} = {value}");
        };
        let check_all = |metric, rows: &[(&str, Option<&str>)]| {
            for (value, expected) in rows {
                check(metric, value, *expected);
            }
        };
        let ladder = Some("80/90");
        check_all(
            "CPUUtilization",
            &[
                ("80%", Some("80pct")),
                ("80%,90%", Some("80pct/90pct")),
                ("80%/90", Some("80pct/90")),
                ("80,90", ladder),
                ("80;90", ladder),
                ("80–90", ladder),
                ("80 — 90", Some("80 / 90")),
                ("80\\90", ladder),
                ("80／90", ladder),
                ("\"80/90\"", ladder),
                ("82,5", Some("82.5")),
                ("80&90", None),
                ("0,85", None),
                ("90,80", None),
                ("<100", None),
                ("80,90,95", None),
                ("80,100GiB", None),
                ("eighty, ninety", None),
            ],
        );
        check_all(
            "ReadLatency",
            &[("1,5", Some("1.5")), ("0,02/0,05", Some("0.02/0.05")), ("0,02;0,05", Some("0.02/0.05"))],
        );
        check_all(
            "FreeStorageSpace",
            &[
                ("10,5GiB", Some("10.5GiB")),
                ("1,024MiB", Some("1024MiB")),
                ("1,500MiB", Some("1500MiB")),
                ("1,048,576KiB", Some("1048576KiB")),
                ("20GiB,10GiB", Some("20GiB/10GiB")),
                ("10pct,50GiB", None),
                ("20%", Some("20pct")),
                ("1.000,5GiB", None),
            ],
        );
        check_all(
            "DatabaseConnections",
            &[("1,000", Some("1000")), ("1,024", Some("1024")), ("1,500", None), ("100,200", None)],
        );
        check_all("max-connections", &[("1,000", Some("1000")), ("<500", None)]);
        check_all(
            "mute",
            &[
                ("yes!", None),
                ("'yes'", Some("yes")),
                ("sat,sun", Some("sat/sun")),
                ("mon,wed 20:00-06:00 Europe/Berlin", Some("mon/wed 20:00-06:00 Europe/Berlin")),
            ],
        );
        check("Nonsense", "80%", None);
    }

    #[test]
    fn every_character_that_is_refused_is_named() {
        let check = |value: &str, expected: &str| {
            let why = wrong_characters("plimsoll/CPUUtilization", value).expect(value);
            assert!(why.starts_with(&format!("{expected} not allowed in tags, only")), "{why}");
        };
        check("80%", "'%' is");
        check("<80%,<90%", "'%', ',', '<' are");
        check("80\t", "'\\t' is");
    }

    #[test]
    fn what_aws_allows_is_not_refused() {
        for value in ["80　/　90", "80\u{a0}", "80\u{2009}/ 90", "80\u{2028}", "８０", "Überlast", "½", "_.:/=+-@"]
        {
            let refused =
                super::refused("plimsoll/CPUUtilization", value, &fixture::instance("orders"), &Config::default());
            assert_eq!(refused, None, "{value:?}");
        }
    }

    #[test]
    fn a_refused_length_is_the_only_reason_given() {
        let check = |key: &str, value: &str, expected: &str| {
            let refused = super::refused(key, value, &fixture::instance("orders"), &Config::default()).expect(key);
            assert_eq!((refused.why.as_str(), &refused.write), (expected, &None));
            assert!(refused.to_string().chars().count() < 600, "{refused}");
        };
        let (cpu, digits) = ("plimsoll/CPUUtilization", "9".repeat(100_000));
        check(cpu, &digits, "a value has at most 256 characters, this one has 100000");
        check(cpu, &format!("{digits}%"), "a value has at most 256 characters, this one has 100001");
        check(&format!("plimsoll/{digits}"), "80", "a key has 1 to 128 characters, this one has 100009");
        check("", "80", "a key has 1 to 128 characters, this one has 0");
    }
}
