//! The hub's tables: people who are here, their sockets, and who hears which conversation.
//!
//! A person's conversations are read from the file once, when they arrive. What changes between
//! that read and its arrival here is kept in `Memberships::Unknown` and applied on top, so that no
//! message is missed or misdirected in between.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};

use indexmap::IndexMap;

use super::{Activity, Arrival, Closing, Patience, Socket, presence::Clock, typing::Typing};
use crate::{
    event::{Audience, Event, Told},
    model::{ConversationId, Rev, SessionId, SocketId, Timestamp, UserId},
};

/// Changes of presence that come closer than this are told together.
const PRESENCE_PAUSE: Duration = Duration::from_millis(200);

pub(super) struct State {
    patience: Patience,
    clock: Clock,
    people: HashMap<UserId, Here>,
    rooms: HashMap<ConversationId, IndexMap<SocketId, Arc<Socket>>>,
    /// People whose presence may have changed since others were told.
    changed: HashSet<UserId>,
    told_presence_at: Option<Instant>,
    /// Whose last socket has closed, in that order: all wait equally long.
    leaving: VecDeque<(Instant, UserId)>,
    typing: Typing,
}

struct Here {
    username: String,
    activity: Arc<Activity>,
    sockets: Vec<Arc<Socket>>,
    conversations: Memberships,
    left_at: Option<Instant>,
    wants_offline: bool,
    shows_online: bool,
}

enum Memberships {
    /// Not read yet; with what has changed meanwhile: true for joined.
    Unknown(Vec<(Rev, ConversationId, bool)>),
    Known(HashSet<ConversationId>),
}

impl Here {
    fn should_show(&self) -> bool {
        let here = !self.sockets.is_empty() || self.left_at.is_some();
        here && !self.wants_offline && !self.activity.is_idle()
    }
}

impl State {
    pub(super) fn new(patience: Patience) -> Self {
        Self {
            patience,
            clock: Clock::start(),
            people: HashMap::new(),
            rooms: HashMap::new(),
            changed: HashSet::new(),
            told_presence_at: None,
            leaving: VecDeque::new(),
            typing: Typing::default(),
        }
    }

    fn here(&mut self, person: UserId) -> &mut Here {
        let clock = self.clock;
        self.people.entry(person).or_insert_with(|| Here {
            username: String::new(),
            activity: Arc::new(Activity::new(clock)),
            sockets: Vec::new(),
            conversations: Memberships::Unknown(Vec::new()),
            left_at: None,
            wants_offline: false,
            shows_online: false,
        })
    }

    pub(super) fn activity_of(&mut self, person: UserId) -> Arc<Activity> {
        Arc::clone(&self.here(person).activity)
    }

    pub(super) fn arrive(&mut self, socket: &Arc<Socket>) -> Arrival {
        self.here(socket.user);
        let Self { people, rooms, .. } = self;
        let Some(here) = people.get_mut(&socket.user) else { return Arrival::Settled };
        here.sockets.push(Arc::clone(socket));
        here.left_at = None;
        here.activity.touch();
        match &here.conversations {
            Memberships::Unknown(_) => Arrival::NeedsConversations,
            Memberships::Known(conversations) => {
                for id in conversations {
                    let room = rooms.entry(*id).or_default();
                    room.insert(socket.id, Arc::clone(socket));
                }
                Arrival::Settled
            }
        }
    }

    pub(super) fn introduce(&mut self, person: UserId, username: &str) {
        let here = self.here(person);
        if here.username.is_empty() {
            username.clone_into(&mut here.username);
        }
        self.changed.insert(person);
    }

    pub(super) fn settle(&mut self, person: UserId, read: Vec<ConversationId>, rev: Rev) {
        let Some(here) = self.people.get_mut(&person) else { return };
        let Memberships::Unknown(since) = &here.conversations else { return };
        let mut conversations: HashSet<ConversationId> = read.into_iter().collect();
        for (_, id, joined) in since.iter().filter(|(at, ..)| *at > rev) {
            if *joined {
                conversations.insert(*id);
            } else {
                conversations.remove(id);
            }
        }
        for id in &conversations {
            let room = self.rooms.entry(*id).or_default();
            room.extend(here.sockets.iter().map(|socket| (socket.id, Arc::clone(socket))));
        }
        here.conversations = Memberships::Known(conversations);
    }

