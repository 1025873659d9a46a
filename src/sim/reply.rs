//! The body of an answer: its bytes, and how it ends, if it does.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, SizeHint};

/// A piece of a body that never ends.
pub(super) const MORE: &[u8] = &[b' '; 64 * 1024];

/// An answer: its bytes, and what follows them.
pub(super) struct Reply {
    pub(super) bytes: Option<Bytes>,
    pub(super) then: Then,
}

/// What follows the bytes of an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// Its proper end.
    End,
    /// Nothing, for ever.
    Silence,
    /// [`Then::Break`], once the bytes are on their way.
    Flush,
    /// The connection is closed.
    Break,
    /// More bytes, for ever.
    More,
}

impl Body for Reply {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(bytes) = self.bytes.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        match self.then {
            Then::End => Poll::Ready(None),
            Then::Silence => Poll::Pending,
            Then::Flush => {
                self.then = Then::Break;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Then::Break => Poll::Ready(Some(Err(hang_up()))),
            Then::More => Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(MORE))))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none() && self.then == Then::End
    }

    fn size_hint(&self) -> SizeHint {
        let left = self.bytes.as_ref().map_or(0, Bytes::len) as u64;
        if self.then == Then::End { SizeHint::with_exact(left) } else { SizeHint::default() }
    }
}

pub(super) fn hang_up() -> io::Error {
    io::Error::other("the simulated AWS hangs up")
}
