//! Messages, as everyone in their conversation sees them.

use super::{ConversationId, MessageId, Rev, Seq, Timestamp, UserId};

/// A message as stored. The same for every viewer, so that it is encoded once for all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Which.
    pub id: MessageId,
    /// Where.
    pub conversation: ConversationId,
    /// Its place there; never changes.
    pub seq: Seq,
    /// Its last change: posting, editing or deleting.
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
    /// The message it answers.
    pub reply_to: Option<MessageId>,
    /// When it was last edited.
    pub edited_at: Option<Timestamp>,
    /// Whether it was deleted; it keeps its place and id.
    pub is_deleted: bool,
    /// Whether somebody else than its sender has read it.
    pub is_read: bool,
}
