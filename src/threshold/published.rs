//! Which metrics a resource can have, and which of them without being asked for by name.

use crate::catalog::Row;
use crate::resource::{Kind, Resource};

/// Whether a level for the metric can ever fire on this resource.
pub(super) fn can_have(resource: &Resource, row: &Row) -> bool {
    is_its_kind(resource, row) && row.when.iter().all(|condition| condition.may_hold(resource))
}

/// Whether the metric exists as far as Describe can tell, without a tag or a configuration that names it.
pub(super) fn is_expected(resource: &Resource, row: &Row) -> bool {
    is_its_kind(resource, row) && row.when.iter().all(|condition| condition.holds(resource))
}

/// Whether a tag on this resource can have a meaning: on a cluster also for its members.
pub(super) fn can_carry(resource: &Resource, row: &Row) -> bool {
    let for_members = resource.kind == Kind::DbCluster && row.kind == Kind::DbInstance;
    for_members || can_have(resource, row)
}

fn is_its_kind(resource: &Resource, row: &Row) -> bool {
    row.kind == resource.kind && (row.engines.is_empty() || row.engines.contains(&resource.engine))
}
