//! The registry as the tasks of all connections share it: behind a lock, with the clock, the metrics and the log.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use rustix::io::Errno;
use tokio::time::sleep_until;
use tokio_util::sync::CancellationToken;

use super::denial::Denial;
use super::handlers::{ConnectionEvent, Handlers};
use super::registry::{Capacity, Id, Reason, Registry, client};
use super::throttle::Throttle;
use super::web::HandshakeError;

/// All open connections.
pub(super) struct Connections {
    handlers: Arc<Handlers>,
    registry: Mutex<Registry>,
    closed: Mutex<Throttle>,
    failed: Mutex<Throttle>,
    handshakes: Mutex<Throttle>,
    denied: Mutex<Throttle>,
}

impl Connections {
    pub(super) fn new(handlers: Arc<Handlers>, capacity: Capacity) -> Arc<Self> {
        let registry = Mutex::new(Registry::new(capacity));
        let (closed, failed) = (Mutex::default(), Mutex::default());
        let (handshakes, denied) = (Mutex::default(), Mutex::default());
        Arc::new(Self { handlers, registry, closed, failed, handshakes, denied })
    }

    /// Adds a new connection. At a limit, another one is closed.
    pub(super) fn admit(self: &Arc<Self>, address: SocketAddr) -> Arc<Slot> {
        let cut = CancellationToken::new();
        let (id, closed) = lock(&self.registry).admit(address.ip(), cut.clone(), Instant::now());
        self.report_closed(closed);
        self.report_open();
        let (connections, client) = (Arc::clone(self), client(address.ip()));
        Arc::new(Slot { connections, id, client, cut, is_response_written: AtomicBool::new(false) })
    }

    /// Logs that no connection could be accepted, and closes an idle one if the limit of open files is the reason.
    pub(super) fn accept_failed(&self, error: &io::Error) {
        let failures = lock(&self.failed).count(Instant::now());
        if let Some(failures) = failures {
            tracing::warn!(%error, failures, "cannot accept connections");
        }
        if matches!(Errno::from_io_error(error), Some(Errno::MFILE | Errno::NFILE)) {
            let closed = lock(&self.registry).close_longest_idle();
            self.report_closed(closed);
        }
    }

    pub(super) fn close_all(&self) {
        lock(&self.registry).close_all();
    }

    fn report_closed(&self, closed: Option<Reason>) {
        let Some(reason) = closed else { return };
        (self.handlers.connection)(ConnectionEvent::ClosedForRoom(reason));
        let connections = lock(&self.closed).count(Instant::now());
        if let Some(connections) = connections {
            tracing::warn!(connections, last_limit = reason.name(), "closed connections to make room for others");
        }
    }

    fn report_open(&self) {
        (self.handlers.connection)(ConnectionEvent::Open(lock(&self.registry).len()));
    }
}

/// The entry of one connection. Dropping it removes the connection from the registry.
pub(super) struct Slot {
    connections: Arc<Connections>,
    id: Id,
    client: IpAddr,
    cut: CancellationToken,
    /// Whether hyper has the whole response; the kernel may not have all of it yet.
    is_response_written: AtomicBool,
}

impl Slot {
    /// Returns when the connection must be closed.
    pub(super) async fn cut(&self) {
        self.cut.cancelled().await;
    }

    /// The address by which the client is counted.
    pub(super) const fn client(&self) -> IpAddr {
        self.client
    }

    /// Counts a handshake that failed; `None`: it was not completed in time.
    pub(super) fn handshake_failed(&self, error: Option<&HandshakeError>) {
        (self.connections.handlers.connection)(ConnectionEvent::HandshakeFailed);
        if let Some(handshakes) = lock(&self.connections.handshakes).count(Instant::now()) {
            let reason = error.map_or_else(|| "it was not completed in time".to_owned(), chain);
            tracing::warn!(handshakes, last_client = %self.client, last_reason = reason, "TLS handshakes failed");
        }
    }

    /// Counts a request that was refused. Nothing of it is logged: a password may stand in any part of it.
    pub(super) fn denied(&self, denial: Denial) {
        (self.connections.handlers.connection)(ConnectionEvent::Denied(denial));
        if let Some(requests) = lock(&self.connections.denied).count(Instant::now()) {
            tracing::warn!(requests, last_client = %self.client, last_reason = denial.name(), "requests refused");
        }
    }

    /// Whether there is no complete request.
    pub(super) fn is_idle(&self) -> bool {
        lock(&self.connections.registry).is_idle(self.id)
    }

    /// Waits until the response to a complete request may begin. Its body keeps the guard until hyper has all of it.
    pub(super) async fn respond(self: &Arc<Self>) -> ResponseGuard {
        self.is_response_written.store(false, Ordering::Relaxed);
        let begin = || lock(&self.connections.registry).respond(self.id, Instant::now());
        let closed = loop {
            match begin() {
                Ok(closed) => break closed,
                Err(next) => sleep_until(next.into()).await,
            }
        };
        self.connections.report_closed(closed);
        ResponseGuard(Arc::clone(self))
    }

    /// Records that the kernel took bytes of the response.
    pub(super) fn progressed(&self) {
        lock(&self.connections.registry).progress(self.id, Instant::now());
    }

    /// Records that the kernel has everything that hyper had.
    pub(super) fn flushed(&self) {
        if self.is_response_written.swap(false, Ordering::Relaxed) {
            lock(&self.connections.registry).finish(self.id, Instant::now());
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        lock(&self.connections.registry).remove(self.id);
        self.connections.report_open();
    }
}

/// Lives as long as hyper does not have the whole response.
pub(super) struct ResponseGuard(Arc<Slot>);

impl Drop for ResponseGuard {
    fn drop(&mut self) {
        self.0.is_response_written.store(true, Ordering::Relaxed);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An error and what caused it, in one line.
fn chain(error: &HandshakeError) -> String {
    let source = std::error::Error::source(error);
    source.map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}
