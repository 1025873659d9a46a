//! What every source said of one metric and what became of it: the same chain as `resolve`, told instead of used.

use super::Source;
use super::sources::Sources;
use crate::config::selection::Selected;
use crate::config::{Config, Selection};
use crate::resource::Resource;

/// What one source said of one severity.
#[derive(Debug, Clone, PartialEq)]
pub struct Voice {
    /// Who.
    pub source: Source,
    /// Index into the configured severities.
    pub severity: usize,
    /// In the metric's own unit; `None` says that there is no level.
    pub level: Option<f64>,
    /// What stands there: the tag, the configured text, or where a default comes from.
    pub said: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a level that a source gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It stands.
    Won,
    /// A more specific source had spoken.
    Overruled,
    /// It would have inverted the ladder of more specific sources.
    OutOfOrder,
}

/// One metric with a bad side, and everybody who spoke of it, the most specific source first.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricTrace {
    /// The catalogue row's metric.
    pub metric: &'static str,
    /// What was said, readable things only; what could not be used is an issue.
    pub voices: Vec<Voice>,
}

/// Who said what of every metric that the resource can have; see [`resolve`](super::resolve).
#[must_use]
pub fn trace(
    resource: &Resource,
    cluster: Option<&Resource>,
    config: &Config,
    selection: &Selection,
    account: &str,
) -> Vec<MetricTrace> {
    let mut sources = Sources::gather(resource, cluster, config, account);
    sources.limit_extra_metrics(selection);
    let rows = selection.metrics.iter().filter(|selected| selected.row.can_exist_on(resource));
    let trace = |selected: &Selected| {
        let voices = sources.speak(selected, selected.row.alert.as_ref()?).voices;
        Some(MetricTrace { metric: selected.row.metric, voices })
    };
    rows.filter_map(trace).collect()
}
