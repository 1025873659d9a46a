//! Where one scope leaves what is served of it and what is saved of it.

use std::time::Duration;

use tokio::sync::watch;

use super::published::PublishedScopes;
use super::saver::Saver;
use crate::config::Polling;
use crate::explain::ScopeFailures;
use crate::inventory::View;
use crate::plan::Now;
use crate::scope::Scope;

/// How long what changed may wait for the calls under way, as a part of the interval of fast metrics, so that it is
/// published once and not with each of hundreds of batches. To publish and to render a large fleet takes longer than to
/// take in the results of a batch.
const PATIENCE: u32 = 8;

/// The outlets of one scope.
pub(super) struct Publisher {
    /// Its place in the order of the configuration.
    pub(super) index: usize,
    pub(super) scopes: watch::Sender<PublishedScopes>,
    /// How long what changed may wait for the calls under way.
    pub(super) patience: Duration,
    /// Absent without a state file.
    pub(super) saver: Option<Saver>,
}

impl Publisher {
    pub(super) fn new(
        index: usize,
        scopes: watch::Sender<PublishedScopes>,
        polling: &Polling,
        saver: Option<Saver>,
    ) -> Self {
        Self { index, scopes, patience: polling.fast / PATIENCE, saver }
    }

    /// Replaces the view of the scope by its present one, and what fails there.
    pub(super) fn publish(&mut self, scope: &Scope, failures: ScopeFailures, now: Now) {
        let view = View { snapshot: scope.snapshot(), inventory: scope.inventory() };
        let mut before = None;
        self.scopes.send_modify(|scopes| {
            before = scopes.set(self.index, view, scope.is_ready());
            scopes.set_failures(self.index, failures);
        });
        drop(before);
        if let Some(saver) = &mut self.saver {
            saver.save_if_due(scope, now);
        }
    }

    /// What is published is of a new configuration.
    pub(super) fn taken_over(&mut self, polling: &Polling) {
        self.patience = polling.fast / PATIENCE;
        self.scopes.send_modify(|scopes| scopes.taken_over(self.index));
    }
}
