//! One socket's life: greeted, served, parted from.
//!
//! Its task reads, and writes what a client did not take at once; everything else is written by
//! whoever has it. What always holds: a frame is answered in the order of asking; at most
//! `IN_FLIGHT` messages of one socket wait for the file, then its reading stops; after a goodbye the
//! client's own is waited for, a little, so that it arrives.

use std::{
    cell::RefCell,
    io::ErrorKind,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use bytes::Bytes;

use super::commands;
use crate::{
    app::{App, Caller, Greeting},
    hub::{Closing, Flushed, Socket},
    model::{Code, Refusal, Rev},
    wire::{
        DIALECTS,
        command::{BadFrame, Command},
        dialect::{Answer, Asked, Dialect},
        frame::{self, Broken, Incoming, Reader},
        is_compressed,
    },
};

/// How long events are held back after the greeting for a client that wants to resume first.
const RESUME_WITHIN: Duration = Duration::from_millis(150);

/// How long a goodbye may take.
const GOODBYE: Duration = Duration::from_secs(2);

/// How many messages of one socket may be on their way into the file.
pub(super) const IN_FLIGHT: u32 = 32;

/// Answers wait for a client that has this much to read already.
const AHEAD_BYTES: usize = 256 * 1024;

thread_local! {
    /// Bytes are read into this, the thread's own, so that an idle socket needs no buffer.
    static BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; 64 * 1024]);
}

pub(super) struct Connection {
    pub(super) app: Arc<App>,
    pub(super) caller: Caller,
    pub(super) socket: Arc<Socket>,
    pub(super) dialect: &'static dyn Dialect,
    /// Everything up to here the client knows from its greeting.
    pub(super) greeted: Rev,
    reader: Reader,
    /// The client has said goodbye itself.
    client_left: bool,
}

/// From where on a client hears what happens.
pub(super) struct Since {
    /// What was published when its handshake was answered.
    pub(super) answered: Rev,
    /// What it says that it knows from before.
    pub(super) cursor: Option<Rev>,
}

impl Drop for Connection {
    /// However a task ends, its socket is not left behind in the hub.
    fn drop(&mut self) {
        self.app.hub.depart(&self.socket);
    }
}

#[derive(PartialEq, Eq)]
enum Stream {
    Open,
    Over,
}

impl Connection {
    pub(super) fn new(app: Arc<App>, caller: Caller, socket: Arc<Socket>) -> Self {
        let dialect = DIALECTS[socket.dialect];
        let reader = Reader::default().inflating(is_compressed(socket.dialect));
        Self { app, caller, socket, dialect, greeted: Rev(0), reader, client_left: false }
    }

    /// Says hello, and lets a client that has been here before catch up: at once if its address said
    /// from where, else it is waited for a moment. One whose dialect has no greeting hears what has
    /// happened since its handshake. False: it is over.
    pub(super) async fn greet(&mut self, since: Since, early: Vec<u8>) -> bool {
        let greeting = match self.app.arrive(self.caller, &self.socket).await {
            Ok(greeting) => greeting,
            Err(refusal) => return self.turn_away(&refusal),
        };
        self.greeted = greeting.cursor;
        self.welcome(&greeting);
        let early = self.parse(&early);
        if !self.dialect.can_resume() {
            commands::catch_up(self, since.answered).await;
            self.socket.release(self.greeted);
        } else if let Some(cursor) = since.cursor {
            // as if it were the first frame, but that it cannot come too late; and who was told of
            // what came live, without what they missed, would never ask for that again
            if let Err(refusal) = commands::resume_at_once(self, cursor).await {
                return self.turn_away(&refusal);
            }
        } else if early.is_empty() {
            let _ = tokio::time::timeout(RESUME_WITHIN, self.socket.stream.readable()).await;
        }
        for incoming in early {
            self.take(incoming).await;
        }
        let open = self.read().await == Stream::Open;
        self.socket.release(self.greeted);
        open
    }

    /// It is over before it has begun: false.
    fn turn_away(&self, refusal: &Refusal) -> bool {
        tracing::debug!(code = refusal.code.as_str(), "a socket could not be greeted");
        self.socket.close(if matches!(refusal.code, Code::Forbidden | Code::Banned) {
            Closing::FORBIDDEN
        } else if refusal.code == Code::NotFound {
            Closing::NOT_FOUND
        } else if refusal.code == Code::Unauthorized {
            Closing::UNAUTHORIZED
        } else {
            Closing::TRY_AGAIN
        });
        false
    }

    fn welcome(&self, greeting: &Greeting) {
        let (app, user) = (&self.app, self.caller.user());
        let here = self.socket.only.map(|id| app.hub.online_in(id, user)).unwrap_or_default();
        let server = app.server();
        let answer = Answer::Greeting { greeting, server: &server, here: &here };
        let is_online = |person| app.sees_online(self.caller, person);
        let asked = Asked { action: "", reference: None, is_online: &is_online };
        let frame = self.dialect.answer(&answer, &asked);
        frame.into_iter().for_each(|frame| self.socket.send(frame));
    }

