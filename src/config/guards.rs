//! Guards: limits on what the tags of matching resources may set.

use std::time::Duration;

use super::Matcher;
use crate::catalog::MetricId;
use crate::level::Level;

/// Limits on what tags may set. Levels from the configuration are not limited.
#[derive(Debug, Clone, PartialEq)]
pub struct Guard {
    /// The guard's name. Every issue caused by the guard shows it.
    pub name: String,
    /// All must match. Without matchers, the guard matches every resource.
    pub matchers: Vec<Matcher>,
    /// Bounds, by metric.
    pub bounds: Vec<(MetricId, Bound)>,
    /// How many metrics may be queried only because a tag names them.
    pub extra_metrics: Option<usize>,
    /// The longest mute that is allowed for any metric.
    pub longest_mute: Option<Duration>,
}

impl Guard {
    /// The bound of a metric, if the guard has one.
    #[must_use]
    pub fn bound(&self, metric: MetricId) -> Option<&Bound> {
        self.bounds.iter().find(|(bounded, _)| *bounded == metric).map(|(_, bound)| bound)
    }
}

/// Limits on what tags may set for one metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// The lowest number that a level may have, whichever side of it is bad.
    pub lowest: Option<Level>,
    /// The highest number that a level may have.
    pub highest: Option<Level>,
    /// Whether tags may leave the metric without any level.
    pub may_be_off: bool,
    /// Severities that must have a level, as indices into the configured severities. If no other source has one, the
    /// catalogue's default is used.
    pub required: Vec<usize>,
    /// The longest mute that is allowed for this metric.
    pub longest_mute: Option<Duration>,
}

impl Default for Bound {
    fn default() -> Self {
        Self { lowest: None, highest: None, may_be_off: true, required: Vec::new(), longest_mute: None }
    }
}
