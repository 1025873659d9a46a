//! Events for the log, as values; the poller writes them as text.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::cost::Dollars;
use crate::level::mute::Mute;
use crate::plan::Task;
use crate::resource::{EventCategory, OptionalCall};
use crate::threshold::{Issue, Source, TaggedMute};

/// An event that people should read once.
#[derive(Debug, Clone, PartialEq)]
pub enum LogEvent {
    /// A tag cannot be used.
    IssueAppeared {
        /// The resource's ARN.
        resource: Arc<str>,
        /// What is wrong.
        issue: Issue,
    },
    /// A tag that could not be used was corrected or removed.
    IssueGone {
        /// The resource's ARN.
        resource: Arc<str>,
        /// What was wrong.
        issue: Issue,
    },
    /// A level or mute changed in the same way on some resources.
    Changed {
        /// The change.
        change: Change,
        /// Their ARNs.
        resources: Vec<Arc<str>>,
    },
    /// More changes at once than people want to read one by one.
    MoreChanged {
        /// How many levels and mutes changed.
        changes: usize,
        /// How many of these are removed levels.
        levels_lost: usize,
        /// The ARNs of all of these resources.
        resources: Vec<Arc<str>>,
    },
    /// The tags of a listing were not used: all resources that had tags lost them at once.
    TagsLost {
        /// Which listing.
        task: Task,
        /// How many resources had tags.
        resources: usize,
    },
    /// A listing has resources twice: by ARN, or by the labels of their series. The first of each is watched.
    Duplicates {
        /// Which listing.
        task: Task,
        /// The ARNs of those that are not watched.
        resources: Vec<Arc<str>>,
    },
    /// Entries of filters match no listed resource.
    FiltersUnmatched {
        /// Their names.
        entries: Vec<String>,
        /// How many resources the filters leave out.
        filtered: usize,
        /// How many are watched.
        watched: usize,
    },
    /// Some resources are queried, while a first listing goes on.
    FirstForecast {
        /// How many.
        resources: usize,
        /// What they cost in a month.
        dollars: Dollars,
    },
    /// Another scope serves some resources already: they are not watched twice.
    ServedElsewhere {
        /// Their ARNs.
        resources: Vec<Arc<str>>,
    },
    /// AWS reported events of one category.
    Reported {
        /// The category.
        category: EventCategory,
        /// The ARNs of the resources, once for each event.
        resources: Vec<Arc<str>>,
    },
    /// AWS refuses an optional call, for want of a permission.
    OptionalRefused {
        /// Which call.
        call: OptionalCall,
    },
    /// AWS allows an optional call that it refused before.
    OptionalAllowed {
        /// Which call.
        call: OptionalCall,
    },
    /// A level is crossed while it is muted, so nobody is alerted.
    CrossedWhileMuted {
        /// The resource's ARN.
        resource: Arc<str>,
        /// The catalogue row's metric.
        metric: &'static str,
        /// The most severe of the levels crossed.
        severity: String,
        /// That level, in the metric's unit.
        level: f64,
        /// The value that crosses it.
        value: f64,
        /// The mute.
        muted: SourcedMute,
    },
}

/// What changed on a resource; equal changes of several are one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// A mute.
    Mute {
        /// The metric that it is for; `None` for all.
        metric: Option<&'static str>,
        /// What it was.
        old: Option<SourcedMute>,
        /// What it is.
        new: Option<SourcedMute>,
    },
    /// A level.
    Level {
        /// The catalogue row's metric.
        metric: &'static str,
        /// The configured name.
        severity: String,
        /// What it was.
        old: Option<SourcedLevel>,
        /// What it is.
        new: Option<SourcedLevel>,
    },
}

/// A mute with its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourcedMute {
    /// The mute, as limited by guards.
    pub mute: Mute,
    /// The carrier of the tag.
    pub source: Source,
}

impl From<&TaggedMute> for SourcedMute {
    fn from(tagged: &TaggedMute) -> Self {
        Self { mute: tagged.mute, source: tagged.source }
    }
}

/// A level with its source.
#[derive(Debug, Clone, Copy)]
pub struct SourcedLevel {
    /// In the metric's own unit.
    pub value: f64,
    /// Where it comes from.
    pub source: Source,
}

/// Levels are never NaN, so they have a total order.
impl Ord for SourcedLevel {
    fn cmp(&self, other: &Self) -> Ordering {
        self.value.total_cmp(&other.value).then(self.source.cmp(&other.source))
    }
}

impl PartialOrd for SourcedLevel {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Eq for SourcedLevel {}

impl PartialEq for SourcedLevel {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
