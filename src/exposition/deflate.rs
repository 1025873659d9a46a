//! Deflate, and the header and trailer of a gzip member: pieces are compressed separately and concatenated in one member.
//!
//! Formats: RFC 1951, RFC 1952.

use bytes::Bytes;
use crc32fast::Hasher;
use flate2::{Compress, Compression, FlushCompress, Status};
use zlib_rs::crc32::crc32_combine;

/// A higher level takes twice the time for a tenth less size. A lower level saves a fifth of the time for a third more
/// size.
const LEVEL: Compression = Compression::new(4);

/// Free space for the output of the compressor: far more than a flush marker needs, so that none is written twice.
const ROOM: usize = 16 * 1024;

/// Without name and time, so that equal pages are equal bytes; the last byte means "unknown operating system".
pub(super) const GZIP_HEADER: &[u8; 10] = &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// A part of a gzip member: raw deflate blocks that end at a byte boundary and do not refer to earlier blocks. None of
/// them is marked as the last.
#[derive(Debug, Default)]
pub(super) struct Segment {
    /// The deflate blocks.
    pub(super) compressed: Bytes,
    pub(super) text: Checksum,
}

/// The checksum of a text and its length, as a gzip member ends with them.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Checksum {
    crc: u32,
    pub(super) bytes: u64,
}

impl Checksum {
    fn of(text: &[u8]) -> Self {
        Self { crc: crc32fast::hash(text), bytes: text.len() as u64 }
    }

    /// That of this text followed by another one.
    pub(super) const fn followed_by(self, next: Self) -> Self {
        Self { crc: crc32_combine(self.crc, next.crc, next.bytes), bytes: self.bytes + next.bytes }
    }
}

/// Makes segments, one after another.
#[derive(Debug)]
pub(super) struct Deflater(Compress);

impl Default for Deflater {
    fn default() -> Self {
        Self(Compress::new(LEVEL, false))
    }
}

impl Deflater {
    /// Compresses text into one segment. `next` appends the next piece to an empty buffer; an empty piece ends the text.
    pub(super) fn segment(&mut self, mut next: impl FnMut(&mut Vec<u8>)) -> Segment {
        self.0.reset();
        let (mut text, mut compressed, mut crc) = (Vec::new(), Vec::new(), Hasher::new());
        loop {
            text.clear();
            next(&mut text);
            if text.is_empty() {
                break;
            }
            crc.update(&text);
            self.run(&text, &mut compressed, FlushCompress::None);
        }
        self.run(&[], &mut compressed, FlushCompress::Full);
        compressed.shrink_to_fit();
        let text = Checksum { crc: crc.finalize(), bytes: self.0.total_in() };
        Segment { compressed: compressed.into(), text }
    }

    /// Compresses a short text.
    pub(super) fn segment_of(&mut self, text: &str) -> Segment {
        let mut rest = text.as_bytes();
        self.segment(|piece| piece.extend_from_slice(std::mem::take(&mut rest)))
    }

    fn run(&mut self, mut text: &[u8], compressed: &mut Vec<u8>, flush: FlushCompress) {
        loop {
            compressed.reserve(ROOM);
            let before = self.0.total_in();
            let status = self.0.compress_vec(text, compressed, flush).expect("the stream is open");
            let consumed = usize::try_from(self.0.total_in() - before).expect("at most the length of the text");
            text = &text[consumed..];
            // Free space left in the buffer means that the compressor has no more output.
            if status == Status::StreamEnd || (text.is_empty() && compressed.len() < compressed.capacity()) {
                return;
            }
        }
    }
}

/// The end of a gzip member: `tail` as its last block, then checksum and length of the whole text.
pub(super) fn gzip_end(before: Checksum, tail: &[u8]) -> Vec<u8> {
    let mut end = Vec::new();
    Deflater::default().run(tail, &mut end, FlushCompress::Finish);
    let Checksum { crc, bytes } = before.followed_by(Checksum::of(tail));
    end.extend_from_slice(&crc.to_le_bytes());
    end.extend_from_slice(&length_modulo(bytes).to_le_bytes());
    // It is kept until the client has read the whole response.
    end.shrink_to_fit();
    end
}

#[expect(clippy::cast_possible_truncation, reason = "RFC 1952 stores the length modulo 2^32")]
const fn length_modulo(bytes: u64) -> u32 {
    bytes as u32
}
