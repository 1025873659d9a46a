//! What a person wrote that could not be used: found once, named by key and reason, and limited in number.

use super::Source;
use crate::catalog::Row;
use crate::catalog::measure::Misfit;
use crate::config::Guard;
use crate::level::{Reason, Written};

/// As many as a person mends in one go; a resource with more has one mistake many times.
pub const MAX_ISSUES_PER_RESOURCE: usize = 10;

/// The longest key that RDS allows, in characters.
const MAX_KEY: usize = 128;

/// The longest value that RDS allows, in characters.
const MAX_TEXT: usize = 256;

/// Something that a person wrote and that could not be used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Issue {
    /// The key as found; for configured levels the source and the metric, such as `override FreeStorageSpace`; empty
    /// where no single key is at fault.
    pub tag_key: String,
    /// Why it could not be used.
    pub reason: Reason,
    /// The value as found.
    pub text: String,
    /// The catalogue row's metric, if the key names one.
    pub metric: Option<&'static str>,
    /// The name of the guard that it goes against.
    pub guard: Option<String>,
    /// What a person can do about it, where more can be said than the reason tells.
    advice: Option<String>,
}

impl Issue {
    /// What a person can do about it, as a sentence.
    #[must_use]
    pub fn remedy(&self) -> &str {
        self.advice.as_deref().unwrap_or_else(|| self.reason.remedy())
    }

    /// Whether the other one has the same labels as a series.
    #[must_use]
    pub fn is_at_same_key(&self, other: &Self) -> bool {
        self.tag_key == other.tag_key && self.reason == other.reason
    }

    /// An issue with a tag.
    pub(super) fn tag(key: &str, text: &str, reason: Reason, metric: Option<&'static str>) -> Self {
        let tag_key = key.chars().take(MAX_KEY).collect();
        Self { tag_key, reason, text: text.chars().take(MAX_TEXT).collect(), metric, guard: None, advice: None }
    }

    /// The same, with a remedy of its own.
    pub(super) fn advising(self, remedy: impl Into<Option<String>>) -> Self {
        Self { advice: remedy.into(), ..self }
    }

    /// A bound that makes no number for this resource, so that it does not bind.
    pub(super) fn guard(guard: &Guard, metric: &'static str, reason: Reason) -> Self {
        let issue = Self::tag(&format!("guard {metric}"), &guard.name, reason, Some(metric));
        Self { guard: Some(guard.name.clone()), ..issue }
    }

    /// The same, with the guard that made it and what that guard does, such as `requires a critical level`.
    pub(super) fn beyond(self, guard: &str, allowed: &str) -> Self {
        let advice = Some(format!("The guard `{guard}` {allowed}."));
        Self { guard: Some(guard.to_owned()), advice, ..self }
    }

    /// An issue with a configured level that makes no number for this resource.
    pub(super) fn written(source: Source, row: &Row, written: &Written, misfit: Misfit) -> Self {
        let issue = Self::configured(source, row.metric, &written.to_string(), misfit.reason());
        issue.advising(misfit.remedy(row))
    }

    /// An issue with a configured level.
    pub(super) fn configured(source: Source, metric: &'static str, text: &str, reason: Reason) -> Self {
        Self::tag(&format!("{} {metric}", source.name()), text, reason, Some(metric))
    }
}

/// The issues by key, reason and guard, one each, as many as are kept, and how many there are beyond.
pub(super) fn limit(mut issues: Vec<Issue>) -> (Vec<Issue>, usize) {
    issues.sort();
    issues.dedup_by(|next, kept| next.is_at_same_key(kept) && next.guard == kept.guard);
    let omitted = issues.len().saturating_sub(MAX_ISSUES_PER_RESOURCE);
    issues.truncate(MAX_ISSUES_PER_RESOURCE);
    (issues, omitted)
}
