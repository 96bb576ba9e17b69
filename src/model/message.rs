//! Messages, as everyone in their conversation sees them.

use super::{
    Attachment, ConversationId, Emoji, MessageId, Player, Reaction, Rev, Seq, Timestamp, UserId,
};

/// Where a message stands, as dialects that know no ids say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a room, by its name.
    Room(String),
    /// In a direct; with its recipient.
    Direct(Player),
}

/// That a message is pinned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// Since when.
    pub at: Timestamp,
    /// The username of who pinned it.
    pub by: String,
}

/// What a message says, or said before it was edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// What was typed.
    pub content: String,
    /// Whom it names.
    pub mentions: Vec<String>,
    /// Since when the message said this.
    pub date: Timestamp,
}

/// How many versions of a message are kept, the one that it says now among them.
pub const VERSIONS_KEPT: i64 = 100;

/// How many messages of a conversation can be pinned at a time.
pub const PINS_PER_CONVERSATION: i64 = 100;

/// A message as stored. The same for every viewer, so that it is encoded once for all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Which.
    pub id: MessageId,
    /// Where.
    pub conversation: ConversationId,
    /// Where, by name.
    pub place: Place,
    /// Its place there; never changes.
    pub seq: Seq,
    /// Its last change: posting, editing, deleting, a reaction or a pin.
    pub rev: Rev,
    /// The change that posted it; smaller than `rev` once it was edited or deleted.
    pub posted_rev: Rev,
    /// What was typed, trimmed; empty once deleted.
    pub content: String,
    /// When it was posted, by the server's clock.
    pub date: Timestamp,
    /// Who wrote it.
    pub sender_id: UserId,
    /// Their username.
    pub sender: String,
    /// The sender's own name for it, if they gave one.
    pub client_id: Option<String>,
    /// The message it answers, and its place.
    pub reply_to: Option<(MessageId, Seq)>,
    /// When it was last edited.
    pub edited_at: Option<Timestamp>,
    /// Whether it was deleted; it keeps its place and id.
    pub is_deleted: bool,
    /// Whether somebody else than its sender has read it.
    pub is_read: bool,
    /// Usernames of the members whom it names, and `room` if it names everyone.
    pub mentions: Vec<String>,
    /// What people make of it.
    pub reactions: Vec<Reaction>,
    /// Files that came with it.
    pub attachments: Vec<Attachment>,
    /// Whether it is pinned.
    pub pin: Option<Pin>,
    /// The name under which it shows, if it came by a hook.
    pub shown_as: Option<String>,
}

impl Message {
    /// Whether it names somebody.
    #[must_use]
    pub fn mentions(&self, name: &str) -> bool {
        self.mentions.iter().any(|known| known.eq_ignore_ascii_case(name))
    }

    /// How many like it.
    #[must_use]
    pub fn like_count(&self) -> i64 {
        let like = self.reactions.iter().find(|reaction| reaction.emoji == Emoji::LIKE);
        like.map_or(0, |like| like.count)
    }
}
