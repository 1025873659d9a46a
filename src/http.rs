//! The listener: serves pages, own metrics and answers that other rooms make, within limits on connections, time and
//! memory.
//!
//! A scrape waits only for the client's own network. Questions about the fleet wait for each other.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

mod answer;
mod body;
pub mod client;
mod connection;
mod connections;
mod denial;
mod files;
mod handlers;
mod limits;
mod negotiation;
mod question;
mod registry;
mod reload;
mod socket;
mod throttle;
mod web;

pub use denial::Denial;
pub use handlers::{
    ConnectionEvent, FleetHandler, Handlers, LandingHandler, LevelsHandler, Lookup, PageState, ReloadRequest, Supplier,
};
pub use limits::Limits;
pub use question::{LevelsFormat, Representation};
pub use registry::{Capacity, Reason};
pub use web::Web;

use connection::Shared;
use connections::Connections;
use socket::{Listeners, Socket};
use web::{Gate, renew};

/// Questions about the fleet that are answered at a time. Each may use a whole core; further ones wait.
const QUESTIONS: usize = 2;

/// The pause after an error of `accept`, such as "too many open files", which would otherwise repeat at once. Short,
/// because a scrape may be waiting.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves on every listener until `stop`, then lets responses in progress finish within [`Limits::drain`].
///
/// Every connection is accepted; at a limit another one is closed for it. Errors of one connection end only that
/// connection, and a failed `accept` is tried again.
pub async fn serve(
    listeners: Vec<TcpListener>,
    web: Web,
    handlers: Arc<Handlers>,
    limits: Limits,
    stop: CancellationToken,
) {
    let mut listeners = Listeners::new(listeners);
    let open = Connections::new(Arc::clone(&handlers), limits.capacity);
    let mut tasks = JoinSet::new();
    let (rules, current_rules) = watch::channel(web.rules());
    tasks.spawn(renew(web, rules, Arc::clone(&handlers), stop.clone()));
    let (gate, questions) = (Arc::new(Gate::new(current_rules)), Arc::new(Semaphore::new(QUESTIONS)));
    let shared = Shared { handlers, gate, questions, limits, stop: stop.clone() };
    let mut resume = Instant::now();
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            Some(ended) = tasks.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "a connection's task panicked");
                }
            }
            accepted = listeners.accept(resume) => match accepted {
                Ok((stream, client)) => {
                    let slot = open.admit(client);
                    let socket = Socket::new(stream, Arc::clone(&slot), limits.response);
                    tasks.spawn(connection::serve_connection(socket, slot, shared.clone()));
                }
                Err(error) => {
                    open.accept_failed(&error);
                    resume = Instant::now() + ACCEPT_PAUSE;
                }
            }
        }
    }
    drop(listeners);
    drain(tasks, &open, limits.drain).await;
}

/// Waits for the connections, and cuts those that do not end in time.
async fn drain(mut tasks: JoinSet<()>, open: &Connections, limit: Duration) {
    let drained = async { while tasks.join_next().await.is_some() {} };
    if tokio::time::timeout(limit, drained).await.is_err() {
        tracing::warn!(connections = tasks.len(), "cut connections that did not end in time");
        open.close_all();
        while tasks.join_next().await.is_some() {}
    }
}

#[cfg(test)]
mod tests;
