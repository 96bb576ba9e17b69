//! Everything that can have happened, as plain data, and for whom.
//!
//! Events are self-contained: what any dialect shows of them is in them, so that encoding never
//! asks the file. Durable ones leave `store::apply` and are published after their commit, in
//! commit order; fleeting ones (typing, presence) come from the hub.

use std::sync::Arc;

use crate::model::{
    BanId, Conversation, ConversationId, Game, Invitation, Message, MessageId, Network,
    Notification, NotificationId, Person, Rev, Seq, Server, SessionId, SocketId, Timestamp,
    Tournament, UserId,
    slash::{Run, Whisper},
};

/// Something that has happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A message was posted.
    MessagePosted(Arc<Message>),
    /// A message says something else.
    MessageEdited(Arc<Message>),
    /// A message lost its content.
    MessageDeleted(Arc<Message>),
    /// Somebody has read up to a message.
    MessageRead {
        /// Where.
        conversation: ConversationId,
        /// The last message read.
        message: MessageId,
        /// Its place.
        seq: Seq,
        /// Who read.
        person: UserId,
        /// Their username.
        username: String,
    },
    /// Somebody made something of a message, or took it back.
    Reacted(Arc<Reacted>),
    /// A message was pinned, or is not any more.
    Pinned(Arc<Pinned>),
    /// The reader's own mark moved, for their other sockets.
    ReadMarkMoved {
        /// Where.
        conversation: ConversationId,
        /// Up to here.
        seq: Seq,
        /// How many are left.
        unread_count: i64,
    },
    /// The person told is in this conversation now, as they see it.
    ChatJoined(Arc<Conversation>),
    /// Somebody came in.
    MemberJoined(Membership),
    /// Somebody left or was put out: for who is still there.
    MemberLeft(Membership),
    /// The same, for who is still there and for the leaver.
    ChatLeft(Membership),
    /// A room was made, as everyone sees it.
    RoomCreated(Arc<Conversation>),
    /// A room has another name, topic or privacy, as everyone sees it.
    RoomUpdated(Arc<Conversation>),
    /// A room is gone, or gone from the sight of who is told.
    RoomDeleted(ConversationId),
    /// A person shows differently.
    PersonUpdated(Arc<Person>),
    /// A session ended: its sockets are closed. Nobody is sent a frame.
    SessionRevoked(SessionId),
    /// The server is set otherwise. Nobody is sent a frame.
    ServerEdited(Arc<Server>),
    /// A person is kept out: their sockets are closed. Nobody is sent a frame.
    PersonBanned(UserId),
    /// Addresses are kept out: their sockets are closed. Nobody is sent a frame.
    AddressesBanned(Arc<BannedAddresses>),
    /// They may come again. Nobody is sent a frame.
    BanLifted(BanId),
    /// Somebody writes, or has stopped.
    Typing {
        /// Where.
        conversation: ConversationId,
        /// Who.
        person: UserId,
        /// Their username.
        username: String,
        /// Whether they still do.
        is_typing: bool,
    },
    /// People came and went.
    PresenceChanged {
        /// Who shows as online now.
        online: Vec<(UserId, String)>,
        /// Who shows as offline now.
        offline: Vec<(UserId, String)>,
    },
    /// Who of a conversation shows as online, after a change: for those who listen to it alone.
    OnlineIn(Vec<String>),
    /// The person told keeps silence with somebody from now on, or no more.
    Silence {
        /// With whom.
        person: UserId,
        /// Their username.
        username: String,
        /// Begun or ended.
        on: bool,
    },
    /// Somebody asks the person told to be friends.
    FriendRequest {
        /// Who asks.
        from: Arc<Person>,
        /// Who is told.
        to: UserId,
    },
    /// The person told has asked this one to be friends: for their other sockets.
    FriendRequested(Arc<Person>),
    /// Two people are friends.
    NewFriend {
        /// Who asked.
        user: Arc<Person>,
        /// Who accepted.
        friend: Arc<Person>,
    },
    /// The person told and this one are no friends and do not ask to be, any more.
    FriendRemoved {
        /// The other's username.
        username: String,
    },
    /// The person told is asked for a game.
    Invited(Arc<Invitation>),
    /// The person told has asked for a game.
    InviteSent(Arc<Invitation>),
    /// An invitation ended without an answer.
    InviteCanceled {
        /// Which.
        invitation: Arc<Invitation>,
        /// The other side of the person told.
        other: String,
    },
    /// The inviter is told that the answer was yes.
    InviteAccepted(Arc<Invitation>),
    /// The inviter is told that the answer was no.
    InviteDeclined(Arc<Invitation>),
    /// The invited one has answered: for their other sockets.
    InviteAnswered {
        /// Which.
        invitation: Arc<Invitation>,
        /// Yes or no.
        accepted: bool,
    },
    /// A game begins, for both.
    GameFound(Arc<Game>),
    /// A game is over, for both.
    GameFinished(Arc<Game>),
    /// A tournament is announced.
    TournamentAnnounced(Arc<Tournament>),
    /// People came into a tournament or left it, it started or was canceled.
    TournamentUpdated(Arc<Tournament>),
    /// The person told should know of something.
    NotificationAdded {
        /// Of what.
        notification: Arc<Notification>,
        /// How many are unread, those of directs aside.
        unread_count: i64,
    },
    /// The person told has seen a notification, or all of them.
    NotificationRead {
        /// Which; none for all.
        id: Option<NotificationId>,
        /// How many are unread, those of directs aside.
        unread_count: i64,
    },
    /// The program told is asked something by a command. Kept nowhere.
    CommandAsked(Arc<Run>),
    /// The person told, who has run a command, is answered. Kept nowhere.
    CommandAnswered(Arc<Whisper>),
}