    pub(super) fn depart(&mut self, socket: &Socket) {
        let Some(here) = self.people.get_mut(&socket.user) else { return };
        let before = here.sockets.len();
        here.sockets.retain(|other| other.id != socket.id);
        if here.sockets.len() == before {
            return; // departed already
        }
        if here.sockets.is_empty() {
            let now = Instant::now();
            here.left_at = Some(now);
            self.leaving.push_back((now, socket.user));
        }
        if let Memberships::Known(conversations) = &here.conversations {
            for id in conversations {
                if let Some(room) = self.rooms.get_mut(id) {
                    room.swap_remove(&socket.id);
                    if room.is_empty() {
                        self.rooms.remove(id);
                    }
                }
            }
        }
    }

    /// What an event changes here before it is delivered.
    pub(super) fn before(&mut self, rev: Rev, told: &Told) {
        if let (Audience::Person(person), Event::ChatJoined(conversation)) =
            (&told.audience, &told.event)
        {
            self.moved(*person, conversation.id, rev, true);
        } else if let Event::MessagePosted(message) = &told.event {
            // ends its sender's typing; clients know that by themselves
            self.typing.clear(message.conversation, message.sender_id);
        }
    }

    /// What an event changes here once it is delivered.
    pub(super) fn after(&mut self, rev: Rev, told: &Told) {
        if let Event::ChatLeft(left) = &told.event {
            self.moved(left.person, left.conversation, rev, false);
        } else if let (Audience::Members(_), Event::RoomDeleted(id)) = (&told.audience, &told.event)
        {
            self.rooms.remove(id);
            for here in self.people.values_mut() {
                match &mut here.conversations {
                    Memberships::Known(conversations) => _ = conversations.remove(id),
                    Memberships::Unknown(since) => since.push((rev, *id, false)),
                }
            }
        } else if let (Audience::Person(person), Event::SessionRevoked(session)) =
            (&told.audience, &told.event)
        {
            self.close_session(*person, *session);
        }
    }

    fn moved(&mut self, person: UserId, id: ConversationId, rev: Rev, joined: bool) {
        let Some(here) = self.people.get_mut(&person) else { return };
        match &mut here.conversations {
            Memberships::Unknown(since) => since.push((rev, id, joined)),
            Memberships::Known(conversations) if joined => {
                conversations.insert(id);
                let room = self.rooms.entry(id).or_default();
                room.extend(here.sockets.iter().map(|socket| (socket.id, Arc::clone(socket))));
            }
            Memberships::Known(conversations) => {
                conversations.remove(&id);
                if let Some(room) = self.rooms.get_mut(&id) {
                    room.retain(|_, socket| socket.user != person);
                }
            }
        }
    }

    /// Everyone whom an audience means.
    pub(super) fn each(&self, audience: &Audience, mut hear: impl FnMut(&Arc<Socket>)) {
        match audience {
            Audience::Members(id) => {
                self.rooms.get(id).into_iter().flat_map(IndexMap::values).for_each(hear);
            }
            Audience::MembersBut(id, person) => {
                let room = self.rooms.get(id).into_iter().flat_map(IndexMap::values);
                room.filter(|socket| socket.user != *person).for_each(hear);
            }
            Audience::Outsiders(id) => {
                for here in self.people.values() {
                    let inside = matches!(&here.conversations,
                        Memberships::Known(conversations) if conversations.contains(id));
                    if !inside {
                        here.sockets.iter().for_each(&mut hear);
                    }
                }
            }
            Audience::Person(person) => {
                self.people.get(person).into_iter().flat_map(|p| &p.sockets).for_each(hear);
            }
            Audience::Everyone => self.sockets().for_each(hear),
            Audience::EveryoneBut(person) => {
                self.sockets().filter(|socket| socket.user != *person).for_each(hear);
            }
        }
    }

    pub(super) fn sockets(&self) -> impl Iterator<Item = &Arc<Socket>> {
        self.people.values().flat_map(|here| &here.sockets)
    }

    pub(super) fn sockets_of(&self, person: UserId) -> usize {
        self.people.get(&person).map_or(0, |here| here.sockets.len())
    }

    pub(super) fn close_session(&self, person: UserId, session: SessionId) {
        let sockets = self.people.get(&person).into_iter().flat_map(|here| &here.sockets);
        for socket in sockets.filter(|socket| socket.session == session) {
            socket.close(Closing::UNAUTHORIZED);
        }
    }

    // --- presence

    pub(super) fn woke(&mut self, person: UserId) {
        self.changed.insert(person);
    }

    pub(super) fn touch(&mut self, person: UserId) -> bool {
        let back = self.people.get(&person).is_some_and(|here| here.activity.touch());
        if back {
            self.changed.insert(person);
        }
        back
    }

    pub(super) fn show_as(&mut self, person: UserId, online: bool) {
        if let Some(here) = self.people.get_mut(&person) {
            here.wants_offline = !online;
            self.changed.insert(person);
        }
    }

    pub(super) fn is_online(&self, person: UserId) -> bool {
        self.people.get(&person).is_some_and(Here::should_show)
    }

