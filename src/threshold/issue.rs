//! Tags and configured levels that cannot be used: each is one issue, identified by key and reason, limited in number.

use super::source::Source;
use crate::catalog::Row;
use crate::catalog::measure::LevelError;
use crate::level::{Reason, Written};

/// The most issues kept for one resource: as many as a person mends at once. A resource with more usually has one
/// mistake many times.
pub const MAX_ISSUES_PER_RESOURCE: usize = 10;

/// The longest key that RDS allows, in characters.
const MAX_KEY: usize = 128;

/// The longest value that RDS allows, in characters.
const MAX_TEXT: usize = 256;

/// A tag or a configured level that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Issue {
    /// The key as found; for configured levels the source and the metric, such as `override FreeStorageSpace`; empty
    /// where no single key is at fault.
    pub tag_key: String,
    /// Why it cannot be used.
    pub reason: Reason,
    /// The value as found.
    pub text: String,
    /// The catalogue row's metric, if the key names one.
    pub metric: Option<&'static str>,
    /// The name of the guard that it violates.
    pub guard: Option<String>,
    /// What a person can do about it, where that is more specific than the remedy of the reason.
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

    /// An issue of a tag.
    pub(super) fn tag(key: &str, text: &str, reason: Reason, metric: Option<&'static str>) -> Self {
        let tag_key = key.chars().take(MAX_KEY).collect();
        Self { tag_key, reason, text: text.chars().take(MAX_TEXT).collect(), metric, guard: None, advice: None }
    }

    /// The same with a more specific remedy, if there is one.
    pub(super) fn advising(self, remedy: impl Into<Option<String>>) -> Self {
        Self { advice: remedy.into(), ..self }
    }

    /// The same with one more sentence behind its remedy.
    pub(super) fn adding(self, sentence: &str) -> Self {
        let advice = Some(format!("{} {sentence}", self.remedy()));
        Self { advice, ..self }
    }

    /// An issue of a guard itself.
    pub(super) fn guard(guard: &str, metric: &'static str, reason: Reason) -> Self {
        let issue = Self::tag(&format!("guard {metric}"), guard, reason, Some(metric));
        Self { guard: Some(guard.to_owned()), ..issue }
    }

    /// The same with the guard that it violates and what that guard does, such as `requires a critical level`.
    pub(super) fn violating(self, guard: &str, effect: &str) -> Self {
        let advice = Some(format!("The guard `{guard}` {effect}."));
        Self { guard: Some(guard.to_owned()), advice, ..self }
    }

    /// An issue of a configured ladder that cannot be measured on this resource.
    pub(super) fn written(source: Source, row: &Row, written: &Written, error: LevelError) -> Self {
        let issue = Self::configured(source, row.metric, &written.to_string(), error.reason());
        issue.advising(error.remedy(row))
    }

    /// An issue of a level that no tag sets.
    pub(super) fn configured(source: Source, metric: &'static str, text: &str, reason: Reason) -> Self {
        Self::tag(&format!("{} {metric}", source.name()), text, reason, Some(metric))
    }
}

/// Keeps one issue for each key, reason and guard, up to the limit. Returns them with the number of those left out.
pub(super) fn limit(mut issues: Vec<Issue>) -> (Vec<Issue>, usize) {
    issues.sort();
    issues.dedup_by(|next, kept| next.is_at_same_key(kept) && next.guard == kept.guard);
    let omitted = issues.len().saturating_sub(MAX_ISSUES_PER_RESOURCE);
    issues.truncate(MAX_ISSUES_PER_RESOURCE);
    (issues, omitted)
}
