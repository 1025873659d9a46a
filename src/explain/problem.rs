//! What cannot be used, and why.

use serde::{Deserialize, Serialize};

use crate::threshold::Issue;

/// A tag or configured level that cannot be used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The ARN of the resource that carries it.
    pub on: String,
    /// The key as found, or the configured level.
    pub tag_key: String,
    /// The value as found.
    pub text: String,
    /// A word of a closed set, as in `plimsoll_threshold_issue`.
    pub reason: String,
    /// The metric, if the key names one.
    pub metric: Option<String>,
    /// The guard that it violates.
    pub guard: Option<String>,
    /// The remedy.
    pub remedy: String,
}

impl Problem {
    /// An issue of the resource with this ARN.
    #[must_use]
    pub fn of(on: &str, issue: &Issue) -> Self {
        Self {
            on: on.to_owned(),
            tag_key: issue.tag_key.clone(),
            text: issue.text.clone(),
            reason: issue.reason.name().to_owned(),
            metric: issue.metric.map(str::to_owned),
            guard: issue.guard.clone(),
            remedy: issue.remedy().to_owned(),
        }
    }

    /// The tag or level with the reason why it is not used, such as `plimsoll/CPUUtilization = 80 90 (not_a_number)`.
    pub(super) fn fault(&self) -> String {
        let guard = self.guard.as_ref().map(|guard| format!(" {guard}")).unwrap_or_default();
        format!("{} = {} ({}{guard})", self.tag_key, self.text, self.reason)
    }
}
