//! The web configuration as it was read at the start.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::rules::Rules;
use super::snapshot::{Fingerprint, Snapshot};
use crate::config::file::Problems;

/// The web configuration as it was read at the start.
#[derive(Debug, Default)]
pub struct Web {
    pub(super) path: Option<PathBuf>,
    /// Of the files that were read.
    pub(super) fingerprint: Fingerprint,
    rules: Arc<Rules>,
}

impl Web {
    /// Reads the file of `--web.config.file` and those that it names.
    ///
    /// # Errors
    /// Every mistake in them.
    pub fn load(path: &Path) -> Result<Self, Problems> {
        let snapshot = Snapshot::read(path);
        let rules = Arc::new(snapshot.rules()?);
        Ok(Self { path: Some(path.to_owned()), fingerprint: snapshot.fingerprint(), rules })
    }

    /// Whether the listener serves TLS.
    #[must_use]
    pub fn has_tls(&self) -> bool {
        self.rules.tls.is_some()
    }

    pub(in crate::http) fn rules(&self) -> Arc<Rules> {
        Arc::clone(&self.rules)
    }
}
