//! The use of the state file, if one is configured: the scopes go on from it at the start, and it is written meanwhile.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::timeout;

use super::part::{ServeError, Shared};
use super::published::PublishedScopes;
use super::publisher::Publisher;
use super::restored::{self, SavedScopes};
use super::saver::{self, Saver, Sections};
use crate::exposition::Page;
use crate::scope::Scope;
use crate::state::StateFile;

/// How long the listener waits for the page of restored scopes, which is rendered within a second: the first scrape must
/// show them. Beyond that, probes must be answered.
const FIRST_PAGE: Duration = Duration::from_secs(5);

/// The state file and what it held at the start; the same for all accounts.
#[derive(Clone)]
pub(super) struct State {
    file: StateFile,
    /// What no scope has gone on from yet.
    saved: Arc<Mutex<SavedScopes>>,
    sections: watch::Sender<Sections>,
}

impl State {
    /// Reads the file; `None` if no file is configured.
    pub(super) async fn open(path: Option<PathBuf>, shared: &Shared) -> Option<Self> {
        let file = StateFile::new(path?);
        let saved = restored::load(&file).await;
        shared.own.expect_state(restored::saved_at(&saved));
        let (sections, _) = watch::channel(Sections::new());
        Some(Self { file, saved: Arc::new(Mutex::new(saved)), sections })
    }

    /// What makes the sections of a scope.
    pub(super) fn saver(&self, index: usize) -> Saver {
        Saver::new(index, self.sections.clone())
    }

    /// Lets a scope go on from what was saved of it.
    pub(super) async fn restore(
        &self,
        mut scope: Scope,
        mut publisher: Publisher,
        shared: &Shared,
    ) -> Result<(Scope, Publisher), ServeError> {
        let saved = self.saved.lock().unwrap_or_else(PoisonError::into_inner).remove(scope.name());
        let Some(saved) = saved else { return Ok((scope, publisher)) };
        let shared = shared.clone();
        let turn = spawn_blocking(move || {
            restored::restore(&mut scope, saved, &mut publisher, &shared);
            (scope, publisher)
        });
        turn.await.map_err(|_| ServeError::Ended("scope"))
    }

    /// Starts to write the file with the sections of these scopes.
    pub(super) fn write(
        self,
        parts: &mut JoinSet<Result<&'static str, ServeError>>,
        scopes: watch::Receiver<PublishedScopes>,
        shared: &Shared,
    ) {
        parts.spawn(saver::run(self.file, self.sections.subscribe(), scopes, shared.clone()));
    }
}

/// Waits for the first page.
pub(super) async fn first_page(mut pages: watch::Receiver<Option<Arc<Page>>>) {
    // Without it, the listener serves own metrics until there is one.
    let _ = timeout(FIRST_PAGE, pages.wait_for(Option::is_some)).await;
}
