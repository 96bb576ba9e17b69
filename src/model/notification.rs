//! Notifications: what a person should know of, kept until it is read and some time after.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    ConversationId, GameOptions, InvitationId, MessageId, NotificationId, ReportId, Rev, Timestamp,
    TournamentId, UserId,
};

/// How many a person keeps; older ones go.
pub const MOST_KEPT: i64 = 500;

/// What a notification is about, by the protocol's `action`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "action", content = "data", rename_all = "snake_case")]
pub enum About {
    /// Somebody asks for a game.
    GameInvite {
        /// Which invitation.
        invite_id: InvitationId,
        /// Who asks.
        username: String,
        /// The inviter's own name for it.
        client_id: String,
        /// How the game is to be.
        options: GameOptions,
        /// When it ends by itself.
        expires_at: String,
    },
    /// A tournament was announced.
    NewTournament {
        /// Which.
        tournament_id: TournamentId,
        /// What it is called.
        tournament_name: String,
        /// Who organises it.
        organizer_id: UserId,
        /// Their username.
        organizer: String,
    },
    /// Somebody accepted to be a friend.
    NewFriend {
        /// Who.
        user_id: UserId,
        /// Their username.
        username: String,
    },
    /// Somebody asks to be a friend.
    FriendRequest {
        /// Who.
        user_id: UserId,
        /// Their username.
        username: String,
    },
    /// Somebody has written in private: one unread one a direct, at most.
    DirectMessage {
        /// Where.
        chat_id: ConversationId,
        /// The first message that is unread.
        message_id: MessageId,
        /// Who wrote.
        username: String,
    },
    /// Somebody named the person in a room.
    Mention {
        /// Where.
        chat_id: ConversationId,
        /// In which message.
        message_id: MessageId,
        /// Who.
        username: String,
    },
    /// Somebody has reported a message; for who runs the server.
    Report {
        /// Which report.
        report_id: ReportId,
        /// Who reports.
        username: String,
        /// Who said it.
        sender: String,
        /// In which room; none in a direct.
        room: Option<String>,
    },
    /// A plain notice.
    Notification {
        /// What it says.
        message: String,
        /// What kind its sender says it is.
        #[serde(rename = "type")]
        kind: String,
    },
}

impl About {
    /// What it is about, so that it is found again; a plain notice is about nothing.
    #[must_use]
    pub fn subject(&self) -> Uuid {
        match self {
            Self::GameInvite { invite_id, .. } => invite_id.0,
            Self::NewTournament { tournament_id, .. } => tournament_id.0,
            Self::NewFriend { user_id, .. } | Self::FriendRequest { user_id, .. } => user_id.0,
            Self::DirectMessage { chat_id, .. } => chat_id.0,
            Self::Mention { message_id, .. } => message_id.0,
            Self::Report { report_id, .. } => report_id.0,
            Self::Notification { .. } => Uuid::nil(),
        }
    }
}

/// Something that a person should know of.
#[derive(Clone, Debug, PartialEq)]
pub struct Notification {
    /// Which.
    pub id: NotificationId,
    /// What it is about.
    pub about: About,
    /// Whether the person has seen it.
    pub is_read: bool,
    /// When.
    pub date: Timestamp,
    /// The change that added it.
    pub created_rev: Rev,
    /// Its last change: added or read.
    pub rev: Rev,
}

/// Who gets a plain notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Recipients<P> {
    /// The caller.
    Oneself,
    /// Somebody; administrators alone may.
    One(P),
    /// Everyone; administrators alone may.
    Everyone,
}

impl<P> Recipients<P> {
    /// The same, with people named in another way.
    pub fn map<Q>(self, name: impl FnOnce(P) -> Q) -> Recipients<Q> {
        match self {
            Self::Oneself => Recipients::Oneself,
            Self::One(person) => Recipients::One(name(person)),
            Self::Everyone => Recipients::Everyone,
        }
    }
}
