//! The last good points of one scope, by metric and resource, and since when there is none where one should be.
//!
//! A newer point replaces an older one and nothing else does: silence keeps the point until its age limit.

use std::collections::BTreeMap;

use crate::catalog::{MetricId, Statistic};
use crate::resource::ResourceIndex;
use crate::time::{Seconds, Timestamp};

mod slot;

pub use slot::{BEFORE_STEP, Held, Slot};

use slot::Stored;

/// How long a metric that had points answers without any before it counts as gone: longer than what interrupts metrics
/// for a while, and so short that a restart, which forgets that there were points, soon changes nothing.
const GONE_AFTER: Seconds = Seconds::DAY;

/// The slots by which a column grows.
const GROWTH: usize = 1024;

/// What names one column of points.
pub type Series = (MetricId, Statistic);

/// The points of every resource of a scope.
#[derive(Debug, Clone, Default)]
pub struct Points {
    places: BTreeMap<Series, Place>,
    columns: Vec<Column>,
}

/// The points of one metric and statistic.
#[derive(Debug, Clone, Default)]
struct Column {
    slots: Vec<Stored>,
    has_changed: bool,
}

/// Where the points of one metric and statistic are, until any are dropped as a whole: to look a series up compares many
/// names, which is too slow for each of hundreds of thousands of points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place(usize);

impl Points {
    /// The place of a series, which is made if there is none.
    pub fn place(&mut self, series: Series) -> Place {
        let end = Place(self.columns.len());
        let place = *self.places.entry(series).or_insert(end);
        if place == end {
            self.columns.push(Column::default());
        }
        place
    }

    /// Takes a point in, unless a newer one is there: answers may overtake each other.
    pub fn put(&mut self, place: Place, resource: ResourceIndex, held: Held) {
        let slot = self.slot_mut(place, resource);
        if !matches!(Slot::from(*slot), Slot::Held(newer) if newer.point.end > held.point.end) {
            *slot = Slot::Held(held).into();
            self.columns[place.0].has_changed = true;
        }
    }

    /// Lets every point that comes from now on replace what is held, because the wall clock was set: after a step back,
    /// what is held would seem the newer one for as long as the step.
    pub fn clock_was_set(&mut self) {
        for stored in self.columns.iter_mut().flat_map(|column| &mut column.slots) {
            if let Slot::Held(mut held) = Slot::from(*stored) {
                held.point.end = BEFORE_STEP;
                *stored = Slot::Held(held).into();
            }
        }
    }

    /// Drops a point that turned out to mean nothing.
    pub fn not_in_use(&mut self, place: Place, resource: ResourceIndex) {
        let before = std::mem::replace(self.slot_mut(place, resource), Slot::NotInUse.into());
        self.columns[place.0].has_changed |= matches!(before.into(), Slot::Held(_));
    }

    /// Records that a result was empty; that matters where none before had a point, or none for a long time.
    pub fn silent(&mut self, place: Place, resource: ResourceIndex, now: Timestamp) {
        let slot = self.slot_mut(place, resource);
        match Slot::from(*slot) {
            Slot::Unknown | Slot::Awaited(_) => *slot = Slot::Silent(now).into(),
            Slot::Held(held) if held.expires + GONE_AFTER <= now => *slot = Slot::Gone(held.expires).into(),
            _ => {}
        }
    }

    /// Lets a point expire as `limit` makes it of the end of its period, by the wall clock, if that is earlier: the point may
    /// have come when no alert read the metric, so that its values might become older.
    pub fn expire_by(&mut self, place: Place, resource: ResourceIndex, limit: impl FnOnce(Timestamp) -> Timestamp) {
        let slot = self.slot_mut(place, resource);
        let Slot::Held(held) = Slot::from(*slot) else { return };
        let expires = if held.point.end == BEFORE_STEP { held.expires } else { limit(held.point.end) };
        if expires < held.expires {
            *slot = Slot::Held(Held { expires, ..held }).into();
            self.columns[place.0].has_changed = true;
        }
    }

