//! Names of metrics in the file.

use std::collections::BTreeSet;

use super::reader::Value;
use crate::catalog::{self, Catalog, MetricId, Row};
use crate::config::nearest;
use crate::resource::Engine;

/// The metrics that a key names: one of each watched service that has it.
#[derive(Clone, Copy)]
pub(super) struct Named<'c>(&'c [&'static Row]);

impl Named<'_> {
    /// The CloudWatch name.
    pub(super) fn name(self) -> &'static str {
        self.0[0].metric
    }

    /// The row of the first service that has it.
    pub(super) fn first(self) -> &'static Row {
        self.0[0]
    }

    /// Each metric once.
    pub(super) fn ids(self) -> BTreeSet<MetricId> {
        self.rows().map(Row::id).collect()
    }

    /// The rows of all kinds.
    pub(super) fn rows(self) -> impl Iterator<Item = &'static Row> {
        self.0.iter().copied()
    }
}

/// The metrics that a key names; `other_keys` are the other keys that the table may have.
pub(super) fn metric<'c>(entry: &Value, catalog: &'c Catalog, other_keys: &[&str]) -> Option<Named<'c>> {
    let rows = catalog.named(&entry.key);
    if rows.is_empty() {
        entry.key_error(UNKNOWN, suggest_metric(&entry.key, catalog, other_keys));
    }
    (!rows.is_empty()).then_some(Named(rows))
}

/// Reports a metric that no database of the matched engine has.
pub(super) fn check_engine(entry: &Value, named: Named, engine: Option<Engine>) {
    let Some(engine) = engine.filter(|engine| !named.rows().any(|row| row.is_of_engine(*engine))) else { return };
    let engines: BTreeSet<&str> = named.rows().flat_map(|row| row.engines).map(|engine| engine.name()).collect();
    let engines: Vec<&str> = engines.into_iter().collect();
    entry.key_error(
        format_args!("has no effect: {} has no `{}`", engine.name(), named.name()),
        format_args!("remove it, or match an engine that has this metric: {}", engines.join(", ")),
    );
}

/// The row of the metric that a value names, of the first service that has it.
pub(super) fn named(value: &Value, catalog: &Catalog) -> Option<&'static Row> {
    let text = value.text()?;
    let row = catalog.first(text);
    if row.is_none() {
        value.error(format_args!("{UNKNOWN}: {text:?}"), suggest_metric(text, catalog, &[]));
    }
    row
}

const UNKNOWN: &str = "is not a metric that plimsoll knows";

/// What to write instead of a name that no metric of a watched service has.
fn suggest_metric(typed: &str, catalog: &Catalog, other_keys: &[&str]) -> String {
    if let Some(row) = catalog::find(typed) {
        return format!(
            "it is a metric of the service `{0}`: add {0:?} to [discovery] services",
            row.kind.service.name
        );
    }
    let meant = nearest::metric(typed, catalog.rows(), other_keys.iter().copied());
    meant.map_or("write a CloudWatch name such as `CPUUtilization`".to_owned(), |meant| {
        format!("did you mean `{meant}`?")
    })
}
