//! The value of a metric of a resource in a snapshot, and why there is none.

use std::collections::HashMap;

use super::{Known, View};
use crate::catalog::{Row, name};
use crate::plan::Now;
use crate::snapshot::{Column, Sample, Seconds, Unanswered, labels};

/// The values of one snapshot at one moment.
pub(super) struct Values<'a> {
    known: &'a [Known],
    /// By name, the rows of all kinds.
    by_metric: HashMap<&'static str, Vec<(&'static Row, Option<&'a Column>)>>,
    /// By resource, the labels of each of its metrics that should have a value and has none.
    unwatched: HashMap<u32, Vec<&'a str>>,
    unanswered: &'a [Unanswered],
    pub(super) now: Now,
}

/// How many levels of a resource are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) crossed: usize,
    pub(super) muted: usize,
    pub(super) unwatched: usize,
}

impl<'a> Values<'a> {
    pub(super) fn of(view: &'a View, now: Now) -> Self {
        let columns = view.snapshot.columns.iter();
        let columns: HashMap<&str, &Column> =
            columns.map(|(family, column)| (family.name.as_str(), &**column)).collect();
        let column = |row: &Row| columns.get(row.compared_series()?.as_str()).copied();
        let rows = view.inventory.selection.judged().into_values().map(|selected| selected.row);
        let unwatched =
            columns.get(name::UNWATCHED).map(|column| labels_by_row(column, now.steady)).unwrap_or_default();
        let mut by_metric: HashMap<&'static str, Vec<(&'static Row, Option<&Column>)>> = HashMap::new();
        for row in rows {
            by_metric.entry(row.metric).or_default().push((row, column(row)));
        }
        Self { known: view.inventory.known(), by_metric, unwatched, unanswered: &view.snapshot.unanswered, now }
    }

    /// The row of a metric on a resource.
    pub(super) fn row(&self, metric: &str, resource: usize) -> Option<&'static Row> {
        self.of_resource(metric, resource).map(|(row, _)| *row)
    }

    fn of_resource(&self, metric: &str, resource: usize) -> Option<&(&'static Row, Option<&'a Column>)> {
        let kind = self.known.get(resource)?.resource.kind;
        self.by_metric.get(metric)?.iter().find(|(row, _)| row.kind == kind)
    }

    /// What is served now of a metric, as its levels are compared with it.
    pub(super) fn current(&self, metric: &str, resource: usize) -> Option<f64> {
        let (row, column) = self.of_resource(metric, resource)?;
        let samples = &(*column)?.samples;
        let resource = u32::try_from(resource).ok()?;
        let place = samples.binary_search_by_key(&resource, |sample| sample.row).ok()?;
        let sample = Some(&samples[place]).filter(|sample| sample.lives(self.now.steady))?;
        Some(row.provider.form().compared(sample.value, self.now.wall))
    }

    /// Why a level of a metric has no value although it should: the label `reason` of its series.
    pub(super) fn unwatched(&self, metric: &str, resource: usize) -> Option<&'a str> {
        let blocks = self.unwatched.get(&u32::try_from(resource).ok()?)?;
        let mut of_metric = String::new();
        labels::push(&mut of_metric, "metric", metric);
        let reason = |block: &'a str| block.strip_prefix(&of_metric)?.strip_prefix(",reason=\"")?.strip_suffix('"');
        blocks.iter().find_map(|block| reason(block))
    }

    /// Whether CloudWatch has nothing of a metric that has only default levels.
    pub(super) fn is_unanswered(&self, metric: &str, resource: usize) -> bool {
        self.unanswered.binary_search(&(resource, metric)).is_ok()
    }

    /// The counts of the resource in a row. A muted level is not counted as crossed, because it alerts nobody.
    pub(super) fn count(&self, known: &Known, row: usize) -> Count {
        let mut count = Count::default();
        for threshold in &known.resolved.thresholds {
            let is_muted = known.resolved.schedule.muted_by(threshold.metric, self.now.wall).is_some();
            let bad = self.row(threshold.metric, row).and_then(|row| row.alert).map(|alert| alert.bad);
            let value = self.current(threshold.metric, row);
            let is_crossed = bad.zip(value).is_some_and(|(bad, value)| bad.is_beyond(value, threshold.value));
            count.muted += usize::from(is_muted);
            count.crossed += usize::from(is_crossed && !is_muted);
            count.unwatched += usize::from(self.unwatched(threshold.metric, row).is_some());
        }
        count
    }
}

fn labels_by_row(column: &Column, now: Seconds) -> HashMap<u32, Vec<&str>> {
    let mut by_row: HashMap<u32, Vec<&str>> = HashMap::new();
    let living = column.samples.iter().filter(|sample| sample.lives(now));
    let block = |sample: &Sample| column.extras.get(usize::try_from(sample.extra).ok()?).map(|block| &**block);
    for (row, block) in living.filter_map(|sample| Some((sample.row, block(sample)?))) {
        by_row.entry(row).or_default().push(block);
    }
    by_row
}
