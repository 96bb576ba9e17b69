//! One socket as the hub sees it: its stream, and a bounded queue of shared frames before it.
//!
//! What always holds: frames leave in the order they were pushed, whole; a queue that outgrows its
//! bound closes its socket with `SLOW_CONSUMER` and is dropped, so that a slow client costs a
//! bounded amount and nobody else anything. An idle socket holds no buffer at all.

use std::{
    collections::VecDeque,
    io::{self, ErrorKind, IoSlice},
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::Notify;

use super::{Activity, Closing, Stream};
use crate::{
    counts,
    model::{ConversationId, Rev, SessionId, SocketId, UserId},
};

/// How many bytes may wait for one socket. The frames are shared, so this bounds how far behind a
/// client may be, not memory. What one commit brings, at its longest, has to fit for who reads as it comes.
const MOST_BYTES: usize = 4 << 20;

/// How many frames may wait for one socket; each costs a pointer's worth of memory.
const MOST_FRAMES: usize = 8192;

/// How many frames one system call takes.
const SLICES: usize = 64;

/// A socket, shared by its task, which reads, and by whoever has something to send.
pub struct Socket {
    /// Which.
    pub id: SocketId,
    /// Whose.
    pub user: UserId,
    /// By which sign-in.
    pub session: SessionId,
    /// From where, if that is known.
    pub address: Option<IpAddr>,
    /// Which dialect it speaks: its place among the hub's encoders.
    pub dialect: usize,
    /// The one conversation that it hears; none: all of the person's.
    pub only: Option<ConversationId>,
    /// Whether its bot is asked things by it: it says so, and may answer.
    pub takes_commands: bool,
    /// The person's activity.
    pub activity: Arc<Activity>,
    /// The stream, read by the socket's task alone.
    pub stream: Stream,
    /// Wakes the socket's task: something is stuck, closing or has room again.
    pub wake: Notify,
    /// Seconds since the hub's start at which the client was last heard.
    pub heard: AtomicU32,
    /// How many messages of this socket's are on their way into the file.
    pub in_flight: AtomicU32,
    pinged: AtomicU32,
    is_gone: AtomicBool,
    out: Mutex<Outbox>,
}

/// Frames that go to many sockets together: one by one, and, for all who get them all, in one piece.
pub(super) struct Frames {
    each: Vec<(Option<Rev>, Bytes)>,
    joined: Bytes,
}

impl Frames {
    pub(super) fn new(each: Vec<(Option<Rev>, Bytes)>) -> Self {
        let joined = match each.as_slice() {
            [(_, alone)] => alone.clone(),
            several => {
                let mut joined = Vec::with_capacity(several.iter().map(|(_, f)| f.len()).sum());
                several.iter().for_each(|(_, frame)| joined.extend_from_slice(frame));
                joined.into()
            }
        };
        Self { each, joined }
    }

    fn all_after(&self, told: Rev) -> bool {
        self.each.iter().all(|(rev, _)| rev.is_none_or(|rev| rev > told))
    }
}

/// A frame, and whether the client has asked for it.
struct Waiting {
    frame: Bytes,
    is_asked: bool,
}

#[derive(Default)]
struct Outbox {
    queue: VecDeque<Waiting>,
    /// How much of the first frame has been written.
    written: usize,
    /// What is first is no frame, but HTTP's last answer: no client understands anything without it.
    is_unanswered: bool,
    bytes: usize,
    /// How many of the bytes were not asked for: what one asks for is paced by its reading.
    pushed: usize,
    /// What comes while a snapshot is being made goes here, with its `rev`.
    held: Option<Vec<(Option<Rev>, Bytes)>>,
    /// Up to here the client knows everything from a snapshot. What is committed by then may still
    /// be on its way through the hub, and would come twice.
    told: Rev,
    closing: Option<Closing>,
}

/// What came of writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flushed {
    /// All is out.
    All,
    /// The client has to read first.
    Stuck,
    /// The stream is broken.
    Broken,
}

impl Socket {
    /// A new socket, which holds back all it is sent until `release`.
    #[must_use]
    pub fn new(
        id: SocketId,
        (user, session): (UserId, SessionId),
        address: Option<IpAddr>,
        (dialect, only): (usize, Option<ConversationId>),
        takes_commands: bool,
        activity: Arc<Activity>,
        stream: Stream,
    ) -> Self {
        let out = Outbox { held: Some(Vec::new()), ..Outbox::default() };
        let now = activity.clock.seconds();
        Self {
            id,
            user,
            session,
            address,
            dialect,
            only,
            takes_commands,
            activity,
            stream,
            wake: Notify::new(),
            heard: AtomicU32::new(now),
            in_flight: AtomicU32::new(0),
            pinged: AtomicU32::new(now),
            is_gone: AtomicBool::new(false),
            out: Mutex::new(out),
        }
    }

