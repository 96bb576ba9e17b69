//! Who is connected, in which conversations, and what waits to be sent to them. Memory only: a
//! restart forgets it harmlessly.
//!
//! What always holds: any socket sees durable events in commit order, each once; an event is
//! encoded once, whoever gets it; a socket's outbox is bounded, and a slow socket hurts only itself.
//!
//! Locks: `state` before a socket's outbox, never the other way round; neither across an await.
//! Events are delivered under one lock (`delivery`, taken before `state`), mostly by one thread, which also
//! keeps the hub's time: grace, typing, pings, idleness.

mod backlog;
mod closing;
mod delivery;
mod listeners;
mod outbox;
mod presence;
mod silence;
mod state;
mod stream;
mod typing;

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
        mpsc::{SyncSender, sync_channel},
    },
    time::Duration,
};

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::{Notify, oneshot};

pub use closing::Closing;
pub use outbox::{Flushed, Socket};
pub use presence::Activity;
pub use stream::Stream;

use crate::{
    event::{Audience, Committed, Event, Origin, Told},
    model::{ConversationId, Rev, SessionId, SocketId, Timestamp, UserId},
};
use backlog::Backlog;
use delivery::{Delivery, Work};
use silence::Silences;
use state::State;

/// How many batches may wait for delivery before the writer is held back.
const BACKLOG: usize = 64;

/// How long the next commit may wait for those before it to be delivered: about what that takes in a room of a
/// few hundred. Where it takes longer, who only waits for the commit is not made to wait for that.
const CATCHING_UP: Duration = Duration::from_millis(1);

/// Turns events into frames of one dialect.
pub trait Encoder: Send + Sync {
    /// An event as frames, one or several in a row; nothing for what this dialect does not tell.
    fn event(&self, event: &Event, telling: &Telling<'_>) -> Option<Bytes>;
}

/// All dialects that sockets speak.
pub type Encoders = Vec<&'static dyn Encoder>;

/// What a frame says of an event beside the event itself.
#[derive(Clone, Copy)]
pub struct Telling<'a> {
    /// Up to which change a client knows everything once it has heard this; for durable events.
    pub rev: Option<Rev>,
    /// What the socket that is told called the request that this answers.
    pub reference: Option<&'a str>,
    /// Whether a person shows as online, to whom is told.
    pub is_online: &'a dyn Fn(UserId) -> bool,
}

/// How long people stay online without a socket, and without doing anything.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// After the last socket closes.
    pub grace: Duration,
    /// After the last activity.
    pub idle: Duration,
}

/// Everyone who is connected.
pub struct Hub {
    state: Mutex<State>,
    delivery: Mutex<Delivery>,
    work: SyncSender<Work>,
    backlog: Backlog,
    next_socket: AtomicU64,
    published: AtomicI64,
    activity: Mutex<std::collections::HashMap<UserId, Timestamp>>,
    emptied: Notify,
    departures: Departures,
}

/// Takes note of people whose last socket has closed.
pub type Departures = tokio::sync::mpsc::Sender<UserId>;

/// What a socket that has arrived still needs before it hears its conversations.
#[derive(Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Nothing: the person is here already.
    Settled,
    /// The ids of the person's conversations, by `settle`.
    NeedsConversations,
}

impl Hub {
    /// Starts the hub and its thread.
    ///
    /// # Errors
    /// The thread could not be started.
    pub fn start(
        patience: Patience,
        encoders: Encoders,
        departures: Departures,
    ) -> std::io::Result<Arc<Self>> {
        let (work, orders) = sync_channel(BACKLOG);
        let hub = Arc::new(Self {
            state: Mutex::new(State::new(patience, Silences::default())),
            delivery: Mutex::new(Delivery::new(encoders)),
            work,
            backlog: Backlog::default(),
            next_socket: AtomicU64::new(1),
            activity: Mutex::default(),
            emptied: Notify::new(),
            published: AtomicI64::new(0),
            departures,
        });
        delivery::start(Arc::downgrade(&hub), orders)?;
        Ok(hub)
    }

