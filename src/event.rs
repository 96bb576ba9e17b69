//! Everything that can have happened, as plain data, and for whom.
//!
//! Events are self-contained: what any dialect shows of them is in them, so that encoding never
//! asks the file. Durable ones leave `store::apply` and are published after their commit, in
//! commit order; fleeting ones (typing, presence) come from the hub.

use std::sync::Arc;

use crate::model::{
    Conversation, ConversationId, Message, MessageId, Person, Rev, Seq, SessionId, SocketId, UserId,
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
        username: String,
    },
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
    /// Somebody writes, or has stopped.
    Typing {
        /// Where.
        conversation: ConversationId,
        /// Who.
        username: String,
        /// Whether they still do.
        is_typing: bool,
    },
    /// People came and went.
    PresenceChanged {
        /// Usernames that show as online now.
        online: Vec<String>,
        /// Usernames that show as offline now.
        offline: Vec<String>,
    },
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
    /// Everyone connected who is not in a conversation.
    Outsiders(ConversationId),
    /// One person, on all their sockets.
    Person(UserId),
    /// Everyone connected.
    Everyone,
    /// Everyone connected but one person.
    EveryoneBut(UserId),
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
