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
use crate::catalog::Row;
use crate::config::selection::Selected;
use crate::config::{Config, Selection};
use crate::resource::{Engine, Kind};

/// Metrics that at least as many engines have are shown without a click.
const MOST_ENGINES: usize = 5;

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

/// Those of most engines are open, and one collapsed section for each engine has the others; then the same for metrics
/// that are queried only where a level or the configuration names them.
fn metric_sections(look: &Look, selected: &[&Selected]) -> Vec<Section> {
    let (usual, named): (Vec<&Selected>, Vec<&Selected>) =
        selected.iter().partition(|selected| metric::is_usual(selected));
    let panels = |selected: &[&Selected], is_shown: &dyn Fn(&Row) -> bool| -> Vec<Panel> {
        let shown = selected.iter().filter(|selected| is_shown(selected.row));
        shown.filter_map(|selected| metric::panel(look, selected)).collect()
    };
    let mut sections = vec![Section::open("Metrics of most engines", panels(&usual, &is_of_most))];
    sections.extend(Engine::KNOWN.map(|engine| {
        let title = format!("Metrics of {} and few other engines", engine.name());
        Section::collapsed(&title, panels(&usual, &|row| is_of_few(row, engine)))
    }));
    sections.push(Section::collapsed(
        "Metrics of most engines, where a tag or the configuration names them",
        panels(&named, &is_of_most),
    ));
    sections.extend(Engine::KNOWN.map(|engine| {
        let title =
            format!("Metrics of {} and few other engines, where a tag or the configuration names them", engine.name());
        Section::collapsed(&title, panels(&named, &|row| is_of_few(row, engine)))
    }));
    sections
}

fn is_of_most(row: &Row) -> bool {
    row.engines.is_empty() || row.engines.len() >= MOST_ENGINES
}

fn is_of_few(row: &Row, engine: Engine) -> bool {
    !is_of_most(row) && row.engines.contains(&engine)
}
