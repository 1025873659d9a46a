//! The body of a response: pieces whose total length is known before the first is made.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io::IoSlice;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use hyper::body::{Body, Frame, SizeHint};

use super::connections::ResponseGuard;

/// Pieces are passed on until they are this long together, for one call of the kernel: as much as one segment on the
/// loopback interface carries, and one buffer of segmentation offload. A call for each piece takes more time than the
/// copy of its bytes.
const CHUNK_BYTES: usize = 64 * 1024;

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
    type Data = Chunk;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Chunk>, Infallible>>> {
        let chunk = Chunk::of(&mut self.rest);
        self.remaining -= chunk.bytes as u64;
        Poll::Ready(chunk.has_remaining().then_some(Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.remaining == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.remaining)
    }
}

/// Pieces in a row, which are not copied together.
pub(super) struct Chunk {
    pieces: VecDeque<Bytes>,
    bytes: usize,
}

impl Chunk {
    /// The next pieces; none at the end.
    fn of(rest: &mut dyn Iterator<Item = Bytes>) -> Self {
        let mut chunk = Self { pieces: VecDeque::new(), bytes: 0 };
        while chunk.bytes < CHUNK_BYTES
            && let Some(piece) = rest.next()
        {
            chunk.bytes += piece.len();
            if !piece.is_empty() {
                chunk.pieces.push_back(piece);
            }
        }
        chunk
    }
}

impl Buf for Chunk {
    fn remaining(&self) -> usize {
        self.bytes
    }

    fn chunk(&self) -> &[u8] {
        self.pieces.front().map_or(&[], Bytes::chunk)
    }

    fn chunks_vectored<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        slices.iter_mut().zip(&self.pieces).map(|(slice, piece)| *slice = IoSlice::new(piece)).count()
    }

    fn advance(&mut self, mut count: usize) {
        self.bytes -= count;
        while let Some(piece) = self.pieces.front_mut() {
            if count < piece.len() {
                return piece.advance(count);
            }
            count -= piece.len();
            self.pieces.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunks(pieces: &[usize]) -> Vec<Vec<usize>> {
        let mut rest = pieces.iter().map(|length| Bytes::from(vec![b'x'; *length]));
        let chunks = std::iter::from_fn(|| Some(Chunk::of(&mut rest)).filter(Buf::has_remaining));
        chunks.map(|chunk| chunk.pieces.iter().map(Bytes::len).collect()).collect()
    }

    #[test]
    fn pieces_are_passed_on_together_up_to_the_length_of_a_chunk() {
        const HALF: usize = CHUNK_BYTES / 2;
        assert_eq!(chunks(&[]), [[0; 0]; 0]);
        assert_eq!(chunks(&[10, HALF, HALF, 7, 8]), [vec![10, HALF, HALF], vec![7, 8]]);
        assert_eq!(chunks(&[3 * HALF, 5]), [[3 * HALF], [5]]);
    }

    #[test]
    fn a_chunk_can_be_taken_in_steps_of_any_length() {
        let text = b"one, two and three";
        for step in 1..=text.len() {
            let pieces = [&text[..5], &text[5..6], b"", &text[6..]];
            let mut chunk = Chunk::of(&mut pieces.into_iter().map(Bytes::from_static));
            let mut taken = Vec::new();
            while chunk.has_remaining() {
                let mut slices = [IoSlice::new(&[]); 4];
                let filled = chunk.chunks_vectored(&mut slices);
                let all: Vec<u8> = slices[..filled].iter().flat_map(|slice| slice.iter().copied()).collect();
                assert_eq!(all.len(), chunk.remaining());
                assert!(!chunk.chunk().is_empty());
                let count = step.min(all.len());
                taken.extend_from_slice(&all[..count]);
                chunk.advance(count);
            }
            assert_eq!(taken, text, "steps of {step}");
        }
    }
}
