//! What the calls return that only some callers may make. Times are seconds since 1970.

use serde::Deserialize;

/// An entry of `PendingMaintenanceActionDetails`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Maintenance {
    /// `Action`, such as `system-update`.
    pub action: String,
    /// `AutoAppliedAfterDate`.
    pub auto_applied_after: Option<i64>,
    /// `ForcedApplyDate`.
    pub forced_apply: Option<i64>,
    /// `CurrentApplyDate`.
    pub current_apply: Option<i64>,
    /// `OptInStatus`.
    pub opt_in: Option<String>,
}
