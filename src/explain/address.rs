//! Text as a part of a URL.

use std::fmt::{self, Display, Formatter, Write};

/// Text as a path segment or query value; characters other than those of RFC 3986 §2.3 are percent-encoded.
pub struct Encoded<'a>(pub &'a str);

impl Display for Encoded<'_> {
    fn fmt(&self, address: &mut Formatter<'_>) -> fmt::Result {
        self.0.bytes().try_for_each(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' => {
                address.write_char(char::from(byte))
            }
            _ => write!(address, "%{byte:02X}"),
        })
    }
}
