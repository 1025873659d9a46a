//! Why there is no answer.

use serde::{Deserialize, Serialize};

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What is wrong.
    pub error: String,
    /// The ARNs that were meant, if there are several.
    pub candidates: Vec<String>,
}

impl Refusal {
    pub(super) fn new(error: impl Into<String>) -> Self {
        Self { error: error.into(), candidates: Vec::new() }
    }

    /// As JSON, for programs.
    #[must_use]
    pub fn json(&self) -> String {
        json(self)
    }
}

/// Serialization cannot fail: the values contain only strings, numbers and lists.
pub(super) fn json(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).map(|text| text + "\n").unwrap_or_default()
}