    /// Whether it hears what is said in a conversation that its person is in.
    pub(super) fn hears(&self, id: ConversationId) -> bool {
        self.only.is_none_or(|only| only == id)
    }

    /// Whether it hears that conversation and no other.
    pub(super) fn hears_only(&self, id: ConversationId) -> bool {
        self.only == Some(id)
    }

    /// Queues what goes before everything else, with whatever is sent next: HTTP's last answer.
    pub fn begin_with(&self, answer: Bytes) {
        let mut out = self.out.lock();
        out.put(answer, true);
        out.is_unanswered = true;
    }

    /// Queues frames. True: they wait for a `flush`, which the caller owes.
    pub(super) fn push(&self, frames: &Frames) -> bool {
        let mut out = self.out.lock();
        if out.closing.is_some() || frames.each.is_empty() {
            return false;
        }
        let idle = out.queue.is_empty();
        if out.held.is_none() && frames.all_after(out.told) {
            out.put(frames.joined.clone(), false);
        } else {
            let told = out.told;
            let news = frames.each.iter().filter(|(rev, _)| rev.is_none_or(|rev| rev > told));
            for (rev, frame) in news {
                out.put_or_hold(*rev, frame.clone());
            }
        }
        // it may be that nobody has written yet, and not that the client does not read
        if out.is_too_much() && out.write_to(&self.stream).is_err() {
            drop(out);
            self.abandon();
            return false;
        }
        if out.is_too_much() {
            out.close(Closing::SLOW_CONSUMER);
            drop(out);
            self.wake.notify_one();
            return false;
        }
        idle && !out.queue.is_empty()
    }

    /// Sends a frame of this socket's own, past what is held.
    pub fn send(&self, frame: Bytes) {
        let mut out = self.out.lock();
        if out.closing.is_some() {
            return;
        }
        out.put(frame, true);
        if out.is_too_much() {
            out.close(Closing::SLOW_CONSUMER);
        }
        drop(out);
        self.flush_or_wake();
    }

    /// Lets go what was held, but for durable events up to `told`, which the client knows by now.
    pub fn release(&self, told: Rev) {
        let mut out = self.out.lock();
        out.told = told;
        let Some(held) = out.held.take() else { return };
        for (rev, frame) in held {
            out.bytes -= frame.len();
            out.pushed -= frame.len();
            if rev.is_none_or(|rev| rev > told) {
                out.put(frame, false);
            }
        }
        drop(out);
        self.flush_or_wake();
    }

    /// Whether what comes is still held back.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.out.lock().held.is_some()
    }

    /// Says goodbye: what is queued, then the close frame, and nothing after it.
    pub fn close(&self, closing: Closing) {
        {
            let mut out = self.out.lock();
            if out.closing.is_some() {
                return;
            }
            out.held = None;
            out.closing = Some(closing);
            out.put(closing.frame(), true);
        }
        counts::closed(closing.code);
        self.flush_or_wake();
        self.wake.notify_one();
    }

    /// Answers a client's goodbye with the frame given.
    pub fn close_with(&self, code: u16, frame: Bytes) {
        let mut out = self.out.lock();
        if out.closing.is_none() {
            counts::closed(1000); // whatever code the client has chosen
            out.held = None;
            out.closing = Some(Closing { code, reason: "" });
            out.put(frame, true);
        }
        drop(out);
        self.flush_or_wake();
        self.wake.notify_one();
    }

    /// Whether the goodbye is queued or sent.
    #[must_use]
    pub fn is_closing(&self) -> bool {
        self.out.lock().closing.is_some()
    }

    /// Ends the socket without a word.
    pub fn abandon(&self) {
        self.is_gone.store(true, Ordering::Release);
        self.wake.notify_one();
    }

    /// Whether the socket was abandoned.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.is_gone.load(Ordering::Acquire)
    }

    /// Whether the client is due for a ping; asking counts as sending it.
    pub(super) fn is_ping_due(&self, now: u32, every: u32) -> bool {
        let due = now.saturating_sub(self.pinged.load(Ordering::Relaxed)) >= every;
        if due {
            self.pinged.store(now, Ordering::Relaxed);
        }
        due
    }

    /// Writes what is queued, as much as the client takes now.
    pub fn flush(&self) -> Flushed {
        let mut out = self.out.lock();
        match out.write_to(&self.stream) {
            Ok(true) => Flushed::All,
            Ok(false) => Flushed::Stuck,
            Err(_) => Flushed::Broken,
        }
    }

    /// Writes what is queued; what cannot be written now is left to the socket's task.
    pub(super) fn flush_or_wake(&self) {
        match self.flush() {
            Flushed::All => {}
            Flushed::Stuck => self.wake.notify_one(),
            Flushed::Broken => self.abandon(),
        }
    }

    /// How many bytes wait to be written; none once the socket is closing.
    #[must_use]
    pub fn waiting_bytes(&self) -> usize {
        let out = self.out.lock();
        if out.closing.is_some() { 0 } else { out.bytes }
    }
}

