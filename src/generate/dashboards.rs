//! Grafana dashboards: of the fleet, a database, a cluster, plimsoll itself, and one of each further service.
//!
//! Panels, their units and descriptions are made from the catalogue. JSON out; nothing here reads a file or a clock.

use crate::config::{Config, Selection};
use crate::resource::Kind;

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
pub(super) use place::{FLEET, OWN, path};

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
    let is_watched = |kind: Kind| config.catalog.kinds().contains(&kind);
    let database = is_watched(Kind::DB_INSTANCE).then(|| named("database", &database::dashboard(config, selection)));
    let cluster = is_watched(Kind::DB_CLUSTER).then(|| named("cluster", &cluster::dashboard(config, selection)));
    let fleet = named("fleet", &fleet::dashboard(config, selection));
    let exporter = named("exporter", &exporter::dashboard(config));
    let services = service::services(config).into_iter();
    let services = services
        .map(|service| named(&format!("service-{}", service.name), &service::dashboard(config, selection, service)));
    [fleet].into_iter().chain(database).chain(cluster).chain([exporter]).chain(services).collect()
}
