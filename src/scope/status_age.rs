//! Since when a resource has been in a status that should pass.
//!
//! AWS does not tell: it counts from the first listing with the status, so that after a restart of plimsoll it counts anew.

use super::watched::Watched;
use crate::resource::{Described, Resource};
use crate::time::Timestamp;

/// When a resource came into its status, by the steady clock.
pub(super) fn since(before: Option<&Watched>, now: &Described, steady: Timestamp) -> Timestamp {
    let identity = |one: &Described| (one.resource_id.clone(), one.status.clone());
    let same = before.filter(|before| identity(&before.resource) == identity(now));
    same.map_or(steady, |before| before.status_since)
}

/// Adds it to the description; `since` is by the wall clock. A member in the status of its cluster is left out: one cause
/// has one alert.
#[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2^53")]
pub(super) fn describe(resource: &mut Resource, cluster: Option<&Described>, since: Timestamp) {
    let is_shared = cluster.is_some_and(|cluster| cluster.status == resource.status);
    let is_counted = resource.is_in_transition() && !is_shared;
    resource.learned.transition_since_seconds = is_counted.then_some(since.as_second() as f64);
}
