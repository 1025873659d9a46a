//! The levels of a fleet that are nearest to being crossed.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::nearest::{Measured, Nearest, measured};
use super::standing::Standing;
use super::values::Values;
use super::word::Word;
use crate::inventory::{Known, View};
use crate::plan::Now;
use crate::resource::ResourceIndex;
use crate::threshold::Source;

/// The most levels that are ranked in one answer: more is a dashboard's work.
pub const MAX_HEADROOM_ROWS: usize = 1_000;

/// One level with its value and headroom.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LeastHeadroom {
    /// The resource's ARN.
    pub arn: String,
    /// The resource's identifier.
    pub id: String,
    /// The level, and how near it is.
    #[serde(flatten)]
    pub nearest: Nearest,
    /// Where the level comes from.
    pub source: Word<Source>,
    /// How far the value may still go, in the metric's unit; negative once it is crossed.
    pub headroom: f64,
}

/// A level with its rank, before its texts are made.
struct Ranked<'a> {
    known: &'a Known,
    values: &'a Values<'a>,
    index: ResourceIndex,
    measured: Measured<'a>,
}

/// The levels with least headroom, nearest first. Levels without a value and muted levels are left out.
pub(super) fn rank(views: &[View], metric: Option<&str>, count: usize, now: Now) -> Vec<LeastHeadroom> {
    let values = Values::of_each(views, now);
    let is_wanted = |one: &Measured| one.ratio.is_some() && metric.is_none_or(|metric| metric == one.row.metric);
    let mut ranked = Vec::new();
    for (view, values) in views.iter().zip(&values) {
        let levels = view.inventory.indexed().flat_map(|(index, known)| ranked_of(known, values, index));
        ranked.extend(levels.filter(|one| is_wanted(&one.measured)));
    }
    ranked.sort_by(|left, right| left.measured.ratio().total_cmp(&right.measured.ratio()));
    ranked.iter().take(count).map(Ranked::to_row).collect()
}

/// Of each metric of the resources the most severe level that is crossed: the most severe first, and of those the one that
/// is crossed furthest. Muted levels are left out.
pub(super) fn crossed(standings: &[Standing], count: usize) -> Vec<LeastHeadroom> {
    let with_any = standings.iter().filter(|one| one.crossed > 0);
    let levels = with_any.flat_map(|one| ranked_of(one.known, one.values, one.index));
    let mut crossed: Vec<Ranked> = levels.filter(|one| one.measured.is_crossed).collect();
    let severity = |one: &Ranked| one.measured.threshold.severity;
    crossed.sort_by(|left, right| {
        severity(right).cmp(&severity(left)).then_with(|| left.measured.ratio().total_cmp(&right.measured.ratio()))
    });
    let mut seen = HashSet::new();
    crossed.retain(|one| seen.insert((&*one.known.resource.arn, one.measured.row.metric)));
    crossed.iter().take(count).map(Ranked::to_row).collect()
}

/// Every level of a resource that has a value and is not muted.
fn ranked_of<'a>(known: &'a Known, values: &'a Values<'a>, index: ResourceIndex) -> impl Iterator<Item = Ranked<'a>> {
    measured(known, values, index).map(move |measured| Ranked { known, values, index, measured })
}

impl Ranked<'_> {
    fn to_row(&self) -> LeastHeadroom {
        let Self { known, values, index, measured } = self;
        let Measured { row, threshold, value, .. } = measured;
        LeastHeadroom {
            arn: known.resource.arn.to_string(),
            id: known.resource.title(),
            nearest: measured.described(known, values.config, values.age(row.metric, *index)),
            source: Word::Known(threshold.source),
            headroom: row.alert.map_or(0.0, |alert| alert.bad.headroom(*value, threshold.value)),
        }
    }
}
