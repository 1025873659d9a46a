//! Which metrics are queried, with which statistics and levels.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::catalog::{MetricId, Statistic};
use crate::level::Written;
use crate::resource::Role;

/// Which metrics are queried.
#[derive(Debug, Clone, PartialEq)]
pub struct Metrics {
    /// Which part of the catalogue is queried.
    pub profile: Profile,
    /// Statistics queried of every metric that is queried, in addition to those of the catalogue.
    pub statistics: Vec<Statistic>,
    /// The configuration of single metrics.
    pub choices: Vec<MetricChoice>,
}

/// Which part of the catalogue is queried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// No metric. Only thresholds are served; another exporter fetches the metrics.
    None,
    /// Metrics that have a level on that resource.
    Alerting,
    /// Also the metrics that dashboards show.
    Dashboards,
    /// Every metric that the resource can have.
    All,
}

/// The configuration of one metric.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricChoice {
    /// The metric.
    pub metric: MetricId,
    /// Statistics queried in addition to those of the catalogue.
    pub statistics: Vec<Statistic>,
    /// The polling interval, instead of that of its class.
    pub interval: Option<Duration>,
    /// The levels of every resource without a more specific source.
    pub threshold: Option<Written>,
    /// The rule's `for`, instead of the computed one.
    pub rule_for: Option<Duration>,
    /// The `for` of alerts of single severities, by the index of the severity.
    pub waits: BTreeMap<usize, Duration>,
    /// Aggregates over the members of Aurora clusters that are also queried: over all members (`None`) or those of one
    /// role.
    pub aggregates: Vec<Option<Role>>,
}
