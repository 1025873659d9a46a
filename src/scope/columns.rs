//! The columns that a scope serves. One that is built again and is as before stays the same `Arc`, so that it is not
//! encoded again.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::column::Entry;
use super::fleet::Fleet;
use super::series::metric_column;
use crate::catalog::Catalog;
use crate::snapshot::points::{Points, Series};
use crate::snapshot::{Column, Family, SharedOwners};
use crate::time::Timestamp;

#[derive(Debug, Default)]
pub(super) struct Columns {
    metrics: BTreeMap<Series, Entry>,
    state: BTreeMap<Arc<Family>, Arc<Column>>,
    unwatched: Option<Entry>,
    headroom: Option<Entry>,
    shared: SharedOwners,
}

impl Columns {
    /// Builds the columns of metrics whose points changed.
    pub(super) fn update_metrics(&mut self, points: &mut Points, fleet: &Fleet, catalog: &Catalog, now: Timestamp) {
        for series in points.take_changed() {
            let (metric, statistic) = series;
            let Some(row) = catalog.row(metric) else { continue };
            let column = self.sharing(metric_column((row, statistic), points.live(series, now), fleet));
            if self.metrics.get(&series) != Some(&column) {
                self.metrics.insert(series, column);
            }
        }
    }

    /// Replaces what changes with the fleet and with mutes only: thresholds, issues, status, capacity, mutes.
    pub(super) fn set_state(&mut self, state: Vec<Entry>) {
        let kept = |column: Entry| {
            let (family, column) = self.sharing(column);
            match self.state.get(&family) {
                Some(old) if *old == column => (family, Arc::clone(old)),
                _ => (family, column),
            }
        };
        self.state = state.into_iter().map(kept).collect();
    }

    pub(super) fn set_unwatched(&mut self, unwatched: Option<Entry>) {
        let unwatched = unwatched.map(|column| self.sharing(column));
        if self.unwatched != unwatched {
            self.unwatched = unwatched;
        }
    }

    pub(super) fn set_headroom(&mut self, headroom: Entry) {
        let headroom = self.sharing(headroom);
        if self.headroom.as_ref() != Some(&headroom) {
            self.headroom = Some(headroom);
        }
    }

    /// The column, which shares its owners with another one if they are equal.
    fn sharing(&mut self, (family, mut column): Entry) -> Entry {
        if let Some(column) = Arc::get_mut(&mut column) {
            self.shared.share(&mut column.samples);
        }
        (family, column)
    }

    pub(super) fn by_family(&self) -> BTreeMap<Arc<Family>, Arc<Column>> {
        let clone = |(family, column): (&Arc<Family>, &Arc<Column>)| (Arc::clone(family), Arc::clone(column));
        let metrics = self.metrics.values().map(|(family, column)| (family, column));
        let of_levels = self.unwatched.iter().chain(&self.headroom).map(|(family, column)| (family, column));
        metrics.chain(&self.state).chain(of_levels).map(clone).collect()
    }
}
