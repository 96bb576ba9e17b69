//! WebP: a RIFF header, then chunks of a type, a length and the content, padded to even (RFC 9649).
//!
//! The header says how long the whole is, before any of it has come. So what is left out is
//! overwritten with zeros instead, under a type that every reader passes over.

use super::{Run, fill};

const RIFF_BYTES: u64 = 12;

/// Type and length.
const HEADER_BYTES: usize = 8;

/// The flags in the extended header that say that there is Exif or XMP.
const TOLD_FLAGS: u8 = 0b0000_1100;

/// A WebP on its way through.
pub(super) struct Webp {
    run: Run,
    header: Vec<u8>,
    /// The next byte is the flags of the extended header.
    at_flags: bool,
    is_blank: bool,
}

impl Default for Webp {
    fn default() -> Self {
        let run = Run { left: RIFF_BYTES, is_kept: true };
        Self { run, header: Vec::new(), at_flags: false, is_blank: false }
    }
}

impl Webp {
    pub(super) fn push(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) {
        while !bytes.is_empty() {
            let from = out.len();
            let is_through = self.run.take(&mut bytes, out);
            if self.is_blank {
                out[from..].fill(0);
            }
            if self.at_flags && from < out.len() {
                out[from] &= !TOLD_FLAGS;
                self.at_flags = false;
            }
            if !is_through || !fill(&mut self.header, &mut bytes, HEADER_BYTES) {
                return;
            }
            let header = std::mem::take(&mut self.header);
            let (kind, length) = header.split_at(4);
            let length = length.iter().rev().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
            self.is_blank = kind == b"EXIF" || kind == b"XMP ";
            self.at_flags = kind == b"VP8X" && length > 0;
            out.extend_from_slice(if self.is_blank { b"JUNK" } else { kind });
            out.extend_from_slice(&header[4..]);
            self.run = Run { left: length + length % 2, is_kept: true };
        }
    }

    pub(super) fn finish(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.header);
    }
}
