//! Why there is no answer.

use serde::{Deserialize, Serialize};

use super::failures::ScopeFailures;

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

    /// The same with what fails meanwhile: a database that is not found may be missing because of it.
    #[must_use]
    pub fn with(mut self, failures: &[ScopeFailures]) -> Self {
        if self.candidates.is_empty() {
            let lines = std::iter::once(self.error).chain(failures.iter().flat_map(ScopeFailures::lines));
            self.error = lines.collect::<Vec<_>>().join("; ");
        }
        self
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
