//! What the listings return of databases, by urgency: dates to come, dates that fall behind, states, and amounts.
//!
//! A row of the catalogue that the listing provides appears here without further code.

use super::super::panel::{Panel, caption};
use super::super::query::{Resources, any_of, labelled};
use super::super::table::Table;
use super::super::{unit, value};
use crate::catalog::{Form, Provider, Row, Side, Unit};
use crate::config::Selection;
use crate::resource::Kind;

/// The most rows of a table.
const MOST: u32 = 100;

pub(super) fn panels(selection: &Selection) -> Vec<Panel> {
    let described = || selection.metrics.iter().map(|selected| selected.row).filter(|row| is_described(row));
    let of_form = |form| described().filter(|row| row.provider.form() == form).collect::<Vec<_>>();
    let (states, amounts): (Vec<&Row>, Vec<&Row>) =
        of_form(Form::Plain).into_iter().partition(|row| row.unit == Unit::None);
    let mut panels: Vec<Panel> = [
        table(("Dates to come", "What comes next, and when."), "bottomk", &of_form(Form::Until)),
        table(("Dates behind", "What is behind, and by how much."), "topk", &of_form(Form::Since)),
        states_table(&states),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut named: Vec<&str> = amounts.iter().map(|row| row.metric).collect();
    named.dedup();
    panels.extend(named.into_iter().map(|metric| amounts_table(metric, &amounts)));
    panels
}

fn is_described(row: &Row) -> bool {
    matches!(row.provider, Provider::Describe(_)) && row.alert.is_some()
}

/// All rows in one table, in seconds; `None` without rows.
fn table((title, description): (&str, &str), worst: &str, rows: &[&Row]) -> Option<Panel> {
    if rows.is_empty() {
        return None;
    }
    let table = Table::of(&kinds(rows)).label("metric", "What").value("Time", unit::SECONDS);
    let table = if worst == "topk" { table.descending("Time") } else { table.ascending("Time") };
    let description = format!("{description} {}", meanings(rows));
    let table = table.query(format!("{worst}({MOST}, {})", values(rows)));
    Some(table.panel(&caption(title, &description, unit::SECONDS)))
}

/// Those that hold.
fn states_table(rows: &[&Row]) -> Option<Panel> {
    let description = format!("States that hold now. {}", meanings(rows));
    let table = Table::of(&kinds(rows)).label("metric", "What");
    let table = table.query(format!("topk({MOST}, {}) > 0", values(rows)));
    (!rows.is_empty()).then(|| table.panel(&caption("States", &description, unit::TEXT)))
}

/// The worst values of one metric, of whatever kinds have it.
fn amounts_table(metric: &str, rows: &[&Row]) -> Panel {
    let rows: Vec<&Row> = rows.iter().copied().filter(|row| row.metric == metric).collect();
    let (unit, is_low) = (unit::of(rows[0]), rows[0].alert.is_some_and(|alert| alert.bad == Side::Low));
    let table = Table::of(&kinds(&rows)).value("Value", unit);
    let table = if is_low { table.ascending("Value") } else { table.descending("Value") };
    let worst = if is_low { "bottomk" } else { "topk" };
    let values: Vec<String> = rows.iter().filter_map(|row| value::compared(&Resources::of(row.kind), row)).collect();
    table.query(format!("{worst}({MOST}, {})", any_of(&values))).panel(&caption(metric, &meanings(&rows), unit))
}

/// Each value with the name of its metric.
fn values(rows: &[&Row]) -> String {
    let of_row = |row: &&Row| Some(labelled(&value::compared(&Resources::of(row.kind), row)?, "metric", row.metric));
    any_of(&rows.iter().filter_map(of_row).collect::<Vec<_>>())
}

fn kinds(rows: &[&Row]) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = rows.iter().map(|row| row.kind).collect();
    kinds.dedup();
    kinds
}

/// What the names in the table mean, each once.
fn meanings(rows: &[&Row]) -> String {
    let mut meanings: Vec<String> = rows.iter().map(|row| format!("{}: {}.", row.metric, row.help)).collect();
    meanings.sort();
    meanings.dedup();
    meanings.join(" ")
}
