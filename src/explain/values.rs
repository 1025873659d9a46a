//! What a snapshot says of a metric and a resource now: the value, and why there is none.

use std::collections::HashMap;

use super::{Known, View};
use crate::catalog::{Row, name};
use crate::plan::Now;
use crate::snapshot::{Column, Sample, Seconds, Unanswered, labels};

/// What one snapshot says at one moment.
pub(super) struct Values<'a> {
    by_metric: HashMap<&'static str, (&'static Row, Option<&'a Column>)>,
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
        let column = |row: &Row| columns.get(name::series(row.metric, row.statistic).as_str()).copied();
        let rows = view.inventory.selection.judged().into_values().map(|selected| selected.row);
        let unwatched =
            columns.get(name::UNWATCHED).map(|column| labels_by_row(column, now.steady)).unwrap_or_default();
        let by_metric = rows.map(|row| (row.metric, (row, column(row)))).collect();
        Self { by_metric, unwatched, unanswered: &view.snapshot.unanswered, now }
    }

    pub(super) fn row(&self, metric: &str) -> Option<&'static Row> {
        self.by_metric.get(metric).map(|(row, _)| *row)
    }

    /// What is served now of a metric, as its levels are compared with it.
    pub(super) fn current(&self, metric: &str, resource: usize) -> Option<f64> {
        let samples = &self.by_metric.get(metric)?.1?.samples;
        let resource = u32::try_from(resource).ok()?;
        let place = samples.binary_search_by_key(&resource, |sample| sample.row).ok()?;
        Some(&samples[place]).filter(|sample| sample.lives(self.now.steady)).map(|sample| sample.value)
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

    /// Of the resource in a row. A level that is muted is not crossed, for nobody is told of it.
    pub(super) fn count(&self, known: &Known, row: usize) -> Count {
        let mut count = Count::default();
        for threshold in &known.resolved.thresholds {
            let is_muted = known.resolved.muted_by(threshold.metric, self.now.wall).is_some();
            let bad = self.row(threshold.metric).and_then(|row| row.alert).map(|alert| alert.bad);
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
