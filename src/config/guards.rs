//! Guards as meant: how far the tags of the resources that match may go.

use std::time::Duration;

use super::Matcher;
use crate::catalog::MetricId;
use crate::level::Level;

/// Bounds on what tags may say; configuration is not bound.
#[derive(Debug, Clone, PartialEq)]
pub struct Guard {
    /// How people call it: it stands with every issue that it makes.
    pub name: String,
    /// All must match; none match every resource.
    pub matchers: Vec<Matcher>,
    /// Bounds by metric.
    pub bounds: Vec<(MetricId, Bound)>,
    /// How many metrics may be asked of `CloudWatch` only because a tag names them.
    pub extra_metrics: Option<usize>,
    /// How long any metric may be muted at a time.
    pub longest_mute: Option<Duration>,
}

impl Guard {
    /// Its bound on a metric.
    #[must_use]
    pub fn bound(&self, metric: MetricId) -> Option<&Bound> {
        self.bounds.iter().find(|(bounded, _)| *bounded == metric).map(|(_, bound)| bound)
    }
}

/// How far tags may go for one metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// The lowest number that a level may be, whatever side of it is bad.
    pub lowest: Option<Level>,
    /// The highest number that a level may be.
    pub highest: Option<Level>,
    /// Whether tags may leave the metric without any level.
    pub may_be_off: bool,
    /// Indices into the configured severities: levels that must exist, from the catalogue if nobody else speaks.
    pub required: Vec<usize>,
    /// How long the metric may be muted at a time.
    pub longest_mute: Option<Duration>,
}

impl Default for Bound {
    fn default() -> Self {
        Self { lowest: None, highest: None, may_be_off: true, required: Vec::new(), longest_mute: None }
    }
}
