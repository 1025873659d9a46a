//! How near databases are to their levels, and how long until something is used up.

use serde_json::json;

use super::super::levels::headroom_look;
use super::super::panel::{Panel, caption};
use super::super::query::{Resources, in_scope, own};
use super::super::table::Table;
use super::super::variable::Variable;
use super::super::{unit, value};
use crate::catalog::{Provider, Side};
use crate::config::{Config, Selection};
use crate::resource::Kind;

const HEADROOM: &str = "plimsoll_headroom_ratio";

/// The variable of the panel that is repeated for each metric.
const METRIC: &str = "metric";

/// The most rows of a table that shows the worst.
const WORST: u32 = 20;

pub(super) fn panels(config: &Config, selection: &Selection, resources: &Resources) -> Vec<Panel> {
    let kinds = config.catalog.kinds();
    let mut panels = vec![databases(kinds, resources), by_source()];
    for (side, word) in [(Side::High, "high"), (Side::Low, "low")] {
        let title = format!("Nearest level of each metric that is bad when {word}");
        let metrics = names(selection, side);
        panels.extend((!metrics.is_empty()).then(|| by_metric(kinds, resources, &title, &metrics)));
    }
    panels.push(over_time(resources));
    panels.extend(forecasts(selection));
    panels
}

/// The values of the repeated panel's variable.
pub(super) fn metric_variable(resources: &Resources) -> Variable {
    Variable::several(METRIC, "Metric", &format!("label_values({}, metric)", resources.series(HEADROOM, "")), ".+")
}

/// Ten databases of each metric.
pub(super) fn of_each_metric(resources: &Resources) -> Panel {
    let description = "The ten databases whose value is nearest to a level of the metric, or farthest beyond it: 0 at the \
                       level, negative beyond it.";
    let series = resources.series(HEADROOM, &format!("metric=~\"${METRIC}\""));
    let nearest = format!("bottomk(10, min by ({}, severity) ({series}))", resources.ids());
    let [(_, thresholds), _] = headroom_look();
    Panel::bars(&caption("$metric", description, unit::RATIO))
        .query(&format!("{} {{{{severity}}}}", resources.legend()), nearest)
        .between(-1.0, 1.0)
        .colored(&thresholds["steps"])
        .sized(6, 8)
        .repeated(METRIC)
}

/// One row for each resource that has a level: the nearest one.
fn databases(kinds: &[Kind], resources: &Resources) -> Panel {
    let description =
        "Each resource with the level that its values are nearest to: 0 at the level, negative beyond it.";
    let (ids, series) = (resources.ids(), resources.series(HEADROOM, ""));
    let nearest = format!("bottomk by ({ids}) (1, min by ({ids}, metric, severity) ({series}))");
    Table::of(kinds)
        .label("engine", "Engine")
        .label("class", "Class")
        .label("metric", "Metric")
        .label("severity", "Severity")
        .value("Headroom", unit::RATIO)
        .look(&headroom_look())
        .query(resources.with_facts(&nearest, "engine, class"))
        .ascending("Headroom")
        .panel(&caption("Databases by least headroom", description, unit::RATIO))
        .sized(16, 10)
}

/// One row for each metric: the resource nearest to a level of it.
fn by_metric(kinds: &[Kind], resources: &Resources, title: &str, metrics: &str) -> Panel {
    let description =
        "For each metric the database that is nearest to one of its levels: 0 at the level, negative beyond it.";
    let series = resources.series(HEADROOM, &format!("metric=~\"{metrics}\""));
    let nearest = format!("bottomk by (metric) (1, min by ({}, metric, severity) ({series}))", resources.ids());
    Table::new()
        .label("metric", "Metric")
        .with(Table::of(kinds))
        .label("severity", "Severity")
        .value("Headroom", unit::RATIO)
        .look(&headroom_look())
        .query(nearest)
        .ascending("Headroom")
        .panel(&caption(title, description, unit::RATIO))
        .sized(12, 10)
}

/// The polled metrics with a bad side, as a regular expression.
fn names(selection: &Selection, bad: Side) -> String {
    let of_side = selection.metrics.iter().map(|selected| selected.row);
    let of_side = of_side.filter(|row| row.is_polled() && row.alert.is_some_and(|alert| alert.bad == bad));
    let mut names: Vec<&str> = of_side.map(|row| row.metric).collect();
    names.sort_unstable();
    names.dedup();
    names.join("|")
}

fn by_source() -> Panel {
    let description = "Levels in effect by severity and by where they come from: tags, configuration, defaults.";
    let levels = format!("max by (account, region, severity, source) ({})", own("plimsoll_thresholds", ""));
    Panel::bars(&caption("Levels by source", description, unit::COUNT))
        .query("{{severity}} by {{source}}", format!("sum by (severity, source) ({})", in_scope(&levels)))
        .sized(8, 10)
}

fn over_time(resources: &Resources) -> Panel {
    let description = "The least headroom of each metric over all databases: 0 at a level, negative beyond it.";
    Panel::lines(&caption("Least headroom of each metric", description, unit::RATIO))
        .query("{{metric}}", format!("min by (metric) ({})", resources.series(HEADROOM, "")))
        .look(&json!({"id": "byRegexp", "options": "/.*/"}), &[("custom.fillOpacity", json!(0))])
        .sized(24, 8)
}

/// One table for each forecast of the catalogue.
fn forecasts(selection: &Selection) -> Vec<Panel> {
    let rows = selection.metrics.iter().map(|selected| selected.row);
    let forecasts = rows.filter(|row| matches!(row.provider, Provider::Forecast(_)));
    let table = |row: &'static crate::catalog::Row| {
        let resources = Resources::of(row.kind);
        let left = value::compared(&resources, row)?;
        let description = format!("{}, along a straight line through the last six hours.", row.help);
        let table = Table::of(&[row.kind]).value("Left", unit::of(row)).ascending("Left");
        let table = table.query(format!("bottomk({WORST}, {left})"));
        Some(table.panel(&caption(row.metric, &description, unit::of(row))))
    };
    forecasts.filter_map(table).collect()
}
