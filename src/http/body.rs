//! The body of a response: pieces whose total length is known before the first is made.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

use super::connections::ResponseGuard;

/// Pieces, made as the client takes them.
pub(super) struct Pieces {
    rest: Box<dyn Iterator<Item = Bytes> + Send>,
    remaining: u64,
    /// Dropped with the body, when hyper has all of it.
    _guard: Option<ResponseGuard>,
}

impl Pieces {
    /// Pieces that are ready.
    pub(super) fn ready(pieces: Vec<Bytes>) -> Self {
        let length = pieces.iter().map(|piece| piece.len() as u64).sum();
        Self::lazy(length, pieces.into_iter())
    }

    /// Pieces that are `length` bytes in all.
    pub(super) fn lazy(length: u64, pieces: impl Iterator<Item = Bytes> + Send + 'static) -> Self {
        Self { rest: Box::new(pieces), remaining: length, _guard: None }
    }

    /// The same, holding `guard` until hyper has all pieces.
    pub(super) fn with_guard(self, guard: ResponseGuard) -> Self {
        Self { _guard: Some(guard), ..self }
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let piece = self.rest.next();
        self.remaining -= piece.as_ref().map_or(0, |piece| piece.len() as u64);
        Poll::Ready(piece.map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.remaining == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.remaining)
    }
}
