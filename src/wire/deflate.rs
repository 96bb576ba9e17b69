//! Smaller frames: `permessage-deflate` (RFC 7692), each message by itself.
//!
//! Neither side keeps what it has said before (no context takeover), so that a broadcast is
//! compressed once for all who get it and a socket needs no memory of its own. What is small, or
//! does not get smaller, goes as it is. What comes in is inflated up to the bound of any message.

use std::cell::RefCell;

use bytes::{BufMut, Bytes, BytesMut};
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};

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
    static DECOMPRESS: RefCell<(Decompress, Vec<u8>)> =
        RefCell::new((Decompress::new(false), Vec::new()));
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
    let whole = [payload, &TAIL].concat();
    DECOMPRESS.with_borrow_mut(|(state, room)| {
        state.reset(false);
        room.clear();
        room.reserve(most + 1);
        state
            .decompress_vec(&whole, room, FlushDecompress::Sync)
            .map_err(|_| Uninflatable::Broken)?;
        if room.len() > most { Err(Uninflatable::TooLong) } else { Ok(room.clone()) }
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

    fn tells_commands(&self) -> bool {
        self.0.tells_commands()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MOST: usize = 64 * 1024;

    proptest! {
        #[test]
        fn what_is_deflated_inflates_to_what_it_was(
            texts in prop::collection::vec("[a-e]{0,3000}", 1..5),
        ) {
            let frames: BytesMut =
                texts.iter().flat_map(|text| frame::text(text.as_bytes())).collect();
            let smaller = deflated(&frames.clone().freeze());
            let (mut rest, mut got) = (&smaller[..], Vec::new());
            while let Some((payload, after)) = frame::first_payload(rest) {
                got.push(match rest[0] & frame::DEFLATED {
                    0 => Ok(payload.to_vec()),
                    _ => inflated(payload, MOST),
                });
                rest = after;
            }
            let said: Vec<_> = texts.into_iter().map(|text| Ok(text.into_bytes())).collect();
            prop_assert_eq!(got, said);
            prop_assert!(smaller.len() <= frames.len());
        }

        #[test]
        fn whatever_comes_it_stays_within_the_bound(
            bytes in prop::collection::vec(any::<u8>(), 0..2000),
            most in 0usize..3000,
        ) {
            if let Ok(whole) = inflated(&bytes, most) {
                prop_assert!(whole.len() <= most);
            }
        }
    }

    #[test]
    fn what_would_be_too_long_is_refused_before_it_is_made() {
        let bomb = deflate(&vec![b'a'; 8 << 20]).expect("it gets smaller");
        assert!(bomb.len() < MOST);
        assert_eq!(inflated(&bomb, MOST), Err(Uninflatable::TooLong));
        let just = deflate(&vec![b'a'; MOST]).expect("it gets smaller");
        assert_eq!(inflated(&just, MOST).map(|whole| whole.len()), Ok(MOST));
        assert_eq!(inflated(&[0xff; 20], MOST), Err(Uninflatable::Broken));
    }

    #[test]
    fn what_is_small_goes_as_it_is() {
        assert_eq!(deflated(&frame::text(b"{}")), frame::text(b"{}"));
    }

    #[test]
    fn offers_are_taken_as_the_rfc_has_them() {
        for taken in [
            "permessage-deflate",
            "permessage-deflate; client_max_window_bits",
            "permessage-deflate; server_max_window_bits=10, permessage-deflate",
            "x-other, permessage-deflate; client_max_window_bits=\"9\"",
            "permessage-deflate;server_no_context_takeover;client_no_context_takeover",
            "permessage-deflate; server_max_window_bits=15",
        ] {
            assert!(is_offered([taken]), "{taken}");
        }
        for refused in [
            "",
            "x-webkit-deflate-frame",
            "permessage-deflate; server_max_window_bits=10",
            "permessage-deflate; server_max_window_bits",
            "permessage-deflate; client_max_window_bits=7",
            "permessage-deflate; client_max_window_bits=x",
            "permessage-deflate; unknown",
            "permessage-deflate; server_no_context_takeover=1",
            "permessage-deflate; client_max_window_bits; client_max_window_bits",
        ] {
            assert!(!is_offered([refused]), "{refused}");
        }
    }
}
