//! WebSocket frames (RFC 6455): reading what clients send, writing what all of them get.
//!
//! The reader is ours, and not a crate's, because it owns no buffer: bytes come from one that the
//! whole thread shares, and a socket keeps only what is left of an unfinished frame. That is the
//! difference between 4 KB and 14..140 KB for an idle socket. Server frames are unmasked, so one
//! encoding serves every socket.

use bytes::{BufMut, Bytes, BytesMut};

use super::deflate::{self, Uninflatable};

/// The most bytes that a frame, or a message of several, may have, unless told otherwise.
pub const MOST_BYTES: usize = 64 * 1024;

/// A message comes in no more fragments than it may have times this many bytes.
const FRAGMENT_BYTES: usize = 64;

/// What a client sent.
#[derive(Debug, PartialEq, Eq)]
pub enum Incoming {
    /// A whole text message.
    Text(String),
    /// A whole binary message; nobody here speaks in those.
    Binary(Vec<u8>),
    /// To be answered with a pong of the same bytes.
    Ping(Vec<u8>),
    /// An answer to a ping.
    Pong,
    /// The client says goodbye, with this code or none.
    Close(Option<u16>),
}

/// Why a stream cannot be read on: the close code that says so, and its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken {
    /// 1002, 1007 or 1009.
    pub code: u16,
    /// In a few words.
    pub reason: &'static str,
}

const fn protocol(reason: &'static str) -> Broken {
    Broken { code: 1002, reason }
}

const TOO_BIG: Broken = Broken { code: 1009, reason: "TOO_BIG" };
const NOT_UTF8: Broken = Broken { code: 1007, reason: "not UTF-8" };
const NOT_DEFLATED: Broken = Broken { code: 1007, reason: "cannot be inflated" };

/// In a frame's first byte: its message is compressed (RFC 7692, section 6).
pub(super) const DEFLATED: u8 = 0x40;

/// Reads one client's frames. Empty, it takes no memory of its own.
pub struct Reader {
    /// The most bytes that a frame, or a message of several, may have.
    most: usize,
    /// Whether messages may be compressed.
    inflates: bool,
    /// An unfinished frame.
    rest: Vec<u8>,
    /// The fragments of an unfinished message.
    message: Option<Unfinished>,
}

struct Unfinished {
    is_text: bool,
    is_deflated: bool,
    payload: Vec<u8>,
    fragments: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Opcode {
    Continuation,
    Text,
    Binary,
    Close,
    Ping,
    Pong,
}

struct Head {
    is_final: bool,
    is_deflated: bool,
    opcode: Opcode,
    mask: [u8; 4],
    /// Where the payload begins and how long it is.
    start: usize,
    length: usize,
}

impl Default for Reader {
    fn default() -> Self {
        Self { most: MOST_BYTES, inflates: false, rest: Vec::new(), message: None }
    }
}

impl Reader {
    /// The same with another bound.
    #[must_use]
    pub fn bounded(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// The same for a client that may compress what it sends.
    #[must_use]
    pub fn inflating(self, inflates: bool) -> Self {
        Self { inflates, ..self }
    }

    /// Takes the next bytes of the stream and hands on what is whole.
    ///
    /// # Errors
    /// The stream breaks the protocol or a bound and cannot be read on.
    pub fn read(&mut self, bytes: &[u8], mut hand: impl FnMut(Incoming)) -> Result<(), Broken> {
        let mut held = std::mem::take(&mut self.rest);
        let unfinished = !held.is_empty();
        if unfinished {
            held.extend_from_slice(bytes);
        }
        let stream = if unfinished { &held } else { bytes };
        let mut at = 0;
        while let Some(head) = Head::parse(&stream[at..], self.most)? {
            let end = at + head.start + head.length;
            if stream.len() < end {
                break;
            }
            let mut payload = stream[at + head.start..end].to_vec();
            unmask(&mut payload, head.mask);
            if head.is_deflated && !self.inflates {
                return Err(protocol("compression was not agreed on"));
            }
            if let Some(whole) = self.take(&head, payload)? {
                hand(whole);
            }
            at = end;
        }
        // a frame that comes byte by byte is kept, not copied each time
        self.rest = if unfinished && at == 0 { held } else { stream[at..].to_vec() };
        Ok(())
    }

    fn take(&mut self, head: &Head, payload: Vec<u8>) -> Result<Option<Incoming>, Broken> {
        match head.opcode {
            Opcode::Ping => Ok(Some(Incoming::Ping(payload))),
            Opcode::Pong => Ok(Some(Incoming::Pong)),
            Opcode::Close => close(&payload).map(Some),
            Opcode::Text | Opcode::Binary => {
                if self.message.is_some() {
                    return Err(protocol("a message within a message"));
                }
                let is_text = head.opcode == Opcode::Text;
                let is_deflated = head.is_deflated;
                let message = Unfinished { is_text, is_deflated, payload, fragments: 1 };
                if head.is_final {
                    return message.finish(self.most).map(Some);
                }
                self.message = Some(message);
                Ok(None)
            }
            Opcode::Continuation => {
                let Some(mut message) = self.message.take() else {
                    return Err(protocol("nothing to continue"));
                };
                message.fragments += 1;
                if message.payload.len() + payload.len() > self.most
                    || message.fragments > self.most / FRAGMENT_BYTES
                {
                    return Err(TOO_BIG);
                }
                message.payload.extend_from_slice(&payload);
                if head.is_final {
                    return message.finish(self.most).map(Some);
                }
                message.check_so_far()?;
                self.message = Some(message);
                Ok(None)
            }
        }
    }
}

impl Unfinished {
    fn finish(self, most: usize) -> Result<Incoming, Broken> {
        let payload = if self.is_deflated {
            deflate::inflated(&self.payload, most).map_err(|why| match why {
                Uninflatable::Broken => NOT_DEFLATED,
                Uninflatable::TooLong => TOO_BIG,
            })?
        } else {
            self.payload
        };
        if !self.is_text {
            return Ok(Incoming::Binary(payload));
        }
        String::from_utf8(payload).map(Incoming::Text).map_err(|_| NOT_UTF8)
    }

