//! WebSocket frames (RFC 6455), as far as the two ends of this bench speak them, and the handshake.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use base64::Engine;
use flate2::{Decompress, FlushDecompress};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

pub const TEXT: u8 = 1;
pub const CLOSE: u8 = 8;
pub const PING: u8 = 9;
pub const PONG: u8 = 10;

/// Where a frame's parts lie in the bytes it was found in.
pub struct Frame {
    pub opcode: u8,
    /// False for a message in pieces, which neither end of this bench sends.
    pub whole: bool,
    /// Whether its payload is compressed (RFC 7692).
    pub deflated: bool,
    /// All zeros when the frame is not masked.
    pub mask: [u8; 4],
    pub start: usize,
    pub end: usize,
}

/// The frame at the front of `bytes`, once all of it is there.
#[inline]
pub fn first(bytes: &[u8]) -> Option<Frame> {
    let (opening, size) = (*bytes.first()?, *bytes.get(1)?);
    let (length, mut start) = match size & 0x7f {
        126 => (u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?) as usize, 4),
        127 => (usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?, 10),
        short => (usize::from(short), 2),
    };
    let mut mask = [0; 4];
    if size & 0x80 != 0 {
        mask.copy_from_slice(bytes.get(start..start + 4)?);
        start += 4;
    }
    let end = start.checked_add(length)?;
    let (opcode, whole, deflated) = (opening & 0x0f, opening & 0x80 != 0, opening & 0x40 != 0);
    (bytes.len() >= end).then_some(Frame { opcode, whole, deflated, mask, start, end })
}

/// Appends a frame; a client masks, a server must not.
pub fn append(out: &mut Vec<u8>, opcode: u8, payload: &[u8], mask: Option<[u8; 4]>) {
    let masked = if mask.is_some() { 0x80 } else { 0 };
    out.push(0x80 | opcode);
    match payload.len() {
        short @ 0..126 => out.push(masked | short as u8),
        middle @ 126..65_536 => {
            out.push(masked | 126);
            out.extend_from_slice(&(middle as u16).to_be_bytes());
        }
        long => {
            out.push(masked | 127);
            out.extend_from_slice(&(long as u64).to_be_bytes());
        }
    }
    match mask {
        Some(mask) => {
            out.extend_from_slice(&mask);
            out.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, m)| byte ^ m));
        }
        None => out.extend_from_slice(payload),
    }
}

/// Any 16 bytes do: the key proves that the other end is a WebSocket server, nothing else.
const KEY: &str = "ZGVsaXZlcmllcyBhbGwhIQ==";

/// How many payloads are known at one time.
const KNOWN: usize = 4096;

thread_local! {
    static INFLATED: RefCell<HashMap<Vec<u8>, Rc<[u8]>>> = RefCell::default();
}

/// A payload as it was before it was compressed, without anything that was said before. What all sockets
/// hear is inflated for the first of them only: a generator that took its time would be cut off.
pub fn inflated(payload: &[u8]) -> Option<Rc<[u8]>> {
    INFLATED.with_borrow_mut(|known| {
        if let Some(text) = known.get(payload) {
            return Some(Rc::clone(text));
        }
        let mut text = Vec::with_capacity(64 * 1024);
        let whole = [payload, &[0, 0, 0xff, 0xff]].concat();
        Decompress::new(false).decompress_vec(&whole, &mut text, FlushDecompress::Sync).ok()?;
        if known.len() >= KNOWN {
            known.clear();
        }
        let text: Rc<[u8]> = text.into();
        known.insert(payload.to_vec(), Rc::clone(&text));
        Some(text)
    })
}

/// A client's opening words, which offer to compress where that is wanted.
pub fn request(host: impl std::fmt::Display, path: &str, compresses: bool) -> Vec<u8> {
    let offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n";
    let offer = if compresses { offer } else { "" };
    format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n{offer}\r\n"
    )
    .into_bytes()
}

/// A server's answer to such words, and the path that was asked for.
pub fn answer(request: &str) -> Option<(String, &str)> {
    let path = request.split(' ').nth(1)?;
    let key = request.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("sec-websocket-key").then(|| value.trim())
    })?;
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Accept: {}\r\n\r\n",
        accepted(key)
    );
    Some((answer, path))
}

/// Whether a server took [`request`].
pub fn is_taken(answer: &str) -> bool {
    answer.starts_with("HTTP/1.1 101 ") && answer.contains(&accepted(KEY))
}

fn accepted(key: &str) -> String {
    let salted = format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    base64::engine::general_purpose::STANDARD
        .encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, salted.as_bytes()))
}

/// How many bytes an HTTP head takes, its empty line included, once it is whole.
pub fn end_of_head(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}