    /// What is known of a point that is wanted; from the first time on, it is awaited.
    pub fn expect(&mut self, place: Place, resource: ResourceIndex, now: Timestamp) -> Slot {
        let slot = self.slot_mut(place, resource);
        if Slot::from(*slot) == Slot::Unknown {
            *slot = Slot::Awaited(now).into();
        }
        Slot::from(*slot)
    }

    /// Whether any answer came for it, even an empty one.
    #[must_use]
    pub fn is_answered(&self, series: Series, resource: ResourceIndex) -> bool {
        !matches!(self.column(series).slot(resource), Slot::Unknown | Slot::Awaited(_))
    }

    /// Drops every column that is not wanted any more. No place from before may be used again.
    pub fn retain(&mut self, is_wanted: impl Fn(Series) -> bool) {
        let mut before = std::mem::take(self);
        for (series, place) in before.places.into_iter().filter(|(series, _)| is_wanted(*series)) {
            let kept = self.place(series);
            self.columns[kept.0] = std::mem::take(&mut before.columns[place.0]);
        }
    }

    /// The value of a point that is not too old.
    #[must_use]
    pub fn value(&self, series: Series, resource: ResourceIndex, now: Timestamp) -> Option<f64> {
        self.held(series, resource, now).map(|held| held.point.value)
    }

    /// The same with its expiry.
    #[must_use]
    pub fn held(&self, series: Series, resource: ResourceIndex, now: Timestamp) -> Option<Held> {
        self.column(series).slot(resource).held(now)
    }

    /// What is known of one metric and statistic.
    #[must_use]
    pub fn column(&self, series: Series) -> PointColumn<'_> {
        PointColumn(self.places.get(&series).map_or(&[], |place| &self.columns[place.0].slots))
    }

    fn slot_mut(&mut self, place: Place, resource: ResourceIndex) -> &mut Stored {
        let column = &mut self.columns[place.0].slots;
        let position = resource.position();
        if column.len() <= position {
            // Grown a little at a time: twice as much as needed would be the largest waste of a large fleet.
            column.reserve_exact((position + 1).next_multiple_of(GROWTH) - column.len());
            column.resize(position + 1, Stored::default());
        }
        &mut column[position]
    }

    /// Moves everything to the new index of its resource; `from[new]` is the old index of a resource that stays.
    pub fn remap(&mut self, from: &[Option<ResourceIndex>]) {
        for column in &mut self.columns {
            let at = |old: ResourceIndex| column.slots.get(old.position()).copied();
            let moved = |old: &Option<ResourceIndex>| old.and_then(at).unwrap_or_default();
            column.slots = from.iter().map(moved).collect();
            column.has_changed = true;
        }
    }

    /// The columns that changed since the last call.
    pub fn take_changed(&mut self) -> Vec<Series> {
        let Self { places, columns } = self;
        let mut has_changed = |place: &Place| std::mem::take(&mut columns[place.0].has_changed);
        places.iter().filter(|(_, place)| has_changed(place)).map(|(series, _)| *series).collect()
    }

    /// Every column with its live points.
    pub fn all_live(&self, now: Timestamp) -> impl Iterator<Item = (Series, Vec<(ResourceIndex, Held)>)> {
        self.places.keys().map(move |series| (*series, self.live(*series, now).collect()))
    }

    /// The resources of a column whose results had no point, or whose newest point is too old.
    pub fn answered_without(&self, series: Series, now: Timestamp) -> impl Iterator<Item = ResourceIndex> {
        let is_answered = |slot: &Slot| !matches!(slot, Slot::Unknown | Slot::Awaited(_));
        let without =
            self.column(series).slots().filter(move |(_, slot)| is_answered(slot) && slot.held(now).is_none());
        without.map(|(resource, _)| resource)
    }

    /// The live points of a column in order.
    pub fn live(&self, series: Series, now: Timestamp) -> impl Iterator<Item = (ResourceIndex, Held)> {
        self.column(series).slots().filter_map(move |(resource, slot)| Some((resource, slot.held(now)?)))
    }
}