    /// Text that is wrong already is refused before its end.
    fn check_so_far(&self) -> Result<(), Broken> {
        if self.is_deflated {
            return Ok(());
        }
        match std::str::from_utf8(&self.payload) {
            Err(error) if self.is_text && error.error_len().is_some() => Err(NOT_UTF8),
            _ => Ok(()),
        }
    }
}

impl Head {
    /// The head of a frame, or nothing while it has not come whole.
    fn parse(bytes: &[u8], most: usize) -> Result<Option<Self>, Broken> {
        let [first, second, ..] = *bytes else { return Ok(None) };
        let is_deflated = first & DEFLATED != 0;
        if first & 0x30 != 0 || (is_deflated && !matches!(first & 0x0f, 1 | 2)) {
            return Err(protocol("reserved bits are set"));
        }
        let opcode = match first & 0x0f {
            0 => Opcode::Continuation,
            1 => Opcode::Text,
            2 => Opcode::Binary,
            8 => Opcode::Close,
            9 => Opcode::Ping,
            10 => Opcode::Pong,
            _ => return Err(protocol("an unknown opcode")),
        };
        if second & 0x80 == 0 {
            return Err(protocol("a frame without mask"));
        }
        let is_final = first & 0x80 != 0;
        let short = usize::from(second & 0x7f);
        if first & 0x08 != 0 && (!is_final || short > 125) {
            return Err(protocol("a control frame is one frame of at most 125 bytes"));
        }
        let (length, mask_at) = match (short, &bytes[2..]) {
            (126, [a, b, ..]) => (usize::from(u16::from_be_bytes([*a, *b])), 4),
            (127, [a, b, c, d, e, f, g, h, ..]) => {
                let long = u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]);
                (usize::try_from(long).unwrap_or(usize::MAX), 10)
            }
            (126 | 127, _) => return Ok(None),
            (short, _) => (short, 2),
        };
        if length > most {
            return Err(TOO_BIG);
        }
        let Some(&[a, b, c, d]) = bytes.get(mask_at..mask_at + 4) else { return Ok(None) };
        let (mask, start) = ([a, b, c, d], mask_at + 4);
        Ok(Some(Self { is_final, is_deflated, opcode, mask, start, length }))
    }
}

fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    let (words, rest) = payload.as_chunks_mut::<4>();
    for word in words {
        *word = (u32::from_ne_bytes(*word) ^ u32::from_ne_bytes(mask)).to_ne_bytes();
    }
    for (byte, key) in rest.iter_mut().zip(mask) {
        *byte ^= key;
    }
}

fn close(payload: &[u8]) -> Result<Incoming, Broken> {
    match payload {
        [] => Ok(Incoming::Close(None)),
        [_] => Err(protocol("half a close code")),
        [high, low, reason @ ..] => {
            let code = u16::from_be_bytes([*high, *low]);
            let allowed = matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999);
            if !allowed {
                return Err(protocol("a close code that is not to be sent"));
            }
            std::str::from_utf8(reason).map_err(|_| NOT_UTF8)?;
            Ok(Incoming::Close(Some(code)))
        }
    }
}

/// A text frame, as every client takes it.
#[must_use]
pub fn text(payload: &[u8]) -> Bytes {
    frame(0x81, payload)
}

/// The answer to a ping.
#[must_use]
pub fn pong(payload: &[u8]) -> Bytes {
    frame(0x8a, payload)
}

/// The answer to a goodbye: the same code.
#[must_use]
pub fn close_reply(code: Option<u16>) -> Bytes {
    code.map_or_else(|| frame(0x88, &[]), |code| frame(0x88, &code.to_be_bytes()))
}

fn frame(first: u8, payload: &[u8]) -> Bytes {
    let mut frame = BytesMut::with_capacity(payload.len() + 10);
    put(&mut frame, first, payload);
    frame.freeze()
}

