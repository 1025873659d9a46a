//! What is looked for, as written: the services whose resources are watched.

use super::reader::{Section, suggest_choice};
use crate::catalog::Catalog;
use crate::config::Config;
use crate::resource::{SERVICES, Service};

/// The metrics of the services that are named.
pub(super) fn read(mut section: Section) -> Catalog {
    let mut catalog = Config::default().catalog;
    section.set(&mut catalog, "services", |list| {
        let mut services: Vec<&Service> = Vec::new();
        for entry in list.entries() {
            let Some(text) = entry.text() else { continue };
            let Some(service) = SERVICES.iter().find(|service| service.name == text) else {
                let names = SERVICES.iter().map(|service| service.name);
                entry
                    .error(format_args!("is not a service that plimsoll knows: {text:?}"), suggest_choice(text, names));
                continue;
            };
            if services.contains(service) {
                entry.error(format_args!("has {text:?} twice"), "remove one of them");
            }
            services.push(service);
        }
        if services.is_empty() {
            list.error("has no service: nothing would be watched", "write at least one, such as \"rds\"");
        }
        Some(Catalog::of(&services))
    });
    section.finish();
    catalog
}
