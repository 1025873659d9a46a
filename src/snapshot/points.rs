//! The last good points of one scope, by metric and resource, and since when there is none where one should be.
//!
//! A newer point replaces an older one and nothing else does: silence keeps the point until its age limit.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{MetricId, Statistic};
use crate::plan::Point;
use crate::resource::ResourceIndex;
use crate::time::{Seconds, Timestamp};

/// How long a metric that had points answers without any before it counts as gone: longer than what interrupts metrics
/// for a while, and so short that a restart, which forgets that there were points, soon changes nothing.
const GONE_AFTER: Seconds = Seconds::DAY;

/// The slots by which a column grows.
const GROWTH: usize = 1024;

/// The end of a point whose query was sent before the wall clock was set last.
pub const BEFORE_STEP: Timestamp = Timestamp::MIN;

/// What names one column of points.
pub type Series = (MetricId, Statistic);

/// The points of every resource of a scope.
#[derive(Debug, Clone, Default)]
pub struct Points {
    columns: BTreeMap<Series, Vec<Slot>>,
    changed: BTreeSet<Series>,
}

/// What is known of one metric and statistic of one resource.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum Slot {
    /// Nothing; no level waits for it.
    #[default]
    Unknown,
    /// A point is wanted since then, and no answer has come, not even an empty one.
    Awaited(Timestamp),
    /// The first answer came then and was empty, and so were all since.
    Silent(Timestamp),
    /// The last result shows that the metric is not in use.
    NotInUse,
    /// The newest point, whether too old by now or not.
    Held(Held),
    /// The newest point expired then, and a day later there was still none.
    Gone(Timestamp),
}

/// A point and the second from which it must not be served.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Held {
    /// The point.
    pub point: Point,
    /// The first second at which it is too old, by the steady clock.
    pub expires: Timestamp,
}

impl Slot {
    /// A point that is not too old.
    #[must_use]
    pub fn held(&self, now: Timestamp) -> Option<Held> {
        match self {
            Self::Held(held) if held.expires > now => Some(*held),
            _ => None,
        }
    }
}

impl Points {
    /// Takes a point in, unless a newer one is there: answers may overtake each other.
    pub fn put(&mut self, series: Series, resource: ResourceIndex, held: Held) {
        let slot = self.slot_mut(series, resource);
        if !matches!(slot, Slot::Held(newer) if newer.point.end > held.point.end) {
            *slot = Slot::Held(held);
            self.changed.insert(series);
        }
    }

    /// Lets every point that comes from now on replace what is held, because the wall clock was set: after a step back,
    /// what is held would seem the newer one for as long as the step.
    pub fn clock_was_set(&mut self) {
        for slot in self.columns.values_mut().flatten() {
            if let Slot::Held(held) = slot {
                held.point.end = BEFORE_STEP;
            }
        }
    }

    /// Drops a point that turned out to mean nothing.
    pub fn not_in_use(&mut self, series: Series, resource: ResourceIndex) {
        if matches!(std::mem::replace(self.slot_mut(series, resource), Slot::NotInUse), Slot::Held(_)) {
            self.changed.insert(series);
        }
    }

    /// Records that a result was empty; that matters where none before had a point, or none for a long time.
    pub fn silent(&mut self, series: Series, resource: ResourceIndex, now: Timestamp) {
        let slot = self.slot_mut(series, resource);
        match *slot {
            Slot::Unknown | Slot::Awaited(_) => *slot = Slot::Silent(now),
            Slot::Held(held) if held.expires + GONE_AFTER <= now => *slot = Slot::Gone(held.expires),
            _ => {}
        }
    }

    /// What is known of a point that is wanted; from the first time on, it is awaited.
    pub fn expect(&mut self, series: Series, resource: ResourceIndex, now: Timestamp) -> Slot {
        let slot = self.slot_mut(series, resource);
        if *slot == Slot::Unknown {
            *slot = Slot::Awaited(now);
        }
        *slot
    }

    /// Whether any answer came for it, even an empty one.
    #[must_use]
    pub fn is_answered(&self, series: Series, resource: ResourceIndex) -> bool {
        let slot = self.slots(series).get(resource.position()).copied().unwrap_or_default();
        !matches!(slot, Slot::Unknown | Slot::Awaited(_))
    }

    /// Drops every column that is not wanted any more.
    pub fn retain(&mut self, is_wanted: impl Fn(Series) -> bool) {
        self.columns.retain(|series, _| is_wanted(*series));
        self.changed.retain(|series| is_wanted(*series));
    }

    /// The value of a point that is not too old.
    #[must_use]
    pub fn value(&self, series: Series, resource: ResourceIndex, now: Timestamp) -> Option<f64> {
        self.held(series, resource, now).map(|held| held.point.value)
    }

    /// The same with its expiry.
    #[must_use]
    pub fn held(&self, series: Series, resource: ResourceIndex, now: Timestamp) -> Option<Held> {
        self.slots(series).get(resource.position())?.held(now)
    }

    /// What is known of one metric and statistic, by index; resources beyond the end are unknown.
    #[must_use]
    pub fn slots(&self, series: Series) -> &[Slot] {
        self.columns.get(&series).map_or(&[], Vec::as_slice)
    }

    fn slot_mut(&mut self, series: Series, resource: ResourceIndex) -> &mut Slot {
        let column = self.columns.entry(series).or_default();
        let position = resource.position();
        if column.len() <= position {
            // Grown a little at a time: twice as much as needed would be the largest waste of a large fleet.
            column.reserve_exact((position + 1).next_multiple_of(GROWTH) - column.len());
            column.resize(position + 1, Slot::Unknown);
        }
        &mut column[position]
    }

