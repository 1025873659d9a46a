//! What an instance says of its work besides its own status.

use serde::Deserialize;

use super::field::text;
use crate::resource::Text;

/// The only type that AWS documents:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstanceStatusInfo.html>.
const REPLICATION: &str = "read replication";

/// An entry of `StatusInfos`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[expect(missing_docs, reason = "AWS's names, documented at AWS")]
pub struct StatusInfo {
    pub status_type: Option<String>,
    pub status: Option<String>,
}

/// The status of the replication from another instance: `replicating`, `replication degraded`, `error`, `stopped` or
/// `terminated`.
pub(super) fn of_replication(infos: Vec<StatusInfo>) -> Option<Text> {
    let info = infos.into_iter().find(|info| info.status_type.as_deref() == Some(REPLICATION))?;
    text(info.status)
}
