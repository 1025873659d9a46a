//! The role of an instance in its cluster.

use serde::{Deserialize, Serialize};

/// The role of an instance in its cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// Takes writes.
    Writer,
    /// Reads only.
    Reader,
}

impl Role {
    /// The value of the CloudWatch dimension `Role`.
    #[must_use]
    pub const fn dimension_value(self) -> &'static str {
        match self {
            Self::Writer => "WRITER",
            Self::Reader => "READER",
        }
    }
}
