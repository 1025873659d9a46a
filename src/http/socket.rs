//! The socket of one connection. It records when the kernel takes bytes, and when it has everything that was written.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use rustix::net::sockopt::{set_socket_send_buffer_size, set_tcp_user_timeout};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep_until};

use super::connections::Slot;

/// The bytes that the kernel may buffer of a response that its client does not read; Linux doubles the value for its own
/// overhead (man 7 socket). Without this limit the kernel buffers several megabytes for each slow reader.
const SEND_BUFFER_BYTES: usize = 128 * 1024;

/// The addresses that clients connect to.
pub(super) struct Listeners {
    all: Vec<TcpListener>,
    /// Which one is looked at first, so that a busy one does not keep connections of the others waiting.
    first: usize,
}

impl Listeners {
    pub(super) const fn new(all: Vec<TcpListener>) -> Self {
        Self { all, first: 0 }
    }

    /// Accepts the next connection of any listener, not before `resume`.
    pub(super) async fn accept(&mut self, resume: Instant) -> io::Result<(TcpStream, SocketAddr)> {
        sleep_until(resume).await;
        self.first = (self.first + 1) % self.all.len().max(1);
        let (before, from_first) = self.all.split_at(self.first);
        let accept = |context: &mut Context<'_>| {
            let ready = from_first.iter().chain(before).map(|listener| listener.poll_accept(context));
            ready.into_iter().find(Poll::is_ready).unwrap_or(Poll::Pending)
        };
        poll_fn(accept).await
    }
}

/// A client's socket.
pub(super) struct Socket {
    stream: TcpStream,
    slot: Arc<Slot>,
}

impl Socket {
    /// A socket with a bounded send buffer. The kernel drops unsent bytes when the client has read none for `unread`,
    /// even after the socket was closed (`TCP_USER_TIMEOUT`, man 7 tcp).
    pub(super) fn new(stream: TcpStream, slot: Arc<Slot>, unread: Duration) -> Self {
        // Without it the end of a response may wait for the client's acknowledgement. A failure costs only that time.
        let _ = stream.set_nodelay(true);
        let unread = u32::try_from(unread.as_millis()).unwrap_or(u32::MAX);
        let bounded = set_socket_send_buffer_size(&stream, SEND_BUFFER_BYTES)
            .and_then(|()| set_tcp_user_timeout(&stream, unread));
        if let Err(error) = bounded {
            tracing::debug!(%error, "cannot bound the kernel's memory for a connection");
        }
        Self { stream, slot }
    }

    /// Closes the sending side and waits until the client closes the other.
    ///
    /// If the socket is closed earlier, the kernel keeps unread bytes that no limit of ours counts.
    pub(super) async fn linger(&mut self) {
        let _ = self.stream.shutdown().await;
        let mut discarded = [0; 1024];
        while self.stream.read(&mut discarded).await.is_ok_and(|bytes| bytes > 0) {}
    }

    /// Closes the socket and drops whatever the kernel holds for it: the client gets a reset.
    pub(super) fn abort(self) {
        // A failure only means that the kernel keeps the bytes for a while.
        let _ = self.stream.set_zero_linger();
    }
}

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes));
        self.slot.progressed();
        Poll::Ready(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write_vectored(context, pieces));
        self.slot.progressed();
        Poll::Ready(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// hyper calls this when it has written everything that it had.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(context))?;
        self.slot.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
