//! The task that turns what scopes know into the page that scrapes get.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use super::clock::Clock;
use super::{ServeError, Shared};
use crate::exposition::{Page, Renderer};
use crate::inventory::View;
use crate::time::Timestamp;

/// The page is rendered at most this often: scrapes come every few seconds at most.
const PAUSE: Duration = Duration::from_secs(1);

/// How often the clock is looked at for a page that expires: timers stand still while the machine sleeps, and the clock
/// does not.
const GLANCE: Duration = Duration::from_secs(1);

/// What every scope last published, in the order of the configuration.
#[derive(Debug, Clone, Default)]
pub(super) struct PublishedScopes {
    places: Vec<Place>,
}

#[derive(Debug, Clone, Default)]
struct Place {
    view: Option<View>,
    ready: bool,
}

impl PublishedScopes {
    pub(super) fn new(places: usize) -> Self {
        Self { places: vec![Place::default(); places] }
    }

    /// Replaces what a scope published, and returns what it published before: to drop that of a large fleet takes a
    /// while, and the board is locked for as long as it changes.
    pub(super) fn set(&mut self, index: usize, view: View, ready: bool) -> Option<View> {
        let place = self.places.get_mut(index)?;
        std::mem::replace(place, Place { view: Some(view), ready }).view
    }

    fn is_ready(&self) -> bool {
        self.places.iter().all(|place| place.ready)
    }

    /// What to serve: two configured accounts that are the same one would double every series,
    /// so the first of them speaks.
    pub(super) fn views(&self) -> Vec<View> {
        let mut seen = BTreeSet::new();
        let views = self.places.iter().filter_map(|place| place.view.as_ref());
        let firsts = views.filter(|view| view.snapshot.location.as_ref().is_none_or(|name| seen.insert(name.clone())));
        firsts.cloned().collect()
    }
}

/// Renders until it is stopped: when a scope has something new, and when the page's first value grows too old.
pub(super) async fn run(
    mut published: watch::Receiver<PublishedScopes>,
    pages: watch::Sender<Option<Arc<Page>>>,
    ready: Arc<AtomicBool>,
    Shared { own, clock, stop }: Shared,
) -> Result<&'static str, ServeError> {
    let mut renderer = Renderer::default();
    let mut valid_until = Timestamp::MAX;
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok("renderer"),
            changed = published.changed() => if changed.is_err() { return Ok("renderer") },
            () = expiry(valid_until, &clock) => {}
        }
        let scopes = published.borrow_and_update().clone();
        let turn = Turn { renderer, scopes, pages: pages.clone(), now: clock().steady };
        let since = Instant::now();
        let done = spawn_blocking(move || turn.render()).await.map_err(|_| ServeError::Ended("renderer"))?;
        own.rendered(since.elapsed());
        (renderer, valid_until) = (done.renderer, done.valid_until);
        if done.is_ready {
            ready.store(true, Ordering::Relaxed);
        }
        sleep(PAUSE).await;
    }
}

/// One rendering. It belongs into a blocking thread as a whole: for a large fleet, to drop the last page and what it was
/// made of takes a while, too.
struct Turn {
    renderer: Renderer,
    scopes: PublishedScopes,
    pages: watch::Sender<Option<Arc<Page>>>,
    now: Timestamp,
}

struct Rendered {
    renderer: Renderer,
    valid_until: Timestamp,
    is_ready: bool,
}

impl Turn {
    fn render(self) -> Rendered {
        let Self { mut renderer, scopes, pages, now } = self;
        let snapshots: Vec<_> = scopes.views().into_iter().map(|view| view.snapshot).collect();
        let page = renderer.render(&snapshots, now);
        let (valid_until, is_ready) = (page.valid_until(), scopes.is_ready());
        pages.send_replace(Some(Arc::new(page)));
        Rendered { renderer, valid_until, is_ready }
    }
}

/// Waits until the clock shows `second`.
async fn expiry(second: Timestamp, clock: &Clock) {
    while clock().steady < second {
        sleep(GLANCE).await;
    }
}
