//! The table of all levels of the resources of one kind, with their source and headroom.

use serde_json::json;

use super::panel::{Panel, caption};
use super::query::{Resources, any_of, labelled};
use super::table::Table;
use super::{unit, value};
use crate::catalog::{Provider, Row, Unit};
use crate::resource::Kind;

const DESCRIPTION: &str = "Every level that is in effect now, in the unit beside it, and how far the value is from it: 0 at \
                           the level, negative beyond it. Where a level comes from is known with `threshold_info = true` \
                           under `[labels]`; those without a source are defaults.";

/// One row for each metric and severity, of the catalogue's rows of the kind; `None` if none of them has a bad side.
pub(super) fn table<'a>(kind: Kind, resources: &Resources, rows: impl Iterator<Item = &'a Row>) -> Option<Panel> {
    let levels: Vec<String> = rows.filter_map(|row| of_row(resources, row)).collect();
    if levels.is_empty() {
        return None;
    }
    let table = Table::of(&[kind])
        .label("metric", "Metric")
        .label("severity", "Severity")
        .value_of(0, "Level", unit::COUNT)
        .look(&[("decimals", json!(2))])
        .label("unit", "Unit")
        .label("source", "Source")
        .value_of(2, "Headroom", unit::RATIO)
        .look(&headroom_look())
        .query(any_of(&levels))
        .query(sources(resources))
        .query(headroom(resources))
        .ascending("Headroom");
    Some(table.panel(&caption("Levels", DESCRIPTION, unit::COUNT)).sized(24, 9))
}

fn sources(resources: &Resources) -> String {
    let series = resources.series("plimsoll_threshold_info", "");
    format!("max by ({}, metric, severity, source) ({series})", resources.ids())
}

fn headroom(resources: &Resources) -> String {
    let series = resources.series("plimsoll_headroom_ratio", "");
    format!("min by ({}, metric, severity) ({series})", resources.ids())
}

fn of_row(resources: &Resources, row: &Row) -> Option<String> {
    let (divisor, unit) = readable(row);
    let levels = value::levels(resources, row)?;
    let levels = if divisor == 1 { levels } else { format!("{levels} / {divisor}") };
    Some(labelled(&labelled(&levels, "metric", row.metric), "unit", unit))
}

/// What a level is divided by, so that people can read it, and its unit then: a column of a table has one format.
const fn readable(row: &Row) -> (u32, &'static str) {
    match row.unit {
        Unit::Bytes => (1 << 30, "GiB"),
        Unit::BytesPerSecond => (1 << 20, "MiB/s"),
        Unit::Seconds if !matches!(row.provider, Provider::CloudWatch) => (86_400, "days"),
        other => (1, other.name()),
    }
}

/// Red beyond a level, orange near it.
pub(super) fn headroom_look() -> [(&'static str, serde_json::Value); 2] {
    let steps = json!([
        {"color": "red", "value": null},
        {"color": "orange", "value": 0},
        {"color": "green", "value": 0.1},
    ]);
    [("thresholds", json!({"mode": "absolute", "steps": steps})), ("custom.cellOptions", json!({"type": "color-text"}))]
}