/// What is known of one metric and statistic, by index.
#[derive(Debug, Clone, Copy)]
pub struct PointColumn<'a>(&'a [Stored]);

impl<'a> PointColumn<'a> {
    fn slots(self) -> impl Iterator<Item = (ResourceIndex, Slot)> + use<'a> {
        let slots = self.0.iter().map(|stored| Slot::from(*stored)).enumerate();
        slots.map(|(position, slot)| (ResourceIndex::new(position), slot))
    }

    /// What is known of a resource; those beyond the end are unknown.
    #[must_use]
    pub fn slot(self, resource: ResourceIndex) -> Slot {
        self.0.get(resource.position()).copied().map(Slot::from).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Point;

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
        let cpu = points.place(CPU);
        points.put(cpu, at(0), held(2.0, 120));
        points.put(cpu, at(0), held(1.0, 60));
        assert_eq!(values(&mut points, 130), [(0, 2.0)]);
    }

    #[test]
    fn after_the_clock_was_set_any_answer_replaces_what_is_held_and_what_is_held_expires_as_before() {
        let mut points = Points::default();
        let cpu = points.place(CPU);
        points.put(cpu, at(0), held(1.0, 7_200));
        points.clock_was_set();
        assert_eq!(
            (points.value(CPU, at(0), second(7_619)), points.value(CPU, at(0), second(7_620))),
            (Some(1.0), None)
        );
        points.put(cpu, at(0), held(2.0, 3_600));
        assert_eq!(values(&mut points, 3_700), [(0, 2.0)]);
    }

    #[test]
    fn a_point_that_converged_replaces_itself() {
        let mut points = Points::default();
        let cpu = points.place(CPU);
        points.put(cpu, at(0), held(2.0, 120));
        points.put(cpu, at(0), held(2.5, 120));
        assert_eq!(values(&mut points, 130), [(0, 2.5)]);
    }

    #[test]
    fn a_point_past_its_age_limit_is_gone() {
        let mut points = Points::default();
        let cpu = points.place(CPU);
        points.put(cpu, at(0), held(2.0, 120));
        assert_eq!(values(&mut points, 540), []);
    }

    #[test]
    fn silence_counts_from_the_first_empty_answer_and_not_behind_a_point() {
        let mut points = Points::default();
        let cpu = points.place(CPU);
        assert_eq!(points.expect(cpu, at(0), second(10)), Slot::Awaited(second(10)));
        points.silent(cpu, at(0), second(20));
        points.silent(cpu, at(0), second(80));
        assert_eq!(points.expect(cpu, at(0), second(90)), Slot::Silent(second(20)));
        points.put(cpu, at(0), held(1.0, 120));
        points.silent(cpu, at(0), second(180));
        assert_eq!(points.expect(cpu, at(0), second(190)), Slot::Held(held(1.0, 120)));
        assert_eq!((points.value(CPU, at(0), second(190)), points.value(CPU, at(0), second(540))), (Some(1.0), None));
        points.not_in_use(cpu, at(0));
        assert_eq!(points.expect(cpu, at(0), second(200)), Slot::NotInUse);
    }

    #[test]
    fn points_follow_their_resource_to_its_new_index() {
        let mut points = Points::default();
        let cpu = points.place(CPU);
        points.put(cpu, at(0), held(1.0, 60));
        points.put(cpu, at(1), held(2.0, 60));
        points.remap(&[None, Some(at(1))]);
        assert_eq!(values(&mut points, 60), [(1, 2.0)]);
    }

    #[test]
    fn only_changed_columns_are_taken() {
        let mut points = Points::default();
        let cpu = points.place(CPU);
        points.put(cpu, at(0), held(1.0, 60));
        assert_eq!(points.take_changed().len(), 1);
        assert_eq!(points.take_changed().len(), 0);
    }
}
