//! The dashboard of one database: everything that its engine publishes, with its levels.

use super::document::Document;
use super::layout::{Section, arrange};
use super::levels;
use super::mark;
use super::metric::{self, Look};
use super::overview;
use super::panel::Panel;
use super::query::Resources;
use super::{place, variable};
use crate::catalog::{Condition, Row};
use crate::config::selection::Selected;
use crate::config::{Config, Selection};
use crate::resource::{Engine, Kind};

/// Metrics that at least as many engines have are shown without a click.
const MOST_ENGINES: usize = 5;

/// What nearly every database has.
const EXPECTED: &[Condition] = &[Condition::PerformanceInsights];

const DESCRIPTION: &str = "One database: its metrics, the levels of every severity, and what happened to it.";

pub(super) fn dashboard(config: &Config, selection: &Selection) -> Document {
    let kind = Kind::DB_INSTANCE;
    let resources = Resources::chosen(kind);
    let look = Look { resources: resources.clone(), whose: String::new(), severities: &config.severities };
    let selected: Vec<&Selected> = selection.metrics.iter().filter(|selected| selected.row.kind == kind).collect();
    let rows = || selected.iter().map(|selected| selected.row);
    let mut sections = vec![
        Section::open("Now", overview::panels(kind, &resources)),
        Section::open("Levels", levels::table(kind, &resources, rows()).into_iter().collect()),
    ];
    sections.extend(metric_sections(&look, &selected));
    let variables = variable::of_resources().into_iter().chain(variable::one_of(kind)).collect();
    Document::new(place::DATABASE, "plimsoll / Database", DESCRIPTION, arrange(sections))
        .variables(variables)
        .annotations(mark::of_database(&resources, rows()))
}

/// What every database of most engines has is open. Collapsed sections have what some classes or settings bring along, then
/// what few engines have, then the same for metrics that are queried only where a level or the configuration names them.
fn metric_sections(look: &Look, selected: &[&Selected]) -> Vec<Section> {
    let (usual, named): (Vec<&Selected>, Vec<&Selected>) =
        selected.iter().partition(|selected| metric::is_usual(selected));
    let of_most = |is_shown: &dyn Fn(&Row) -> bool| panels(look, &usual, &|row| is_of_most(row) && is_shown(row));
    let mut sections = vec![
        Section::open("Metrics", of_most(&|row| metric::needs_only(row, EXPECTED))),
        Section::collapsed(
            "Metrics of some classes, storage types, roles and settings",
            of_most(&|row| !metric::needs_only(row, EXPECTED)),
        ),
    ];
    sections.extend(of_each_engine(look, &usual, ""));
    let suffix = ", where a tag or the configuration names them";
    sections.push(Section::collapsed(&format!("Metrics of most engines{suffix}"), panels(look, &named, &is_of_most)));
    sections.extend(of_each_engine(look, &named, suffix));
    sections
}

/// What an engine has in common with few others.
fn of_each_engine(look: &Look, selected: &[&Selected], suffix: &str) -> Vec<Section> {
    let of_engine = |engine: Engine| {
        let title = format!("Metrics of {} and few other engines{suffix}", engine.name());
        Section::collapsed(&title, panels(look, selected, &|row| is_of_few(row, engine)))
    };
    Engine::KNOWN.map(of_engine).into()
}

fn panels(look: &Look, selected: &[&Selected], is_shown: &dyn Fn(&Row) -> bool) -> Vec<Panel> {
    let shown = selected.iter().filter(|selected| is_shown(selected.row));
    shown.filter_map(|selected| metric::panel(look, selected)).collect()
}

fn is_of_most(row: &Row) -> bool {
    row.engines.is_empty() || row.engines.len() >= MOST_ENGINES
}

fn is_of_few(row: &Row, engine: Engine) -> bool {
    !is_of_most(row) && row.engines.contains(&engine)
}
