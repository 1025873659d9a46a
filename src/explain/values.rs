//! The value of a metric of a resource in a snapshot, or why there is none.

use std::collections::HashMap;

use crate::catalog::{Row, name};
use crate::inventory::{Known, View};
use crate::plan::Now;
use crate::resource::ResourceIndex;
use crate::snapshot::{Column, ScopeSnapshot, Unanswered};

/// The values of one snapshot at one moment.
pub(super) struct Values<'a> {
    known: &'a [Known],
    /// By name, the rows of all kinds.
    by_metric: HashMap<&'static str, Vec<(&'static Row, Option<&'a Column>)>>,
    unwatched: Option<UnwatchedColumn<'a>>,
    unanswered: &'a [Unanswered],
    pub(super) now: Now,
}

/// The series `plimsoll_threshold_unwatched` of a scope.
struct UnwatchedColumn<'a> {
    column: &'a Column,
    /// The labels `metric` and `reason` of each entry of [`Column::extras`].
    labels: Vec<Option<(&'a str, &'a str)>>,
}

impl<'a> UnwatchedColumn<'a> {
    fn of(column: &'a Column) -> Self {
        let quoted = |labels: &'a str| labels.strip_prefix("metric=\"")?.strip_suffix('"')?.split_once("\",reason=\"");
        Self { column, labels: column.extras.iter().map(|extra| quoted(&extra.labels)).collect() }
    }

    fn reason(&self, metric: &str, resource: ResourceIndex, now: Now) -> Option<&'a str> {
        let samples = &self.column.samples;
        let first = samples.partition_point(|sample| sample.resource < resource);
        let own = samples[first..].iter().take_while(|sample| sample.resource == resource);
        let live = own.filter(|sample| self.column.lives(sample, now.steady));
        let mut labels = live.filter_map(|sample| self.labels[sample.extra as usize]);
        labels.find(|(of, _)| *of == metric).map(|(_, reason)| reason)
    }
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
        let rows = view.inventory.context().selection.judged().into_values().map(|selected| selected.row);
        let mut by_metric: HashMap<&'static str, Vec<(&'static Row, Option<&Column>)>> = HashMap::new();
        for row in rows {
            by_metric.entry(row.metric).or_default().push((row, column(row)));
        }
        let unwatched = columns.get(name::UNWATCHED).map(|column| UnwatchedColumn::of(column));
        let ScopeSnapshot { unanswered, .. } = &*view.snapshot;
        Self { known: view.inventory.known(), by_metric, unwatched, unanswered, now }
    }

    /// The row of a metric on a resource.
    pub(super) fn row(&self, metric: &str, resource: ResourceIndex) -> Option<&'static Row> {
        self.of_resource(metric, resource).map(|(row, _)| *row)
    }

    fn of_resource(&self, metric: &str, resource: ResourceIndex) -> Option<&(&'static Row, Option<&'a Column>)> {
        let kind = self.known.get(resource.position())?.resource.kind;
        self.by_metric.get(metric)?.iter().find(|(row, _)| row.kind == kind)
    }

    /// The value of a metric that is served now, in the form that levels are compared with.
    pub(super) fn current(&self, metric: &str, resource: ResourceIndex) -> Option<f64> {
        let (row, column) = self.of_resource(metric, resource)?;
        let column = (*column)?;
        let samples = &column.samples;
        let position = samples.binary_search_by_key(&resource, |sample| sample.resource).ok()?;
        let sample = Some(&samples[position]).filter(|sample| column.lives(sample, self.now.steady))?;
        Some(row.provider.form().compared(sample.value, self.now.wall))
    }

    /// Why a level of a metric has no value although it should have one: the label `reason`.
    pub(super) fn unwatched(&self, metric: &str, resource: ResourceIndex) -> Option<&'a str> {
        self.unwatched.as_ref()?.reason(metric, resource, self.now)
    }

    /// Whether CloudWatch has no value of a metric that has only default levels.
    pub(super) fn is_unanswered(&self, metric: &str, resource: ResourceIndex) -> bool {
        self.unanswered.binary_search(&(resource, metric)).is_ok()
    }

    /// The counts of a resource. A muted level is not counted as crossed, because it alerts nobody.
    pub(super) fn count(&self, known: &Known, resource: ResourceIndex) -> Count {
        let mut count = Count::default();
        for threshold in &known.resolved.thresholds {
            let is_muted = known.resolved.schedule.muted_by(threshold.metric, self.now.wall).is_some();
            let bad = self.row(threshold.metric, resource).and_then(|row| row.alert).map(|alert| alert.bad);
            let value = self.current(threshold.metric, resource);
            let is_crossed = bad.zip(value).is_some_and(|(bad, value)| bad.is_beyond(value, threshold.value));
            count.muted += usize::from(is_muted);
            count.crossed += usize::from(is_crossed && !is_muted);
            count.unwatched += usize::from(self.unwatched(threshold.metric, resource).is_some());
        }
        count
    }
}
