//! What is looked for, as written: the services whose resources are watched, and the optional calls that are made.

use std::collections::BTreeSet;

use super::filters;
use super::reader::{Section, Value, suggest_choice};
use crate::catalog::Catalog;
use crate::config::Config;
use crate::resource::{OptionalCall, SERVICES, Service};

pub(super) fn read(mut section: Section, config: &mut Config) {
    section.set(&mut config.catalog, "services", |list| Some(services(list)));
    section.set(&mut config.optional, "optional", |list| Some(optional(list)));
    config.filter = filters::read(&mut section);
    section.finish();
}

/// The metrics of the services that are named.
fn services(list: &Value) -> Catalog {
    let mut services: Vec<&Service> = Vec::new();
    for entry in list.entries() {
        let Some(text) = entry.text() else { continue };
        let Some(service) = SERVICES.iter().find(|service| service.name == text) else {
            let names = SERVICES.iter().map(|service| service.name);
            entry.error(format_args!("is not a service that plimsoll knows: {text:?}"), suggest_choice(text, names));
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
    Catalog::of(&services)
}

fn optional(list: &Value) -> BTreeSet<OptionalCall> {
    let mut calls = BTreeSet::new();
    for entry in list.entries() {
        let names = OptionalCall::ALL.map(|call| (call.name(), call));
        let Some(call) = entry.choice(&names) else { continue };
        if !calls.insert(call) {
            entry.error(format_args!("has {:?} twice", call.name()), "remove one of them");
        }
    }
    calls
}
