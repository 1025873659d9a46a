//! The text of an SDK error for the log: its message and those of its sources.
//!
//! The debug format of the SDK's errors is not used, because it contains whole responses, and with them credentials.

use std::error::Error;
use std::fmt::{self, Write};
use std::iter::successors;

use crate::escape::{self, is_hidden};

/// The limit of a text in bytes. A message of AWS has a few hundred; one of another server may have any number.
const TEXT_BYTES: usize = 2048;

/// The limit of a message of AWS in bytes; those about missing permissions, the longest usual ones, have about 300.
const MESSAGE_BYTES: usize = 512;

/// Beginnings of texts that must not be logged, in lower case: fields of credentials and signatures, in responses, files and
/// processes that give credentials, in requests that a response repeats, and in the canonical request that
/// `SignatureDoesNotMatch` quotes.
const SECRETS: [&str; 12] = [
    "accesstoken",
    "aws4-hmac-sha256",
    "clientsecret",
    "externalid",
    "refreshtoken",
    "secret_access_key",
    "secretaccesskey",
    "session_token",
    "sessiontoken",
    "webidentitytoken=",
    "x-amz-security-token",
    "x-amz-signature",
];

/// The most bytes of one character: an escaped one is `\u` and four digits.
const ESCAPED_BYTES: usize = 6;

/// Written in place of the rest of a text.
const CUT: &str = "...";

/// The messages of an error and of all its sources, in one line of bounded length that ends before the first secret.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut line = Line { text: String::new(), limit: TEXT_BYTES };
    let all = links(error).try_fold("", |between, error| write!(line, "{between}{error}").map(|()| ": "));
    without_secrets(line.text, all.is_ok())
}

/// A message of AWS, in one line of bounded length that ends before the first secret.
pub(super) fn message(text: &str) -> String {
    let mut line = Line { text: String::new(), limit: MESSAGE_BYTES };
    let all = line.write_str(text.trim());
    without_secrets(line.text, all.is_ok())
}

/// An error and its sources.
pub(super) fn links<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |&error| error.source())
}

/// The text up to the first secret; `is_whole` is false if it was cut before.
fn without_secrets(mut text: String, is_whole: bool) -> String {
    let lower = text.to_ascii_lowercase();
    let secret = SECRETS.iter().filter_map(|secret| lower.find(secret)).min();
    text.truncate(secret.unwrap_or(text.len()));
    if secret.is_some() || !is_whole {
        text.push_str(CUT);
    }
    text
}

/// One line: invisible characters are escaped, and writing fails at the limit.
struct Line {
    text: String,
    limit: usize,
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|character| {
            let fits = self.text.len() + ESCAPED_BYTES + CUT.len() <= self.limit;
            match character {
                _ if !fits => return Err(fmt::Error),
                hidden if is_hidden(hidden) => escape::write(&mut self.text, hidden)?,
                plain => self.text.push(plain),
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Layer(String, #[source] Option<Box<Layer>>);

    fn layers(texts: &[&str]) -> Layer {
        let wrap = |inner, text: &&str| Some(Box::new(Layer((*text).to_owned(), inner)));
        *texts.iter().rev().fold(None, wrap).unwrap()
    }

    #[track_caller]
    fn check(texts: &[&str], expected: &str) {
        assert_eq!(chain(&layers(texts)), expected);
    }

    #[test]
    fn messages_are_joined_in_one_line() {
        check(&["dispatch failure", "other", "no route"], "dispatch failure: other: no route");
        check(&["é \u{1b}[2J\nlevel=info"], "é \\u001b[2J\\nlevel=info");
    }

    #[test]
    fn a_secret_ends_the_text() {
        check(&["denied", "Action=AssumeRole&ExternalId=x", "more"], "denied: Action=AssumeRole&...");
        check(&["{\"SecretAccessKey\":\"x\"}"], "{\"...");
        check(&["host:rds\nx-amz-security-token:x"], "host:rds\\n...");
        check(&["Action=AssumeRoleWithWebIdentity&WebIdentityToken=x"], "Action=AssumeRoleWithWebIdentity&...");
        let message = "The security token included in the request is expired";
        check(&["service error", message], &format!("service error: {message}"));
    }

    #[test]
    fn the_text_is_bounded() {
        for long in ["x".repeat(10 << 20), "\u{1b}".repeat(10 << 20), "é".repeat(10 << 20)] {
            let text = chain(&layers(&["dispatch failure", &long, "source"]));
            assert!(text.len() <= TEXT_BYTES && text.len() > TEXT_BYTES - 20, "{}", text.len());
            assert!(text.ends_with(CUT), "{text}");
        }
    }
}
