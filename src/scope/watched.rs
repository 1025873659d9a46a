//! One resource of a scope and what is made of its tags.

use std::sync::Arc;

use crate::catalog::{Forecast, Row};
use crate::resource::Resource;
use crate::threshold::{self, ParsedTags, Resolved, Source};

/// One resource and what is made of its tags.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) arn: Arc<str>,
    pub(super) resource: Arc<Resource>,
    /// Its own tags, parsed.
    pub(super) tags: Arc<ParsedTags>,
    pub(super) resolved: Arc<Resolved>,
}

impl Watched {
    pub(super) fn has_level(&self, metric: &str) -> bool {
        self.resolved.thresholds.iter().any(|threshold| threshold.metric == metric)
    }

    /// Whether a forecast from the metric has a level.
    pub(super) fn is_forecast(&self, base: &Row) -> bool {
        let is_it = |forecast: &Forecast| forecast.metric() == base.metric && base.kind == self.resource.kind;
        Forecast::ALL.iter().any(|forecast| is_it(forecast) && self.has_level(forecast.name()))
    }

    /// Whether anybody wants a level for the metric, also one that cannot stand.
    pub(super) fn wants_level(&self, row: &Row) -> bool {
        let is_at_issue = || self.resolved.issues.iter().any(|issue| issue.metric == Some(row.metric));
        row.kind == self.resource.kind && (self.has_level(row.metric) || is_at_issue())
    }

    /// By name.
    pub(super) fn metrics_with_level(&self) -> impl Iterator<Item = &'static str> {
        self.resolved.thresholds.chunk_by(|left, right| left.metric == right.metric).map(|levels| levels[0].metric)
    }

    /// Whether a person spoke of the metric for this resource, in a tag or in the configuration.
    pub(super) fn says_of(&self, metric: &str) -> bool {
        let spoken =
            |threshold: &threshold::Threshold| threshold.metric == metric && threshold.source != Source::Default;
        self.resolved.named.contains(&metric) || self.resolved.thresholds.iter().any(spoken)
    }

    /// The same database as before: not one that was created anew under an old name, nor one of another size.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        let identity = |resource: &Resource| (resource.resource_id.clone(), resource.class.clone(), resource.engine);
        identity(&self.resource) == identity(&other.resource)
    }
}
