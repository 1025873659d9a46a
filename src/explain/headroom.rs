//! The levels of a fleet that are nearest to being crossed.

use serde::{Deserialize, Serialize};

use super::values::Values;
use super::word::Word;
use crate::catalog::Row;
use crate::inventory::{Known, View};
use crate::plan::Now;
use crate::threshold::{Source, Threshold};

/// The most levels that are ranked in one answer: more is a dashboard's work.
pub const MAX_HEADROOM_ROWS: usize = 1_000;

/// One level with its value and headroom.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LeastHeadroom {
    /// The resource's ARN.
    pub arn: String,
    /// The resource's identifier.
    pub id: String,
    /// As CloudWatch names it.
    pub metric: String,
    /// The configured name.
    pub severity: String,
    /// The unit of every number here.
    pub unit: String,
    /// What is served now.
    pub value: f64,
    /// The level.
    pub level: f64,
    /// Where the level comes from.
    pub source: Word<Source>,
    /// How far the value may still go, in the metric's unit; negative once it is crossed.
    pub headroom: f64,
    /// The same as a share of the greater of value and level.
    pub headroom_ratio: f64,
}

/// A level with its rank, before its texts are made.
struct Ranked<'a> {
    known: &'a Known,
    row: &'static Row,
    threshold: &'a Threshold,
    severity: &'a str,
    value: f64,
    ratio: f64,
    headroom: f64,
}

/// The levels with least headroom, nearest first. Levels without a value and muted levels are left out.
pub(super) fn rank(views: &[View], metric: Option<&str>, count: usize, now: Now) -> Vec<LeastHeadroom> {
    let mut ranked: Vec<Ranked> = views.iter().flat_map(|view| ranked_of(view, metric, now)).collect();
    ranked.sort_by(|left, right| left.ratio.total_cmp(&right.ratio));
    ranked.truncate(count);
    ranked.iter().map(Ranked::to_row).collect()
}

fn ranked_of<'a>(view: &'a View, metric: Option<&str>, now: Now) -> Vec<Ranked<'a>> {
    let values = Values::of(view, now);
    let config = view.inventory.context().config;
    let mut found = Vec::new();
    for (index, known) in view.inventory.indexed() {
        let wanted =
            known.resolved.thresholds.iter().filter(|threshold| metric.is_none_or(|metric| metric == threshold.metric));
        let unmuted = wanted.filter(|threshold| known.resolved.schedule.muted_by(threshold.metric, now.wall).is_none());
        found.extend(unmuted.filter_map(|threshold| {
            let row = values.row(threshold.metric, index)?;
            let value = values.current(row.metric, index)?;
            let severity = config.severity(threshold.severity);
            let ratio = row.headroom_ratio(value, threshold.value)?;
            let headroom = row.alert?.bad.headroom(value, threshold.value);
            Some(Ranked { known, row, threshold, severity, value, ratio, headroom })
        }));
    }
    found
}

impl Ranked<'_> {
    fn to_row(&self) -> LeastHeadroom {
        LeastHeadroom {
            arn: self.known.resource.arn.clone(),
            id: self.known.resource.title(),
            metric: self.row.metric.to_owned(),
            severity: self.severity.to_owned(),
            unit: self.row.unit.name().to_owned(),
            value: self.value,
            level: self.threshold.value,
            source: Word::Known(self.threshold.source),
            headroom: self.headroom,
            headroom_ratio: self.ratio,
        }
    }
}