    /// Moves everything to the new index of its resource; `from[new]` is the old index of a resource that stays.
    pub fn remap(&mut self, from: &[Option<ResourceIndex>]) {
        for (series, column) in &mut self.columns {
            let at = |old: ResourceIndex| column.get(old.position()).copied();
            let moved = |old: &Option<ResourceIndex>| old.and_then(at).unwrap_or_default();
            *column = from.iter().map(moved).collect();
            self.changed.insert(*series);
        }
    }

    /// The columns that changed since the last call.
    pub fn take_changed(&mut self) -> BTreeSet<Series> {
        std::mem::take(&mut self.changed)
    }

    /// Every column with its live points.
    pub fn all_live(&self, now: Timestamp) -> impl Iterator<Item = (Series, Vec<(ResourceIndex, Held)>)> {
        self.columns.keys().map(move |series| (*series, self.live(*series, now).collect()))
    }

    /// The resources of a column whose results had no point, or whose newest point is too old.
    pub fn answered_without(&self, series: Series, now: Timestamp) -> impl Iterator<Item = ResourceIndex> {
        let is_answered = |slot: &Slot| !matches!(slot, Slot::Unknown | Slot::Awaited(_));
        let slots = self.slots(series).iter().enumerate();
        let without = slots.filter(move |(_, slot)| is_answered(slot) && slot.held(now).is_none());
        without.map(|(position, _)| ResourceIndex::new(position))
    }

    /// The live points of a column in order.
    pub fn live(&self, series: Series, now: Timestamp) -> impl Iterator<Item = (ResourceIndex, Held)> {
        let slots = self.slots(series).iter().enumerate();
        slots.filter_map(move |(position, slot)| Some((ResourceIndex::new(position), slot.held(now)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CPU: Series = (MetricId { namespace: "AWS/Test", name: "CPUUtilization" }, Statistic::Average);

    fn at(position: usize) -> ResourceIndex {
        ResourceIndex::new(position)
    }

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second)
    }

    fn held(value: f64, end: i64) -> Held {
        let end = second(end);
        Held { point: Point { value, end }, expires: end + Seconds::new(420) }
    }

    fn values(points: &mut Points, now: i64) -> Vec<(usize, f64)> {
        let changed = points.take_changed();
        let live = changed.into_iter().flat_map(|series| points.live(series, second(now)));
        live.map(|(resource, held)| (resource.position(), held.point.value)).collect()
    }

    #[test]
    fn an_older_answer_never_replaces_a_newer_one() {
        let mut points = Points::default();
        points.put(CPU, at(0), held(2.0, 120));
        points.put(CPU, at(0), held(1.0, 60));
        assert_eq!(values(&mut points, 130), [(0, 2.0)]);
    }

    #[test]
    fn after_the_clock_was_set_any_answer_replaces_what_is_held_and_what_is_held_expires_as_before() {
        let mut points = Points::default();
        points.put(CPU, at(0), held(1.0, 7_200));
        points.clock_was_set();
        assert_eq!(
            (points.value(CPU, at(0), second(7_619)), points.value(CPU, at(0), second(7_620))),
            (Some(1.0), None)
        );
        points.put(CPU, at(0), held(2.0, 3_600));
        assert_eq!(values(&mut points, 3_700), [(0, 2.0)]);
    }

    #[test]
    fn a_point_that_converged_replaces_itself() {
        let mut points = Points::default();
        points.put(CPU, at(0), held(2.0, 120));
        points.put(CPU, at(0), held(2.5, 120));
        assert_eq!(values(&mut points, 130), [(0, 2.5)]);
    }

    #[test]
    fn a_point_past_its_age_limit_is_gone() {
        let mut points = Points::default();
        points.put(CPU, at(0), held(2.0, 120));
        assert_eq!(values(&mut points, 540), []);
    }

    #[test]
    fn silence_counts_from_the_first_empty_answer_and_not_behind_a_point() {
        let mut points = Points::default();
        assert_eq!(points.expect(CPU, at(0), second(10)), Slot::Awaited(second(10)));
        points.silent(CPU, at(0), second(20));
        points.silent(CPU, at(0), second(80));
        assert_eq!(points.expect(CPU, at(0), second(90)), Slot::Silent(second(20)));
        points.put(CPU, at(0), held(1.0, 120));
        points.silent(CPU, at(0), second(180));
        assert_eq!(points.expect(CPU, at(0), second(190)), Slot::Held(held(1.0, 120)));
        assert_eq!((points.value(CPU, at(0), second(190)), points.value(CPU, at(0), second(540))), (Some(1.0), None));
        points.not_in_use(CPU, at(0));
        assert_eq!(points.expect(CPU, at(0), second(200)), Slot::NotInUse);
    }

    #[test]
    fn points_follow_their_resource_to_its_new_index() {
        let mut points = Points::default();
        points.put(CPU, at(0), held(1.0, 60));
        points.put(CPU, at(1), held(2.0, 60));
        points.remap(&[None, Some(at(1))]);
        assert_eq!(values(&mut points, 60), [(1, 2.0)]);
    }

    #[test]
    fn only_changed_columns_are_taken() {
        let mut points = Points::default();
        points.put(CPU, at(0), held(1.0, 60));
        assert_eq!(points.take_changed().len(), 1);
        assert_eq!(points.take_changed().len(), 0);
    }
}
