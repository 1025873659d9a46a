//! What happened to a resource, in a closed set of categories.

use crate::time::Timestamp;

/// One event that AWS reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceEvent {
    /// The ARN of the resource.
    pub arn: String,
    /// When it happened.
    pub second: Timestamp,
    /// Its category.
    pub category: EventCategory,
    /// AWS's text, which only tells events apart.
    pub message: String,
}

/// The category of an event: the values of the label `category`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventCategory {
    /// The engine was restarted.
    Restart,
    /// Another host, member or region took over.
    Failover,
    /// Something has failed.
    Failure,
    /// Storage is nearly full.
    LowStorage,
    /// Memory is nearly used up.
    OutOfMemory,
    /// AWS recovers the resource on another host.
    Recovery,
}

impl EventCategory {
    /// Every category, in the order of the enumeration.
    pub const ALL: [Self; 6] =
        [Self::Restart, Self::Failover, Self::Failure, Self::LowStorage, Self::OutOfMemory, Self::Recovery];

    /// The value of the label `category`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Restart => "restart",
            Self::Failover => "failover",
            Self::Failure => "failure",
            Self::LowStorage => "low_storage",
            Self::OutOfMemory => "out_of_memory",
            Self::Recovery => "recovery",
        }
    }
}
