//! Where plimsoll keeps what it knows over a restart.

use std::path::PathBuf;

/// Where plimsoll keeps what it knows over a restart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The state file; without one, a restart begins with nothing.
    pub file: Option<PathBuf>,
}