    /// What there is already at the start: the last change, and who keeps silence with whom. Told
    /// before anybody arrives.
    pub fn recall(&self, last: Rev, all: Vec<(UserId, UserId)>) {
        self.published.store(last.0, Ordering::Release);
        let mut state = self.state.lock();
        all.into_iter().for_each(|(person, other)| state.silences.set(person, other, true));
    }

    /// An id for a new socket.
    pub fn next_socket(&self) -> SocketId {
        SocketId(self.next_socket.fetch_add(1, Ordering::Relaxed))
    }

    /// A person's activity, shared by all of their sockets.
    pub fn activity_of(&self, person: UserId) -> Arc<Activity> {
        self.state.lock().activity_of(person)
    }

    /// A socket is here. From now on what its person hears alone goes into its outbox, and once the
    /// conversations are known, what they hear there.
    pub fn arrive(&self, socket: &Arc<Socket>) -> Arrival {
        self.state.lock().arrive(socket)
    }

    /// The name of a person who has arrived; from now on others are told that they are here.
    pub fn introduce(&self, person: UserId, username: &str) {
        if self.state.lock().introduce(person, username) {
            self.nudge();
        }
    }

    /// The conversations of a person who has arrived, as the file had them at `rev`. What changed
    /// since is known here.
    pub fn settle(&self, person: UserId, conversations: Vec<ConversationId>, rev: Rev) {
        self.state.lock().settle(person, conversations, rev);
    }

    /// A socket is gone.
    pub fn depart(&self, socket: &Socket) {
        let (was_last, is_empty) = {
            let mut state = self.state.lock();
            (state.depart(socket), state.sockets().next().is_none())
        };
        if was_last {
            // one that is lost under load ends what waits for that person a little later
            let _ = self.departures.try_send(socket.user);
            self.nudge();
        }
        if is_empty {
            self.emptied.notify_waiters();
        }
    }

    /// Delivers what was committed, in order. Called by the writer alone, which says whether it has
    /// nothing else to do; waits when too much is on its way already.
    pub fn publish(&self, mut committed: Vec<Committed>, is_idle: bool) {
        let Some(last) = committed.last() else { return };
        self.published.store(last.rev.0, Ordering::Release);
        if is_idle
            && self.backlog.is_empty()
            && let Some(mut delivery) = self.delivery.try_lock()
        {
            match delivery.at_once(self, committed) {
                Ok(()) => return,
                Err(too_many) => committed = too_many,
            }
        }
        self.backlog.add();
        let _ = self.work.send(Work::Committed(committed)); // the thread ends with the process
    }

    /// Waits a little for what was published to be delivered. Called by the writer before it commits again: what
    /// comes meanwhile is then committed together, and goes to each socket together.
    pub fn catch_up(&self) {
        self.backlog.wait_at_most(CATCHING_UP);
    }

    /// The last change that was published: nothing later has been answered to anybody.
    #[must_use]
    pub fn published(&self) -> Rev {
        Rev(self.published.load(Ordering::Acquire))
    }

    /// A person writes in a conversation, or has stopped. False: they are not in it.
    pub fn typing(&self, person: UserId, conversation: ConversationId, is_typing: bool) -> bool {
        let told = self.state.lock().typing(person, conversation, is_typing);
        match told {
            None => false,
            Some(told) => {
                // a mark that is lost under load is missed by nobody
                let _ = self.work.try_send(Work::Fleeting(told.into_iter().collect()));
                true
            }
        }
    }

    /// Whether a block parts a person from anybody.
    pub fn is_silenced(&self, person: UserId) -> bool {
        self.state.lock().silences.concerns(person)
    }

    /// A person wants to show as online, or as offline although they are here.
    pub fn show_as(&self, person: UserId, online: bool) {
        self.state.lock().show_as(person, online);
        self.nudge();
    }

    /// A person's activity said that they had been idle and are no more.
    pub fn woke(&self, person: UserId) {
        self.state.lock().woke(person);
        self.nudge();
    }