impl Event {
    /// One person shows as online or offline now.
    #[must_use]
    pub fn presence(person: UserId, username: String, online: bool) -> Self {
        let one = vec![(person, username)];
        let (online, offline) = if online { (one, vec![]) } else { (vec![], one) };
        Self::PresenceChanged { online, offline }
    }

    /// The message that it is about, as it is now.
    #[must_use]
    pub fn message(&self) -> Option<&Message> {
        if let Self::MessagePosted(one) | Self::MessageEdited(one) | Self::MessageDeleted(one) =
            self
        {
            Some(one)
        } else {
            None
        }
    }

    /// Whether, and how, a silence between two people keeps the event from one of them.
    #[must_use]
    pub fn author(&self) -> Author {
        match self {
            Self::MessagePosted(message)
            | Self::MessageEdited(message)
            | Self::MessageDeleted(message) => Author::Heard(message.sender_id),
            Self::Reacted(reacted) => Author::Heard(reacted.person),
            // whose message it is, not who pins: the pins of a room are the same for all who hear it
            Self::Pinned(pinned) => Author::Heard(pinned.sender),
            Self::TournamentAnnounced(tournament) | Self::TournamentUpdated(tournament) => {
                Author::Heard(tournament.organizer_id)
            }
            Self::MessageRead { person, .. } | Self::Typing { person, .. } => Author::Seen(*person),
            Self::PersonUpdated(person) => Author::Seen(person.id),
            Self::PresenceChanged { online, offline } => {
                match (online.as_slice(), offline.as_slice()) {
                    ([(one, _)], []) | ([], [(one, _)]) => Author::Seen(*one),
                    _ => Author::Nobody, // whoever lists several has left out what is not for all
                }
            }
            Self::ReadMarkMoved { .. }
            | Self::ChatJoined(_)
            | Self::MemberJoined(_)
            | Self::MemberLeft(_)
            | Self::ChatLeft(_)
            | Self::RoomCreated(_)
            | Self::RoomUpdated(_)
            | Self::RoomDeleted(_)
            | Self::SessionRevoked(_)
            | Self::ServerEdited(_)
            | Self::PersonBanned(_)
            | Self::AddressesBanned(_)
            | Self::BanLifted(_)
            | Self::OnlineIn(_)
            | Self::Silence { .. }
            | Self::FriendRequest { .. }
            | Self::FriendRequested(_)
            | Self::NewFriend { .. }
            | Self::FriendRemoved { .. }
            | Self::Invited(_)
            | Self::InviteSent(_)
            | Self::InviteCanceled { .. }
            | Self::InviteAccepted(_)
            | Self::InviteDeclined(_)
            | Self::InviteAnswered { .. }
            | Self::GameFound(_)
            | Self::GameFinished(_)
            | Self::NotificationAdded { .. }
            | Self::NotificationRead { .. }
            | Self::CommandAsked(_)
            | Self::CommandAnswered(_) => Author::Nobody,
        }
    }
}

