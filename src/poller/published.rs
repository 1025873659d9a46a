//! What the scopes published last: the renderer and questions about the fleet read it.

use std::collections::BTreeSet;

use tokio::sync::watch;

use super::saver::Saver;
use crate::inventory::View;
use crate::plan::Now;
use crate::scope::Scope;

/// What every scope last published, in the order of the configuration.
#[derive(Debug, Clone, Default)]
pub(super) struct PublishedScopes {
    scopes: Vec<PublishedScope>,
}

/// Where one scope leaves what it publishes and what it saves.
pub(super) struct Publisher {
    /// Its place in the order of the configuration.
    pub(super) index: usize,
    pub(super) scopes: watch::Sender<PublishedScopes>,
    /// Absent without a state file.
    pub(super) saver: Option<Saver>,
}

#[derive(Debug, Clone, Default)]
struct PublishedScope {
    view: Option<View>,
    ready: bool,
}

impl Publisher {
    /// Replaces the view of the scope by its present one.
    pub(super) fn publish(&mut self, scope: &Scope, now: Now) {
        let view = View { snapshot: scope.snapshot(), inventory: scope.inventory() };
        let mut before = None;
        self.scopes.send_modify(|scopes| before = scopes.set(self.index, view, scope.is_ready()));
        drop(before);
        if let Some(saver) = &mut self.saver {
            saver.save_if_due(scope, now);
        }
    }
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
