//! The use of the state file, if one is configured: the scopes go on from it at the start, and it is written meanwhile.

use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::timeout;

use super::part::{ServeError, Shared};
use super::published::Publisher;
use super::restored::{self, SavedScopes};
use super::saver::{self, Saver, Sections};
use crate::exposition::Page;
use crate::scope::Scope;
use crate::state::StateFile;

/// How long the listener waits for the page of restored scopes, which is rendered within a second: the first scrape must
/// show them. Beyond that, probes must be answered.
const FIRST_PAGE: Duration = Duration::from_secs(5);

/// The state file and what it held at the start.
pub(super) struct State {
    file: StateFile,
    saved: SavedScopes,
    sections: watch::Sender<Sections>,
}

impl State {
    /// Reads the file for so many scopes; `None` if no file is configured.
    pub(super) async fn open(path: Option<PathBuf>, scopes: usize, shared: &Shared) -> Option<Self> {
        let file = StateFile::new(path?);
        let saved = restored::load(&file).await;
        shared.own.expect_state(restored::saved_at(&saved));
        let (sections, _) = watch::channel(vec![None; scopes]);
        Some(Self { file, saved, sections })
    }

    /// What makes the sections of a scope.
    pub(super) fn saver(&self, index: usize) -> Saver {
        Saver::new(index, self.sections.clone())
    }

    /// Lets a scope go on from what was saved of it.
    pub(super) async fn restore(
        &mut self,
        mut scope: Scope,
        mut publisher: Publisher,
        shared: &Shared,
    ) -> Result<(Scope, Publisher), ServeError> {
        let Some(saved) = self.saved.remove(scope.name()) else { return Ok((scope, publisher)) };
        let shared = shared.clone();
        let turn = spawn_blocking(move || {
            restored::restore(&mut scope, saved, &mut publisher, &shared);
            (scope, publisher)
        });
        turn.await.map_err(|_| ServeError::Ended("scope"))
    }

    /// Starts to write the file.
    pub(super) fn write(self, parts: &mut JoinSet<Result<&'static str, ServeError>>, shared: &Shared) {
        parts.spawn(saver::run(self.file, self.sections.subscribe(), shared.clone()));
    }
}

/// Waits for the first page.
pub(super) async fn first_page(mut pages: watch::Receiver<Option<std::sync::Arc<Page>>>) {
    // Without it, the listener serves own metrics until there is one.
    let _ = timeout(FIRST_PAGE, pages.wait_for(Option::is_some)).await;
}
