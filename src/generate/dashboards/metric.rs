//! The panel of one metric: its values, the levels of every severity, and what the levels are a share of.

use serde_json::{Value, json};

use super::panel::{Panel, caption};
use super::query::Resources;
use super::{unit, value};
use crate::catalog::{Condition, Provider, Row, Side, Unit};
use crate::config::selection::Selected;
use crate::generate::metrics::intervals;

/// How the panels of one dashboard show metrics.
#[derive(Debug)]
pub(super) struct Look<'a> {
    /// Whose values are shown.
    pub(super) resources: Resources,
    /// What the legend begins with where there are several resources, such as `{{dimension_X}} `; else empty.
    pub(super) whose: String,
    /// The names of severities, least severe first.
    pub(super) severities: &'a [String],
}

/// The legend of what levels are a share of.
const LIMIT: &str = "100 pct";

/// The panel; `None` for a row that nothing is shown of.
pub(super) fn panel(look: &Look, selected: &Selected) -> Option<Panel> {
    let (row, description) = (selected.row, description(selected));
    let panel = Panel::lines(&caption(row.metric, &description, unit::of(row)));
    let panel = if row.unit == Unit::Percent { panel.between(0.0, 100.0) } else { panel };
    let panel = values(look, selected, panel)?;
    let panel = levels(look, row, panel);
    Some(match value::denominator(&look.resources, row) {
        Some(denominator) => {
            let panel = panel.query(&format!("{}{LIMIT}", look.whose), denominator);
            let limit = panel.last_query().to_owned();
            panel.look(&query(&limit), &line("text", &[1, 6]))
        }
        None => panel,
    })
}

fn values(look: &Look, selected: &Selected, panel: Panel) -> Option<Panel> {
    let row = selected.row;
    if !row.has_points() {
        return Some(panel.query(&format!("{}value", look.whose), value::compared(&look.resources, row)?));
    }
    let of_each = selected.statistics.iter();
    Some(of_each.fold(panel, |panel, statistic| {
        let expression = value::statistic(&look.resources, row, *statistic);
        panel.query(&format!("{}{statistic}", look.whose), expression)
    }))
}

/// Stepped and dashed, in the colour of the severity; a level that changes makes a step where it did.
fn levels(look: &Look, row: &Row, panel: Panel) -> Panel {
    let Some(levels) = value::levels(&look.resources, row) else { return panel };
    let panel = panel.query(&format!("{}{{{{severity}}}}", look.whose), levels);
    look.severities.iter().enumerate().fold(panel, |panel, (index, severity)| {
        let names = json!({"id": "byRegexp", "options": format!("/(^| ){severity}$/")});
        panel.look(&names, &line(color(index, look.severities.len()), &[10, 5]))
    })
}

/// The most severe one is red.
const fn color(index: usize, severities: usize) -> &'static str {
    match severities - index {
        1 => "red",
        2 => "orange",
        _ => "yellow",
    }
}

fn query(letter: &str) -> Value {
    json!({"id": "byFrameRefID", "options": letter})
}

fn line(color: &str, dashes: &[u32]) -> [(&'static str, Value); 4] {
    [
        ("color", json!({"mode": "fixed", "fixedColor": color})),
        ("custom.lineStyle", json!({"fill": "dash", "dash": dashes})),
        ("custom.lineInterpolation", json!("stepAfter")),
        ("custom.fillOpacity", json!(0)),
    ]
}

/// What the metric is, in which unit, what its levels are compared with, and where it exists.
pub(super) fn description(selected: &Selected) -> String {
    let row = selected.row;
    let unit = if row.unit == Unit::None { "Without unit".to_owned() } else { format!("In {}", row.unit.name()) };
    let conditions: Vec<String> = row.when.iter().map(|condition| condition.words()).collect();
    let conditions = if conditions.is_empty() { String::new() } else { format!(" Only: {}.", conditions.join(", ")) };
    format!("{}. {unit}{}{}.{conditions}", row.help, compared(row), source(selected))
}

fn compared(row: &Row) -> String {
    let Some(alert) = row.alert else { return String::new() };
    let side = if alert.bad == Side::High { "above" } else { "below" };
    let statistic = if row.has_points() { format!("the {} is ", row.statistic) } else { String::new() };
    format!("; bad where {statistic}{side} the level")
}

fn source(selected: &Selected) -> String {
    match selected.row.provider {
        Provider::CloudWatch => {
            format!("; from CloudWatch {}, every {}", selected.row.kind.service.namespace, intervals(selected))
        }
        Provider::Describe(_) => "; from the listing".to_owned(),
        Provider::Computed([one, other]) => format!("; the sum of {one} and {other}"),
        Provider::Forecast(forecast) => format!("; a straight line through the last hours of {}", forecast.metric()),
    }
}

/// Whether it is queried or listed without being named.
pub(super) fn is_usual(selected: &Selected) -> bool {
    let has_default = selected.row.alert.is_some_and(|alert| !alert.defaults.is_empty());
    !selected.row.is_polled() || selected.polled_by_default || has_default
}

/// Whether nothing but these conditions decides which resources have it.
pub(super) fn needs_only(row: &Row, conditions: &[Condition]) -> bool {
    row.when.iter().all(|condition| conditions.contains(condition))
}
