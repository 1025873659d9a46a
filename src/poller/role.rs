//! What the lease makes of this replica.

use std::time::Duration;

use crate::plan::Lease;

/// Whether this replica polls, or which one does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Role {
    /// Whether it polls; always, without a lease.
    pub(super) polls: bool,
    /// The replica that does, if this one does not and knows it.
    pub(super) holder: Option<String>,
}

impl Role {
    /// The role before the first step.
    pub(super) const fn first(has_lease: bool) -> Self {
        Self { polls: !has_lease, holder: None }
    }

    /// The role that follows from a lease.
    pub(super) fn by(lease: &Lease, now: Duration) -> Self {
        let polls = lease.polls(now);
        Self { polls, holder: lease.holder().filter(|_| !polls).map(str::to_owned) }
    }
}
