//! Conversations: rooms with a name, and directs between exactly two people.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ConversationId, Message, Rev, Seq, Timestamp, UserId, text::Complaint};

/// What sort of conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Has a name; people join and leave.
    Room,
    /// Exactly two people, for ever.
    Direct,
}

/// What a member may do in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RoomRole {
    /// Made the room, or came to own it.
    Owner,
    /// Is in it.
    Member,
}

/// What of a conversation a member wants to be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Notify {
    /// Every message.
    All,
    /// Messages that mention them.
    Mentions,
    /// Nothing.
    None,
}

/// For how many seconds a member who has said something in a room is quiet there; 0 for not at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct SlowMode(i64);

impl SlowMode {
    /// The longest: six hours.
    pub const LONGEST: i64 = 6 * 3600;

    /// Checks a number of seconds.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(seconds: i64) -> Result<Self, Complaint> {
        if (0..=Self::LONGEST).contains(&seconds) {
            Ok(Self(seconds))
        } else {
            Err("must be 0 to 21600 seconds")
        }
    }

    /// The seconds.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0
    }
}

/// A conversation as one person sees it, or, without a viewer, as everyone does: then `other`,
/// `role` and the read marks are empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Conversation {
    /// Which.
    pub id: ConversationId,
    /// Room or direct.
    pub kind: Kind,
    /// A room's name.
    pub name: Option<String>,
    /// What a room is about; may be empty.
    pub topic: String,
    /// Whether only its members know that it exists. Always so for directs.
    pub is_private: bool,
    /// How seldom a member may speak in it.
    pub slow_mode: SlowMode,
    /// Username of a room's owner; none for `general` and for rooms whose owner is gone.
    pub owner: Option<String>,
    /// The other person of a direct.
    pub other: Option<(UserId, String)>,
    /// How many people are in it.
    pub member_count: i64,
    /// What the viewer is in it, if a member.
    pub role: Option<RoomRole>,
    /// The last message's place.
    pub last_seq: Seq,
    /// Up to where the viewer has read.
    pub last_read_seq: Seq,
    /// How many messages the viewer has still to read.
    pub unread_count: i64,
    /// The last message that the viewer hears.
    pub last_message: Option<Message>,
    /// What the viewer wants to be told of.
    pub notify: Notify,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its own last change (name, topic, privacy), not its messages'.
    pub rev: Rev,
}
