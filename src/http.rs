//! The listener: ready bytes to whoever asks, within limits that no client can stretch.
//!
//! It decides nothing about series: pages, own metrics and texts are handed in. A scrape never waits for anything but
//! the client's own network; questions about the fleet wait for each other.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::explain::Question;
use crate::exposition::Page;
use crate::snapshot::Seconds;

mod answer;
mod body;
pub mod client;
mod connection;
mod negotiation;
mod question;

pub use question::Representation;

/// A function that makes a value for each request that needs it; it must not block.
pub type Supplier<T> = Box<dyn Fn() -> T + Send + Sync>;

/// A function that answers a question about the fleet in a form.
pub type FleetHandler = Box<dyn Fn(&Question, Representation) -> Lookup + Send + Sync>;

/// Everything that is served.
pub struct Handlers {
    /// The latest page; `None` until the first one is rendered.
    pub pages: watch::Receiver<Option<Arc<Page>>>,
    /// plimsoll's own metrics as text, made for each scrape.
    pub own_metrics: Box<dyn Fn(PageState) -> Vec<u8> + Send + Sync>,
    /// Whether every scope has finished its first round.
    pub ready: Supplier<bool>,
    /// The landing page's HTML; like `fleet`, it may take a while, but waits for nothing.
    pub landing: Supplier<String>,
    /// What is known of the fleet; it may take a while, but waits for nothing.
    pub fleet: FleetHandler,
    /// The time by which pages grow old: one that no setting of the wall clock changes.
    pub now: Supplier<Seconds>,
    /// Where the series are, such as `/metrics`.
    pub telemetry_path: String,
}

/// Whether a scrape carries the fleet's series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageState {
    /// No page was rendered yet.
    NotYet,
    /// It does.
    Served,
    /// The page is so old that its values would be frozen ones: the renderer hangs.
    Withheld,
}

/// The answer to a question about the fleet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// It, in the form that was asked for.
    Answer(String),
    /// Nothing has that name, and that is what is said.
    Unknown(String),
    /// Several things have that name, and that is what is said.
    Ambiguous(String),
}

/// What a client may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections at a time; more wait in the kernel's queue.
    pub connections: usize,
    /// From the end of one response, or from the start, to the end of the next request's head.
    pub head: Duration,
    /// From the end of a request's head to the last byte of its response, and the most that may pass until the next.
    pub response: Duration,
    /// From the signal to stop until connections are cut.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // A few Prometheus replicas, probes and browsers; each holds at most a few hundred kilobytes.
            connections: 128,
            // Keeps a connection that is scraped every 15 s; no usual interval ends at the same moment.
            head: Duration::from_secs(20),
            // Twice the time-out of a scrape at the usual interval of 30 s: nobody waits longer for the answer.
            response: Duration::from_mins(1),
            // Less than the 30 s that Kubernetes grants, more than a scrape takes.
            drain: Duration::from_secs(10),
        }
    }
}

/// Questions about the fleet at a time, each of which may take a core for a moment; more wait.
const QUESTIONS: usize = 2;

/// How long nothing is accepted after an error such as "too many open files", which would else repeat at once.
const ACCEPT_PAUSE: Duration = Duration::from_secs(1);

/// Serves until `stop`, then lets responses in progress finish within [`Limits::drain`].
///
/// Ends for no other reason: trouble with one connection is that connection's, trouble with accepting passes.
pub async fn serve(listener: TcpListener, handlers: Arc<Handlers>, limits: Limits, stop: CancellationToken) {
    let mut connections = JoinSet::new();
    let questions = Arc::new(Semaphore::new(QUESTIONS));
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            Some(ended) = connections.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "a connection's task broke off");
                }
            }
            stream = accept(&listener), if connections.len() < limits.connections => {
                let (handlers, questions) = (Arc::clone(&handlers), Arc::clone(&questions));
                connections.spawn(connection::serve_connection(stream, handlers, questions, limits, stop.clone()));
            }
        }
    }
    drop(listener);
    let drained = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.drain, drained).await.is_err() {
        tracing::warn!(connections = connections.len(), "cut connections that did not end in time");
    }
}

/// The next connection, however long it takes.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

#[cfg(test)]
mod tests;
