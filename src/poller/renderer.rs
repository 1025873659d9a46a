//! The task that renders the page from what the scopes published.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use super::clock::until;
use super::part::{ServeError, Shared};
use super::progress;
use super::published::PublishedScopes;
use crate::exposition::{Page, Renderer};
use crate::time::Timestamp;

/// The page is rendered at most this often: scrapes come every few seconds at most.
const PAUSE: Duration = Duration::from_secs(1);

/// Renders until it is stopped: when a scope has published, and when the first value of the page expires.
pub(super) async fn run(
    mut renderer: Renderer,
    mut published: watch::Receiver<PublishedScopes>,
    pages: watch::Sender<Option<Arc<Page>>>,
    ready: Arc<AtomicBool>,
    Shared { own, clock, stop, .. }: Shared,
) -> Result<&'static str, ServeError> {
    let (mut valid_until, mut is_near_limit) = (Timestamp::MAX, false);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok("renderer"),
            changed = published.changed() => if changed.is_err() { return Ok("renderer") },
            () = until(valid_until, &clock) => {}
        }
        // A page has the series of one configuration.
        let scopes = match published.wait_for(PublishedScopes::is_whole).await {
            Ok(scopes) => scopes.clone(),
            Err(_) => return Ok("renderer"),
        };
        let turn = Turn { renderer, scopes, pages: pages.clone(), now: clock().steady };
        let since = Instant::now();
        let done = spawn_blocking(move || turn.render()).await.map_err(|_| ServeError::Ended("renderer"))?;
        let took = since.elapsed();
        own.rendered(took);
        if let Some(page) = &*pages.borrow() {
            progress::rendered(page, took);
            is_near_limit = progress::near_limit(page, is_near_limit);
        }
        (renderer, valid_until) = (done.renderer, done.valid_until);
        if done.is_ready {
            ready.store(true, Ordering::Relaxed);
        }
        sleep(PAUSE).await;
    }
}

/// One rendering. All of it runs in a blocking thread: in a large fleet, to drop the previous page and its columns also
/// takes a while.
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
