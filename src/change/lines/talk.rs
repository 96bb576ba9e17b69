//! Lines of conversations: rooms, directs, who is in them, what was said.

use serde::{Deserialize, Serialize};

use super::{Bytes, lines};
use crate::model::{
    AttachmentId, ConversationId, FileId, MessageId, Notify, RoomRole, Seq, Timestamp, UserId,
};

fn is_false(value: &bool) -> bool {
    !value
}

fn is_zero(value: &i64) -> bool {
    *value == 0
}

lines! {
    /// A room.
    RoomLine {
        id: ConversationId,
        name: String,
        topic: String,
        #[serde(default, skip_serializing_if = "is_false")]
        is_private: bool,
        owner: Option<UserId>,
        created_at: Timestamp,
        active_at: Timestamp,
        #[serde(default, skip_serializing_if = "is_zero")]
        slow_mode: i64,
    }

    /// A direct.
    DirectLine {
        id: ConversationId,
        people: [UserId; 2],
        created_at: Timestamp,
        active_at: Timestamp,
    }

    /// Somebody in a conversation.
    MemberLine {
        conversation: ConversationId,
        person: UserId,
        role: RoomRole,
        notify: Notify,
        joined_at: Timestamp,
    }

    /// A file, whose pieces follow.
    FileLine {
        id: FileId,
        sha256: String,
        size: i64,
        mime: String,
        owner: UserId,
        conversation: ConversationId,
        touched_at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        width: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        height: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thumbnail: Option<Bytes>,
    }

    /// Some bytes of the file before it.
    PieceLine {
        file: FileId,
        bytes: Bytes,
    }

    /// A file that comes with a message.
    AttachmentLine {
        id: AttachmentId,
        file: FileId,
        filename: String,
        created_at: Timestamp,
    }

    /// A message.
    MessageLine {
        id: MessageId,
        conversation: ConversationId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seq: Option<Seq>,
        sender: UserId,
        date: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client_id: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<MessageId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        edited_at: Option<Timestamp>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deleted_at: Option<Timestamp>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        mentions: Vec<String>,
        content: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shown_as: Option<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attachments: Vec<AttachmentLine>,
    }

    /// What a message said before it was edited.
    VersionLine {
        message: MessageId,
        date: Timestamp,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        mentions: Vec<String>,
        content: String,
    }

    /// What somebody makes of a message.
    ReactionLine {
        message: MessageId,
        person: UserId,
        emoji: String,
    }

    /// A message is held up.
    PinLine {
        message: MessageId,
        by: UserId,
        at: Timestamp,
    }

    /// How far somebody has read.
    ReadLine {
        conversation: ConversationId,
        person: UserId,
        seq: Seq,
        told: Seq,
    }

    /// Who has read furthest in a conversation.
    FurthestLine {
        conversation: ConversationId,
        reader: UserId,
        seq: Seq,
        next: Seq,
    }
}
