//! Text that must not be shown.

use std::fmt::{self, Debug, Formatter};

/// A text that no message and no log line shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, for the one place that needs it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl Debug for Secret {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        text.write_str("<secret>")
    }
}
