//! Takes out of a picture, while it comes, what it tells beside itself: where it was taken, when,
//! with what, by whom. What is needed to show it stays: its pixels, colours and orientation.
//!
//! The bytes pass through in pieces of any size; what comes out does not depend on where they are
//! cut. What is not understood passes as it is. Nothing is held back but one segment of at most
//! 64 KiB.

mod jpeg;
mod png;
mod webp;

/// How many first bytes tell which kind of picture it is.
const SIGNATURE_BYTES: usize = 16;

/// A picture, or anything else, on its way through.
pub struct Stripper(State);

enum State {
    /// Too few bytes to tell.
    Starting(Vec<u8>),
    Jpeg(jpeg::Jpeg),
    Png(png::Png),
    Webp(webp::Webp),
    /// No picture of which we know what it tells.
    Other,
}

impl Default for Stripper {
    fn default() -> Self {
        Self(State::Starting(Vec::new()))
    }
}

impl Stripper {
    /// Takes what has come and adds to `out` what is kept of it.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        match &mut self.0 {
            State::Starting(held) => {
                held.extend_from_slice(bytes);
                if held.len() >= SIGNATURE_BYTES {
                    self.start(out);
                }
            }
            State::Jpeg(jpeg) => jpeg.push(bytes, out),
            State::Png(png) => png.push(bytes, out),
            State::Webp(webp) => webp.push(bytes, out),
            State::Other => out.extend_from_slice(bytes),
        }
    }

    /// Nothing more comes: adds what was held back.
    pub fn finish(mut self, out: &mut Vec<u8>) {
        if let State::Starting(_) = self.0 {
            self.start(out);
        }
        match self.0 {
            State::Jpeg(jpeg) => jpeg.finish(out),
            State::Png(png) => png.finish(out),
            State::Webp(webp) => webp.finish(out),
            State::Starting(_) | State::Other => {}
        }
    }

    fn start(&mut self, out: &mut Vec<u8>) {
        let State::Starting(held) = &mut self.0 else { return };
        let held = std::mem::take(held);
        self.0 = match held.as_slice() {
            [0xFF, 0xD8, 0xFF, ..] => State::Jpeg(jpeg::Jpeg::default()),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => {
                State::Png(png::Png::default())
            }
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => {
                State::Webp(webp::Webp::default())
            }
            _ => State::Other,
        };
        self.push(&held, out);
    }
}

/// Moves bytes from the front of `bytes` until `held` has `wanted`. Whether it has.
fn fill(held: &mut Vec<u8>, bytes: &mut &[u8], wanted: usize) -> bool {
    let missing = wanted.saturating_sub(held.len()).min(bytes.len());
    let (taken, rest) = bytes.split_at(missing);
    held.extend_from_slice(taken);
    *bytes = rest;
    held.len() >= wanted
}

/// Some bytes that pass, or are left out, whatever they are.
struct Run {
    left: u64,
    is_kept: bool,
}

impl Run {
    /// Takes what belongs to it from the front of `bytes`. Whether all of it has come.
    fn take(&mut self, bytes: &mut &[u8], out: &mut Vec<u8>) -> bool {
        let count = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
        let (taken, rest) = bytes.split_at(count);
        if self.is_kept {
            out.extend_from_slice(taken);
        }
        *bytes = rest;
        self.left -= count as u64;
        self.left == 0
    }
}