impl Outbox {
    fn put(&mut self, frame: Bytes, is_asked: bool) {
        self.bytes += frame.len();
        self.pushed += if is_asked { 0 } else { frame.len() };
        self.queue.push_back(Waiting { frame, is_asked });
    }

    fn put_or_hold(&mut self, rev: Option<Rev>, frame: Bytes) {
        let Some(held) = &mut self.held else { return self.put(frame, false) };
        self.bytes += frame.len();
        self.pushed += frame.len();
        held.push((rev, frame));
    }

    fn is_too_much(&self) -> bool {
        let frames = self.queue.len() + self.held.as_ref().map_or(0, Vec::len);
        // one frame alone may be as long as it is
        (self.pushed > MOST_BYTES && frames > 1) || frames > MOST_FRAMES
    }

    /// Drops what waits, but for a frame that is half out, and queues the goodbye.
    fn close(&mut self, closing: Closing) {
        let is_begun = self.written > 0 || self.is_unanswered;
        let begun = if is_begun { self.queue.pop_front() } else { None };
        self.queue = begun.into_iter().collect();
        (self.bytes, self.pushed) = (self.queue.iter().map(|one| one.frame.len()).sum(), 0);
        self.put(closing.frame(), true);
        self.held = None;
        self.closing = Some(closing);
        counts::closed(closing.code);
    }

    /// True: all is out.
    fn write_to(&mut self, stream: &Stream) -> io::Result<bool> {
        while !self.queue.is_empty() {
            let mut slices = [IoSlice::new(&[]); SLICES];
            let mut count = 0;
            for (slice, Waiting { frame, .. }) in slices.iter_mut().zip(&self.queue) {
                *slice = IoSlice::new(if count == 0 { &frame[self.written..] } else { frame });
                count += 1;
            }
            match stream.try_write_vectored(&slices[..count]) {
                Ok(written) => self.took(written),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        self.queue = VecDeque::new(); // an idle socket holds no buffer
        stream.try_flush()
    }

    fn took(&mut self, mut written: usize) {
        while let Some(Waiting { frame, is_asked }) = self.queue.front() {
            let left = frame.len() - self.written;
            let taken = left.min(written);
            self.bytes = self.bytes.saturating_sub(taken);
            self.pushed = self.pushed.saturating_sub(if *is_asked { 0 } else { taken });
            if written < left {
                self.written += written;
                return;
            }
            written -= left;
            self.written = 0;
            self.is_unanswered = false;
            self.queue.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::AsyncReadExt,
        net::{TcpListener, TcpStream},
    };

    use super::*;
    use crate::hub::presence::Clock;

    #[tokio::test]
    async fn too_much_before_the_greeting_is_told_after_the_answer_to_the_handshake()
    -> io::Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let mut client = TcpStream::connect(listener.local_addr()?).await?;
        let stream = Stream::Plain(listener.accept().await?.0);
        let whose = (UserId::fresh(), SessionId::fresh());
        let activity = Arc::new(Activity::new(Clock::start()));
        let socket = Socket::new(SocketId(1), whose, None, (0, None), false, activity, stream);
        socket.begin_with(Bytes::from_static(b"HTTP/1.1 101 "));
        let frame = Bytes::from(vec![0; MOST_BYTES]);
        assert!(!socket.push(&Frames::new(vec![(None, frame.clone()), (None, frame)])));
        socket.stream.writable().await?;
        assert_eq!(socket.flush(), Flushed::All);
        drop(socket);
        let mut said = Vec::new();
        client.read_to_end(&mut said).await?;
        assert_eq!(said, [&b"HTTP/1.1 101 "[..], &Closing::SLOW_CONSUMER.frame()].concat());
        Ok(())
    }
}
