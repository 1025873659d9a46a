//! What the scopes published last: the renderer and questions about the fleet read it.

use std::collections::BTreeSet;

use crate::inventory::View;

/// What every scope last published, in the order of the configuration.
#[derive(Debug, Clone, Default)]
pub(super) struct PublishedScopes {
    scopes: Vec<PublishedScope>,
}

#[derive(Debug, Clone, Default)]
struct PublishedScope {
    view: Option<View>,
    ready: bool,
}

impl PublishedScopes {
    pub(super) fn new(count: usize) -> Self {
        Self { scopes: vec![PublishedScope::default(); count] }
    }

    /// Replaces the view of a scope and returns the previous one. The caller drops that after the lock is released,
    /// because it takes a while in a large fleet.
    pub(super) fn set(&mut self, index: usize, view: View, ready: bool) -> Option<View> {
        let scope = self.scopes.get_mut(index)?;
        std::mem::replace(scope, PublishedScope { view: Some(view), ready }).view
    }

    pub(super) fn is_ready(&self) -> bool {
        self.scopes.iter().all(|scope| scope.ready)
    }

    /// The views to serve. If two configured accounts are the same, only the first is served, because each series must
    /// be unique.
    pub(super) fn views(&self) -> Vec<View> {
        let mut seen = BTreeSet::new();
        let views = self.scopes.iter().filter_map(|scope| scope.view.as_ref());
        let firsts = views.filter(|view| view.snapshot.location.as_ref().is_none_or(|name| seen.insert(name.clone())));
        firsts.cloned().collect()
    }
}
