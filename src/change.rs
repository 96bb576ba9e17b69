//! Every durable change there is, as plain serialisable data.
//!
//! A `Change` holds all that applying it needs and the rows cannot tell: who asks, when, and every
//! id, token and hash, drawn by `app` beforehand. Applying the same changes in the same order to
//! the same file gives the same rows and events on any machine. What is checked here is only what
//! needs no row; whether the caller may is decided in `store::apply`, inside the transaction.

use serde::{Deserialize, Serialize};

use crate::model::{
    Bio, ClientId, ConversationId, DisplayName, Locale, MessageId, MessageText, Notify, RoomName,
    Seq, SessionId, Timestamp, TokenId, Topic, UserId, Username,
};

/// A change that somebody, or the server itself, wants.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Change {
    /// Who asks; nobody for sign-in and the server's own housekeeping.
    pub by: Option<UserId>,
    /// When, by the server's clock.
    pub at: Timestamp,
    /// What.
    pub act: Act,
}

/// How a request names a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConversationRef {
    /// By id.
    Id(ConversationId),
    /// A room, by the key of its name.
    Name(String),
}

/// How a request names a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PersonRef {
    /// By id.
    Id(UserId),
    /// By the key of the username.
    Name(String),
}

/// A place where somebody signs in, with its first refresh token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// Its refresh token's id.
    pub token: TokenId,
    /// What the client calls itself.
    pub client: String,
}

/// Who may make an account, after the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Registration {
    /// Everyone.
    Open,
    /// Who holds an invitation.
    Invite,
    /// Nobody.
    Closed,
}

/// A new account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Register {
    /// Its id.
    pub id: UserId,
    /// The name wanted.
    pub username: Username,
    /// As shown.
    pub display_name: DisplayName,
    /// Argon2id in PHC form.
    pub password_hash: String,
    /// Who may register at the moment.
    pub registration: Registration,
    /// Whether the asker has shown the claim code, or none is needed: wanted for the first account.
    pub claimed: bool,
    /// The person is signed in at once.
    pub session: NewSession,
}

/// A new room.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CreateRoom {
    /// Its id.
    pub id: ConversationId,
    /// Its name.
    pub name: RoomName,
    /// What it is about.
    pub topic: Topic,
    /// Whether only members know of it.
    pub is_private: bool,
    /// Who is in it from the start, besides the caller.
    pub members: Vec<PersonRef>,
}

/// New values for a room; what is `None` stays.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EditRoom {
    /// Which.
    pub conversation: ConversationRef,
    /// A new name.
    pub name: Option<RoomName>,
    /// A new topic.
    pub topic: Option<Topic>,
    /// Hidden from, or shown to, who is not in it.
    pub is_private: Option<bool>,
}

/// A message to be posted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PostMessage {
    /// Its id, unless it turns out to have been posted before.
    pub id: MessageId,
    /// Where.
    pub conversation: ConversationRef,
    /// What it says.
    pub content: MessageText,
    /// The sender's own name for it.
    pub client_id: Option<ClientId>,
    /// The message of the same conversation that it answers.
    pub reply_to: Option<MessageId>,
}

/// What is to be done.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Act {
    /// A new file becomes a server: its key and the room `general`.
    Found {
        /// The id of `general`.
        general: ConversationId,
        /// 32 random bytes.
        signing_key: Vec<u8>,
    },
    /// An account is made.
    Register(Box<Register>),
    /// Somebody signs in, whose password was found to match `password_hash`.
    SignIn {
        /// Who.
        person: UserId,
        /// The hash that the password matched; another by now means a changed password.
        password_hash: String,
        /// Where.
        session: NewSession,
    },
    /// A session's refresh token is used up and replaced; using one twice revokes the session.
    Refresh {
        /// Which.
        session: SessionId,
        /// The token shown.
        presented: TokenId,
        /// The token that works from now on.
        next: TokenId,
    },
    /// The caller signs out somewhere.
    RevokeSession {
        /// Where.
        session: SessionId,
    },
    /// The caller's password changes; every session but one ends.
    ChangePassword {
        /// The hash that the current password matched.
        password_hash: String,
        /// Argon2id of the new one.
        new_hash: String,
        /// The session that stays.
        keep: SessionId,
    },
    /// The caller's own settings; what is `None` stays.
    EditProfile {
        /// As shown to others.
        display_name: Option<DisplayName>,
        /// Self-description.
        bio: Option<Bio>,
        /// Language.
        locale: Option<Locale>,
    },
    /// The caller's account goes; its messages stay.
    DeleteAccount {
        /// The hash that the password matched.
        password_hash: String,
    },
    /// When people were last seen, written down.
    RecordActivity(Vec<(UserId, Timestamp)>),
    /// Sessions not refreshed since then are forgotten.
    ForgetSessions {
        /// The oldest refresh that still counts.
        refreshed_before: Timestamp,
    },
    /// A room is made.
    CreateRoom(Box<CreateRoom>),
    /// A direct with somebody is opened, or found.
    OpenDirect {
        /// Its id, if it is new.
        id: ConversationId,
        /// The other person.
        with: PersonRef,
    },
    /// A room is renamed, retitled, hidden or shown.
    EditRoom(Box<EditRoom>),
    /// A room goes, with its messages.
    DeleteRoom(ConversationRef),
    /// The caller comes into a room.
    Join(ConversationRef),
    /// The caller leaves a room.
    Leave(ConversationRef),
    /// Somebody is brought into a room.
    AddMember {
        /// Which.
        conversation: ConversationRef,
        /// Who.
        person: PersonRef,
    },
    /// Somebody is put out of a room.
    RemoveMember {
        /// Which.
        conversation: ConversationRef,
        /// Who.
        person: PersonRef,
    },
    /// What the caller wants to be told of a conversation.
    SetNotify {
        /// Which.
        conversation: ConversationRef,
        /// What.
        notify: Notify,
    },
    /// A message is posted.
    PostMessage(Box<PostMessage>),
    /// A message of the caller's says something else.
    EditMessage {
        /// Which.
        id: MessageId,
        /// What it says now.
        content: MessageText,
    },
    /// A message loses its content and keeps its place.
    DeleteMessage {
        /// Which.
        id: MessageId,
    },
    /// The caller has read a conversation up to a place.
    MarkRead {
        /// Which.
        conversation: ConversationRef,
        /// Up to where.
        seq: Seq,
    },
    /// The caller has read up to a message.
    MarkMessageRead {
        /// Which.
        id: MessageId,
    },
}
