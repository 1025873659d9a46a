//! The body of a response: its bytes, and how it ends, if it ends.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, SizeHint};

/// One piece of a body that never ends.
pub(super) const FILLER: &[u8] = &[b' '; 64 * 1024];

/// A body: its bytes, and what follows them.
pub(super) struct ResponseBody {
    pub(super) bytes: Option<Bytes>,
    pub(super) ending: Ending,
}

/// What follows the bytes of a body.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// The regular end.
    End,
    /// Nothing; the connection stays open.
    Silence,
    /// [`Ending::Break`], after the bytes are sent.
    Flush,
    /// The connection is closed.
    Break,
    /// More bytes without end.
    More,
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(bytes) = self.bytes.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        match self.ending {
            Ending::End => Poll::Ready(None),
            Ending::Silence => Poll::Pending,
            Ending::Flush => {
                self.ending = Ending::Break;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Ending::Break => Poll::Ready(Some(Err(connection_closed()))),
            Ending::More => Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(FILLER))))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none() && self.ending == Ending::End
    }

    fn size_hint(&self) -> SizeHint {
        let left = self.bytes.as_ref().map_or(0, Bytes::len) as u64;
        if self.ending == Ending::End { SizeHint::with_exact(left) } else { SizeHint::default() }
    }
}

pub(super) fn connection_closed() -> io::Error {
    io::Error::other("the simulated AWS closes the connection")
}
