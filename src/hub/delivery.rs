//! The hub's thread: takes what was committed, in order, encodes each event once, puts it into
//! outboxes and writes them out; between times it keeps the hub's time.
//!
//! Sockets are written to from here directly, as far as they take it, with one system call for all
//! that a batch brings them; only what a client does not take at once is left to its own task.

use std::{
    io,
    sync::{
        Arc, Weak,
        atomic::Ordering,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;

use super::{Encode, Hub, Socket, outbox::Frames, state::State};
use crate::{
    event::{Audience, Committed, Event, Origin, Told},
    model::Rev,
};

/// How often pings, silence and idleness are looked at.
const LOOK: Duration = Duration::from_secs(5);

/// Seconds between pings, and of silence after which a socket is dropped (section 4).
const PING_SECONDS: u32 = 30;
const SILENCE_SECONDS: u32 = 75;

/// The longest time between looks for idle people, in seconds ("once a minute").
const IDLE_SECONDS: u32 = 60;

/// More changes of presence than this at once are told as one list.
const FEW: usize = 8;

pub(super) enum Work {
    Committed(Vec<Committed>),
    Fleeting(Vec<Told>),
}

pub(super) fn start(hub: Weak<Hub>, orders: Receiver<Work>, encode: Encode) -> io::Result<()> {
    let delivery =
        Delivery { encode, looked_at: Instant::now(), idle_at: 0, owed: Vec::new(), run: None };
    std::thread::Builder::new()
        .name("delivery".into())
        .spawn(move || delivery.run(&hub, &orders))
        .map(|_| ())
}

struct Delivery {
    encode: Encode,
    looked_at: Instant,
    idle_at: u32,
    /// Sockets that have something new to write.
    owed: Vec<Arc<Socket>>,
    run: Option<(Audience, Vec<Frame>)>,
}

type Frame = (Option<Rev>, Bytes);

impl Delivery {
    fn run(mut self, hub: &Weak<Hub>, orders: &Receiver<Work>) {
        let mut wait = LOOK;
        loop {
            let first = match orders.recv_timeout(wait) {
                Ok(work) => Some(work),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            let Some(hub) = hub.upgrade() else { return };
            let mut state = hub.state.lock();
            let mut next = first;
            while let Some(work) = next {
                match work {
                    Work::Committed(committed) => self.committed(&mut state, committed),
                    Work::Fleeting(told) => self.fleeting(&state, &told),
                }
                next = orders.try_recv().ok();
            }
            let now = Instant::now();
            self.keep_time(&mut state, now);
            let due = state.next_due().map_or(LOOK, |due| due.saturating_duration_since(now));
            wait = due.min(LOOK).max(Duration::from_millis(1));
            drop(state);
            for socket in self.owed.drain(..) {
                socket.flush_or_wake();
            }
        }
    }

    fn committed(&mut self, state: &mut State, committed: Vec<Committed>) {
        for Committed { rev, told, origin } in committed {
            let named = origin.filter(|origin| origin.reference.is_some());
            for told in told {
                if let (Event::MessagePosted(_), None) = (&told.event, &named) {
                    state.before(rev, &told);
                    self.add_to_run(state, told, rev);
                } else {
                    self.end_run(state); // who comes in now has not heard what was said before
                    state.before(rev, &told);
                    self.one(state, &told, Some(rev), named.as_ref());
                    state.after(rev, &told);
                }
            }
        }
        self.end_run(state);
    }

    /// Messages to the same people in a row go into each outbox in one piece.
    fn add_to_run(&mut self, state: &State, told: Told, rev: Rev) {
        let frame = self.frame(state, &told.event, Some(rev), None);
        if self.run.as_ref().is_none_or(|(audience, _)| *audience != told.audience) {
            self.end_run(state);
            self.run = Some((told.audience, Vec::new()));
        }
        if let Some((_, frames)) = &mut self.run {
            frames.extend(frame);
        }
    }

    fn end_run(&mut self, state: &State) {
        if let Some((audience, frames)) = self.run.take() {
            self.push(state, &audience, frames);
        }
    }

    fn fleeting(&mut self, state: &State, told: &[Told]) {
        for told in told {
            self.one(state, told, None, None);
        }
    }

    /// One event to its audience; the asker's own copy carries its `ref`.
    fn one(&mut self, state: &State, told: &Told, rev: Option<Rev>, origin: Option<&Origin>) {
        let Some(frame) = self.frame(state, &told.event, rev, None) else { return };
        let own = origin.and_then(|origin| {
            let reference = origin.reference.as_deref();
            Some((origin.socket, self.frame(state, &told.event, rev, reference)?))
        });
        let Some((asker, own)) = own else { return self.push(state, &told.audience, vec![frame]) };
        let (own, frame) = (Frames::new(vec![own]), Frames::new(vec![frame]));
        state.each(&told.audience, |socket| {
            if socket.push(if socket.id == asker { &own } else { &frame }) {
                self.owed.push(Arc::clone(socket));
            }
        });
    }

    fn push(&mut self, state: &State, audience: &Audience, frames: Vec<Frame>) {
        let frames = Frames::new(frames);
        state.each(audience, |socket| {
            if socket.push(&frames) {
                self.owed.push(Arc::clone(socket));
            }
        });
    }

    fn frame(
        &self,
        state: &State,
        event: &Event,
        rev: Option<Rev>,
        reference: Option<&str>,
    ) -> Option<Frame> {
        let bytes = (self.encode)(event, rev, reference, &|person| state.is_online(person))?;
        Some((rev, bytes))
    }

    fn keep_time(&mut self, state: &mut State, now: Instant) {
        state.end_grace(now);
        let over = state.end_typing(now);
        self.fleeting(state, &over);
        if now.duration_since(self.looked_at) >= LOOK {
            self.looked_at = now;
            self.look(state);
        }
        self.presence(state, now);
    }

    fn look(&mut self, state: &mut State) {
        let seconds = state.seconds();
        let ping = Frames::new(vec![(None, Bytes::from_static(&[0x89, 0]))]);
        for socket in state.sockets() {
            let heard = socket.heard.load(Ordering::Relaxed);
            if seconds.saturating_sub(heard) >= SILENCE_SECONDS {
                socket.abandon();
            } else if socket.is_ping_due(seconds, PING_SECONDS) && socket.push(&ping) {
                self.owed.push(Arc::clone(socket));
            }
        }
        if seconds.saturating_sub(self.idle_at) >= state.idle_seconds().min(IDLE_SECONDS) {
            self.idle_at = seconds;
            state.grow_idle();
        }
    }

    fn presence(&mut self, state: &mut State, now: Instant) {
        let Some(news) = state.presence_news(now) else { return };
        if news.len() <= FEW {
            for (person, username, shows) in news {
                let (online, offline) =
                    if shows { (vec![username], vec![]) } else { (vec![], vec![username]) };
                let event = Event::PresenceChanged { online, offline };
                self.one(
                    state,
                    &Told { audience: Audience::EveryoneBut(person), event },
                    None,
                    None,
                );
            }
            return;
        }
        let (online, offline): (Vec<_>, Vec<_>) = news.into_iter().partition(|(.., shows)| *shows);
        let names = |list: Vec<_>| list.into_iter().map(|(_, name, _)| name).collect();
        let event = Event::PresenceChanged { online: names(online), offline: names(offline) };
        self.one(state, &Told { audience: Audience::Everyone, event }, None, None);
    }
}
