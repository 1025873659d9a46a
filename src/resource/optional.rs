//! Calls that plimsoll can do without: each needs an IAM action of its own, and a refused one takes nothing else with it.

use std::collections::BTreeMap;
use std::time::Duration;

/// A call for an account and region, at an interval of its own, if the configuration and AWS allow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OptionalCall {
    /// `DescribePendingMaintenanceActions`.
    Maintenance,
}

/// Maintenance is announced weeks ahead.
const MAINTENANCE_INTERVAL: Duration = Duration::from_hours(1);

impl OptionalCall {
    /// Every call, in the order of documents.
    pub const ALL: [Self; 1] = [Self::Maintenance];

    /// Its name in `[discovery] optional`, and the value of the label `task`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Maintenance => "maintenance",
        }
    }

    /// The IAM action that it needs.
    #[must_use]
    pub const fn permission(self) -> &'static str {
        match self {
            Self::Maintenance => "rds:DescribePendingMaintenanceActions",
        }
    }

    /// How often it is made.
    #[must_use]
    pub const fn interval(self) -> Duration {
        match self {
            Self::Maintenance => MAINTENANCE_INTERVAL,
        }
    }
}

/// What an optional call returned.
#[derive(Debug, Clone, PartialEq)]
pub enum OptionalAnswer {
    /// By ARN, when AWS applies maintenance that nobody ordered, in seconds since 1970.
    Maintenance(BTreeMap<String, f64>),
}
