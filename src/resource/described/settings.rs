//! The settings that instances and clusters have in common.

use serde::Deserialize;

use super::field::text;
use crate::resource::{Settings, Text};

/// Fields of both `DBInstances` and `DBClusters`; each field is what AWS calls it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[expect(missing_docs, reason = "AWS's names, documented at AWS")]
pub struct CommonSettings {
    #[serde(rename = "MultiAZ")]
    pub multi_az: Option<bool>,
    #[serde(rename = "CACertificateIdentifier")]
    pub certificate_authority: Option<String>,
    pub auto_minor_version_upgrade: Option<bool>,
    pub publicly_accessible: Option<bool>,
    pub storage_encrypted: Option<bool>,
    pub deletion_protection: Option<bool>,
}

impl CommonSettings {
    /// With what the kinds name differently or need elsewhere, too.
    pub(super) fn settings(
        self,
        storage_type: Option<Text>,
        replica_of: Option<Text>,
        backup_retention: Option<i32>,
    ) -> Settings {
        Settings {
            storage_type,
            multi_az: self.multi_az,
            replica_of,
            certificate_authority: text(self.certificate_authority),
            auto_minor_upgrade: self.auto_minor_version_upgrade,
            publicly_accessible: self.publicly_accessible,
            encrypted: self.storage_encrypted,
            deletion_protection: self.deletion_protection,
            backup_retention_days: backup_retention.and_then(|days| u32::try_from(days).ok()),
        }
    }
}
