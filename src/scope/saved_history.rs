//! Which metrics have not answered lately, on its way into what is saved and back, so that a restart neither forgets that
//! they did once nor tries those again that never did.

use std::borrow::Cow;

use super::fleet::Fleet;
use super::saved::{SavedQuiet, SavedResource, SavedScope, SavedSilence};
use super::saved_points::index;
use crate::config::Selection;
use crate::plan::{Now, Quiet, ResponseHistory};
use crate::resource::ResourceIndex;

/// Every metric with the resources that had no datapoint of it in the last rounds.
pub(super) fn saved(history: &ResponseHistory, now: Now) -> Vec<SavedSilence<'static>> {
    let resource = |quiet: Quiet| {
        let position = u32::try_from(quiet.resource.position()).ok()?;
        let last_point = quiet.last_point.map(|at| now.to_wall(at));
        Some(SavedQuiet(position, quiet.rounds, now.to_wall(quiet.last_query), last_point))
    };
    let metrics = history.quiet().map(|(metric, quiet)| SavedSilence {
        metric: Cow::Borrowed(metric),
        resources: quiet.filter_map(resource).collect(),
    });
    metrics.filter(|metric| !metric.resources.is_empty()).collect()
}

/// Goes on from it. What had a point that is still saved has just answered.
pub(super) fn restore(
    history: &mut ResponseHistory,
    saved: &SavedScope,
    (fleet, selection): (&Fleet, &Selection),
    now: Now,
) {
    let indices: Vec<Option<ResourceIndex>> = saved.resources.iter().map(|one| own_index(one, fleet)).collect();
    let at = |position: u32| indices.get(position as usize).copied().flatten();
    let known = |name: &str| selection.metrics.iter().map(|one| one.row.metric).find(|metric| *metric == name);
    for column in &saved.columns {
        let Some(metric) = known(&column.metric) else { continue };
        for resource in column.points.iter().filter_map(|point| at(point.0)) {
            history.record(resource, &[(metric, true)], now.steady);
        }
    }
    for silence in &saved.silences {
        let Some(metric) = known(&silence.metric) else { continue };
        for &SavedQuiet(position, rounds, last_query, last_point) in &silence.resources {
            let Some(resource) = at(position) else { continue };
            // None of these times is to come, even if the clock was set back.
            let last_query = now.to_steady(last_query).min(now.steady);
            let last_point = last_point.map(|at| now.to_steady(at).min(now.steady));
            history.was_quiet(metric, Quiet { resource, rounds, last_query, last_point });
        }
    }
}

/// The index of a resource itself, for aggregates have no history.
fn own_index(saved: &SavedResource, fleet: &Fleet) -> Option<ResourceIndex> {
    if saved.role.is_none() { index(saved, fleet) } else { None }
}
