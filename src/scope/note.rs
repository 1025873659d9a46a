//! What people should read once, as values; who logs it chooses the words.

use std::sync::Arc;

use crate::level::mute::Mute;
use crate::plan::Task;
use crate::threshold::{Issue, Source};

/// Something about a resource that people should read once.
#[derive(Debug, Clone, PartialEq)]
pub enum Note {
    /// A tag cannot be used.
    IssueAppeared {
        /// The resource's ARN.
        resource: Arc<str>,
        /// What is wrong.
        issue: Issue,
    },
    /// A tag that could not be used is mended or gone.
    IssueGone {
        /// The resource's ARN.
        resource: Arc<str>,
        /// What was wrong.
        issue: Issue,
    },
    /// A level of a resource is another one than before, came or went.
    LevelChanged {
        /// The resource's ARN.
        resource: Arc<str>,
        /// The catalogue row's metric.
        metric: &'static str,
        /// The configured name.
        severity: String,
        /// What it was.
        old: Option<Level>,
        /// What it is.
        new: Option<Level>,
    },
    /// So many levels changed at once that a line for each would be noise.
    ManyLevelsChanged {
        /// How many.
        changed: usize,
        /// How many of them are gone.
        lost: usize,
        /// How many resources they stood on.
        affected: usize,
        /// The ARNs of the first of these.
        named: Vec<Arc<str>>,
    },
    /// A listing was not believed: all resources that had tags lost them at once.
    TagsLost {
        /// Which listing.
        task: Task,
        /// How many resources had tags.
        resources: usize,
    },
    /// A level is crossed, and nobody hears of it because it is muted.
    CrossedWhileMuted {
        /// The resource's ARN.
        resource: Arc<str>,
        /// The catalogue row's metric.
        metric: &'static str,
        /// The most severe of the levels crossed.
        severity: String,
        /// That level, in the metric's unit.
        level: f64,
        /// The value beyond it.
        value: f64,
        /// The mute.
        mute: Mute,
    },
}

/// One side of a change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// In the metric's own unit.
    pub value: f64,
    /// Who says so.
    pub source: Source,
}
