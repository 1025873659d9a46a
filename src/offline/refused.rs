//! What AWS itself would refuse in a tag, and the spelling that works.
//!
//! Rules: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.html>.

use std::fmt::{self, Display, Formatter};

use serde::Serialize;

use crate::config::file::is_of_tags;
use crate::level::{Writer, parse};
use crate::resource::Resource;

/// The longest key, in characters.
const MAX_KEY: usize = 128;

/// The longest value, in characters.
const MAX_VALUE: usize = 256;

/// Tags of one resource.
const MAX_TAGS: usize = 50;

/// A tag that AWS does not take: nothing of the change would be applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The key as written.
    pub key: String,
    /// The value as written.
    pub value: String,
    /// What AWS says no to.
    pub why: String,
    /// A value that says the same and is taken.
    pub write: Option<String>,
}

impl Display for Refused {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        write!(
            text,
            "{} = {} (refused): AWS does not take it: {}",
            self.key.escape_debug(),
            self.value.escape_debug(),
            self.why
        )?;
        self.write.as_ref().map_or(Ok(()), |write| write!(text, "; write {write}"))
    }
}

/// Everything that AWS would refuse in the tags of a resource.
pub(super) fn of(resource: &Resource, severities: usize) -> Vec<Refused> {
    let mut refused: Vec<Refused> =
        resource.tags.iter().filter_map(|(key, value)| one(key, value, severities)).collect();
    if resource.tags.len() > MAX_TAGS {
        let why = format!("a resource has at most {MAX_TAGS} tags, this one has {}", resource.tags.len());
        refused.push(Refused { key: String::new(), value: String::new(), why, write: None });
    }
    refused
}

fn one(key: &str, value: &str, severities: usize) -> Option<Refused> {
    let why = why(key, value)?;
    let write = if key.chars().all(is_of_tags) { respelled(value, severities) } else { None };
    Some(Refused { key: key.to_owned(), value: value.to_owned(), why, write })
}

fn why(key: &str, value: &str) -> Option<String> {
    let reserved = ["aws:", "rds:"].into_iter().find(|prefix| key.to_ascii_lowercase().starts_with(prefix));
    let stranger = |text: &str| text.chars().find(|character| !is_of_tags(*character));
    // AWS's own tags are there, but nobody can write them.
    if reserved.is_some() {
        return None;
    }
    if key.is_empty() || key.chars().count() > MAX_KEY {
        return Some(format!("a key has 1 to {MAX_KEY} characters"));
    }
    if value.chars().count() > MAX_VALUE {
        return Some(format!("a value has at most {MAX_VALUE} characters"));
    }
    let stranger = stranger(key).or_else(|| stranger(value))?;
    Some(format!("{stranger:?} is not allowed in tags, only letters, digits, spaces and _ . : / = + - @"))
}

/// The value in characters that are allowed, if it is a level then.
fn respelled(value: &str, severities: usize) -> Option<String> {
    let text = with_points(&value.replace('%', "pct")).replace([',', ';', '|'], "/");
    let text: String = text.chars().filter(|character| is_of_tags(*character)).collect();
    let text = text.trim().to_owned();
    (text != value && parse(&text, severities, Writer::Tag).is_ok()).then_some(text)
}

/// Decimal commas as points. A comma is one if a lone zero stands before it or a single digit behind it: `0,25` and
/// `1,5` are numbers, `80,90` is a ladder.
fn with_points(text: &str) -> String {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let digits_before = |text: &str| text.bytes().rev().take_while(u8::is_ascii_digit).count();
    let mut written = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        let (before, behind) = (&text[..at], &text[at + character.len_utf8()..]);
        let is_decimal = match (digits_before(before), digits(behind)) {
            (0, _) | (_, 0) => false,
            (1, _) if before.ends_with('0') => true,
            (_, behind) => behind == 1,
        };
        written.push(if character == ',' && is_decimal { '.' } else { character });
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spelling_that_works() {
        let check = |value: &str, expected: Option<&str>| {
            let refused = one("plimsoll/ReadLatency", value, 2).expect(value);
            assert_eq!(refused.write.as_deref(), expected, "{value}");
        };
        check("80%", Some("80pct"));
        check("80%,90%", Some("80pct/90pct"));
        check("80,90", Some("80/90"));
        check("80;90", Some("80/90"));
        check("1,5", Some("1.5"));
        check("82,5", Some("82.5"));
        check("10,5GiB", Some("10.5GiB"));
        check("0,02/0,05", Some("0.02/0.05"));
        check("0,02;0,05", Some("0.02/0.05"));
        check("<100", Some("100"));
        check("80,90,95", None);
        check("1.000,5", None);
        check("eighty, ninety", None);
    }
}
