//! What one scope knows at one moment: columns of samples by family, never changed, only replaced.
//!
//! A column says from when and until when each of its samples may be served, by the steady clock (`plan::Now`). No text, no
//! polling, no clock.

use std::collections::BTreeMap;
use std::sync::Arc;

pub mod labels;
pub mod points;
mod samples;

pub use samples::{Sample, Samples, SamplesBuilder, SharedOwners};

use crate::resource::ResourceIndex;
use crate::time::Timestamp;

/// One family of series: what `# HELP` says and what every line begins with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Family {
    /// The series name.
    pub name: String,
    /// One line, without line feed or backslash.
    pub help: String,
}

/// The samples of one family in one scope, in the order they are served.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The label blocks that samples point to, without braces: `a="1",b="2"`. Shared by the scope's columns.
    pub labels: Arc<[Box<str>]>,
    /// What samples point to besides.
    pub extras: Vec<Extra>,
    /// The samples.
    pub samples: Samples,
}

/// What many samples of a column have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extra {
    /// Further labels, such as `severity="critical"`, or the empty text.
    pub labels: Box<str>,
    /// The first second at which its samples may be served.
    pub begins: Timestamp,
    /// The first second at which its samples must not be served any more.
    pub expires: Timestamp,
}

/// When a sample expires that lives as long as its column.
pub const NEVER: Timestamp = Timestamp::MAX;

/// When a sample begins that lives as soon as its column.
pub const ALWAYS: Timestamp = Timestamp::MIN;

impl Column {
    /// What a sample has in common with others.
    #[must_use]
    pub fn extra(&self, sample: &Sample) -> &Extra {
        &self.extras[sample.extra as usize]
    }

    /// Whether a sample may be served.
    #[must_use]
    pub fn lives(&self, sample: &Sample, now: Timestamp) -> bool {
        self.extra(sample).lives(now)
    }
}

impl Extra {
    /// Further labels of samples that live as long as their column.
    #[must_use]
    pub fn ever(labels: &str) -> Self {
        Self { labels: labels.into(), begins: ALWAYS, expires: NEVER }
    }

    /// Whether its samples may be served.
    #[must_use]
    pub fn lives(&self, now: Timestamp) -> bool {
        self.begins <= now && now < self.expires
    }

    /// When its samples begin, if they have not, else when they expire, if they have not.
    pub(crate) fn next_change(&self, now: Timestamp) -> Option<Timestamp> {
        if now < self.begins && self.begins < self.expires {
            return Some(self.begins);
        }
        if now < self.expires { Some(self.expires) } else { None }
    }
}

/// A metric of a resource for which CloudWatch has no datapoint.
pub type Unanswered = (ResourceIndex, &'static str);

/// Everything one scope serves.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ScopeSnapshot {
    /// Account id and region, known from the first resource on.
    pub location: Option<(String, String)>,
    /// Columns by family.
    pub columns: BTreeMap<Arc<Family>, Arc<Column>>,
    /// For each place in the columns' labels the shard of the page that has its series. Those beyond the end are in the
    /// first shard; empty where the page is not split.
    pub shards: Arc<[u8]>,
    /// The metrics with default levels that never had a datapoint or are gone, in order; they have no series.
    pub unanswered: Vec<Unanswered>,
}
