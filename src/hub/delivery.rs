//! Delivery: takes what was committed, in order, encodes each event once, puts it into outboxes and
//! writes them out. The hub's thread does it, and between times keeps the hub's time; what few hear,
//! the writer delivers itself when it has nothing else to do, which spares the way to that thread.
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
use tokio::sync::oneshot;

use super::{Encoders, Hub, Socket, Telling, outbox::Frames, state::State};
use crate::{
    counts,
    event::{Audience, Committed, Event, Origin, Told},
    model::{Rev, UserId},
};

/// How often pings, silence and idleness are looked at.
const LOOK: Duration = Duration::from_secs(5);

/// Seconds between pings, and of silence after which a socket is dropped (section 4).
const PING_SECONDS: u32 = 30;
const SILENCE_SECONDS: u32 = 75;

/// The longest time between looks for idle people, in seconds ("once a minute").
const IDLE_SECONDS: u32 = 60;

/// To so many sockets the writer delivers itself, when it has nothing else to do.
const FEW_HEARERS: usize = 32;

/// More sockets than so many times the changes they hear of are many.
const WIDE: usize = 2;

/// More changes of presence than this at once are told as one list.
const FEW: usize = 8;

pub(super) enum Work {
    Committed(Vec<Committed>),
    Fleeting(Vec<Told>),
    /// Something that is told once more because somebody asked for it.
    Asked(Told, Origin),
    /// Somebody waits until all that came before is delivered.
    Reached(oneshot::Sender<()>),
}

/// Something to be told.
struct News {
    told: Told,
    /// The change that it comes of, if it lasts.
    rev: Option<Rev>,
    /// Up to which change who hears it knows everything.
    known: Option<Rev>,
}

