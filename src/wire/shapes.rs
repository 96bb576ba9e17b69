//! The JSON shapes that REST and the dialects share, as section 3 of the protocol names them.

use serde::Serialize;

use super::html;
use crate::model::{
    Conversation, Kind, Locale, Message, Notify, Person, Role, RoomRole, Session, SessionId, UserId,
};

/// Whether a person shows as online.
pub type IsOnline<'a> = &'a dyn Fn(UserId) -> bool;

/// `User`.
#[derive(Serialize)]
pub struct UserShape<'a> {
    id: UserId,
    username: &'a str,
    display_name: &'a str,
    avatar_url: Option<&'a str>,
    bio: &'a str,
    role: Role,
    is_online: bool,
    last_activity: String,
    created_at: String,
}

impl<'a> UserShape<'a> {
    /// A person as others see them.
    #[must_use]
    pub fn new(person: &'a Person, is_online: IsOnline<'_>) -> Self {
        Self {
            id: person.id,
            username: &person.username,
            display_name: &person.display_name,
            avatar_url: None,
            bio: &person.bio,
            role: person.role,
            is_online: is_online(person.id),
            last_activity: person.last_activity.to_rfc3339(),
            created_at: person.created_at.to_rfc3339(),
        }
    }
}

/// `User` with the caller's own settings.
#[derive(Serialize)]
pub struct MeShape<'a> {
    #[serde(flatten)]
    user: UserShape<'a>,
    locale: Option<Locale>,
}

impl<'a> MeShape<'a> {
    /// A person as they see themself.
    #[must_use]
    pub fn new(person: &'a Person, is_online: IsOnline<'_>) -> Self {
        Self { user: UserShape::new(person, is_online), locale: person.locale }
    }
}

/// A member of a conversation: `User` and what they are in it.
#[derive(Serialize)]
pub struct MemberShape<'a> {
    #[serde(flatten)]
    user: UserShape<'a>,
    room_role: RoomRole,
}

impl<'a> MemberShape<'a> {
    /// A member as others see them.
    #[must_use]
    pub fn new((person, role): &'a (Person, RoomRole), is_online: IsOnline<'_>) -> Self {
        Self { user: UserShape::new(person, is_online), room_role: *role }
    }
}

/// A place where the caller is signed in.
#[derive(Serialize)]
pub struct SessionShape<'a> {
    id: SessionId,
    client: &'a str,
    created_at: String,
    last_used_at: String,
    current: bool,
}

impl<'a> SessionShape<'a> {
    /// A session of the caller's, who asks from `current`.
    #[must_use]
    pub fn new(session: &'a Session, current: SessionId) -> Self {
        Self {
            id: session.id,
            client: &session.client,
            created_at: session.created_at.to_rfc3339(),
            last_used_at: session.refreshed_at.to_rfc3339(),
            current: session.id == current,
        }
    }
}

/// `Message`: the same for everyone who may see it.
#[derive(Serialize)]
pub struct MessageShape<'a> {
    id: crate::model::MessageId,
    chat_id: crate::model::ConversationId,
    seq: crate::model::Seq,
    rev: crate::model::Rev,
    content: &'a str,
    html: String,
    date: String,
    sender: &'a str,
    sender_id: UserId,
    client_id: Option<&'a str>,
    reply_to: Option<crate::model::MessageId>,
    edited_at: Option<String>,
    is_deleted: bool,
    is_read: bool,
    is_liked: bool,
    like_count: u32,
    reactions: [(); 0],
    attachments: [(); 0],
    mentions: [(); 0],
}

impl<'a> From<&'a Message> for MessageShape<'a> {
    fn from(message: &'a Message) -> Self {
        Self {
            id: message.id,
            chat_id: message.conversation,
            seq: message.seq,
            rev: message.rev,
            content: &message.content,
            html: html::render(&message.content),
            date: message.date.to_rfc3339(),
            sender: &message.sender,
            sender_id: message.sender_id,
            client_id: message.client_id.as_deref(),
            reply_to: message.reply_to,
            edited_at: message.edited_at.map(crate::model::Timestamp::to_rfc3339),
            is_deleted: message.is_deleted,
            is_read: message.is_read,
            is_liked: false,
            like_count: 0,
            reactions: [],
            attachments: [],
            mentions: [],
        }
    }
}

/// `Conversation`. Without a viewer the fields that depend on one are empty.
#[derive(Serialize)]
pub struct ConversationShape<'a> {
    id: crate::model::ConversationId,
    kind: Kind,
    name: Option<&'a str>,
    topic: &'a str,
    is_private: bool,
    owner: Option<&'a str>,
    username: Option<&'a str>,
    is_online: bool,
    member_count: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    online_count: Option<usize>,
    role: Option<RoomRole>,
    last_seq: crate::model::Seq,
    last_read_seq: crate::model::Seq,
    unread_count: i64,
    last_message: Option<MessageShape<'a>>,
    notify: Notify,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<Vec<MessageShape<'a>>>,
}

impl<'a> ConversationShape<'a> {
    /// A conversation as its viewer sees it.
    #[must_use]
    pub fn new(conversation: &'a Conversation, is_online: IsOnline<'_>) -> Self {
        let unread = conversation.last_seq.0 - conversation.last_read_seq.0;
        Self {
            id: conversation.id,
            kind: conversation.kind,
            name: conversation.name.as_deref(),
            topic: &conversation.topic,
            is_private: conversation.is_private,
            owner: conversation.owner.as_deref(),
            username: conversation.other.as_ref().map(|(_, name)| name.as_str()),
            is_online: conversation.other.as_ref().is_some_and(|(id, _)| is_online(*id)),
            member_count: conversation.member_count,
            online_count: None,
            role: conversation.role,
            last_seq: conversation.last_seq,
            last_read_seq: conversation.last_read_seq,
            unread_count: if conversation.role.is_some() { unread } else { 0 },
            last_message: conversation.last_message.as_ref().map(MessageShape::from),
            notify: conversation.notify,
            created_at: conversation.created_at.to_rfc3339(),
            messages: None,
        }
    }

    /// The same, with how many of its members are online.
    #[must_use]
    pub fn with_online_count(mut self, count: usize) -> Self {
        self.online_count = Some(count);
        self
    }

    /// The same, with its last messages (document 003's `ChatSchema`).
    #[must_use]
    pub fn with_messages(mut self, messages: &'a [Message]) -> Self {
        self.messages = Some(messages.iter().map(MessageShape::from).collect());
        self
    }
}
