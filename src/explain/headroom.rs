//! The levels of a fleet that are nearest to being crossed.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::nearest::{Measured, Nearest, measured};
use super::values::Values;
use super::wanted::Wanted;
use super::word::Word;
use crate::config::Config;
use crate::inventory::{Known, View};
use crate::plan::Now;
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
    config: &'a Config,
    age_seconds: Option<i64>,
    measured: Measured<'a>,
}

/// The levels with least headroom, nearest first. Levels without a value and muted levels are left out.
pub(super) fn rank(views: &[View], metric: Option<&str>, count: usize, now: Now) -> Vec<LeastHeadroom> {
    let values: Vec<Values> = views.iter().map(|view| Values::of(view, now)).collect();
    let is_wanted = |one: &Measured| one.ratio.is_some() && metric.is_none_or(|metric| metric == one.row.metric);
    let of_view = |(view, values)| ranked_of(view, values, &Wanted::default(), is_wanted);
    let mut ranked: Vec<Ranked> = views.iter().zip(&values).flat_map(of_view).collect();
    ranked.sort_by(|left, right| left.measured.ratio().total_cmp(&right.measured.ratio()));
    ranked.iter().take(count).map(Ranked::to_row).collect()
}

/// Of each metric of the wanted resources the most severe level that is crossed: the most severe first, and of those the
/// one that is crossed furthest. Muted levels are left out.
pub(super) fn crossed(views: &[View], wanted: &Wanted, count: usize, now: Now) -> Vec<LeastHeadroom> {
    let values: Vec<Values> = views.iter().map(|view| Values::of(view, now)).collect();
    let of_view = |(view, values)| ranked_of(view, values, wanted, |one| one.is_crossed);
    let mut crossed: Vec<Ranked> = views.iter().zip(&values).flat_map(of_view).collect();
    let severity = |one: &Ranked| one.measured.threshold.severity;
    crossed.sort_by(|left, right| {
        severity(right).cmp(&severity(left)).then_with(|| left.measured.ratio().total_cmp(&right.measured.ratio()))
    });
    let mut seen = HashSet::new();
    crossed.retain(|one| seen.insert((&*one.known.resource.arn, one.measured.row.metric)));
    crossed.iter().take(count).map(Ranked::to_row).collect()
}

fn ranked_of<'a>(
    view: &'a View,
    values: &'a Values,
    wanted: &Wanted,
    is_wanted: impl Fn(&Measured) -> bool,
) -> Vec<Ranked<'a>> {
    let context = view.inventory.context();
    let mut found = Vec::new();
    for (index, known) in view.inventory.indexed() {
        if wanted.selects(known, view.inventory.parent_of(&known.resource), context.account) {
            let levels = measured(known, values, index).filter(|one| is_wanted(one));
            found.extend(levels.map(|measured| {
                let age_seconds = values.age(measured.row.metric, index);
                Ranked { known, config: context.config, age_seconds, measured }
            }));
        }
    }
    found
}

impl Ranked<'_> {
    fn to_row(&self) -> LeastHeadroom {
        let Self { known, config, age_seconds, measured } = self;
        let Measured { row, threshold, value, .. } = measured;
        LeastHeadroom {
            arn: known.resource.arn.clone(),
            id: known.resource.title(),
            nearest: measured.described(known, config, *age_seconds),
            source: Word::Known(threshold.source),
            headroom: row.alert.map_or(0.0, |alert| alert.bad.headroom(*value, threshold.value)),
        }
    }
}
