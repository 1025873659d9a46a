//! The listener: ready bytes to whoever asks, within limits that no client can stretch.
//!
//! It decides nothing about series: pages, own metrics and texts are handed in. A scrape never waits for anything but
//! the client's own network; questions about the fleet wait for each other.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::explain::Question;
use crate::exposition::Page;
use crate::snapshot::Seconds;

mod answer;
mod body;
pub mod client;
mod connection;
mod limits;
mod negotiation;
mod question;
mod registry;
mod room;
mod socket;
mod throttle;

pub use limits::Limits;
pub use question::Representation;
pub use registry::{Capacity, Reason};

use connection::Shared;
use room::Room;
use socket::Socket;

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
    /// A function that counts what happens to connections; it must not block.
    pub connection: Box<dyn Fn(ConnectionEvent) + Send + Sync>,
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

/// What happened to the connections of the listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionEvent {
    /// So many are open now.
    Open(usize),
    /// One was closed to make room for another.
    ClosedForRoom(Reason),
}

/// Questions about the fleet at a time, each of which may take a core for a moment; more wait.
const QUESTIONS: usize = 2;

/// How long nothing is accepted after an error such as "too many open files", which would else repeat at once. Short,
/// because a scrape may be among those that wait.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `stop`, then lets responses in progress finish within [`Limits::drain`].
///
/// Every connection is accepted; at a limit another one is closed for it. Ends for no other reason than `stop`: trouble
/// with one connection is that connection's, trouble with accepting passes.
pub async fn serve(listener: TcpListener, handlers: Arc<Handlers>, limits: Limits, stop: CancellationToken) {
    let room = Room::new(Arc::clone(&handlers), limits.capacity);
    let shared = Shared { handlers, questions: Arc::new(Semaphore::new(QUESTIONS)), limits, stop: stop.clone() };
    let mut connections = JoinSet::new();
    let mut resume = Instant::now();
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            Some(ended) = connections.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "a connection's task broke off");
                }
            }
            accepted = socket::accept(&listener, resume) => match accepted {
                Ok((stream, client)) => {
                    let place = room.admit(client);
                    let socket = Socket::new(stream, Arc::clone(&place), limits.response);
                    connections.spawn(connection::serve_connection(socket, place, shared.clone()));
                }
                Err(error) => {
                    room.accept_failed(&error);
                    resume = Instant::now() + ACCEPT_PAUSE;
                }
            }
        }
    }
    drop(listener);
    drain(connections, &room, limits.drain).await;
}

/// Waits for the connections, and cuts those that do not end in time.
async fn drain(mut connections: JoinSet<()>, room: &Room, limit: Duration) {
    let drained = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(limit, drained).await.is_err() {
        tracing::warn!(connections = connections.len(), "cut connections that did not end in time");
        room.close_all();
        while connections.join_next().await.is_some() {}
    }
}

#[cfg(test)]
mod tests;
