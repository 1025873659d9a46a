//! The lease by which one of two replicas polls.

use std::path::PathBuf;
use std::time::Duration;

/// The lease by which one of two replicas polls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Where it is kept; without one, every replica polls.
    pub place: Option<LeasePlace>,
    /// How long it is valid after its last renewal. The other replica polls within twice this time after a death.
    pub duration: Duration,
}

/// Where both replicas find the lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeasePlace {
    /// A file on a volume that both share.
    File(PathBuf),
    /// A Lease of the Kubernetes API.
    Kubernetes(LeaseName),
}

/// The name of a Lease of the Kubernetes API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseName {
    /// The name of the object.
    pub name: String,
    /// Its namespace; without one, that of the pod.
    pub namespace: Option<String>,
}

impl Default for Lease {
    fn default() -> Self {
        Self { place: None, duration: Duration::from_secs(12) }
    }
}
