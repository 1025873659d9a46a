//! The value of a metric of a resource in a snapshot, or why there is none.

use std::collections::HashMap;

use crate::catalog::{Provider, Row, name};
use crate::config::Config;
use crate::config::selection::Selected;
use crate::inventory::{Known, View};
use crate::plan::Now;
use crate::resource::ResourceIndex;
use crate::snapshot::{Column, NEVER, Sample, ScopeSnapshot, Unanswered};

/// The values of one snapshot at one moment.
pub(super) struct Values<'a> {
    known: &'a [Known],
    /// By name, the rows of all kinds.
    by_metric: HashMap<&'static str, Vec<(&'a Selected, Option<&'a Column>)>>,
    unwatched: Option<UnwatchedColumn<'a>>,
    unanswered: &'a [Unanswered],
    pub(super) config: &'a Config,
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
        let own = samples.range(samples.first_of(resource)..samples.len());
        let own = own.take_while(|sample| sample.resource == resource);
        let live = own.filter(|sample| self.column.lives(sample, now.steady));
        let mut labels = live.filter_map(|sample| self.labels[sample.extra as usize]);
        labels.find(|(of, _)| *of == metric).map(|(_, reason)| reason)
    }
}

impl<'a> Values<'a> {
    /// The values of each view.
    pub(super) fn of_each(views: &'a [View], now: Now) -> Vec<Self> {
        views.iter().map(|view| Self::of(view, now)).collect()
    }

    pub(super) fn of(view: &'a View, now: Now) -> Self {
        let columns = view.snapshot.columns.iter();
        let columns: HashMap<&str, &Column> =
            columns.map(|(family, column)| (family.name.as_str(), &**column)).collect();
        let column = |row: &Row| columns.get(row.compared_series()?.as_str()).copied();
        let context = view.inventory.context();
        let mut by_metric: HashMap<&'static str, Vec<(&Selected, Option<&Column>)>> = HashMap::new();
        for selected in context.selection.judged().into_values() {
            let row = selected.row;
            by_metric.entry(row.metric).or_default().push((selected, column(row)));
        }
        let unwatched = columns.get(name::UNWATCHED).map(|column| UnwatchedColumn::of(column));
        let ScopeSnapshot { unanswered, .. } = &*view.snapshot;
        Self { known: view.inventory.known(), by_metric, unwatched, unanswered, config: context.config, now }
    }

    /// The row of a metric on a resource.
    pub(super) fn row(&self, metric: &str, resource: ResourceIndex) -> Option<&'static Row> {
        self.of_resource(metric, resource).map(|(selected, _)| selected.row)
    }

    fn of_resource(&self, metric: &str, resource: ResourceIndex) -> Option<&(&'a Selected, Option<&'a Column>)> {
        let kind = self.known.get(resource.position())?.resource.kind;
        self.by_metric.get(metric)?.iter().find(|(selected, _)| selected.row.kind == kind)
    }

    /// The value of a metric that is served now, in the form that levels are compared with.
    pub(super) fn current(&self, metric: &str, resource: ResourceIndex) -> Option<f64> {
        self.row_and_value(metric, resource)?.1
    }

    /// The row of a metric on a resource, with its value of now.
    pub(super) fn row_and_value(&self, metric: &str, resource: ResourceIndex) -> Option<(&'static Row, Option<f64>)> {
        let (selected, column) = *self.of_resource(metric, resource)?;
        let live = column.and_then(|column| {
            let sample = sample_of(column, resource)?;
            column.lives(&sample, self.now.steady).then_some(sample.value)
        });
        let compared = |value| selected.row.provider.form().compared(value, self.now.wall);
        Some((selected.row, live.map(compared)))
    }

    fn sample(&self, metric: &str, resource: ResourceIndex) -> Option<(&'a Selected, &'a Column, Sample)> {
        let (selected, column) = *self.of_resource(metric, resource)?;
        Some((selected, column?, sample_of(column?, resource)?))
    }

    /// How many seconds ago the period of the value ended, by its expiry; `None` for what a listing returned.
    pub(super) fn age(&self, metric: &str, resource: ResourceIndex) -> Option<i64> {
        let (selected, column, sample) = self.sample(metric, resource)?;
        let extra =
            Some(column.extra(&sample)).filter(|extra| extra.lives(self.now.steady) && extra.expires != NEVER)?;
        let is_measured = matches!(selected.row.provider, Provider::CloudWatch | Provider::Computed(_));
        is_measured.then(|| (self.now.steady - (extra.expires - selected.timing.age_limit)).get().max(0))
    }

    /// Why a level of a metric has no value although it should have one: the label `reason`.
    pub(super) fn unwatched(&self, metric: &str, resource: ResourceIndex) -> Option<&'a str> {
        self.unwatched.as_ref()?.reason(metric, resource, self.now)
    }

    /// Whether CloudWatch has no value of a metric that has only default levels.
    pub(super) fn is_unanswered(&self, metric: &str, resource: ResourceIndex) -> bool {
        self.unanswered.binary_search(&(resource, metric)).is_ok()
    }
}

/// The sample of a resource in a column that has at most one of each. A page of a large fleet looks at some hundred thousand:
/// where every resource has one, it stands at the place of its resource.
fn sample_of(column: &Column, resource: ResourceIndex) -> Option<Sample> {
    let own = |place| column.samples.get(place).filter(|sample| sample.resource == resource);
    own(resource.position()).or_else(|| own(column.samples.first_of(resource)))
}
