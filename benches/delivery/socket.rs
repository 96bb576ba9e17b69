//! One client socket: connects, shakes hands, waits for its greeting, then yields frames. What it
//! hears is read into a buffer all sockets share; of its own it keeps only what is unfinished.

use std::{
    io::{ErrorKind, Read, Write},
    net::SocketAddr,
    time::Duration,
};

use mio::{Interest, Registry, Token, net::TcpStream};

use crate::{finder::find, frames, ledger::Ear};

#[derive(Clone, Copy, PartialEq)]
enum State {
    Connecting,
    Shaking,
    Greeting,
    Ready,
    Over,
}

pub struct Socket {
    stream: TcpStream,
    state: State,
    /// The beginning of a frame whose end has not come.
    unread: Vec<u8>,
    /// What the kernel has not taken yet.
    unsent: Vec<u8>,
    pub ear: Ear,
}

/// What came.
pub enum Heard<'a> {
    /// The server serves it from now on, and has said so in this text.
    Greeting(&'a [u8]),
    /// With how many bytes it came in.
    Text(&'a [u8], usize),
}

/// Why a socket is of no more use.
pub type Broken = String;

impl Socket {
    pub fn open(
        address: SocketAddr,
        room: usize,
        at: &Registry,
        token: Token,
    ) -> std::io::Result<Socket> {
        let mut stream = TcpStream::connect(address)?;
        at.register(&mut stream, token, Interest::READABLE | Interest::WRITABLE)?;
        Ok(Socket {
            stream,
            state: State::Connecting,
            unread: Vec::new(),
            unsent: Vec::new(),
            ear: Ear::new(room),
        })
    }

    /// Whether it was given up.
    pub fn is_over(&self) -> bool {
        self.state == State::Over
    }

    /// Neither says nor hears anything from now on.
    pub fn give_up(&mut self) {
        self.state = State::Over;
        self.unsent = Vec::new();
        // It was broken before, so there is nothing to lose.
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
    }

    /// Leaves without a goodbye. A reset keeps no port waiting: rounds of ten thousand would
    /// otherwise run out of them.
    pub fn reset(self) {
        // Where it cannot be set, the port waits.
        let _ = socket2::SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
    }

    /// Goes on when the kernel says that it would take bytes.
    pub fn writable(
        &mut self,
        address: SocketAddr,
        (path, compresses): (&str, bool),
    ) -> Result<(), Broken> {
        if self.state == State::Connecting {
            if let Ok(Some(why)) = self.stream.take_error() {
                return Err(format!("connecting: {why}"));
            }
            if self.stream.peer_addr().is_err() {
                return Ok(());
            }
            self.stream.set_nodelay(true).map_err(|why| why.to_string())?;
            self.state = State::Shaking;
            return self.send(&frames::request(address, path, compresses));
        }
        if self.unsent.is_empty() {
            return Ok(());
        }
        let waiting = std::mem::take(&mut self.unsent);
        self.send(&waiting)
    }

    /// Writes all of `bytes`, now or when the kernel has room.
    pub fn send(&mut self, mut bytes: &[u8]) -> Result<(), Broken> {
        while self.unsent.is_empty() && !bytes.is_empty() {
            match self.stream.write(bytes) {
                Ok(written) => bytes = &bytes[written..],
                Err(why) if why.kind() == ErrorKind::WouldBlock => break,
                Err(why) if why.kind() == ErrorKind::Interrupted => {}
                Err(why) => return Err(format!("writing: {why}")),
            }
        }
        self.unsent.extend_from_slice(bytes);
        Ok(())
    }

    /// Reads once, through `buffer`, and gives `heard` each text frame that is whole. True where
    /// more may be waiting.
    pub fn read(
        &mut self,
        buffer: &mut [u8],
        greeting: Option<&[u8]>,
        mut heard: impl FnMut(&mut Ear, Heard),
    ) -> Result<bool, Broken> {
        let size = match self.stream.read(buffer) {
            Ok(0) => return Err("closed by the server".into()),
            Ok(size) => size,
            Err(why) if why.kind() == ErrorKind::WouldBlock => return Ok(false),
            Err(why) if why.kind() == ErrorKind::Interrupted => return Ok(true),
            Err(why) => return Err(format!("reading: {why}")),
        };
        if self.unread.is_empty() {
            let used = self.take(&buffer[..size], greeting, &mut heard)?;
            self.unread.extend_from_slice(&buffer[used..size]);
        } else {
            let mut all = std::mem::take(&mut self.unread);
            all.extend_from_slice(&buffer[..size]);
            let used = self.take(&all, greeting, &mut heard)?;
            if used < all.len() {
                all.drain(..used);
                self.unread = all;
            }
        }
        // Events come at edges; a read that left room in the buffer has emptied the socket.
        Ok(size == buffer.len())
    }

    /// Uses what is whole; says how many bytes that was.
    fn take(
        &mut self,
        bytes: &[u8],
        greeting: Option<&[u8]>,
        heard: &mut impl FnMut(&mut Ear, Heard),
    ) -> Result<usize, Broken> {
        let mut used = 0;
        if self.state == State::Shaking {
            let Some(head) = frames::end_of_head(bytes) else {
                return Ok(0);
            };
            let answer = String::from_utf8_lossy(&bytes[..head]);
            if !frames::is_taken(&answer) {
                return Err(format!("refused: {}", answer.trim()));
            }
            used = head;
            self.state = State::Greeting;
            if greeting.is_none() {
                self.greeted(&[], heard);
            }
        }
        while let Some(frame) = frames::first(&bytes[used..]) {
            let payload = &bytes[used + frame.start..used + frame.end];
            used += frame.end;
            let (length, inflated) = (payload.len(), frame.deflated);
            let inflated = inflated.then(|| frames::inflated(payload).ok_or("cannot be inflated"));
            let inflated = inflated.transpose()?;
            let payload = inflated.as_deref().unwrap_or(payload);
            match frame.opcode {
                _ if !frame.whole => return Err("a frame in pieces".into()),
                frames::TEXT if self.state == State::Ready => {
                    heard(&mut self.ear, Heard::Text(payload, length));
                }
                frames::TEXT if greeting.is_some_and(|g| find(payload, g).is_some()) => {
                    self.greeted(payload, heard);
                }
                frames::PING => {
                    let mut pong = Vec::new();
                    frames::append(&mut pong, frames::PONG, payload, Some([7, 1, 8, 2]));
                    self.send(&pong)?;
                }
                frames::CLOSE => {
                    let (code, reason) = payload.split_at_checked(2).unwrap_or((&[0, 0], &[]));
                    let code = u16::from_be_bytes([code[0], code[1]]);
                    let reason = String::from_utf8_lossy(reason);
                    return Err(format!("closed by the server: {code} {reason}"));
                }
                _ => {}
            }
        }
        Ok(used)
    }

    fn greeted(&mut self, text: &[u8], heard: &mut impl FnMut(&mut Ear, Heard)) {
        self.state = State::Ready;
        heard(&mut self.ear, Heard::Greeting(text));
    }
}
