//! Deflate and the frame of a gzip member: pieces that are compressed apart and stand in one member side by side.
//!
//! Formats: RFC 1951, RFC 1952.

use bytes::Bytes;
use flate2::{Compress, Compression, Crc, FlushCompress, Status};

/// Past 4, a tenth of the size costs twice the time; below, a fifth of the time costs a third of the size.
const LEVEL: Compression = Compression::new(4);

/// Room kept free for the compressor to write to; far above what a flush marker needs, so that none is written twice.
const ROOM: usize = 16 * 1024;

/// No name, no time, so that equal pages are equal bytes; the last byte says that the system is not known.
pub(super) const GZIP_HEADER: &[u8; 10] = &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// A part of a gzip member: raw deflate blocks, none of them the last, that end at a whole byte and refer to nothing
/// before them.
#[derive(Debug, Default)]
pub(super) struct Segment {
    /// The blocks.
    pub(super) compressed: Bytes,
    /// Checksum and length of the text.
    pub(super) crc: Crc,
    /// Bytes of text.
    pub(super) text_bytes: u64,
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
    /// One segment of all the text that `next` puts into the empty buffer it is given, until it leaves it empty.
    pub(super) fn segment(&mut self, mut next: impl FnMut(&mut Vec<u8>)) -> Segment {
        self.0.reset();
        let (mut text, mut compressed, mut crc) = (Vec::new(), Vec::new(), Crc::new());
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
        Segment { compressed: compressed.into(), crc, text_bytes: self.0.total_in() }
    }

    fn run(&mut self, mut text: &[u8], compressed: &mut Vec<u8>, flush: FlushCompress) {
        loop {
            compressed.reserve(ROOM);
            let before = self.0.total_in();
            let status = self.0.compress_vec(text, compressed, flush).expect("the stream is open");
            let taken = usize::try_from(self.0.total_in() - before).expect("at most the length of the text");
            text = &text[taken..];
            // Unused room means that the compressor has nothing left to say.
            if status == Status::StreamEnd || (text.is_empty() && compressed.len() < compressed.capacity()) {
                return;
            }
        }
    }
}

/// What closes a gzip member: `tail` as its last block, then checksum and length of all the text.
pub(super) fn gzip_end(crc_before: &Crc, text_bytes_before: u64, tail: &[u8]) -> Vec<u8> {
    let mut end = Vec::new();
    Deflater::default().run(tail, &mut end, FlushCompress::Finish);
    let (mut tail_crc, mut crc) = (Crc::new(), Crc::new());
    tail_crc.update(tail);
    crc.combine(crc_before);
    crc.combine(&tail_crc);
    end.extend_from_slice(&crc.sum().to_le_bytes());
    end.extend_from_slice(&length_modulo(text_bytes_before + tail.len() as u64).to_le_bytes());
    end
}

#[expect(clippy::cast_possible_truncation, reason = "RFC 1952 stores the length modulo 2^32")]
const fn length_modulo(bytes: u64) -> u32 {
    bytes as u32
}