    /// Reads and answers until it is over.
    pub(super) async fn serve(&mut self) {
        loop {
            let stuck = match self.socket.flush() {
                Flushed::All if self.socket.is_closing() => return,
                Flushed::All => false,
                Flushed::Stuck => true,
                Flushed::Broken => return,
            };
            if self.socket.is_gone() {
                return;
            }
            let reads = self.socket.in_flight.load(Ordering::Acquire) < IN_FLIGHT;
            tokio::select! {
                ready = self.socket.stream.readable(), if reads => {
                    if ready.is_err() {
                        return;
                    }
                }
                () = self.socket.wake.notified() => continue,
                _ = self.socket.stream.writable(), if stuck => continue,
            }
            if self.read().await == Stream::Over {
                return;
            }
        }
    }

    /// Leaves the hub, lets a goodbye arrive, and closes the stream.
    pub(super) async fn part(mut self) {
        self.app.hub.depart(&self.socket);
        if self.socket.is_closing() && !self.socket.is_gone() {
            let _ = tokio::time::timeout(GOODBYE, self.goodbye()).await;
        }
        self.socket.stream.close();
    }

    /// Writes what is left and waits for the client's own goodbye, or its end.
    async fn goodbye(&mut self) {
        loop {
            match self.socket.flush() {
                Flushed::All => break,
                Flushed::Stuck => _ = self.socket.stream.writable().await,
                Flushed::Broken => return,
            }
        }
        if self.client_left {
            return;
        }
        let mut broken = false;
        loop {
            if self.socket.stream.readable().await.is_err() {
                return;
            }
            let Some(bytes) = receive(&self.socket) else { return };
            let mut said = false;
            broken = broken
                || self
                    .reader
                    .read(&bytes, |incoming| said |= matches!(incoming, Incoming::Close(_)))
                    .is_err();
            if said {
                return;
            }
        }
    }

    /// Sends an answer, once the client has read most of what it was sent before.
    pub(super) async fn answer(&self, frame: Bytes) {
        while self.socket.waiting_bytes() > AHEAD_BYTES && !self.socket.is_gone() {
            match self.socket.flush() {
                Flushed::All => break,
                Flushed::Stuck => tokio::select! {
                    _ = self.socket.stream.writable() => {}
                    () = self.socket.wake.notified() => {}
                },
                Flushed::Broken => return self.socket.abandon(),
            }
        }
        self.socket.send(frame);
    }

    /// Takes what has come.
    async fn read(&mut self) -> Stream {
        let Some(bytes) = receive(&self.socket) else { return Stream::Over };
        if bytes.is_empty() {
            return Stream::Open;
        }
        self.socket.heard.store(self.socket.activity.clock.seconds(), Ordering::Relaxed);
        for incoming in self.parse(&bytes) {
            if self.socket.is_closing() {
                break;
            }
            self.take(incoming).await;
        }
        Stream::Open
    }

    /// Waits until another message may be on its way, writing what the client did not take meanwhile.
    async fn have_fewer_in_flight(&self) {
        while self.socket.in_flight.load(Ordering::Acquire) >= IN_FLIGHT && !self.socket.is_gone() {
            match self.socket.flush() {
                Flushed::All => self.socket.wake.notified().await,
                Flushed::Stuck => tokio::select! {
                    _ = self.socket.stream.writable() => {}
                    () = self.socket.wake.notified() => {}
                },
                Flushed::Broken => self.socket.abandon(),
            }
        }
    }

    /// The frames in some bytes; a broken stream is told so and closed.
    fn parse(&mut self, bytes: &[u8]) -> Vec<Incoming> {
        let mut whole = Vec::new();
        if let Err(Broken { code, reason }) = self.reader.read(bytes, |one| whole.push(one)) {
            // what came before the break is not worth answering: the client is out of step
            self.socket.close(Closing { code, reason });
        }
        whole
    }

    async fn take(&mut self, incoming: Incoming) {
        self.have_fewer_in_flight().await;
        let (limits, user) = (&self.app.limits, self.caller.user());
        let too_much = match incoming {
            Incoming::Text(_) | Incoming::Binary(_) => limits.frame(user).is_err(),
            Incoming::Ping(_) | Incoming::Pong => limits.control_frame(user).is_err(),
            Incoming::Close(_) => false,
        };
        if too_much {
            return self.socket.close(Closing::RATE_LIMITED);
        }
        match incoming {
            Incoming::Text(text) => match self.dialect.decode(&text, self.socket.only) {
                Ok(request) => {
                    if self.socket.activity.touch() {
                        self.app.hub.woke(self.caller.user());
                    }
                    // who does not resume first wants what is held now, before any answer
                    if self.socket.is_held() && !matches!(request.command, Command::Resume(_)) {
                        self.socket.release(self.greeted);
                    }
                    Box::pin(commands::perform(self, request)).await;
                }
                Err(BadFrame) => self.socket.close(Closing::BAD_DATA),
            },
            Incoming::Binary(_) => self.socket.close(Closing::BAD_DATA),
            Incoming::Ping(payload) => self.socket.send(frame::pong(&payload)),
            Incoming::Pong => {}
            Incoming::Close(code) => {
                self.socket.close_with(code.unwrap_or(1005), frame::close_reply(code));
                self.client_left = true;
            }
        }
    }
}

/// What can be read now, perhaps nothing; none at the end of the stream.
fn receive(socket: &Socket) -> Option<Vec<u8>> {
    BUFFER.with_borrow_mut(|buffer| match socket.stream.try_read(buffer) {
        Ok(0) => None,
        Ok(count) => Some(buffer[..count].to_vec()),
        Err(error) if error.kind() == ErrorKind::WouldBlock => Some(Vec::new()),
        Err(_) => None,
    })
}
