//! One connection: requests and responses until the client closes it, a deadline passes, a limit of connections requires
//! it, or the server stops.

use std::convert::Infallible;
use std::sync::Arc;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;

use super::answer::{answer, deny};
use super::connections::Slot;
use super::handlers::Handlers;
use super::limits::Limits;
use super::socket::Socket;
use super::web::{Gate, Tls};

/// The limit of a request's head; a longer one gets status 431. Browsers and proxies send less.
const HEAD_BYTES: usize = 16 * 1024;

/// hyper takes the next chunk of a body while its buffer holds less than this. It is less than a chunk, so that seldom
/// more than one chunk is kept for a client that does not read, and enough for the head of a request.
const BUFFER_BYTES: usize = HEAD_BYTES;

/// What all connections share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) handlers: Arc<Handlers>,
    pub(super) gate: Arc<Gate>,
    pub(super) questions: Arc<Semaphore>,
    pub(super) limits: Limits,
    pub(super) stop: CancellationToken,
}

/// How the exchange of requests and responses ended.
enum End {
    /// The kernel has every response.
    Complete,
    /// A response is incomplete or was not read in time, or a limit of connections was reached.
    Cut,
    /// The server stops while the client has no complete request.
    Stopped,
}

/// Serves one connection until it ends. It counts as idle during its TLS handshake, so that one that stalls is closed
/// for others before any that is served.
pub(super) async fn serve_connection(socket: Socket, slot: Arc<Slot>, shared: Shared) {
    match &shared.gate.rules().tls {
        None => exchange(socket, slot, shared).await,
        Some(tls) => {
            let Some(stream) = handshake(tls, socket, &slot, &shared).await else { return };
            exchange(Box::new(stream), slot, shared).await;
        }
    }
}

/// `None` if it fails, is not completed in time, or must not go on.
async fn handshake(tls: &Tls, socket: Socket, slot: &Slot, shared: &Shared) -> Option<TlsStream<Socket>> {
    let done = tokio::select! {
        done = timeout(shared.limits.handshake, tls.accept(socket)) => done,
        () = slot.cut() => return None,
        () = shared.stop.cancelled() => return None,
    };
    match done {
        Ok(Ok(stream)) => return Some(stream),
        Ok(Err(error)) => slot.handshake_failed(Some(&error)),
        Err(_) => slot.handshake_failed(None),
    }
    None
}

/// What hyper reads from and writes to: a socket, or TLS around it.
trait Transport: AsyncRead + AsyncWrite + Unpin {
    /// The socket, without what TLS has not sent.
    fn into_socket(self) -> Socket;
}

impl Transport for Socket {
    fn into_socket(self) -> Socket {
        self
    }
}

impl Transport for Box<TlsStream<Socket>> {
    fn into_socket(self) -> Socket {
        self.into_inner().0
    }
}

/// Serves requests until the connection ends.
async fn exchange(io: impl Transport, slot: Arc<Slot>, shared: Shared) {
    let Shared { handlers, gate, questions, limits, stop } = shared;
    let (deadline, mut deadlines) = watch::channel(Instant::now() + limits.head + limits.response);
    let service = service_fn(|request| {
        deadline.send_replace(Instant::now() + limits.response);
        let (handlers, gate, questions) = (Arc::clone(&handlers), Arc::clone(&gate), Arc::clone(&questions));
        let slot = Arc::clone(&slot);
        async move {
            let guard = slot.respond().await;
            let rules = gate.rules();
            let mut response = match gate.admit(&rules, request.headers(), slot.client()).await {
                Ok(()) => answer(&handlers, &questions, &request).await,
                Err(denial) => {
                    slot.denied(denial);
                    deny(denial)
                }
            };
            rules.set_headers(response.headers_mut());
            Ok::<_, Infallible>(response.map(|pieces| pieces.with_guard(guard)))
        }
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_header_size(HEAD_BYTES)
        .max_buf_size(BUFFER_BYTES)
        .serve_connection(TokioIo::new(io), service);
    let mut stopping = false;
    let end = loop {
        let deadline = *deadlines.borrow_and_update();
        tokio::select! {
            biased;
            ended = &mut connection => {
                let _ = ended.inspect_err(|error| tracing::debug!(%error, "a connection ended early"));
                break End::Complete;
            }
            () = slot.cut() => break End::Cut,
            () = sleep_until(deadline) => break End::Cut,
            Ok(()) = deadlines.changed() => {}
            () = stop.cancelled(), if !stopping => {
                stopping = true;
                if slot.is_idle() {
                    break End::Stopped;
                }
                std::pin::Pin::new(&mut connection).graceful_shutdown();
            }
        }
    };
    let socket = connection.into_parts().io.into_inner().into_socket();
    let deadline = *deadlines.borrow();
    close(socket, end, sleep_until(deadline), &slot, &stop).await;
}

/// Closes a socket. Bytes that the client does not read are dropped instead of left in the kernel's buffer.
async fn close(
    mut socket: Socket,
    end: End,
    deadline: impl Future<Output = ()>,
    slot: &Slot,
    stop: &CancellationToken,
) {
    let is_received = match end {
        End::Stopped => return,
        End::Cut => false,
        End::Complete => tokio::select! {
            biased;
            () = socket.linger() => true,
            () = slot.cut() => false,
            () = deadline => false,
            () = stop.cancelled() => true,
        },
    };
    if !is_received {
        tracing::debug!("cut a connection");
        socket.abort();
    }
}
