//! Names in the file that become labels or parts of tag keys.

use super::reader::Value;

/// The longest name that becomes a label value or a part of a tag key.
pub(super) const MAX_NAME: usize = 64;

/// Whether RDS allows a character in the keys and values of tags: `[\p{L}\p{Z}\p{N}_.:/=+\-@]`.
///
/// The pattern: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.html>. White space that is no control
/// character is exactly `\p{Z}`: <https://www.unicode.org/Public/UCD/latest/ucd/PropList.txt>.
#[must_use]
pub fn is_of_tags(character: char) -> bool {
    let is_separator = character.is_whitespace() && !character.is_control();
    character.is_alphanumeric() || is_separator || "_.:/=+-@".contains(character)
}

/// The entries of a list that pass a check. Duplicates are errors; upper and lower case count as equal.
pub(super) fn distinct(list: &Value, is_valid: impl Fn(&str) -> bool, remedy: &str) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for entry in list.entries() {
        let Some(text) = entry.text_if(&is_valid, remedy) else {
            continue;
        };
        if kept.iter().any(|other| other.eq_ignore_ascii_case(text)) {
            entry.error(format_args!("has {text:?} twice"), "remove one of them");
            continue;
        }
        kept.push(text.to_owned());
    }
    kept
}
