//! One connection: requests and answers until the client leaves, dawdles, has to make room, or the server stops.

use std::convert::Infallible;
use std::sync::Arc;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::answer::answer;
use super::room::Place;
use super::socket::Socket;
use super::{Handlers, Limits};

/// Above what browsers and proxies send as the head of a request; more is answered with 431.
const HEAD_BYTES: usize = 16 * 1024;

/// Below this, the next piece of a body is made. Less than a piece, so that one piece waits for a client that does not
/// read, and seldom two; enough for the head of a request.
const BUFFER_BYTES: usize = HEAD_BYTES;

/// What all connections share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) handlers: Arc<Handlers>,
    pub(super) questions: Arc<Semaphore>,
    pub(super) limits: Limits,
    pub(super) stop: CancellationToken,
}

/// How the exchange of requests and answers ended.
enum End {
    /// The kernel has every answer.
    Complete,
    /// An answer is incomplete or was not taken in time, or the connection had to make room.
    Cut,
    /// The server stops while the client has no complete request.
    Stopped,
}

/// Answers on one connection until it ends.
pub(super) async fn serve_connection(socket: Socket, place: Arc<Place>, shared: Shared) {
    let Shared { handlers, questions, limits, stop } = shared;
    let (deadline, mut deadlines) = watch::channel(Instant::now() + limits.head + limits.response);
    let service = service_fn(|request| {
        deadline.send_replace(Instant::now() + limits.response);
        let (handlers, questions, encoding) = (Arc::clone(&handlers), Arc::clone(&questions), place.respond());
        async move {
            let response = answer(&handlers, &questions, &request).await;
            Ok::<_, Infallible>(response.map(|pieces| pieces.until_encoded(encoding)))
        }
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_header_size(HEAD_BYTES)
        .max_buf_size(BUFFER_BYTES)
        .serve_connection(TokioIo::new(socket), service);
    let mut stopping = false;
    let end = loop {
        let deadline = *deadlines.borrow_and_update();
        tokio::select! {
            biased;
            ended = &mut connection => {
                let _ = ended.inspect_err(|error| tracing::debug!(%error, "a connection ended early"));
                break End::Complete;
            }
            () = place.cut() => break End::Cut,
            () = sleep_until(deadline) => break End::Cut,
            Ok(()) = deadlines.changed() => {}
            () = stop.cancelled(), if !stopping => {
                stopping = true;
                if place.is_idle() {
                    break End::Stopped;
                }
                std::pin::Pin::new(&mut connection).graceful_shutdown();
            }
        }
    };
    let socket = connection.into_parts().io.into_inner();
    let deadline = *deadlines.borrow();
    close(socket, end, sleep_until(deadline), &place, &stop).await;
}

/// Closes a socket without leaving to the kernel what the client does not take.
async fn close(
    mut socket: Socket,
    end: End,
    deadline: impl Future<Output = ()>,
    place: &Place,
    stop: &CancellationToken,
) {
    let is_taken = match end {
        End::Stopped => return,
        End::Cut => false,
        End::Complete => tokio::select! {
            biased;
            () = socket.linger() => true,
            () = place.cut() => false,
            () = deadline => false,
            () = stop.cancelled() => true,
        },
    };
    if !is_taken {
        tracing::debug!("cut a connection");
        socket.abort();
    }
}
