//! What people order and switch on for a resource, as Describe repeats it: it decides no metric and no level, and is
//! served as labels.

use serde::{Deserialize, Serialize};

use super::text::Text;

/// Settings of one resource; `None` where AWS leaves it out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// `StorageType` as AWS writes it: `gp3`, `io2`, `aurora-iopt1`, …
    pub storage_type: Option<Text>,
    /// `MultiAZ`.
    pub multi_az: Option<bool>,
    /// The instance or cluster that it replicates from, as AWS writes it: an identifier, or an ARN of another region.
    pub replica_of: Option<Text>,
    /// `CACertificateIdentifier`: the authority of the server certificate.
    pub certificate_authority: Option<Text>,
    /// `AutoMinorVersionUpgrade`.
    pub auto_minor_upgrade: Option<bool>,
    /// `PubliclyAccessible`.
    pub publicly_accessible: Option<bool>,
    /// `StorageEncrypted`.
    pub encrypted: Option<bool>,
    /// `DeletionProtection`.
    pub deletion_protection: Option<bool>,
    /// `BackupRetentionPeriod` in days; 0 means no automated backups.
    pub backup_retention_days: Option<u32>,
}
