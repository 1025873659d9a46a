//! What the scopes published last: the renderer and questions about the fleet read it.

use tokio::sync::watch;

use super::saver::Saver;
use crate::inventory::View;
use crate::plan::Now;
use crate::scope::Scope;

/// What every scope last published, in the order of the configuration.
#[derive(Debug, Clone, Default)]
pub(super) struct PublishedScopes {
    scopes: Vec<PublishedScope>,
    /// Accounts whose regions are not known yet.
    without_regions: usize,
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
        std::mem::replace(scope, PublishedScope { view: Some(view), ready }).view
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