/// Adds a frame of the server's, with this first byte.
pub fn put(frames: &mut BytesMut, first: u8, payload: &[u8]) {
    frames.put_u8(first);
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(short @ 0..126), _) => frames.put_u8(short),
        (_, Ok(middle)) => {
            frames.put_u8(126);
            frames.put_u16(middle);
        }
        _ => {
            frames.put_u8(127);
            frames.put_u64(payload.len() as u64);
        }
    }
    frames.put_slice(payload);
}

/// The payload of the first of some frames of the server's, and what comes after it.
pub(super) fn first_payload(frames: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = match *frames {
        [_, 127, a, b, c, d, e, f, g, h, ref rest @ ..] => {
            (usize::try_from(u64::from_be_bytes([a, b, c, d, e, f, g, h])).ok()?, rest)
        }
        [_, 126, a, b, ref rest @ ..] => (usize::from(u16::from_be_bytes([a, b])), rest),
        [_, short, ref rest @ ..] => (usize::from(short), rest),
        _ => return None,
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
        let plain = frame(first, payload);
        let head = plain.len() - payload.len();
        let mask = [0x12, 0x34, 0x56, 0x78];
        let mut bytes = plain[..head].to_vec();
        bytes[1] |= 0x80;
        bytes.extend_from_slice(&mask);
        bytes.extend(payload.iter().enumerate().map(|(i, byte)| byte ^ mask[i % 4]));
        bytes
    }

    fn all(chunks: impl IntoIterator<Item = Vec<u8>>) -> Result<Vec<Incoming>, Broken> {
        let mut reader = Reader::default();
        let mut got = Vec::new();
        for chunk in chunks {
            reader.read(&chunk, |incoming| got.push(incoming))?;
        }
        Ok(got)
    }

    proptest! {
        #[test]
        fn messages_come_out_whole_however_the_bytes_are_cut(
            texts in prop::collection::vec(".{0,300}", 1..6),
            size in 1usize..200,
        ) {
            let stream: Vec<u8> =
                texts.iter().flat_map(|text| masked(0x81, text.as_bytes())).collect();
            let got = all(stream.chunks(size).map(<[u8]>::to_vec));
            prop_assert_eq!(got, Ok(texts.into_iter().map(Incoming::Text).collect()));
        }

        #[test]
        fn no_bytes_make_the_reader_panic_or_grow(
            chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..400), 0..20),
        ) {
            let mut reader = Reader::default();
            for chunk in chunks {
                if reader.read(&chunk, |_| {}).is_err() {
                    break;
                }
                prop_assert!(reader.rest.len() <= MOST_BYTES + 14);
            }
        }
    }

    #[test]
    fn fragments_are_joined_and_control_frames_come_between() {
        let stream = [masked(0x01, b"he"), masked(0x89, b"x"), masked(0x80, b"llo")];
        let whole = vec![Incoming::Ping(b"x".to_vec()), Incoming::Text("hello".into())];
        assert_eq!(all(stream), Ok(whole));
    }

    #[test]
    fn what_breaks_the_protocol_is_refused() {
        let unmasked = frame(0x81, b"hi").to_vec();
        let too_long = masked(0x81, &vec![b'a'; MOST_BYTES + 1]);
        let cases: [(Vec<u8>, u16); 10] = [
            (unmasked, 1002),
            (masked(0xc1, b"hi"), 1002),
            (masked(0x83, b"hi"), 1002),
            (masked(0x80, b"hi"), 1002),
            (masked(0x09, b"hi"), 1002),
            (masked(0x89, &[0; 126]), 1002),
            (masked(0x88, &[3]), 1002),
            (masked(0x88, &[3, 0xee]), 1002),
            (masked(0x81, &[0xff]), 1007),
            (too_long, 1009),
        ];
        for (bytes, code) in cases {
            assert_eq!(all([bytes]).err().map(|broken| broken.code), Some(code));
        }
        let nested = [masked(0x01, b"a"), masked(0x81, b"b")];
        assert_eq!(all(nested).err().map(|broken| broken.code), Some(1002));
        let early = [masked(0x01, &[0xce, 0xba]), masked(0x00, &[0xed, 0xa0])];
        assert_eq!(all(early).err().map(|broken| broken.code), Some(1007));
    }

    #[test]
    fn a_message_of_many_fragments_has_the_same_bounds() {
        let mut long = vec![masked(0x01, &vec![b'a'; MOST_BYTES / 2])];
        long.extend([masked(0x00, &vec![b'a'; MOST_BYTES / 2]), masked(0x80, b"a")]);
        assert_eq!(all(long), Err(TOO_BIG));
        let mut tiny = vec![masked(0x01, b"")];
        tiny.extend((0..MOST_BYTES / FRAGMENT_BYTES).map(|_| masked(0x00, b"")));
        assert_eq!(all(tiny), Err(TOO_BIG));
    }
}
