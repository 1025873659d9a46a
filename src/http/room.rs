//! The registry of connections as their tasks share it: with the clock, the observer and the log.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use rustix::io::Errno;
use tokio_util::sync::CancellationToken;

use super::registry::{Capacity, Id, Reason, Registry};
use super::throttle::Throttle;
use super::{ConnectionEvent, Handlers};

/// The room for connections.
pub(super) struct Room {
    handlers: Arc<Handlers>,
    registry: Mutex<Registry>,
    closed: Mutex<Throttle>,
    failed: Mutex<Throttle>,
}

impl Room {
    pub(super) fn new(handlers: Arc<Handlers>, capacity: Capacity) -> Arc<Self> {
        let registry = Mutex::new(Registry::new(capacity));
        Arc::new(Self { handlers, registry, closed: Mutex::default(), failed: Mutex::default() })
    }

    /// A place for a new connection; another one may have to go.
    pub(super) fn admit(self: &Arc<Self>, client: SocketAddr) -> Arc<Place> {
        let cut = CancellationToken::new();
        let (id, closed) = lock(&self.registry).admit(client.ip(), cut.clone(), Instant::now());
        self.report_closed(closed);
        self.report_open();
        Arc::new(Place { room: Arc::clone(self), id, cut, is_encoded: AtomicBool::new(false) })
    }

    /// Logs that no connection could be accepted, and closes an idle one if that is for want of open files.
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

/// The place of one connection, which is free again when the value is dropped.
pub(super) struct Place {
    room: Arc<Room>,
    id: Id,
    cut: CancellationToken,
    /// Whether hyper has the whole response; the kernel may have less.
    is_encoded: AtomicBool,
}

impl Place {
    /// Returns when the connection has to go.
    pub(super) async fn cut(&self) {
        self.cut.cancelled().await;
    }

    /// Whether there is no complete request.
    pub(super) fn is_idle(&self) -> bool {
        lock(&self.room.registry).is_idle(self.id)
    }

    /// Notes that a request is complete; hyper has the whole response when the value that is returned is dropped.
    pub(super) fn respond(self: &Arc<Self>) -> Encoding {
        self.is_encoded.store(false, Ordering::Relaxed);
        let closed = lock(&self.room.registry).respond(self.id, Instant::now());
        self.room.report_closed(closed);
        Encoding(Arc::clone(self))
    }

    /// Notes that the kernel has everything that hyper had.
    pub(super) fn flushed(&self) {
        if self.is_encoded.swap(false, Ordering::Relaxed) {
            lock(&self.room.registry).finish(self.id, Instant::now());
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        lock(&self.room.registry).remove(self.id);
        self.room.report_open();
    }
}

/// A response that hyper does not have as a whole.
pub(super) struct Encoding(Arc<Place>);

impl Drop for Encoding {
    fn drop(&mut self) {
        self.0.is_encoded.store(true, Ordering::Relaxed);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
