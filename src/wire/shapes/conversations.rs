//! Conversations and messages.

use serde::Serialize;
use utoipa::ToSchema;

use super::{AttachmentShape, IsOnline};
use crate::model::{
    Conversation, ConversationId, Kind, Message, MessageId, Notify, Reaction, Rev, RoomRole, Seq,
    SlowMode, Timestamp, UserId, markup, message::Version,
};

/// A message: the same for everyone who may see it.
#[derive(Serialize, ToSchema)]
#[schema(as = Message)]
pub struct MessageShape<'a> {
    id: MessageId,
    chat_id: ConversationId,
    seq: Seq,
    rev: Rev,
    content: &'a str,
    html: String,
    #[schema(format = DateTime)]
    date: String,
    sender: &'a str,
    sender_id: UserId,
    client_id: Option<&'a str>,
    reply_to: Option<MessageId>,
    /// The `seq` of the message that it answers.
    reply_seq: Option<Seq>,
    #[schema(format = DateTime)]
    edited_at: Option<String>,
    is_deleted: bool,
    is_read: bool,
    is_liked: bool,
    like_count: i64,
    reactions: Vec<ReactionShape<'a>>,
    attachments: Vec<AttachmentShape<'a>>,
    mentions: &'a [String],
    #[schema(format = DateTime)]
    pinned_at: Option<String>,
    /// The username of who pinned it.
    pinned_by: Option<&'a str>,
    /// The name under which it shows, if it came by a hook.
    shown_as: Option<&'a str>,
}

/// One kind of reaction to a message.
#[derive(Serialize, ToSchema)]
#[schema(as = Reaction)]
struct ReactionShape<'a> {
    emoji: &'a str,
    count: i64,
    usernames: &'a [String],
}

impl<'a> From<&'a Reaction> for ReactionShape<'a> {
    fn from(reaction: &'a Reaction) -> Self {
        let Reaction { emoji, count, usernames } = reaction;
        Self { emoji, count: *count, usernames }
    }
}

impl<'a> From<&'a Message> for MessageShape<'a> {
    fn from(message: &'a Message) -> Self {
        let like_count = message.like_count();
        Self {
            id: message.id,
            chat_id: message.conversation,
            seq: message.seq,
            rev: message.rev,
            content: &message.content,
            html: markup::render(&message.content, &|name| message.mentions(name)),
            date: message.date.to_rfc3339(),
            sender: &message.sender,
            sender_id: message.sender_id,
            client_id: message.client_id.as_deref(),
            reply_to: message.reply_to.map(|(id, _)| id),
            reply_seq: message.reply_to.map(|(_, seq)| seq),
            edited_at: message.edited_at.map(Timestamp::to_rfc3339),
            is_deleted: message.is_deleted,
            is_read: message.is_read,
            is_liked: like_count > 0,
            like_count,
            reactions: message.reactions.iter().map(ReactionShape::from).collect(),
            attachments: message.attachments.iter().map(AttachmentShape::from).collect(),
            mentions: &message.mentions,
            pinned_at: message.pin.as_ref().map(|pin| pin.at.to_rfc3339()),
            pinned_by: message.pin.as_ref().map(|pin| pin.by.as_str()),
            shown_as: message.shown_as.as_deref(),
        }
    }
}

/// What a message says, or said before it was edited.
#[derive(Serialize, ToSchema)]
#[schema(as = Version)]
pub struct VersionShape<'a> {
    content: &'a str,
    html: String,
    /// Since when the message said this.
    #[schema(format = DateTime)]
    date: String,
}

impl<'a> From<&'a Version> for VersionShape<'a> {
    fn from(version: &'a Version) -> Self {
        let Version { content, mentions, date } = version;
        let is_named = |name: &str| mentions.iter().any(|known| known.eq_ignore_ascii_case(name));
        Self { content, html: markup::render(content, &is_named), date: date.to_rfc3339() }
    }
}

/// A room or a direct. Without a viewer the fields that depend on one are empty.
#[derive(Serialize, ToSchema)]
#[schema(as = Conversation)]
pub struct ConversationShape<'a> {
    id: ConversationId,
    kind: Kind,
    name: Option<&'a str>,
    topic: &'a str,
    is_private: bool,
    /// For how many seconds a member who has said something is quiet; 0 for not at all.
    slow_mode: SlowMode,
    owner: Option<&'a str>,
    /// The other person of a direct.
    username: Option<&'a str>,
    is_online: bool,
    member_count: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    online_count: Option<usize>,
    role: Option<RoomRole>,
    last_seq: Seq,
    last_read_seq: Seq,
    unread_count: i64,
    last_message: Option<MessageShape<'a>>,
    notify: Notify,
    #[schema(format = DateTime)]
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<Vec<MessageShape<'a>>>,
}

impl<'a> ConversationShape<'a> {
    /// A conversation as its viewer sees it.
    #[must_use]
    pub fn new(conversation: &'a Conversation, is_online: IsOnline<'_>) -> Self {
        let other = conversation.other.as_ref();
        Self {
            id: conversation.id,
            kind: conversation.kind,
            name: conversation.name.as_deref(),
            topic: &conversation.topic,
            is_private: conversation.is_private,
            slow_mode: conversation.slow_mode,
            owner: conversation.owner.as_deref(),
            username: other.map(|(_, name)| name.as_str()),
            is_online: other.is_some_and(|(id, _)| is_online(*id)),
            member_count: conversation.member_count,
            online_count: None,
            role: conversation.role,
            last_seq: conversation.last_seq,
            last_read_seq: conversation.last_read_seq,
            unread_count: conversation.unread_count,
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
