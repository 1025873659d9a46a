//! The series that names a resource's properties, to be joined with any other.

use super::column::{Builder, Entry, family, one_label};
use super::fleet::Fleet;
use super::watched::Watched;
use crate::resource::{Resource, Role};
use crate::snapshot::labels;

const NAME: &str = "plimsoll_resource_info";

/// Clusters lack the dimension of instances, so that without `kind` several of them would be one in a join on it.
const HELP: &str = "What the resource is, as AWS describes it; always 1. For a join on the dimension of instances select \
                    their kind, such as db-instance: clusters lack that dimension.";

pub(super) fn column(fleet: &Fleet) -> Entry {
    let mut column = Builder::new(&fleet.ids);
    for (index, Watched { resource, .. }) in fleet.indexed() {
        column.push(index, &block(resource), 1.0);
    }
    column.finish(family(NAME, HELP))
}

/// What AWS leaves out has no label.
fn block(resource: &Resource) -> String {
    let mut block = one_label("name", resource.arn_at_aws());
    let mut push = |name, value: Option<&str>| labels::push(&mut block, name, value.unwrap_or_default());
    let settings = &resource.facts.settings;
    let days = settings.backup_retention_days.map(|days| days.to_string());
    push("kind", Some(resource.kind.name));
    push("engine", Some(&resource.engine_name));
    push("engine_version", Some(&resource.engine_version));
    push("class", Some(&resource.class));
    push("cluster", cluster(resource));
    push("role", resource.facts.role.map(role));
    push("storage_type", settings.storage_type.as_deref());
    push("multi_az", settings.multi_az.map(yes_or_no));
    push("replica_of", settings.replica_of.as_deref());
    push("ca", settings.certificate_authority.as_deref());
    push("auto_minor", settings.auto_minor_upgrade.map(yes_or_no));
    push("public", settings.publicly_accessible.map(yes_or_no));
    push("encrypted", settings.encrypted.map(yes_or_no));
    push("deletion_protection", settings.deletion_protection.map(yes_or_no));
    push("backup_retention", days.as_deref());
    block
}

/// Of a member its cluster and of a cluster itself, so that one selector finds them all.
fn cluster(resource: &Resource) -> Option<&str> {
    if resource.kind.is_cluster() { Some(&resource.id) } else { resource.cluster.as_deref() }
}

const fn role(role: Role) -> &'static str {
    match role {
        Role::Writer => "writer",
        Role::Reader => "reader",
    }
}

const fn yes_or_no(is: bool) -> &'static str {
    if is { "true" } else { "false" }
}
