//! What AWS says of a resource, for people: its properties, its limits and its members.

use super::explanation::{Fact, Member};
use crate::catalog::Unit;
use crate::catalog::amount::amount;
use crate::inventory::{Inventory, Known};
use crate::resource::{Described, Limit, Resource, Role, Text};

/// The properties that AWS returned, then the limits that are known.
pub(super) fn facts(resource: &Resource) -> Vec<Fact> {
    let settings = &resource.facts.settings;
    let yes = |is: Option<bool>| is.map(|is| if is { "yes" } else { "no" }.to_owned());
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let days = settings.backup_retention_days.map(|days| format!("{days} d"));
    let properties = [
        ("version", text(&resource.engine_version)),
        ("class", text(&resource.class)),
        ("role", resource.facts.role.map(|role| role_name(role).to_owned())),
        ("storage", settings.storage_type.as_deref().and_then(text)),
        ("several zones", yes(settings.multi_az)),
        ("replica of", settings.replica_of.as_deref().and_then(text)),
        ("authority", settings.certificate_authority.as_deref().and_then(text)),
        ("public", yes(settings.publicly_accessible)),
        ("encrypted", yes(settings.encrypted)),
        ("cannot be deleted", yes(settings.deletion_protection)),
        ("backups kept", days),
    ];
    let known = properties.into_iter().filter_map(|(name, value)| Some(fact(name, value?)));
    known.chain(limits(resource)).collect()
}

fn limits(resource: &Resource) -> impl Iterator<Item = Fact> {
    let capacity = &resource.capacity;
    let limits = [
        ("memory", capacity.memory_bytes, Unit::Bytes),
        ("processors", capacity.vcpus, Unit::Count),
        ("connections", capacity.max_connections, Unit::Count),
        ("capacity units", capacity.max_capacity_units, Unit::Count),
        ("disk operations", capacity.iops, Unit::CountPerSecond),
        ("disk throughput", capacity.throughput, Unit::BytesPerSecond),
        ("network", capacity.network, Unit::BytesPerSecond),
    ];
    let value =
        |limit: Limit, unit| format!("{} ({})", amount(limit.value, unit), limit.source.name().replace('_', " "));
    limits.into_iter().filter_map(move |(name, limit, unit)| Some(fact(name, value(limit?, unit))))
}

/// The instances of a cluster.
pub(super) fn members(resource: &Described, inventory: &Inventory) -> Vec<Member> {
    let arn = |known: &Known| known.resource.arn.to_string();
    let member = |(id, role): &(Text, Role)| Member {
        id: id.to_string(),
        arn: inventory.instance(id).map(arn),
        role: role_name(*role).to_owned(),
    };
    resource.members.iter().map(member).collect()
}

fn fact(name: &str, value: String) -> Fact {
    Fact { name: name.to_owned(), value }
}

const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Writer => "writer",
        Role::Reader => "reader",
    }
}
