//! The level of a resource that its values are nearest to, and the levels that they have crossed.

use serde::{Deserialize, Serialize};

use super::values::Values;
use crate::catalog::Row;
use crate::config::Config;
use crate::inventory::Known;
use crate::resource::ResourceIndex;
use crate::threshold::Threshold;

/// A level of a resource with the value of its metric.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Nearest {
    /// As CloudWatch names it.
    pub metric: String,
    /// The configured name.
    pub severity: String,
    /// The unit of every number here.
    pub unit: String,
    /// What is served now.
    pub value: f64,
    /// How many seconds ago the period of the value ended; `None` for what a listing returned.
    #[serde(default)]
    pub age_seconds: Option<i64>,
    /// The level.
    pub level: f64,
    /// Every level of the metric, least severe first.
    #[serde(default)]
    pub ladder: Vec<Rung>,
    /// The headroom as a share of the greater of value and level; below 0 it is crossed.
    pub headroom_ratio: f64,
}

/// A level of a metric.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Rung {
    /// The configured name.
    pub severity: String,
    /// In the metric's unit.
    pub level: f64,
    /// Whether no configured severity is more severe.
    pub most_severe: bool,
}

/// A level of a resource that is not muted, with the value of its metric.
pub(super) struct Measured<'a> {
    pub(super) row: &'static Row,
    pub(super) threshold: &'a Threshold,
    pub(super) value: f64,
    /// `None` where no share can be computed.
    pub(super) ratio: Option<f64>,
    pub(super) is_crossed: bool,
}

/// Every level of a resource that has a value and is not muted.
pub(super) fn measured<'a>(
    known: &'a Known,
    values: &'a Values,
    index: ResourceIndex,
) -> impl Iterator<Item = Measured<'a>> {
    let is_muted =
        |threshold: &&Threshold| known.resolved.schedule.muted_by(threshold.metric, values.now.wall).is_some();
    let unmuted = known.resolved.thresholds.iter().filter(move |threshold| !is_muted(threshold));
    unmuted.filter_map(move |threshold| Measured::of(threshold, values, index))
}

impl<'a> Measured<'a> {
    /// A level of a resource; `None` without a value or where no value is bad.
    pub(super) fn of(threshold: &'a Threshold, values: &Values, index: ResourceIndex) -> Option<Self> {
        let (row, value) = values.row_and_value(threshold.metric, index)?;
        let value = value?;
        let is_crossed = row.alert?.bad.is_beyond(value, threshold.value);
        Some(Self { row, threshold, value, ratio: row.headroom_ratio(value, threshold.value), is_crossed })
    }

    /// A level without a share is as far as possible from being crossed, or beyond.
    pub(super) fn ratio(&self) -> f64 {
        self.ratio.unwrap_or(if self.is_crossed { -1.0 } else { 1.0 })
    }

    /// What people and programs get of it.
    pub(super) fn described(&self, known: &Known, config: &Config, age_seconds: Option<i64>) -> Nearest {
        let Self { row, threshold, value, .. } = self;
        Nearest {
            metric: row.metric.to_owned(),
            severity: config.severity(threshold.severity).to_owned(),
            unit: row.unit.name().to_owned(),
            value: *value,
            age_seconds,
            level: threshold.value,
            ladder: ladder(known, row.metric, config),
            headroom_ratio: self.ratio(),
        }
    }
}

/// The levels of a metric of a resource, least severe first.
fn ladder(known: &Known, metric: &str, config: &Config) -> Vec<Rung> {
    let levels = known.resolved.thresholds.iter().filter(|threshold| threshold.metric == metric);
    let rung = |one: &Threshold| Rung {
        severity: config.severity(one.severity).to_owned(),
        level: one.value,
        most_severe: one.severity + 1 == config.severities.len(),
    };
    levels.map(rung).collect()
}
