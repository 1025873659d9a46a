//! The lease by which one of two replicas polls.

use std::path::PathBuf;
use std::time::Duration;

/// The lease by which one of two replicas polls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The file that both replicas share; without one, every replica polls.
    pub file: Option<PathBuf>,
    /// How long it is valid after its last renewal. The other replica polls within twice this time after a death.
    pub duration: Duration,
}

impl Default for Lease {
    fn default() -> Self {
        Self { file: None, duration: Duration::from_secs(12) }
    }
}
