//! Points on their way into what is saved and back. Their expiries are kept: a restored point expires when it would have
//! without the restart.

use std::borrow::Cow;

use super::fleet::Fleet;
use super::saved::{SavedColumn, SavedPoint, SavedResource, SavedScope};
use crate::config::{Selection, Timing};
use crate::plan::{Now, Point};
use crate::resource::ResourceIndex;
use crate::snapshot::points::{BEFORE_STEP, Held, Points, Series};

/// What the indices of points stand for.
pub(super) fn resources(fleet: &Fleet) -> Vec<SavedResource<'_>> {
    let saved = fleet.identities().map(|(watched, role)| SavedResource {
        arn: Cow::Borrowed(&**watched.arn()),
        resource_id: watched.resource.resource_id.as_deref().map(Cow::Borrowed),
        role,
    });
    saved.collect()
}

/// Every point that is not too old.
pub(super) fn columns(points: &Points, selection: &Selection, now: Now) -> Vec<SavedColumn<'static>> {
    let position = |index: ResourceIndex| u32::try_from(index.position()).ok();
    let column = |(series, live): (Series, Vec<(ResourceIndex, Held)>)| {
        let period = longest_served(selection, |of| of == series)?.1.period;
        let points_of = live.into_iter().filter_map(|(index, held)| {
            Some(SavedPoint(position(index)?, held.point.value, now.to_wall(held.expires)))
        });
        Some(SavedColumn {
            namespace: Cow::Borrowed(series.0.namespace),
            metric: Cow::Borrowed(series.0.name),
            statistic: series.1.to_string(),
            period: period.seconds(),
            points: points_of.collect(),
            silent: points.answered_without(series, now.steady).filter_map(position).collect(),
        })
    };
    points.all_live(now.steady).filter_map(column).collect()
}

/// Puts saved points in their places: those that are not too old, of resources that are still the same.
pub(super) fn restore(points: &mut Points, saved: &SavedScope, fleet: &Fleet, selection: &Selection, now: Now) {
    let indices: Vec<Option<ResourceIndex>> = saved.resources.iter().map(|one| index(one, fleet)).collect();
    for column in &saved.columns {
        let Some((series, timing)) = longest_served(selection, |series| is_of(column, series)) else { continue };
        if timing.period.seconds() != column.period {
            continue;
        }
        let place = points.place(series);
        let index = |position: u32| indices.get(position as usize).copied().flatten();
        for &SavedPoint(position, value, expires) in &column.points {
            let index = index(position);
            // A newer point must replace it, even if the wall clock was set meanwhile.
            let held = Held { point: Point { value, end: BEFORE_STEP }, expires: now.to_steady(expires) };
            let is_good = value.is_finite() && expires <= now.wall + timing.age_limit && held.expires > now.steady;
            if let Some(index) = index.filter(|_| is_good) {
                points.put(place, index, held);
            }
        }
        for index in column.silent.iter().filter_map(|position| index(*position)) {
            points.silent(place, index, now.steady);
        }
    }
}

/// The index now, unless the resource is gone, stopped or was created again.
pub(super) fn index(saved: &SavedResource, fleet: &Fleet) -> Option<ResourceIndex> {
    let resource = &fleet.find(&saved.arn)?.resource;
    let is_same = resource.resource_id.as_deref() == saved.resource_id.as_deref() && resource.publishes();
    let index = fleet.index_of(&saved.arn).filter(|_| is_same)?;
    fleet.index_in_role(index, saved.role)
}

fn is_of(column: &SavedColumn, (metric, statistic): Series) -> bool {
    metric.namespace == column.namespace && metric.name == column.metric && statistic.to_string() == column.statistic
}

/// A series of the selection with the longest time that its values are served, on whatever resource.
fn longest_served(selection: &Selection, is_wanted: impl Fn(Series) -> bool) -> Option<(Series, Timing)> {
    let all = selection.metrics.iter().flat_map(|one| {
        let timing = one.without_level.map_or(one.timing, |without_level| without_level.timing);
        one.statistics.iter().map(move |statistic| ((one.row.id(), *statistic), timing))
    });
    all.filter(|(series, _)| is_wanted(*series)).max_by_key(|(_, timing)| timing.age_limit)
}
