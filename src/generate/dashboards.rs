//! Grafana dashboards: of the fleet, a database, a cluster, plimsoll itself, and one of each further service.
//!
//! Panels, their units and descriptions are made from the catalogue. JSON out; nothing here reads a file or a clock.

use crate::config::{Config, Selection};

mod annotation;
mod cluster;
mod data_source;
mod database;
mod document;
mod exporter;
mod fleet;
mod layout;
mod levels;
mod mark;
mod metric;
mod noun;
mod overview;
mod panel;
mod place;
mod query;
mod service;
mod table;
mod unit;
mod value;
mod variable;

use document::Document;
pub(super) use place::path;

/// One dashboard as a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dashboard {
    /// The name of the file.
    pub file: String,
    /// Classic JSON for Grafana 10 to 13.
    pub json: String,
}

/// The dashboards of a configuration; `selection` is the configuration's own.
#[must_use]
pub fn dashboards(config: &Config, selection: &Selection) -> Vec<Dashboard> {
    let named = |file: &str, document: &Document| Dashboard { file: format!("{file}.json"), json: document.to_json() };
    let own = [
        named("fleet", &fleet::dashboard(config, selection)),
        named("database", &database::dashboard(config, selection)),
        named("cluster", &cluster::dashboard(config, selection)),
        named("exporter", &exporter::dashboard()),
    ];
    let services = service::services(config).into_iter();
    let services = services
        .map(|service| named(&format!("service-{}", service.name), &service::dashboard(config, selection, service)));
    own.into_iter().chain(services).collect()
}
