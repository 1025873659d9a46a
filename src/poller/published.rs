//! What the scopes published last: the renderer and questions about the fleet read it.

use std::sync::Arc;

use crate::explain::ScopeFailures;
use crate::inventory::View;

/// What every scope last published, in the order of the configuration.
#[derive(Debug, Clone, Default)]
pub(super) struct PublishedScopes {
    /// `None` for a scope that a new configuration does not watch any more: the others keep their places.
    scopes: Vec<Option<PublishedScope>>,
    /// Accounts whose regions are not known yet.
    without_regions: usize,
}

#[derive(Debug, Clone, Default)]
struct PublishedScope {
    view: Option<View>,
    ready: bool,
    /// Whether what it published is of the configuration before, while a new one takes over.
    is_former: bool,
    failures: Arc<ScopeFailures>,
}

impl PublishedScopes {
    /// Adds a scope that has published nothing yet, and returns its place.
    pub(super) fn add(&mut self) -> usize {
        self.scopes.push(Some(PublishedScope::default()));
        self.scopes.len() - 1
    }

    /// Drops a scope with all that it published.
    pub(super) fn remove(&mut self, index: usize) {
        self.scopes[index] = None;
    }

    /// A new configuration begins to take over: until every scope has published by it, or is removed, no page is rendered.
    pub(super) fn begin_takeover(&mut self) {
        self.scopes.iter_mut().flatten().for_each(|scope| scope.is_former = true);
    }

    /// A scope has published by the new configuration.
    pub(super) fn taken_over(&mut self, index: usize) {
        if let Some(Some(scope)) = self.scopes.get_mut(index) {
            scope.is_former = false;
        }
    }

    /// Whether all that is published is of one configuration.
    pub(super) fn is_whole(&self) -> bool {
        !self.scopes.iter().flatten().any(|scope| scope.is_former)
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
        let scope = self.scopes.get_mut(index)?.as_mut()?;
        scope.ready = ready;
        scope.view.replace(view)
    }

    /// Replaces what fails in a scope.
    pub(super) fn set_failures(&mut self, index: usize, failures: ScopeFailures) {
        if let Some(Some(scope)) = self.scopes.get_mut(index) {
            scope.failures = Arc::new(failures);
        }
    }

    /// What fails, by scope, without scopes in which nothing fails.
    pub(super) fn failures(&self) -> Vec<ScopeFailures> {
        let failing = self.scopes.iter().flatten().filter(|scope| !scope.failures.calls.is_empty());
        failing.map(|scope| ScopeFailures::clone(&scope.failures)).collect()
    }

    /// How many scopes there are; `None` before that is known.
    pub(super) fn count(&self) -> Option<usize> {
        (self.without_regions == 0).then_some(self.scopes.iter().flatten().count())
    }

    pub(super) fn is_ready(&self) -> bool {
        self.without_regions == 0 && self.scopes.iter().flatten().all(|scope| scope.ready)
    }

    /// The views to serve.
    pub(super) fn views(&self) -> Vec<View> {
        self.scopes.iter().flatten().filter_map(|scope| scope.view.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_takeover_ends_when_every_scope_has_published_by_the_new_configuration_or_is_removed() {
        let mut published = PublishedScopes::default();
        let (first, second) = (published.add(), published.add());
        assert!(published.is_whole());
        published.begin_takeover();
        let added = published.add();
        published.taken_over(first);
        assert!(!published.is_whole());
        published.remove(second);
        assert!(published.is_whole());
        assert_eq!((added, published.count()), (2, Some(2)));
    }
}
