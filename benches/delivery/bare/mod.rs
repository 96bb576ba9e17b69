//! The ceiling: a broadcast server with nothing behind it. No accounts, no rules, no runtime: one
//! thread, one event loop. A socket's path is its room, and a text goes to everyone in the room of
//! who sent it; where a folder is named, once it is stored there (`vault.rs`).
//!
//! What came in during one turn of the loop is encoded once for each room and written to each
//! socket with one call, from the one copy that all share. The bench's own executable becomes this
//! server when started with [`WORD`], and ends when its standard input does.

mod socket;
mod vault;

use std::{
    collections::HashMap,
    io::{ErrorKind, Read, Write},
    path::Path,
};

use bytes::Bytes;
use mio::{
    Events, Interest, Poll, Token, Waker,
    net::{TcpListener, TcpStream},
};

use crate::{Outcome, frames};
use socket::{Socket, take_texts};
use vault::Vault;

/// The argument that makes this executable the bare server. A fault to commit may follow, or
/// [`FAULTLESS`], and then a folder to store in.
pub const WORD: &str = "bare";
/// In the place of a fault.
pub const FAULTLESS: &str = "faultless";

/// One in so many writes goes wrong, where a fault was asked for.
const FAULT_EVERY: u64 = 10_007;
const LISTENER: Token = Token(usize::MAX);
const STORED: Token = Token(usize::MAX - 1);

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
    vault: Option<Vault>,
    fault: Option<String>,
    writes: u64,
}

/// Serves until whoever started it is gone.
pub fn serve(words: &[String]) -> Outcome<bool> {
    rlimit::increase_nofile_limit(1 << 20)?;
    std::thread::spawn(|| {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(0);
    });
    let mut listener = TcpListener::bind(([127, 0, 0, 1], 0).into())?;
    let poll = Poll::new()?;
    let vault = match words.get(1) {
        Some(folder) => {
            let waker = Waker::new(poll.registry(), STORED)?;
            Some(Vault::open(&Path::new(folder).join("bare.db"), waker)?)
        }
        None => None,
    };
    let mut bare = Bare {
        poll,
        sockets: Vec::new(),
        rooms: Vec::new(),
        by_path: HashMap::new(),
        talking: Vec::new(),
        buffer: vec![0; 64 * 1024],
        vault,
        fault: words.first().filter(|fault| *fault != FAULTLESS).cloned(),
        writes: 0,
    };
    bare.poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    println!("bare server on http://{}", listener.local_addr()?);
    let mut events = Events::with_capacity(1024);
    loop {
        bare.poll.poll(&mut events, None)?;
        for event in &events {
            match event.token() {
                LISTENER => {
                    while let Ok((stream, _)) = listener.accept() {
                        bare.welcome(stream)?;
                    }
                }
                STORED => bare.tell_stored(),
                Token(index) => {
                    if event.is_writable()
                        && let Some(socket) = &mut bare.sockets[index]
                    {
                        socket.flush();
                    }
                    if event.is_readable() && !bare.read(index) {
                        bare.part(index);
                    }
                }
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
        self.sockets.push(Some(Socket::new(stream)));
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
            let (fresh, vault) = (&mut self.rooms[room].fresh, &self.vault);
            let before = fresh.len();
            take_texts(&mut socket.unread, |text| match vault {
                Some(vault) => vault.store(room, text),
                None => frames::append(fresh, frames::TEXT, text, None),
            });
            if fresh.len() > before && self.talking.last() != Some(&room) {
                self.talking.push(room);
            }
            if size < self.buffer.len() {
                return true;
            }
        }
    }

    /// What is on the disk by now may be heard.
    fn tell_stored(&mut self) {
        for (room, text) in self.vault.iter().flat_map(Vault::stored) {
            frames::append(&mut self.rooms[room].fresh, frames::TEXT, &text, None);
            self.talking.push(room);
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
