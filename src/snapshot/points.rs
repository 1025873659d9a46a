//! The last good points of one scope, by metric and resource.
//!
//! A newer point replaces an older one and nothing else does: silence keeps the point until its age limit.

use std::collections::{BTreeMap, BTreeSet};

use super::Seconds;
use crate::catalog::Statistic;
use crate::plan::Point;

/// What names one column of points.
pub type Series = (&'static str, Statistic);

/// The points of every resource of a scope; a resource is named by its row.
#[derive(Debug, Clone, Default)]
pub struct Points {
    columns: BTreeMap<Series, Vec<Option<Held>>>,
    changed: BTreeSet<Series>,
}

/// A point and the second from which it must not be served.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Held {
    /// The point.
    pub point: Point,
    /// The first second at which it is too old.
    pub expires: Seconds,
}

impl Points {
    /// Takes a point in, unless a newer one is there: answers may overtake each other.
    pub fn put(&mut self, series: Series, row: usize, held: Held) {
        let column = self.columns.entry(series).or_default();
        if column.len() <= row {
            column.resize(row + 1, None);
        }
        if column[row].is_none_or(|old| old.point.end <= held.point.end) {
            column[row] = Some(held);
            self.changed.insert(series);
        }
    }

    /// Drops a point that turned out to mean nothing.
    pub fn drop_point(&mut self, series: Series, row: usize) {
        if let Some(slot) = self.columns.get_mut(&series).and_then(|column| column.get_mut(row))
            && slot.take().is_some()
        {
            self.changed.insert(series);
        }
    }

    /// Moves every point to its resource's new row; `from[new]` is the old row of a resource that stays.
    pub fn remap(&mut self, from: &[Option<usize>]) {
        for (series, column) in &mut self.columns {
            *column = from.iter().map(|old| old.and_then(|old| column.get(old).copied().flatten())).collect();
            self.changed.insert(*series);
        }
    }

    /// The value of a row, if it is not too old.
    #[must_use]
    pub fn value(&self, series: Series, row: usize, now: Seconds) -> Option<f64> {
        let held = (*self.columns.get(&series)?.get(row)?)?;
        (held.expires > now).then_some(held.point.value)
    }

    /// The columns that changed since the last call, each with its live points by row.
    pub fn take_changed(&mut self, now: Seconds) -> Vec<(Series, Vec<(usize, Held)>)> {
        let changed = std::mem::take(&mut self.changed);
        changed.into_iter().map(|series| (series, self.live(series, now))).collect()
    }

    fn live(&self, series: Series, now: Seconds) -> Vec<(usize, Held)> {
        let column = self.columns.get(&series).into_iter().flatten().enumerate();
        column.filter_map(|(row, held)| Some((row, (*held)?))).filter(|(_, held)| held.expires > now).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CPU: Series = ("CPUUtilization", Statistic::Average);

    fn held(value: f64, end: Seconds) -> Held {
        Held { point: Point { value, end }, expires: end + 420 }
    }

    fn values(points: &mut Points, now: Seconds) -> Vec<(usize, f64)> {
        let changed = points.take_changed(now);
        changed.into_iter().flat_map(|(_, rows)| rows).map(|(row, held)| (row, held.point.value)).collect()
    }

    #[test]
    fn an_older_answer_never_replaces_a_newer_one() {
        let mut points = Points::default();
        points.put(CPU, 0, held(2.0, 120));
        points.put(CPU, 0, held(1.0, 60));
        assert_eq!(values(&mut points, 130), [(0, 2.0)]);
    }

    #[test]
    fn a_point_that_converged_replaces_itself() {
        let mut points = Points::default();
        points.put(CPU, 0, held(2.0, 120));
        points.put(CPU, 0, held(2.5, 120));
        assert_eq!(values(&mut points, 130), [(0, 2.5)]);
    }

    #[test]
    fn a_point_past_its_age_limit_is_gone() {
        let mut points = Points::default();
        points.put(CPU, 0, held(2.0, 120));
        assert_eq!(values(&mut points, 540), []);
    }

    #[test]
    fn points_follow_their_resource_to_its_new_row() {
        let mut points = Points::default();
        points.put(CPU, 0, held(1.0, 60));
        points.put(CPU, 1, held(2.0, 60));
        points.remap(&[None, Some(1)]);
        assert_eq!(values(&mut points, 60), [(1, 2.0)]);
    }

    #[test]
    fn only_changed_columns_are_taken() {
        let mut points = Points::default();
        points.put(CPU, 0, held(1.0, 60));
        assert_eq!(points.take_changed(60).len(), 1);
        assert_eq!(points.take_changed(60).len(), 0);
    }
}
