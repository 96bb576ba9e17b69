//! The hub's tables: people who are here, their sockets, and who hears which conversation.
//!
//! A person's conversations are read from the file once, when they arrive. What changes between
//! that read and its arrival here is kept in `Memberships::Unknown` and applied on top, so that no
//! message is missed or misdirected in between.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
    time::Instant,
};

use indexmap::IndexMap;

use super::{
    Activity, Arrival, Closing, Patience, Socket, listeners::Listeners, presence::Clock,
    silence::Silences, typing::Typing,
};
use crate::{
    event::{Audience, Event, Told},
    model::{ConversationId, Rev, SessionId, SocketId, UserId},
};

pub(super) struct State {
    pub(super) patience: Patience,
    clock: Clock,
    pub(super) people: HashMap<UserId, Here>,
    pub(super) rooms: HashMap<ConversationId, IndexMap<SocketId, Arc<Socket>>>,
    pub(super) silences: Silences,
    pub(super) listeners: Listeners,
    /// People whose presence may have changed since others were told.
    pub(super) changed: HashSet<UserId>,
    pub(super) told_presence_at: Option<Instant>,
    /// Whose last socket has closed, in that order: all wait equally long.
    pub(super) leaving: VecDeque<(Instant, UserId)>,
    typing: Typing,
}

pub(super) struct Here {
    pub(super) username: Arc<str>,
    pub(super) activity: Arc<Activity>,
    pub(super) sockets: Vec<Arc<Socket>>,
    pub(super) conversations: Memberships,
    pub(super) left_at: Option<Instant>,
    pub(super) wants_offline: bool,
    pub(super) shows_online: bool,
}

pub(super) enum Memberships {
    /// Not read yet; with what has changed meanwhile: true for joined.
    Unknown(Vec<(Rev, ConversationId, bool)>),
    Known(HashSet<ConversationId>),
}

impl Here {
    pub(super) fn should_show(&self) -> bool {
        let here = !self.sockets.is_empty() || self.left_at.is_some();
        here && !self.wants_offline && !self.activity.is_idle()
    }
}

impl State {
    pub(super) fn new(patience: Patience, silences: Silences) -> Self {
        Self {
            patience,
            clock: Clock::start(),
            people: HashMap::new(),
            rooms: HashMap::new(),
            silences,
            listeners: Listeners::default(),
            changed: HashSet::new(),
            told_presence_at: None,
            leaving: VecDeque::new(),
            typing: Typing::default(),
        }
    }

