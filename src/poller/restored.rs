//! What the state file holds at the start. A file that cannot be used is logged, and never stops a start.

use std::sync::Arc;

use tokio::task::spawn_blocking;
use tracing::{info, warn};

use super::clock;
use super::event_log::log_event;
use super::part::Shared;
use super::publisher::Publisher;
use super::saver::SavedScopes;
use crate::explain::ScopeFailures;
use crate::scope::{Command, Event, SavedScope, Scope, ScopeName};
use crate::state::{Access, Loaded, ReadError, StateFile};
use crate::time::Timestamp;

/// Reads the state file, away from the async threads.
pub(super) async fn load(file: &StateFile) -> SavedScopes {
    let file = file.clone();
    // A panic is logged by its hook.
    spawn_blocking(move || read(&file)).await.unwrap_or_default()
}

fn read(file: &StateFile) -> SavedScopes {
    let loaded = match file.read() {
        Ok(Some(loaded)) => loaded,
        Ok(None) => {
            info!(file = %file.path().display(), "no state file yet");
            return SavedScopes::new();
        }
        Err(error) => {
            refused(file, &error);
            return SavedScopes::new();
        }
    };
    let Loaded { scopes, access } = loaded;
    if access == Access::Everybody {
        warn!(file = %file.path().display(), remedy = "`chmod 600` it, or its directory to 700", "state file is readable by every user");
    }
    let resources: usize = scopes.iter().map(|scope| scope.resources().count()).sum();
    info!(file = %file.path().display(), scopes = scopes.len(), resources, "state file read");
    by_name(scopes)
}

/// Reads the file again, which another replica writes; `None` if it cannot be used.
pub(super) async fn reload(file: &StateFile) -> Option<SavedScopes> {
    let file = file.clone();
    let read = spawn_blocking(move || file.read().ok().flatten().map(|loaded| by_name(loaded.scopes)));
    read.await.ok().flatten()
}

fn by_name(scopes: Vec<SavedScope<'static>>) -> SavedScopes {
    let named = |scope: SavedScope<'static>| {
        let name = ScopeName { account: (&*scope.account).into(), region: (&*scope.region).into() };
        (name, scope)
    };
    scopes.into_iter().map(named).collect()
}

fn refused(file: &StateFile, error: &ReadError) {
    let error_chain = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    let error_chain: Vec<_> = error_chain.map(ToString::to_string).collect();
    let remedy = error.remedy();
    warn!(file = %file.path().display(), error = error_chain.join(": "), remedy, "state file not used");
}

/// Lets a scope go on from what was saved and publishes that, before anything is polled.
pub(super) fn restore(scope: &mut Scope, saved: SavedScope<'static>, publisher: &mut Publisher, shared: &Shared) {
    let now = (shared.clock)();
    let saved = saved.compared(clock::uptime().as_ref(), now.wall);
    for command in scope.on(Event::Restored(Box::new(saved)), now) {
        if let Command::Log(event) = command {
            log_event(scope.name(), &event);
        }
    }
    let elsewhere = shared.served.take(publisher.index, scope.arns());
    scope.on(Event::ServedElsewhere(Arc::new(elsewhere)), now);
    scope.on(Event::Publish, now);
    shared.own.report(scope.name(), scope.report(now));
    publisher.publish(scope, ScopeFailures::default(), now);
}

/// When the oldest of the scopes was saved.
pub(super) fn saved_at(scopes: &SavedScopes) -> Option<Timestamp> {
    scopes.values().map(|scope| scope.saved_at).min()
}
