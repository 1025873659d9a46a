//! A mute as a tag has it: some are other times on each resource.

use super::{Mute, parse};
use crate::level::Reason;

/// The words for the windows that AWS lists for each resource, in upper or lower case.
const MAINTENANCE_WINDOW: &str = "maintenance-window";
const BACKUP_WINDOW: &str = "backup-window";

/// What a tag has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// The same on every resource.
    Fixed(Mute),
    /// The window in which AWS may change the resource.
    MaintenanceWindow,
    /// The window in which AWS makes backups.
    BackupWindow,
}

impl Written {
    /// Reads the value of a mute tag.
    ///
    /// # Errors
    /// As [`parse`].
    pub fn parse(text: &str) -> Result<Self, Reason> {
        match text.trim() {
            text if text.eq_ignore_ascii_case(MAINTENANCE_WINDOW) => Ok(Self::MaintenanceWindow),
            text if text.eq_ignore_ascii_case(BACKUP_WINDOW) => Ok(Self::BackupWindow),
            text => parse(text).map(Self::Fixed),
        }
    }
}

/// Reads a window as AWS lists it, in UTC: `sun:05:00-sun:06:00` for maintenance, `03:00-04:00` for backups.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html>
#[must_use]
pub fn listed_window(text: &str) -> Option<Mute> {
    let window = parse(text).or_else(|_| parse(&format!("daily {text}")));
    window.ok().filter(|mute| matches!(mute, Mute::Window(_)))
}
