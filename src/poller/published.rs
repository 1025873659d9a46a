//! What the scopes published last: the renderer and questions about the fleet read it.

use std::sync::Arc;

use crate::explain::ScopeFailures;
use crate::inventory::View;

/// What every scope last published, in the order of the configuration.
#[derive(Debug, Clone, Default)]
pub(super) struct PublishedScopes {
    scopes: Vec<PublishedScope>,
    /// Accounts whose regions are not known yet.
    without_regions: usize,
}

#[derive(Debug, Clone, Default)]
struct PublishedScope {
    view: Option<View>,
    ready: bool,
    failures: Arc<ScopeFailures>,
}

impl PublishedScopes {
    /// Adds a scope that has published nothing yet, and returns its place.
    pub(super) fn add(&mut self) -> usize {
        self.scopes.push(PublishedScope::default());
        self.scopes.len() - 1
    }

    /// Counts an account whose regions are not known yet.
    pub(super) fn await_regions(&mut self) {
        self.without_regions += 1;
    }

    /// The regions of such an account are known, and their scopes added.
    pub(super) fn regions_known(&mut self) {
        self.without_regions -= 1;
    }

    /// Replaces the view of a scope and returns the previous one. The caller drops that after the lock is released,
    /// because it takes a while in a large fleet.
    pub(super) fn set(&mut self, index: usize, view: View, ready: bool) -> Option<View> {
        let scope = self.scopes.get_mut(index)?;
        scope.ready = ready;
        scope.view.replace(view)
    }

    /// Replaces what fails in a scope.
    pub(super) fn set_failures(&mut self, index: usize, failures: ScopeFailures) {
        if let Some(scope) = self.scopes.get_mut(index) {
            scope.failures = Arc::new(failures);
        }
    }

    /// What fails, by scope, without scopes in which nothing fails.
    pub(super) fn failures(&self) -> Vec<ScopeFailures> {
        let failing = self.scopes.iter().filter(|scope| !scope.failures.calls.is_empty());
        failing.map(|scope| ScopeFailures::clone(&scope.failures)).collect()
    }

    /// How many scopes there are; `None` before that is known.
    pub(super) fn count(&self) -> Option<usize> {
        (self.without_regions == 0).then_some(self.scopes.len())
    }

    pub(super) fn is_ready(&self) -> bool {
        self.without_regions == 0 && self.scopes.iter().all(|scope| scope.ready)
    }

    /// The views to serve.
    pub(super) fn views(&self) -> Vec<View> {
        self.scopes.iter().filter_map(|scope| scope.view.clone()).collect()
    }
}
