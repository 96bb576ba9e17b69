//! A socket of the bare server: what it has sent, and what waits for it.

use std::{
    collections::VecDeque,
    io::{IoSlice, Write},
};

use bytes::Bytes;
use mio::net::TcpStream;

use crate::frames;

pub(super) struct Socket {
    pub(super) stream: TcpStream,
    /// Known once hands are shaken.
    pub(super) room: Option<usize>,
    pub(super) unread: Vec<u8>,
    /// What the kernel had no room for.
    backlog: VecDeque<Bytes>,
}

impl Socket {
    pub(super) fn new(stream: TcpStream) -> Socket {
        Socket { stream, room: None, unread: Vec::new(), backlog: VecDeque::new() }
    }

    pub(super) fn write(&mut self, bytes: &Bytes) {
        if !self.backlog.is_empty() {
            self.backlog.push_back(bytes.clone());
            return;
        }
        let written = self.stream.write(bytes).unwrap_or(0);
        if written < bytes.len() {
            self.backlog.push_back(bytes.slice(written..));
        }
    }

    /// Writes what is waiting, many pieces at a call.
    pub(super) fn flush(&mut self) {
        while !self.backlog.is_empty() {
            let pieces: Vec<IoSlice> =
                self.backlog.iter().take(64).map(|piece| IoSlice::new(piece)).collect();
            let Ok(mut written) = self.stream.write_vectored(&pieces) else {
                return;
            };
            while let Some(piece) = self.backlog.front_mut() {
                if written < piece.len() {
                    *piece = piece.slice(written..);
                    break;
                }
                written -= piece.len();
                self.backlog.pop_front();
            }
        }
        self.backlog = VecDeque::new();
    }

    /// Commits a fault on purpose, to see that the generator finds it.
    pub(super) fn err(&mut self, fault: Option<&str>, bytes: &Bytes) {
        match fault {
            Some("lose") => {}
            Some("double") => {
                self.write(bytes);
                self.write(bytes);
            }
            _ => {
                // Two halves, the wrong way round, where the turn brought more than one frame.
                let first = frames::first(bytes).map_or(bytes.len(), |frame| frame.end);
                self.write(&bytes.slice(first..));
                self.write(&bytes.slice(..first));
            }
        }
    }
}

/// Takes the whole texts out of what a client sent.
pub(super) fn take_texts(unread: &mut Vec<u8>, mut taken: impl FnMut(&[u8])) {
    let mut used = 0;
    while let Some(frame) = frames::first(&unread[used..]) {
        let payload = &mut unread[used + frame.start..used + frame.end];
        if frame.opcode == frames::TEXT {
            payload.iter_mut().zip(frame.mask.iter().cycle()).for_each(|(byte, m)| *byte ^= m);
            taken(payload);
        }
        used += frame.end;
    }
    unread.drain(..used);
    if unread.is_empty() {
        // An idle socket keeps nothing.
        *unread = Vec::new();
    }
}
