//! The first line of a state file: `plimsoll-state 1 <SHA-256 of everything behind the line, in hexadecimal>`.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// What every state file begins with.
const FORMAT: &str = "plimsoll-state";

/// Changes when an older file could be misread. A new field that may be missing is no reason.
const VERSION: &str = "1";

/// The longest first line that is looked for: this version's has 82 bytes.
const LONGEST: usize = 128;

/// What is wrong with the first line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum HeaderError {
    /// It is no state file.
    Foreign,
    /// It is a state file of another version of the format.
    OtherVersion(String),
    /// The checksum is not that of the content.
    Damaged,
}

/// The line for a content, with its end.
pub(super) fn of<'a>(content: impl Iterator<Item = &'a [u8]>) -> String {
    format!("{FORMAT} {VERSION} {}\n", checksum(content))
}

/// What stands behind the line, if it is whole.
pub(super) fn content(file: &[u8]) -> Result<&[u8], HeaderError> {
    let end = file.iter().take(LONGEST).position(|byte| *byte == b'\n').ok_or(HeaderError::Foreign)?;
    let line = std::str::from_utf8(&file[..end]).map_err(|_| HeaderError::Foreign)?;
    let mut words = line.split(' ');
    if words.next() != Some(FORMAT) {
        return Err(HeaderError::Foreign);
    }
    let version = words.next().unwrap_or_default();
    if version != VERSION {
        return Err(HeaderError::OtherVersion(version.to_owned()));
    }
    let content = &file[end + 1..];
    let is_whole = words.next() == Some(&*checksum(std::iter::once(content)));
    if is_whole { Ok(content) } else { Err(HeaderError::Damaged) }
}

fn checksum<'a>(content: impl Iterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    content.for_each(|part| hash.update(part));
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
