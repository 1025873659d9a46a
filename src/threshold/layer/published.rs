//! Which metrics a tag of a carrier can be about.

use crate::catalog::Row;
use crate::resource::{Described, Facts, Kind, Text};

/// Whether tags of this carrier can be about a metric: one of its own, or on a cluster one that a member may have.
pub(in super::super) fn can_be_about(carrier: &Described, row: &Row) -> bool {
    if is_for_members(carrier, row) {
        row.can_exist_on(&any_member(carrier, row.kind))
    } else {
        row.can_exist_on(carrier)
    }
}

/// The same, for metrics that the carrier or its members would publish in the other role, too: roles change, so such a
/// level may apply later.
pub(super) fn can_ever_be_about(carrier: &Described, row: &Row) -> bool {
    can_be_about(carrier, row) || row.can_exist_on(&in_any_role(carrier))
}

/// The resources that publish a metric, as words of a remedy for this carrier.
pub(super) fn published_by(carrier: &Described, row: &Row) -> String {
    let expected = if is_for_members(carrier, row) { any_member(carrier, row.kind) } else { in_any_role(carrier) };
    row.published_by(&expected)
}

fn is_for_members(carrier: &Described, row: &Row) -> bool {
    row.kind.parent == Some(carrier.kind)
}

/// A member of a cluster, of no certain class: classes differ from member to member, and members come and go.
fn any_member(cluster: &Described, kind: Kind) -> Described {
    Described { kind, cluster: Some(cluster.id.clone()), class: Text::default(), ..in_any_role(cluster) }
}

fn in_any_role(carrier: &Described) -> Described {
    let facts = Facts { role: None, ..carrier.facts.clone() };
    Described { facts, ..carrier.clone() }
}
