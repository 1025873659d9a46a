//! Saves what the scopes know: each of them makes its section in its own turn, and one task writes the file.
//!
//! No scope waits for the disk: it leaves its newest section in a channel, from which the writer takes all of them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::sleep;
use tracing::{info, warn};

use super::clock;
use super::part::{ServeError, Shared};
use super::published::PublishedScopes;
use crate::plan::Now;
use crate::scope::{SavedScope, Scope, ScopeName};
use crate::state::{Section, StateFile};

/// A scope makes its section at most this often: what a crash costs is no older than the interval of fast metrics.
const SECTION_EVERY: Duration = Duration::from_mins(1);

/// The file is written at most this often. Sections of several scopes come one after the other.
const WRITE_EVERY: Duration = Duration::from_secs(20);

/// The newest section of each scope that has one, by its place among those that are published.
pub(super) type Sections = BTreeMap<usize, Section>;

/// Saved scopes by name.
pub(super) type SavedScopes = BTreeMap<ScopeName, SavedScope<'static>>;

/// Makes the sections of one scope.
pub(super) struct Saver {
    index: usize,
    sections: watch::Sender<Sections>,
    /// What another replica has saved.
    saved: Arc<Mutex<SavedScopes>>,
    /// When the last section was made, or the scope started.
    since: Instant,
    has_polled: bool,
}

impl Saver {
    pub(super) fn new(index: usize, sections: watch::Sender<Sections>, saved: Arc<Mutex<SavedScopes>>) -> Self {
        Self { index, sections, saved, since: Instant::now(), has_polled: false }
    }

    /// Makes a section when the scope has polled for the first time, and later when the last one is old; called when there
    /// is something new.
    pub(super) fn save_if_due(&mut self, scope: &Scope, now: Now) {
        let first = scope.is_ready() && scope.polls() && !self.has_polled;
        if first || self.since.elapsed() >= SECTION_EVERY {
            self.has_polled |= first;
            self.save(scope, now);
        }
    }

    /// What another replica has saved of a scope since the last call.
    pub(super) fn of_other(&self, scope: &ScopeName) -> Option<SavedScope<'static>> {
        self.saved.lock().unwrap_or_else(PoisonError::into_inner).remove(scope)
    }

    /// Makes a section, unless another replica does.
    pub(super) fn save(&mut self, scope: &Scope, now: Now) {
        if !scope.polls() {
            return;
        }
        self.since = Instant::now();
        let mut saved = scope.saved(now);
        saved.uptime = clock::uptime();
        match Section::of(&saved) {
            Ok(section) => {
                self.sections.send_modify(|sections| drop(sections.insert(self.index, section)));
            }
            Err(error) => warn!(%error, "state of a scope not saved"),
        }
    }
}

/// Writes the file after changes, and once more when every scope has ended.
pub(super) async fn run(
    file: StateFile,
    mut sections: watch::Receiver<Sections>,
    scopes: watch::Receiver<PublishedScopes>,
    shared: Shared,
) -> Result<&'static str, ServeError> {
    let mut has_failed = false;
    let mut goes_on = true;
    while goes_on {
        goes_on = sections.changed().await.is_ok();
        if shared.stop.is_cancelled() {
            while sections.changed().await.is_ok() {}
            goes_on = false;
        }
        // Without the section of a scope the file would lose what it holds of it.
        let newest: Vec<Section> = sections.borrow_and_update().values().cloned().collect();
        if scopes.borrow().count() != Some(newest.len()) || !shared.role.borrow().polls {
            continue;
        }
        has_failed = write(&file, newest, &shared, has_failed).await?;
        tokio::select! {
            () = sleep(WRITE_EVERY), if goes_on => {}
            () = shared.stop.cancelled() => {}
        }
    }
    Ok("writer of the state file")
}

/// Returns whether it failed. Of failures in a row the first one is logged.
async fn write(
    file: &StateFile,
    sections: Vec<Section>,
    Shared { own, clock, .. }: &Shared,
    has_failed: bool,
) -> Result<bool, ServeError> {
    let target = file.clone();
    let written = spawn_blocking(move || target.write(&sections));
    let written = written.await.map_err(|_| ServeError::Ended("writer of the state file"))?;
    own.state_written(written.is_ok().then(|| clock().wall));
    let path = file.path().display();
    match &written {
        Err(error) if !has_failed => {
            let remedy = "let plimsoll's user write to the directory of `[state] file`, and check its free space";
            warn!(file = %path, %error, remedy, "state file not written");
        }
        Ok(()) if has_failed => info!(file = %path, "state file written again"),
        _ => {}
    }
    Ok(written.is_err())
}