    fn here(&mut self, person: UserId) -> &mut Here {
        let clock = self.clock;
        self.people.entry(person).or_insert_with(|| Here {
            username: "".into(),
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
        let Self { people, rooms, listeners, .. } = self;
        let Some(here) = people.get_mut(&socket.user) else { return Arrival::Settled };
        here.sockets.push(Arc::clone(socket));
        here.left_at = None;
        here.activity.touch();
        listeners.arrive(socket);
        match &here.conversations {
            Memberships::Unknown(_) => Arrival::NeedsConversations,
            Memberships::Known(conversations) => {
                for id in conversations.iter().filter(|id| socket.hears(**id)) {
                    let room = rooms.entry(*id).or_default();
                    room.insert(socket.id, Arc::clone(socket));
                }
                Arrival::Settled
            }
        }
    }

    /// True: others have to be told that the person is here.
    pub(super) fn introduce(&mut self, person: UserId, username: &str) -> bool {
        let here = self.here(person);
        if here.username.is_empty() {
            here.username = username.into();
        }
        let is_news = !here.shows_online;
        if is_news {
            self.changed.insert(person);
        }
        is_news
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
            seat(self.rooms.entry(*id).or_default(), here, *id);
        }
        here.conversations = Memberships::Known(conversations);
        self.listeners.look_at_all_of(person, here);
    }

    /// True: it was the person's last.
    pub(super) fn depart(&mut self, socket: &Socket) -> bool {
        let Some(here) = self.people.get_mut(&socket.user) else { return false };
        let before = here.sockets.len();
        here.sockets.retain(|other| other.id != socket.id);
        if here.sockets.len() == before {
            return false; // departed already
        }
        self.listeners.depart(socket);
        let was_last = here.sockets.is_empty();
        if was_last {
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
        was_last
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
        } else if let (Audience::Person(by), Event::Silence { person, on, .. }) =
            (&told.audience, &told.event)
        {
            self.silences.set(*by, *person, *on);
            for (viewer, other) in [(by, person), (person, by)] {
                if let Some(here) = self.people.get(other) {
                    // each list changes for the viewer, though it is the other who is in it
                    self.listeners.look_at_all_of(*viewer, here);
                }
            }
        }
    }

    /// What an event changes here once it is delivered.
    pub(super) fn after(&mut self, rev: Rev, told: &Told) {
        if let Event::ChatLeft(left) = &told.event {
            self.moved(left.person, left.conversation, rev, false);
        } else if let (Audience::Members(_), Event::RoomDeleted(id)) = (&told.audience, &told.event)
        {
            let room = self.rooms.remove(id).into_iter().flat_map(IndexMap::into_values);
            room.filter(|socket| socket.hears_only(*id))
                .for_each(|socket| socket.close(Closing::NOT_FOUND));
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
        } else if let Event::PersonBanned(person) = &told.event {
            let sockets = self.people.get(person).into_iter().flat_map(|here| &here.sockets);
            sockets.for_each(|socket| socket.close(Closing::FORBIDDEN));
        } else if let Event::AddressesBanned(banned) = &told.event {
            let is_banned = |socket: &&Arc<Socket>| {
                let from = socket.address;
                from.is_some_and(|from| banned.networks.iter().any(|network| network.holds(from)))
            };
            self.sockets().filter(is_banned).for_each(|socket| socket.close(Closing::FORBIDDEN));
        }
    }

    fn moved(&mut self, person: UserId, id: ConversationId, rev: Rev, joined: bool) {
        let Some(here) = self.people.get_mut(&person) else { return };
        match &mut here.conversations {
            Memberships::Unknown(since) => since.push((rev, id, joined)),
            Memberships::Known(conversations) if joined => {
                conversations.insert(id);
                seat(self.rooms.entry(id).or_default(), here, id);
            }
            Memberships::Known(conversations) => {
                conversations.remove(&id);
                if let Some(room) = self.rooms.get_mut(&id) {
                    room.retain(|_, socket| socket.user != person);
                }
                let only_there = here.sockets.iter().filter(|socket| socket.hears_only(id));
                only_there.for_each(|socket| socket.close(Closing::FORBIDDEN));
            }
        }
        self.listeners.look_at(id, person);
    }

    /// How many sockets an audience has at most; very many where counting would take long.
    pub(super) fn hearers(&self, audience: &Audience) -> usize {
        match audience {
            Audience::Members(id)
            | Audience::MembersBut(id, _)
            | Audience::MembersAmong(id, _)
            | Audience::MembersBesides(id, _)
            | Audience::MemberOf(id, _) => self.rooms.get(id).map_or(0, IndexMap::len),
            Audience::Person(person) | Audience::Program(person) => self.sockets_of(*person),
            Audience::Nobody => 0,
            Audience::Outsiders(_) | Audience::Everyone | Audience::EveryoneBut(_) => usize::MAX,
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
            Audience::MembersAmong(id, people) => {
                let room = self.rooms.get(id).into_iter().flat_map(IndexMap::values);
                room.filter(|one| people.binary_search(&one.user).is_ok()).for_each(hear);
            }
            Audience::MembersBesides(id, people) => {
                let room = self.rooms.get(id).into_iter().flat_map(IndexMap::values);
                room.filter(|one| people.binary_search(&one.user).is_err()).for_each(hear);
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
            Audience::MemberOf(id, person) => {
                let room = self.rooms.get(id).into_iter().flat_map(IndexMap::values);
                room.filter(|socket| socket.user == *person).for_each(hear);
            }
            Audience::Person(person) => {
                self.people.get(person).into_iter().flat_map(|p| &p.sockets).for_each(hear);
            }
            Audience::Program(bot) => {
                let sockets = self.people.get(bot).into_iter().flat_map(|p| &p.sockets);
                sockets.filter(|socket| socket.takes_commands).for_each(hear);
            }
            Audience::Nobody => {}
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
        let is_news = if is_typing {
            self.typing.set(conversation, person)
        } else {
            self.typing.clear(conversation, person)
        };
        Some(if is_news { self.typing_told(conversation, person, is_typing) } else { None })
    }

    /// What is to be told of marks that were not renewed in time.
    pub(super) fn end_typing(&mut self, now: Instant) -> Vec<Told> {
        let over = self.typing.end(now).into_iter();
        over.filter_map(|(place, person)| self.typing_told(place, person, false)).collect()
    }

    /// Nothing for who is gone: that they went was told.
    fn typing_told(
        &self,
        conversation: ConversationId,
        person: UserId,
        is_typing: bool,
    ) -> Option<Told> {
        let username = self.people.get(&person)?.username.as_ref().into();
        Some(Told {
            audience: Audience::MembersBut(conversation, person),
            event: Event::Typing { conversation, person, username, is_typing },
        })
    }

    // --- time

    /// When the hub has to look again, whatever happens.
    pub(super) fn next_due(&self) -> Option<Instant> {
        let grace = self.leaving.front().map(|(since, _)| *since + self.patience.grace);
        let presence = if self.changed.is_empty() { None } else { self.presence_due().or(grace) };
        let typing = self.typing.next_end();
        [grace, presence, typing, self.listeners.next_due()].into_iter().flatten().min()
    }

    /// After how many seconds without activity a person is idle.
    pub(super) fn idle_seconds(&self) -> u32 {
        u32::try_from(self.patience.idle.as_secs()).unwrap_or(u32::MAX)
    }

    pub(super) fn seconds(&self) -> u32 {
        self.clock.seconds()
    }
}

/// Puts those of a person's sockets that hear a conversation among its hearers.
fn seat(room: &mut IndexMap<SocketId, Arc<Socket>>, here: &Here, id: ConversationId) {
    let hearing = here.sockets.iter().filter(|socket| socket.hears(id));
    room.extend(hearing.map(|socket| (socket.id, Arc::clone(socket))));
}
