//! Smaller frames: `permessage-deflate` (RFC 7692), each message by itself.
//!
//! Neither side keeps what it has said before (no context takeover), so that a broadcast is
//! compressed once for all who get it and a socket needs no memory of its own. What is small, or
//! does not get smaller, goes as it is. What comes in is inflated up to the bound of any message.

use std::cell::RefCell;

use bytes::{BufMut, Bytes, BytesMut};
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use super::{
    dialect::{Answer, Asked, Dialect, Scope},
    frame,
};
use crate::{
    event::Event,
    hub::{Encoder, Telling},
    model::{ConversationId, Refusal},
    wire::command::{BadFrame, Request},
};

/// What a client that offered it is answered.
pub const ACCEPTED: &str =
    "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

/// Shorter payloads would hardly get smaller.
const LEAST_BYTES: usize = 160;

/// What ends a flush, and is left out on the wire (RFC 7692, section 7.2.1).
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

thread_local! {
    // each holds some hundred kilobytes; few threads ever need one
    static COMPRESS: RefCell<Compress> =
        RefCell::new(Compress::new(Compression::fast(), false));
    static DECOMPRESS: RefCell<Decompress> = RefCell::new(Decompress::new(false));
}

/// Whether one of the offers of a client (the values of `Sec-WebSocket-Extensions`) can be taken. A
/// smaller window than the usual one cannot be kept to.
pub fn is_offered<'a>(values: impl IntoIterator<Item = &'a str>) -> bool {
    values.into_iter().flat_map(|value| value.split(',')).any(|offer| {
        let mut words = offer.split(';').map(str::trim);
        let mut seen = Vec::new();
        words.next().is_some_and(|name| name.eq_ignore_ascii_case("permessage-deflate"))
            && words.all(|word| {
                let (name, value) = match word.split_once('=') {
                    Some((name, value)) => (name.trim(), Some(value.trim().trim_matches('"'))),
                    None => (word, None),
                };
                let is_new = !seen.contains(&name);
                seen.push(name);
                is_new
                    && match (name, value) {
                        ("server_no_context_takeover" | "client_no_context_takeover", None)
                        | ("client_max_window_bits", None)
                        | ("server_max_window_bits", Some("15")) => true,
                        ("client_max_window_bits", Some(bits)) => {
                            bits.parse().is_ok_and(|bits: u8| (8..=15).contains(&bits))
                        }
                        _ => false,
                    }
            })
    })
}

/// Why a payload cannot be inflated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uninflatable {
    /// It is not what deflating gives.
    Broken,
    /// It would be longer than the bound.
    TooLong,
}

/// A payload as it was before it was compressed, if that is at most `most` bytes.
///
/// # Errors
/// It is broken or too long.
pub fn inflated(payload: &[u8], most: usize) -> Result<Vec<u8>, Uninflatable> {
    DECOMPRESS.with_borrow_mut(|state| {
        state.reset(false);
        let mut whole = Vec::with_capacity((payload.len() * 4).clamp(256, most + 1));
        for part in [payload, &TAIL] {
            let begun = state.total_in();
            loop {
                let taken = usize::try_from(state.total_in() - begun).unwrap_or(usize::MAX);
                let left = part.get(taken..).unwrap_or_default();
                let done = state
                    .decompress_vec(left, &mut whole, FlushDecompress::Sync)
                    .map_err(|_| Uninflatable::Broken)?;
                if whole.len() > most {
                    return Err(Uninflatable::TooLong);
                }
                if done == Status::StreamEnd {
                    return Ok(whole); // a last block: nothing may follow that counts
                }
                if whole.len() < whole.capacity() {
                    break;
                }
                whole.reserve(whole.len().min(most + 1 - whole.len()));
            }
        }
        Ok(whole)
    })
}

/// The same frames, those compressed that get smaller by it.
#[must_use]
pub fn deflated(frames: &Bytes) -> Bytes {
    let mut smaller = BytesMut::with_capacity(frames.len());
    let mut rest = &frames[..];
    while let Some((payload, after)) = frame::first_payload(rest) {
        let frame = &rest[..rest.len() - after.len()];
        match deflate(payload) {
            Some(payload) => frame::put(&mut smaller, frame[0] | frame::DEFLATED, &payload),
            None => smaller.put_slice(frame),
        }
        rest = after;
    }
    smaller.freeze()
}

/// Nothing where it would not get smaller.
fn deflate(payload: &[u8]) -> Option<Vec<u8>> {
    if payload.len() < LEAST_BYTES {
        return None;
    }
    COMPRESS.with_borrow_mut(|state| {
        state.reset();
        let mut smaller = Vec::with_capacity(payload.len());
        state.compress_vec(payload, &mut smaller, FlushCompress::Sync).ok()?;
        let is_whole = state.total_in() == payload.len() as u64 && smaller.ends_with(&TAIL);
        smaller.truncate(smaller.len().saturating_sub(TAIL.len()));
        is_whole.then_some(smaller)
    })
}

/// A dialect whose frames are compressed.
pub(super) struct Deflated(pub(super) &'static dyn Dialect);

impl Encoder for Deflated {
    fn event(&self, event: &Event, telling: &Telling<'_>) -> Option<Bytes> {
        self.0.event(event, telling).map(|frames| deflated(&frames))
    }
}

impl Dialect for Deflated {
    fn scope<'a>(&self, words: &[&'a str]) -> Option<Scope<'a>> {
        self.0.scope(words)
    }

    fn decode(&self, text: &str, only: Option<ConversationId>) -> Result<Request, BadFrame> {
        self.0.decode(text, only)
    }

    fn answer(&self, answer: &Answer<'_>, asked: &Asked<'_>) -> Option<Bytes> {
        self.0.answer(answer, asked).map(|frames| deflated(&frames))
    }

    fn refuse(&self, refusal: &Refusal, asked: &Asked<'_>) -> Bytes {
        self.0.refuse(refusal, asked)
    }

    fn can_resume(&self) -> bool {
        self.0.can_resume()
    }
}
