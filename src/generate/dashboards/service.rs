//! A quick look at one service other than RDS itself: everything of its kinds, from their tables in the catalogue.

use super::document::Document;
use super::layout::{Section, arrange};
use super::levels;
use super::metric::{self, Look};
use super::overview;
use super::panel::Panel;
use super::query::Resources;
use super::{place, variable};
use crate::config::selection::Selected;
use crate::config::{Config, Selection};
use crate::resource::{Kind, Service};

/// The services that have no dashboards of their own.
pub(super) fn services(config: &Config) -> Vec<&'static Service> {
    let mut services: Vec<&Service> = config.catalog.kinds().iter().map(|kind| kind.service).collect();
    services.dedup();
    services.retain(|service| *service != Kind::DB_INSTANCE.service);
    services
}

pub(super) fn dashboard(config: &Config, selection: &Selection, service: &Service) -> Document {
    let kinds = config.catalog.kinds().iter().copied().filter(|kind| kind.service == service).collect::<Vec<_>>();
    let sections = kinds.iter().flat_map(|kind| of_kind(config, selection, *kind)).collect();
    let variables = kinds.iter().flat_map(|kind| variable::several_of(*kind));
    let variables = variable::of_resources().into_iter().chain(variables).collect();
    let titles = kinds.iter().map(|kind| kind.title).collect::<Vec<_>>().join(" and ");
    let description = format!("A quick look at {titles}: their metrics with the levels of every severity.");
    let title = format!("plimsoll / Service {}", service.name);
    Document::new(&place::of_service(service), &title, &description, arrange(sections)).variables(variables)
}

fn of_kind(config: &Config, selection: &Selection, kind: Kind) -> Vec<Section> {
    let resources = Resources::chosen(kind);
    let whose = format!("{} ", resources.legend());
    let look = Look { resources: resources.clone(), whose, severities: &config.severities };
    let of_kind: Vec<&Selected> = selection.metrics.iter().filter(|selected| selected.row.kind == kind).collect();
    let is_expected = |selected: &Selected| metric::is_usual(selected) && metric::needs_only(selected.row, &[]);
    let (expected, other): (Vec<&Selected>, Vec<&Selected>) =
        of_kind.iter().partition(|selected| is_expected(selected));
    let panels = |selected: Vec<&Selected>| -> Vec<Panel> {
        selected.into_iter().filter_map(|selected| metric::panel(&look, selected)).collect()
    };
    let mut now = overview::panels(kind, &resources);
    now.extend(levels::table(kind, &resources, of_kind.iter().map(|selected| selected.row)));
    let title = kind.title;
    vec![
        Section::open(&format!("Now: {title}"), now),
        Section::open(&format!("Metrics of {title}"), panels(expected)),
        Section::collapsed(
            &format!("Metrics of {title}: by some settings, or where a tag or the configuration names them"),
            panels(other),
        ),
    ]
}
