//! Metrics whose levels cannot fire, because no value is served.

use crate::resource::ResourceIndex;
use crate::time::Timestamp;

/// A metric of a resource that has a level and, from some second on, no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unwatched {
    /// The resource.
    pub resource: ResourceIndex,
    /// The CloudWatch name.
    pub metric: &'static str,
    /// Why.
    pub reason: UnwatchedReason,
    /// The first second without a value.
    pub begins: Timestamp,
}

/// Why a metric has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnwatchedReason {
    /// Results come, but none ever had a point.
    NeverAnswered,
    /// The last point is too old.
    Expired,
    /// It has been for so long that the metric itself seems to be gone.
    Gone,
    /// No result came, not even an empty one.
    NotFetched,
}

impl UnwatchedReason {
    /// The value of the label `reason`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NeverAnswered => "never_answered",
            Self::Expired | Self::Gone => "expired",
            Self::NotFetched => "not_fetched",
        }
    }
}
