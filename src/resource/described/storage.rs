//! The volumes of an instance.

use serde::Deserialize;

use super::field::{positive, text};
use crate::resource::Volume;

/// The storage of an instance, or an entry of its `AdditionalStorageVolumes`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[expect(missing_docs, reason = "AWS's names, documented at AWS")]
pub struct Storage {
    pub allocated_storage: Option<f64>,
    pub max_allocated_storage: Option<f64>,
    pub storage_type: Option<String>,
    #[serde(alias = "IOPS")]
    pub iops: Option<f64>,
    pub storage_throughput: Option<f64>,
    pub volume_name: Option<String>,
    pub storage_volume_status: Option<String>,
}

impl Storage {
    pub(super) fn volume(self) -> Volume {
        Volume {
            name: text(self.volume_name),
            status: text(self.storage_volume_status),
            storage_type: text(self.storage_type).unwrap_or_default(),
            gib: positive(self.allocated_storage).unwrap_or_default(),
            max_gib: positive(self.max_allocated_storage),
            iops: positive(self.iops),
            mib_per_second: positive(self.storage_throughput),
        }
    }
}