/// The thread that delivers.
pub(super) fn start(hub: Weak<Hub>, orders: Receiver<Work>) -> io::Result<()> {
    let run = move || {
        let mut wait = LOOK;
        loop {
            let first = match orders.recv_timeout(wait) {
                Ok(work) => Some(work),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            let Some(hub) = hub.upgrade() else { return };
            wait = hub.delivery.lock().work(&hub, first, &orders);
        }
    };
    std::thread::Builder::new().name("delivery".into()).spawn(run).map(|_| ())
}

/// What delivering needs beside the hub's tables; whoever has it locked delivers.
pub(super) struct Delivery {
    encoders: Encoders,
    looked_at: Instant,
    idle_at: u32,
    /// Sockets that have something new to write.
    owed: Vec<Arc<Socket>>,
    /// Messages to the same people in a row: they go into each outbox in one piece.
    run: Vec<News>,
}

impl Delivery {
    pub(super) fn new(encoders: Encoders) -> Self {
        let (owed, run) = (Vec::new(), Vec::new());
        Self { encoders, looked_at: Instant::now(), idle_at: 0, owed, run }
    }

    /// Delivers all that waits. How long there is nothing more to do, unless something comes.
    fn work(&mut self, hub: &Hub, first: Option<Work>, orders: &Receiver<Work>) -> Duration {
        let mut state = hub.state.lock();
        let (mut batches, mut changes) = (0, 0);
        let mut next = first;
        while let Some(work) = next {
            match work {
                Work::Committed(committed) => {
                    batches += 1;
                    changes += committed.len();
                    self.committed(&mut state, committed);
                }
                Work::Fleeting(told) => self.fleeting(&state, told),
                Work::Asked(told, origin) => {
                    self.tell(&state, &[News { told, rev: None, known: None }], Some(&origin));
                }
                Work::Reached(waiting) => {
                    let _ = waiting.send(()); // whoever waited may be gone
                }
            }
            next = orders.try_recv().ok();
        }
        let now = Instant::now();
        self.keep_time(&mut state, now);
        let due = state.next_due().map_or(LOOK, |due| due.saturating_duration_since(now));
        drop(state);
        let is_wide = self.owed.len() > WIDE * changes;
        self.flush();
        if batches > 0 {
            hub.backlog.take(batches, is_wide);
        }
        due.min(LOOK).max(Duration::from_millis(1))
    }

    /// Delivers at once what few hear; else gives it back. Nothing may be on its way to the thread.
    pub(super) fn at_once(
        &mut self,
        hub: &Hub,
        committed: Vec<Committed>,
    ) -> Result<(), Vec<Committed>> {
        let mut state = hub.state.lock();
        let told = committed.iter().flat_map(|one| &one.told);
        let hearers = told.map(|told| state.hearers(&told.audience));
        if hearers.fold(0, usize::saturating_add) > FEW_HEARERS {
            return Err(committed);
        }
        self.committed(&mut state, committed);
        let is_due = state.next_due().is_some();
        drop(state);
        self.flush();
        if is_due {
            hub.nudge();
        }
        Ok(())
    }

    fn flush(&mut self) {
        for socket in self.owed.drain(..) {
            socket.flush_or_wake();
        }
    }

    fn committed(&mut self, state: &mut State, committed: Vec<Committed>) {
        for Committed { rev, told, origin } in committed {
            let named = origin.filter(|origin| origin.reference.is_some());
            let mut rest = told.into_iter();
            while let Some(told) = rest.next() {
                let leads =
                    rest.as_slice().iter().any(|next| next.audience.may_share(&told.audience));
                let known = if leads { rev.before() } else { rev };
                let news = News { told, rev: Some(rev), known: Some(known) };
                if let Event::MessagePosted(message) = &news.told.event
                    && named.is_none()
                    && !state.silences.concerns(message.sender_id)
                {
                    state.before(rev, &news.told);
                    self.add_to_run(state, news);
                } else {
                    self.end_run(state); // who comes in now has not heard what was said before
                    self.durable(state, rev, &news, named.as_ref());
                }
            }
        }
        self.end_run(state);
    }

    fn add_to_run(&mut self, state: &State, news: News) {
        if self.run.first().is_some_and(|first| first.told.audience != news.told.audience) {
            self.end_run(state);
        }
        self.run.push(news);
    }

    fn end_run(&mut self, state: &State) {
        let run = std::mem::take(&mut self.run);
        self.tell(state, &run, None);
    }

    fn durable(&mut self, state: &mut State, rev: Rev, news: &News, origin: Option<&Origin>) {
        let told = &news.told;
        let silence = match (&told.audience, &told.event) {
            (Audience::Person(by), Event::Silence { person, on, .. })
                if state.silences.has(*by, *person) != *on =>
            {
                Some((*by, *person, *on))
            }
            _ => None,
        };
        // while the two can still, or again, be told of each other
        if let Some((by, person, true)) = silence {
            self.fleeting(state, state.told_of_each_other(by, person, false));
        }
        state.before(rev, told);
        self.tell(state, std::slice::from_ref(news), origin);
        state.after(rev, told);
        if let Some((by, person, false)) = silence {
            self.fleeting(state, state.told_of_each_other(by, person, true));
        }
    }

    fn fleeting(&mut self, state: &State, told: Vec<Told>) {
        for told in told {
            self.tell(state, &[News { told, rev: None, known: None }], None);
        }
    }

    /// Tells some news, all to the same people and each encoded once a dialect. The asker's own
    /// copy carries its `ref`.
    fn tell(&mut self, state: &State, news: &[News], origin: Option<&Origin>) {
        let Some(News { told: Told { audience, event }, .. }) = news.first() else { return };
        let kept_from = state.silences.kept_from(event.author());
        let viewer = match audience {
            Audience::Person(person) | Audience::MemberOf(_, person) => Some(*person),
            Audience::Members(_)
            | Audience::MembersBut(..)
            | Audience::MembersAmong(..)
            | Audience::MembersBesides(..)
            | Audience::Outsiders(_)
            | Audience::Everyone
            | Audience::EveryoneBut(_)
            | Audience::Program(_)
            | Audience::Nobody => None,
        };
        let is_online = |person: UserId| match viewer {
            Some(viewer) => state.sees_online(viewer, person),
            None => state.is_online(person),
        };
        let Self { encoders, owed, .. } = self;
        let encode = |dialect: usize, reference: Option<&str>| {
            let frames = news.iter().filter_map(|News { told, rev, known }| {
                let telling = Telling { rev: *known, reference, is_online: &is_online };
                Some((*rev, encoders.get(dialect)?.event(&told.event, &telling)?))
            });
            Frames::new(frames.collect())
        };
        let mut encoded: Vec<Option<Frames>> = encoders.iter().map(|_| None).collect();
        let mut hearers = 0;
        state.each(audience, |socket| {
            if kept_from.as_ref().is_some_and(|kept| kept.contains(&socket.user)) {
                return;
            }
            hearers += 1;
            let own = origin.filter(|origin| origin.socket == socket.id);
            let is_owed = match (own, encoded.get_mut(socket.dialect)) {
                (Some(own), _) => socket.push(&encode(socket.dialect, own.reference.as_deref())),
                (None, Some(known)) => {
                    socket.push(known.get_or_insert_with(|| encode(socket.dialect, None)))
                }
                (None, None) => false,
            };
            if is_owed {
                owed.push(Arc::clone(socket));
            }
        });
        counts::DELIVERIES.add(hearers * news.len() as u64);
    }

    fn keep_time(&mut self, state: &mut State, now: Instant) {
        state.end_grace(now);
        let over = state.end_typing(now);
        self.fleeting(state, over);
        if now.duration_since(self.looked_at) >= LOOK {
            self.looked_at = now;
            self.look(state);
        }
        self.presence(state, now);
        let lists = state.stale_lists(now);
        self.fleeting(state, lists);
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

    /// Few changes are told one by one; many in one list. Whom a silence concerns is never in it.
    fn presence(&mut self, state: &mut State, now: Instant) {
        let Some(news) = state.presence_news(now) else { return };
        let is_much = news.len() > FEW;
        let (together, alone): (Vec<_>, Vec<_>) =
            news.into_iter().partition(|(person, ..)| is_much && !state.silences.concerns(*person));
        for (person, username, shows) in alone {
            let event = Event::presence(person, username, shows);
            self.fleeting(state, vec![Told { audience: Audience::EveryoneBut(person), event }]);
        }
        if !together.is_empty() {
            let (online, offline): (Vec<_>, Vec<_>) =
                together.into_iter().partition(|(.., shows)| *shows);
            let names = |list: Vec<_>| list.into_iter().map(|(id, name, _)| (id, name)).collect();
            let event = Event::PresenceChanged { online: names(online), offline: names(offline) };
            self.fleeting(state, vec![Told { audience: Audience::Everyone, event }]);
        }
    }
}
