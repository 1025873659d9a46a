//! Sizes, dates and pending changes of a resource.

use serde::{Deserialize, Serialize};

use super::parameters::ParameterGroup;

/// Sizes, dates and states that the Describe calls return besides.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Figures {
    /// `AllocatedStorage` with additional volumes, in bytes; absent for Aurora, which has no such limit.
    pub allocated_storage_bytes: Option<f64>,
    /// How far storage autoscaling may go, in bytes: `MaxAllocatedStorage` of each volume, the size of one that does not
    /// grow; absent where none does.
    pub max_allocated_storage_bytes: Option<f64>,
    /// When the server certificate expires, in seconds since 1970.
    pub certificate_expiry_seconds: Option<f64>,
    /// `LatestRestorableTime`, in seconds since 1970.
    pub latest_restorable_seconds: Option<f64>,
    /// `AutomaticRestartTime`: when a stopped database starts by itself, in seconds since 1970.
    pub automatic_restart_seconds: Option<f64>,
    /// How much of a quota is used, in percent.
    pub quota_used_percent: Option<f64>,
    /// What was changed and is not in effect yet.
    pub pending: Pending,
}

/// What is known of a resource besides its description, which listings and resources share.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Learned {
    /// When AWS applies maintenance that nobody ordered, in seconds since 1970; from an optional call.
    pub forced_maintenance_seconds: Option<f64>,
    /// The end of standard support of its major version, in seconds since 1970, unless Extended Support has taken over;
    /// from an optional call.
    pub standard_support_end_seconds: Option<f64>,
    /// Whether Extended Support is charged for; from an optional call.
    pub extended_support: Option<bool>,
    /// Since when it has been in a status that should pass, in seconds since 1970.
    pub transition_since_seconds: Option<f64>,
}

/// What was changed and is not in effect yet; `None` where Describe does not show it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Pending {
    /// Parameters of its groups wait for a reboot.
    pub reboot: Option<bool>,
    /// Parameters of its groups could not be applied.
    pub parameters_failed: Option<bool>,
    /// `PendingModifiedValues` names any.
    pub modifications: Option<bool>,
}

impl Pending {
    /// Adds the pending changes of one more parameter group of an instance.
    #[must_use]
    pub fn with(self, group: &ParameterGroup, instance: &str) -> Self {
        let also = |known: Option<bool>, status: &str| {
            let status_of_it = group.statuses.iter().find(|(id, _)| id == instance).map(|(_, known)| known == status);
            known.into_iter().chain(status_of_it).reduce(|left, right| left || right)
        };
        Self {
            reboot: also(self.reboot, "pending-reboot"),
            parameters_failed: also(self.parameters_failed, "failed-to-apply"),
            ..self
        }
    }
}