/// Whose doing an event is, where silences matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// Nobody's, or for people whom no silence parts.
    Nobody,
    /// Something said: kept from who blocks this person.
    Heard(UserId),
    /// Something that shows when this person is here: kept from both sides.
    Seen(UserId),
}

/// Somebody made something of a message, or took it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reacted {
    /// Where.
    pub conversation: ConversationId,
    /// To which message.
    pub message: MessageId,
    /// What.
    pub emoji: String,
    /// Who.
    pub person: UserId,
    /// Their username.
    pub username: String,
    /// Made, or taken back.
    pub added: bool,
    /// How many have made the same of it now.
    pub count: i64,
}

/// From where nobody may come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BannedAddresses {
    /// The ban that says so.
    pub ban: BanId,
    /// From where.
    pub networks: Vec<Network>,
    /// Until when; none: for good.
    pub until: Option<Timestamp>,
}

/// A message was pinned, or is not any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pinned {
    /// Where.
    pub conversation: ConversationId,
    /// Which message.
    pub message: MessageId,
    /// Who wrote it.
    pub sender: UserId,
    /// The username of who pinned it; or, of one that is not pinned any more, of who unpinned it.
    pub username: String,
    /// Since when it is pinned; not, if none.
    pub at: Option<Timestamp>,
}

/// Somebody's coming or going.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Where.
    pub conversation: ConversationId,
    /// Who.
    pub person: UserId,
    /// Their username.
    pub username: String,
    /// How many are in it now.
    pub member_count: i64,
}

/// Who is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Everyone in a conversation.
    Members(ConversationId),
    /// Everyone in a conversation but one.
    MembersBut(ConversationId, UserId),
    /// These people of a conversation, by id.
    MembersAmong(ConversationId, Arc<[UserId]>),
    /// Everyone in a conversation but these, by id, who are told otherwise.
    MembersBesides(ConversationId, Arc<[UserId]>),
    /// Everyone connected who is not in a conversation.
    Outsiders(ConversationId),
    /// One person in a conversation, on those of their sockets that hear it.
    MemberOf(ConversationId, UserId),
    /// One person, on all their sockets.
    Person(UserId),
    /// A bot, on those of its sockets that take commands.
    Program(UserId),
    /// Everyone connected.
    Everyone,
    /// Everyone connected but one person.
    EveryoneBut(UserId),
    /// Nobody: memory alone takes note.
    Nobody,
}

impl Audience {
    /// Whether somebody may be in both.
    #[must_use]
    pub fn may_share(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Person(one) | Self::MemberOf(_, one), Self::Person(other)) => one == other,
            (Self::Person(one), Self::MembersBut(_, but) | Self::EveryoneBut(but))
            | (Self::MembersBut(_, but) | Self::EveryoneBut(but), Self::Person(one)) => one != but,
            (Self::MembersAmong(_, some), Self::MembersBesides(_, but))
            | (Self::MembersBesides(_, but), Self::MembersAmong(_, some)) => {
                some.iter().any(|one| but.binary_search(one).is_err())
            }
            (Self::MembersAmong(_, some), Self::MembersAmong(_, others)) => {
                some.iter().any(|one| others.binary_search(one).is_ok())
            }
            (Self::Nobody, _) | (_, Self::Nobody) => false,
            _ => true,
        }
    }
}

/// An event on its way to its audience.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Who.
    pub audience: Audience,
    /// What.
    pub event: Event,
}

/// The socket that asked, so that its own copy can carry its `ref`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Which socket.
    pub socket: SocketId,
    /// What it called its request.
    pub reference: Option<String>,
}

/// What came of one change, once it is durable.
#[derive(Debug)]
pub struct Committed {
    /// The change's number.
    pub rev: Rev,
    /// What happened, in order.
    pub told: Vec<Told>,
    /// Who asked.
    pub origin: Option<Origin>,
}
