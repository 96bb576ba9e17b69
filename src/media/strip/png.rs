//! PNG: a signature, then chunks of a length, a type, the content and a checksum (PNG
//! specification, section 5).

use super::{Run, fill};

const SIGNATURE_BYTES: u64 = 8;

/// Length and type.
const HEADER_BYTES: usize = 8;

/// Chunks that tell of the picture's making and are not needed to show it.
const TOLD: [&[u8; 4]; 5] = [b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"];

/// A PNG on its way through.
pub(super) struct Png {
    run: Run,
    header: Vec<u8>,
    /// The picture has ended; what comes after it is not part of it.
    is_over: bool,
}

impl Default for Png {
    fn default() -> Self {
        let run = Run { left: SIGNATURE_BYTES, is_kept: true };
        Self { run, header: Vec::new(), is_over: false }
    }
}

impl Png {
    pub(super) fn push(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) {
        while !bytes.is_empty() {
            if !self.run.take(&mut bytes, out) {
                return;
            }
            if self.is_over || !fill(&mut self.header, &mut bytes, HEADER_BYTES) {
                return;
            }
            let header = std::mem::take(&mut self.header);
            let (length, kind) = header.split_at(4);
            let length = length.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
            let is_kept = !TOLD.iter().any(|told| told.as_slice() == kind);
            if is_kept {
                out.extend_from_slice(&header);
            }
            self.run = Run { left: length + 4, is_kept };
            self.is_over = kind == b"IEND";
        }
    }

    pub(super) fn finish(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.header);
    }
}