    pub(super) fn online(&self) -> Vec<String> {
        let shown = self.people.values().filter(|here| here.should_show());
        shown.map(|here| here.username.clone()).filter(|name| !name.is_empty()).collect()
    }

    pub(super) fn online_ids(&self) -> Vec<UserId> {
        let shown = self.people.iter().filter(|(_, here)| here.should_show());
        shown.map(|(person, _)| *person).collect()
    }

    pub(super) fn online_count(&self, id: ConversationId) -> usize {
        let room = self.rooms.get(&id).into_iter().flat_map(IndexMap::values);
        let people: HashSet<UserId> = room.map(|socket| socket.user).collect();
        people.into_iter().filter(|person| self.is_online(*person)).count()
    }

    pub(super) fn active_since_asked(&self, seen: &mut HashMap<UserId, Timestamp>) {
        let now = Timestamp::now();
        for (person, here) in &self.people {
            if here.activity.take_fresh() {
                seen.insert(*person, now);
            }
        }
    }

    /// Lets go of people whose grace is over.
    pub(super) fn end_grace(&mut self, now: Instant) {
        while let Some((since, person)) = self.leaving.front().copied()
            && now.duration_since(since) >= self.patience.grace
        {
            self.leaving.pop_front();
            let Some(here) = self.people.get_mut(&person) else { continue };
            if here.sockets.is_empty() && here.left_at.is_none_or(|at| at == since) {
                here.left_at = None;
                self.changed.insert(person);
            }
        }
    }

    /// Marks people who have long done nothing as idle.
    pub(super) fn grow_idle(&mut self) {
        for (person, here) in &self.people {
            if here.shows_online && here.activity.grow_idle(self.patience.idle.as_secs()) {
                self.changed.insert(*person);
            }
        }
    }

    /// What others are to be told of presence now: (online, offline).
    pub(super) fn presence_news(&mut self, now: Instant) -> Option<Vec<(UserId, String, bool)>> {
        if self.changed.is_empty() || self.presence_due().is_some_and(|due| due > now) {
            return None;
        }
        let mut news = Vec::new();
        for person in std::mem::take(&mut self.changed) {
            let Some(here) = self.people.get_mut(&person) else { continue };
            let shows = here.should_show();
            if shows != here.shows_online {
                here.shows_online = shows;
                news.push((person, here.username.clone(), shows));
            }
            if here.sockets.is_empty() && here.left_at.is_none() {
                self.people.remove(&person);
            }
        }
        if news.is_empty() {
            return None;
        }
        self.told_presence_at = Some(now);
        Some(news)
    }

    fn presence_due(&self) -> Option<Instant> {
        self.told_presence_at.map(|at| at + PRESENCE_PAUSE)
    }

    // --- typing

    /// None: the person is not in that conversation.
    pub(super) fn typing(
        &mut self,
        person: UserId,
        conversation: ConversationId,
        is_typing: bool,
    ) -> Option<Option<Told>> {
        let here = self.people.get(&person)?;
        let Memberships::Known(conversations) = &here.conversations else { return None };
        if !conversations.contains(&conversation) {
            return None;
        }
        if is_typing {
            self.typing.set(conversation, person);
        } else if !self.typing.clear(conversation, person) {
            return Some(None);
        }
        Some(Some(self.typing_told(conversation, person, is_typing)))
    }

    /// What is to be told of marks that were not renewed in time.
    pub(super) fn end_typing(&mut self, now: Instant) -> Vec<Told> {
        let over = self.typing.end(now).into_iter();
        over.map(|(place, person)| self.typing_told(place, person, false)).collect()
    }

    fn typing_told(&self, conversation: ConversationId, person: UserId, is_typing: bool) -> Told {
        let username = self.people.get(&person).map_or_else(String::new, |h| h.username.clone());
        Told {
            audience: Audience::MembersBut(conversation, person),
            event: Event::Typing { conversation, username, is_typing },
        }
    }

    // --- time

    /// When the hub has to look again, whatever happens.
    pub(super) fn next_due(&self) -> Option<Instant> {
        let grace = self.leaving.front().map(|(since, _)| *since + self.patience.grace);
        let presence = if self.changed.is_empty() { None } else { self.presence_due().or(grace) };
        let typing = self.typing.next_end();
        [grace, presence, typing].into_iter().flatten().min()
    }

    /// After how many seconds without activity a person is idle.
    pub(super) fn idle_seconds(&self) -> u32 {
        u32::try_from(self.patience.idle.as_secs()).unwrap_or(u32::MAX)
    }

    pub(super) fn seconds(&self) -> u32 {
        self.clock.seconds()
    }
}
