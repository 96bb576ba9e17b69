//! The ceiling: a broadcast server with nothing behind it. No accounts, no rules, no storage, no
//! runtime: one thread, one event loop. A socket's path is its room, and a text goes to everyone
//! in the room of who sent it.
//!
//! What came in during one turn of the loop is encoded once for each room and written to each
//! socket with one call, from the one copy that all share. The bench's own executable becomes this
//! server when started with [`WORD`], and ends when its standard input does.

use std::{
    collections::{HashMap, VecDeque},
    io::{ErrorKind, IoSlice, Read, Write},
};

use bytes::Bytes;
use mio::{
    Events, Interest, Poll, Token,
    net::{TcpListener, TcpStream},
};

use crate::{Outcome, frames};

/// The argument that makes this executable the bare server.
pub const WORD: &str = "bare";

/// One in so many writes goes wrong, where a fault was asked for.
const FAULT_EVERY: u64 = 10_007;
const LISTENER: Token = Token(usize::MAX);

struct Socket {
    stream: TcpStream,
    /// Known once hands are shaken.
    room: Option<usize>,
    unread: Vec<u8>,
    /// What the kernel had no room for.
    backlog: VecDeque<Bytes>,
}

#[derive(Default)]
struct Room {
    members: Vec<usize>,
    /// Frames of this turn, one after the other.
    fresh: Vec<u8>,
}

struct Bare {
    poll: Poll,
    /// By token; a place is not used again.
    sockets: Vec<Option<Socket>>,
    rooms: Vec<Room>,
    by_path: HashMap<String, usize>,
    /// Rooms that have something to say.
    talking: Vec<usize>,
    buffer: Vec<u8>,
    fault: Option<String>,
    writes: u64,
}

/// Serves until whoever started it is gone.
pub fn serve(fault: Option<&str>) -> Outcome<bool> {
    rlimit::increase_nofile_limit(1 << 20)?;
    std::thread::spawn(|| {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(0);
    });
    let mut listener = TcpListener::bind(([127, 0, 0, 1], 0).into())?;
    println!("bare server on http://{}", listener.local_addr()?);
    let mut bare = Bare {
        poll: Poll::new()?,
        sockets: Vec::new(),
        rooms: Vec::new(),
        by_path: HashMap::new(),
        talking: Vec::new(),
        buffer: vec![0; 64 * 1024],
        fault: fault.map(str::to_owned),
        writes: 0,
    };
    bare.poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    let mut events = Events::with_capacity(1024);
    loop {
        bare.poll.poll(&mut events, None)?;
        for event in &events {
            if event.token() == LISTENER {
                while let Ok((stream, _)) = listener.accept() {
                    bare.welcome(stream)?;
                }
                continue;
            }
            let index = event.token().0;
            if event.is_writable()
                && let Some(socket) = &mut bare.sockets[index]
            {
                socket.flush();
            }
            if event.is_readable() && !bare.read(index) {
                bare.part(index);
            }
        }
        bare.broadcast();
    }
}

impl Bare {
    fn welcome(&mut self, mut stream: TcpStream) -> Outcome<()> {
        stream.set_nodelay(true)?;
        let token = Token(self.sockets.len());
        self.poll.registry().register(
            &mut stream,
            token,
            Interest::READABLE | Interest::WRITABLE,
        )?;
        let (unread, backlog) = (Vec::new(), VecDeque::new());
        self.sockets.push(Some(Socket { stream, room: None, unread, backlog }));
        Ok(())
    }

    fn part(&mut self, index: usize) {
        if let Some(Socket { room: Some(room), .. }) = self.sockets[index].take() {
            self.rooms[room].members.retain(|member| *member != index);
        }
    }

    /// Reads all there is; false when the socket is over.
    fn read(&mut self, index: usize) -> bool {
        let Some(socket) = &mut self.sockets[index] else {
            return true;
        };
        loop {
            let size = match socket.stream.read(&mut self.buffer) {
                Ok(0) => return false,
                Ok(size) => size,
                Err(why) => return why.kind() == ErrorKind::WouldBlock,
            };
            socket.unread.extend_from_slice(&self.buffer[..size]);
            if socket.room.is_none() {
                let Some(head) = frames::end_of_head(&socket.unread) else {
                    continue;
                };
                let request = String::from_utf8_lossy(&socket.unread[..head]);
                let Some((answer, path)) = frames::answer(&request) else {
                    return false;
                };
                let room = *self.by_path.entry(path.to_owned()).or_insert_with(|| {
                    self.rooms.push(Room::default());
                    self.rooms.len() - 1
                });
                self.rooms[room].members.push(index);
                socket.room = Some(room);
                socket.unread.drain(..head);
                // The first bytes of a connection always fit.
                if socket.stream.write_all(answer.as_bytes()).is_err() {
                    return false;
                }
            }
            let room = socket.room.unwrap_or_default();
            if take_texts(&mut socket.unread, &mut self.rooms[room].fresh)
                && self.talking.last() != Some(&room)
            {
                self.talking.push(room);
            }
            if size < self.buffer.len() {
                return true;
            }
        }
    }

    /// Writes to each room what was said in it.
    fn broadcast(&mut self) {
        for room in self.talking.drain(..) {
            // A room that stands here twice has nothing left the second time.
            let fresh = Bytes::from(std::mem::take(&mut self.rooms[room].fresh));
            if fresh.is_empty() {
                continue;
            }
            for member in &self.rooms[room].members {
                let Some(socket) = &mut self.sockets[*member] else {
                    continue;
                };
                self.writes += 1;
                if self.fault.is_some() && self.writes.is_multiple_of(FAULT_EVERY) {
                    socket.err(self.fault.as_deref(), &fresh);
                } else {
                    socket.write(&fresh);
                }
            }
        }
    }
}

impl Socket {
    fn write(&mut self, bytes: &Bytes) {
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
    fn flush(&mut self) {
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
    fn err(&mut self, fault: Option<&str>, bytes: &Bytes) {
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

/// Moves whole texts from what a client sent to what its room will hear; true if there was one.
fn take_texts(unread: &mut Vec<u8>, fresh: &mut Vec<u8>) -> bool {
    let (mut used, before) = (0, fresh.len());
    while let Some(frame) = frames::first(&unread[used..]) {
        let payload = &mut unread[used + frame.start..used + frame.end];
        if frame.opcode == frames::TEXT {
            payload.iter_mut().zip(frame.mask.iter().cycle()).for_each(|(byte, m)| *byte ^= m);
            frames::append(fresh, frames::TEXT, payload, None);
        }
        used += frame.end;
    }
    unread.drain(..used);
    if unread.is_empty() {
        // An idle socket keeps nothing.
        *unread = Vec::new();
    }
    fresh.len() > before
}
