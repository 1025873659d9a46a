//! The use of the state file, if one is configured: the scopes go on from it at the start, and it is written meanwhile.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{sleep, timeout};

use super::part::{ServeError, Shared};
use super::published::PublishedScopes;
use super::publisher::Publisher;
use super::restored;
use super::saver::{self, SavedScopes, Saver, Sections};
use crate::exposition::Page;
use crate::scope::Scope;
use crate::state::StateFile;

/// How long the listener waits for the page of restored scopes, which is rendered within a second: the first scrape must
/// show them. Beyond that, probes must be answered.
const FIRST_PAGE: Duration = Duration::from_secs(5);

/// How often a replica that does not poll looks whether the file is new. It is written every 20 seconds at most.
const FOLLOW: Duration = Duration::from_secs(5);

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
        Saver::new(index, self.sections.clone(), Arc::clone(&self.saved))
    }

    /// Drops the section of a scope that is not watched any more.
    pub(super) fn remove(&self, index: usize) {
        self.sections.send_modify(|sections| drop(sections.remove(&index)));
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
        has_lease: bool,
    ) {
        if has_lease {
            parts.spawn(follow(self.file.clone(), self.saved, shared.clone()));
        }
        parts.spawn(saver::run(self.file, self.sections.subscribe(), scopes, shared.clone()));
    }
}

/// Reads the file whenever another replica has written it, while that one polls.
async fn follow(
    file: StateFile,
    saved: Arc<Mutex<SavedScopes>>,
    Shared { role, stop, .. }: Shared,
) -> Result<&'static str, ServeError> {
    let mut seen = None;
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok("reader of the state file"),
            () = sleep(FOLLOW) => {}
        }
        let looked_at = file.clone();
        let modified = spawn_blocking(move || looked_at.modified()).await.ok().flatten();
        if role.borrow().polls || modified == seen {
            continue;
        }
        seen = modified;
        if let Some(newest) = restored::reload(&file).await {
            *saved.lock().unwrap_or_else(PoisonError::into_inner) = newest;
        }
    }
}

/// Waits for the first page.
pub(super) async fn first_page(mut pages: watch::Receiver<Option<Arc<Page>>>) {
    // Without it, the listener serves own metrics until there is one.
    let _ = timeout(FIRST_PAGE, pages.wait_for(Option::is_some)).await;
}
