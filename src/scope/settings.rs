//! What a scope takes from the configuration.

use std::sync::Arc;

use crate::config::{Config, Selection};
use crate::snapshot::points::Series;

/// What a scope takes from the configuration; a new one may replace it while the scope runs.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The configuration.
    pub config: Arc<Config>,
    /// Its join with the catalogue.
    pub selection: Arc<Selection>,
    /// How many issue series the scope may serve.
    pub issue_limit: usize,
}

/// Every column of points that a selection can have.
pub(super) fn series(selection: &Selection) -> impl Iterator<Item = Series> {
    let metrics = selection.metrics.iter().filter(|_| selection.polls);
    metrics.flat_map(|one| one.statistics.iter().map(|statistic| (one.row.id(), *statistic)))
}
