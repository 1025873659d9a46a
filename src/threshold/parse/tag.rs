//! What is read from one tag.

use std::sync::Arc;

use crate::catalog::Row;
use crate::level::mute::written::Written as WrittenMute;
use crate::level::{Reason, Written};

/// A tag as found on AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// The key.
    pub key: String,
    /// The value.
    pub text: String,
}

/// A tag with levels for the whole metric or for one severity of it.
#[derive(Debug, PartialEq)]
pub(in super::super) struct LevelTag {
    /// Shared with the candidates that it sets.
    pub(in super::super) tag: Arc<Tag>,
    pub(in super::super) row: &'static Row,
    /// Index into the configured severities; `None` for all of them.
    pub(in super::super) severity: Option<usize>,
    /// Whether the key is one of `[tags.legacy]`.
    pub(in super::super) is_legacy: bool,
    /// One entry for each configured severity, or why the value cannot be read.
    pub(in super::super) written: Result<Written, Reason>,
}

/// A tag that mutes levels.
#[derive(Debug, PartialEq)]
pub(in super::super) struct MuteTag {
    pub(in super::super) tag: Tag,
    /// The catalogue row's metric; `None` for all.
    pub(in super::super) metric: Option<&'static str>,
    pub(in super::super) written: WrittenMute,
}