    /// A person did something without a socket.
    pub fn touch(&self, person: UserId) {
        self.activity.lock().insert(person, Timestamp::now());
        if self.state.lock().touch(person) {
            self.nudge();
        }
    }

    /// Who was active since this was last asked, and when.
    pub fn take_activity(&self) -> Vec<(UserId, Timestamp)> {
        let mut seen = std::mem::take(&mut *self.activity.lock());
        self.state.lock().active_since_asked(&mut seen);
        seen.into_iter().collect()
    }

    /// Whether a person shows as online to another.
    #[must_use]
    pub fn sees_online(&self, viewer: UserId, person: UserId) -> bool {
        self.state.lock().sees_online(viewer, person)
    }

    /// Whether a silence parts two people.
    #[must_use]
    pub fn are_parted(&self, one: UserId, other: UserId) -> bool {
        self.state.lock().silences.parts(one, other)
    }

    /// Everyone who shows as online to a person, with their usernames.
    #[must_use]
    pub fn online(&self, viewer: UserId) -> Vec<(UserId, Arc<str>)> {
        self.state.lock().online(viewer)
    }

    /// Usernames of who shows as online, of those in a conversation.
    #[must_use]
    pub fn online_in(&self, id: ConversationId, viewer: UserId) -> Vec<String> {
        self.state.lock().online_in(id, Some(viewer))
    }

    /// How many show as online to a person, of those in each of some conversations.
    #[must_use]
    pub fn online_counts(&self, viewer: UserId, of: &[ConversationId]) -> Vec<usize> {
        let state = self.state.lock();
        of.iter().map(|id| state.online_count(viewer, *id)).collect()
    }

    /// How many sockets a person has.
    #[must_use]
    pub fn sockets_of(&self, person: UserId) -> usize {
        self.state.lock().sockets_of(person)
    }

    /// Every socket's dialect, and the bytes that wait for it.
    #[must_use]
    pub fn waiting(&self) -> Vec<(usize, usize)> {
        let sockets: Vec<_> = self.state.lock().sockets().cloned().collect();
        sockets.iter().map(|socket| (socket.dialect, socket.waiting_bytes())).collect()
    }

    /// How many sockets there are, and how many people show as online.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        self.state.lock().counts()
    }

    /// Whether a person has a socket and did something in the last while.
    #[must_use]
    pub fn is_attentive(&self, person: UserId, within: Duration) -> bool {
        self.state.lock().is_attentive(person, within)
    }

    /// Closes every socket of a session.
    pub fn close_session(&self, person: UserId, session: SessionId) {
        self.state.lock().close_session(person, session);
    }

    /// Closes every socket, with the same words.
    pub fn close_all(&self, closing: Closing) {
        for socket in self.state.lock().sockets() {
            socket.close(closing);
        }
    }

    /// Waits until no socket is left.
    pub async fn emptied(&self) {
        loop {
            let emptied = self.emptied.notified();
            if self.state.lock().sockets().next().is_none() {
                return;
            }
            emptied.await;
        }
    }

    /// Tells something once more, because somebody asked for it.
    pub fn tell(&self, audience: Audience, event: Event, origin: Origin) {
        let _ = self.work.send(Work::Asked(Told { audience, event }, origin));
    }

    /// Tells something that is kept nowhere. False: nobody hears it, or too much is on its way.
    #[must_use]
    pub fn pass(&self, audience: Audience, event: Event) -> bool {
        let mut is_heard = false;
        self.state.lock().each(&audience, |_| is_heard = true);
        let told = vec![Told { audience, event }];
        is_heard && self.work.try_send(Work::Fleeting(told)).is_ok()
    }

    /// Waits until memory knows all that was published by now: who has just come into a room is in
    /// it only then.
    pub async fn settled(&self) {
        let (waiting, reached) = oneshot::channel();
        let _ = self.work.send(Work::Reached(waiting));
        let _ = reached.await; // the thread ends with the process
    }

    fn nudge(&self) {
        // full: the thread is awake and looks at presence when it is through
        let _ = self.work.try_send(Work::Fleeting(Vec::new()));
    }
}
