//! The task that turns what scopes know into the page that scrapes get.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{ServeError, unix_now};
use crate::explain::View;
use crate::exposition::{Page, Renderer};
use crate::plan::Seconds;
use crate::telemetry::Own;

/// The page is rendered at most this often: scrapes come every few seconds at most.
const PAUSE: Duration = Duration::from_secs(1);

/// The longest sleep: the wall clock may jump while it lasts.
const WAKE_SECONDS: Seconds = 60;

/// What every scope last said, in the order of the configuration.
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

    /// Takes in what a scope says.
    pub(super) fn set(&mut self, index: usize, view: View, ready: bool) {
        if let Some(place) = self.places.get_mut(index) {
            *place = Place { view: Some(view), ready };
        }
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

/// Renders until told to stop: when a scope has something new, and when the page's first value grows too old.
pub(super) async fn run(
    mut published: watch::Receiver<PublishedScopes>,
    pages: watch::Sender<Option<Arc<Page>>>,
    own: Arc<Own>,
    ready: Arc<AtomicBool>,
    stop: CancellationToken,
) -> Result<&'static str, ServeError> {
    let mut renderer = Renderer::default();
    let mut valid_until = Seconds::MAX;
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok("renderer"),
            changed = published.changed() => if changed.is_err() { return Ok("renderer") },
            () = sleep(until(valid_until)) => {}
        }
        let scopes = published.borrow_and_update().clone();
        let snapshots: Vec<_> = scopes.views().into_iter().map(|view| view.snapshot).collect();
        let since = Instant::now();
        let rendering = spawn_blocking(move || {
            let page = renderer.render(&snapshots, unix_now());
            (renderer, page)
        });
        let (kept, page) = rendering.await.map_err(|_| ServeError::Ended("renderer"))?;
        renderer = kept;
        own.rendered(since.elapsed());
        valid_until = page.valid_until();
        pages.send_replace(Some(Arc::new(page)));
        if scopes.is_ready() {
            ready.store(true, Ordering::Relaxed);
        }
        sleep(PAUSE).await;
    }
}

fn until(second: Seconds) -> Duration {
    let left = second.saturating_sub(unix_now()).clamp(0, WAKE_SECONDS);
    Duration::from_secs(u64::try_from(left).unwrap_or(0))
}
