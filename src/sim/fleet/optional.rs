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

/// An entry of `DBMajorEngineVersions`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lifecycle {
    /// `Engine`.
    pub engine: String,
    /// `MajorEngineVersion`.
    pub version: String,
    /// The end of `open-source-rds-standard-support`.
    pub standard_support_end: i64,
    /// The end of `open-source-rds-extended-support`, if there is any.
    #[serde(default)]
    pub extended_support_end: Option<i64>,
}

/// An entry of `AccountQuotas`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// `Used`.
    pub used: u64,
    /// `Max`.
    pub max: u64,
}

/// An entry of `Events`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// `SourceIdentifier`.
    pub source: String,
    /// `SourceType`: `db-instance` or `db-cluster`.
    pub source_type: String,
    /// `EventCategories`.
    pub categories: Vec<String>,
    /// `Message`.
    pub message: String,
    /// `Date`.
    pub date: i64,
}

/// An entry of `BlueGreenDeployments`, of instances.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BlueGreenDeployment {
    /// `Status`, such as `AVAILABLE`.
    pub status: String,
    /// The identifiers of the instances of `SwitchoverDetails`: `SourceMember`, then `TargetMember`.
    pub members: Vec<(String, String)>,
}
