//! One connection: requests and answers until the client leaves, dawdles, or the server stops.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::answer::answer;
use super::{Handlers, Limits};

/// Above what browsers and proxies send as the head of a request; more is answered with 431.
const HEAD_BYTES: usize = 16 * 1024;

/// What one connection may hold unsent, besides pieces that all connections share.
const BUFFER_BYTES: usize = 64 * 1024;

/// Answers on one connection until it ends.
pub(super) async fn serve_connection(
    stream: TcpStream,
    handlers: Arc<Handlers>,
    questions: Arc<Semaphore>,
    limits: Limits,
    stop: CancellationToken,
) {
    // Without it the end of an answer may wait for the client's acknowledgement. A failure costs only that.
    let _ = stream.set_nodelay(true);
    let (deadline, mut deadlines) = watch::channel(Instant::now() + limits.head + limits.response);
    let service = service_fn(|request| {
        deadline.send_replace(Instant::now() + limits.response);
        let (handlers, questions) = (Arc::clone(&handlers), Arc::clone(&questions));
        async move { Ok::<_, Infallible>(answer(&handlers, &questions, &request).await) }
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head)
            .max_header_size(HEAD_BYTES)
            .max_buf_size(BUFFER_BYTES)
            .serve_connection(TokioIo::new(stream), service)
    );
    let mut stopping = false;
    loop {
        let deadline = *deadlines.borrow_and_update();
        tokio::select! {
            biased;
            ended = connection.as_mut() => {
                return ended.unwrap_or_else(|error| tracing::debug!(%error, "a connection ended early"));
            }
            () = sleep_until(deadline) => return tracing::debug!("a client did not take its answer in time"),
            Ok(()) = deadlines.changed() => {}
            () = stop.cancelled(), if !stopping => {
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}
