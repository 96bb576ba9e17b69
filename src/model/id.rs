//! Ids and positions. Ids of different things are different types, so none can stand in for another.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Timestamp;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
        )]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A fresh id, ordered by time. Drawn on the way in, never while a change is applied.
            #[must_use]
            pub fn fresh() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }
    )*};
}

ids! {
    /// A person's account.
    UserId;
    /// A room or a direct; `chat_id` on the wire.
    ConversationId;
    /// A message, for as long as its conversation exists.
    MessageId;
    /// A place where a person is signed in; `sid` in tokens.
    SessionId;
    /// The one refresh token of a session that still works; `jti` in refresh tokens.
    TokenId;
    /// Something that a person should know of.
    NotificationId;
    /// Somebody asking somebody for a game.
    InvitationId;
    /// A game of two.
    GameId;
    /// A tournament.
    TournamentId;
    /// A file that comes with a message.
    AttachmentId;
    /// The bytes of a file, while they are coming and afterwards.
    FileId;
    /// What lets people make accounts; an `invitation` on the wire.
    PassId;
    /// Somebody, or addresses, kept out.
    BanId;
    /// A message that somebody thinks should not stay as it is.
    ReportId;
    /// A hook of a room.
    HookId;
    /// A slash command that administrators have made.
    CommandId;
    /// Somebody asking something of one, once.
    RunId;
}

impl NotificationId {
    /// The id of the `n`th notification that the change `rev` makes at a time: how many there are is
    /// known only while it is applied, so that they follow from the change instead of being drawn.
    #[must_use]
    pub fn of_change(at: Timestamp, rev: Rev, n: u32) -> Self {
        let millis = u64::try_from(at.0).unwrap_or_default();
        // version and variant of the UUID overwrite bits of the first and the third byte
        let ([.., r3, r4, r5, r6, r7], [_, n1, n2, n3]) = (rev.0.to_be_bytes(), n.to_be_bytes());
        let rest = [0, n1, 0, r3, r4, r5, r6, r7, n2, n3];
        Self(uuid::Builder::from_unix_timestamp_millis(millis, &rest).into_uuid())
    }
}

/// The server-wide number of a change: strictly increasing in commit order.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(transparent)]
pub struct Rev(pub i64);

impl Rev {
    /// The change before.
    #[must_use]
    pub fn before(self) -> Self {
        Self(self.0 - 1)
    }

    /// The change after.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// Which life of the file it is of: a copy that takes a file's place begins another, so that no number
    /// means one change before and another one afterwards.
    #[must_use]
    pub fn life(self) -> i64 {
        self.0 / LIFE
    }

    /// How many changes there had been, whatever lives the file has had.
    #[must_use]
    pub fn count(self) -> i64 {
        self.0 % LIFE
    }

    /// The same in another life of the file.
    #[must_use]
    pub fn reborn(self) -> Self {
        Self(self.0 + LIFE)
    }
}

/// So many changes are in one life of a file; with more, all clients read anew once. Thousands of lives are
/// far from what a number in JSON, or the places of files' pieces, can hold.
const LIFE: i64 = 1 << 30;

/// A message's place in its conversation: 1, 2, 3 … without gaps. 0 is "before the first".
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(transparent)]
pub struct Seq(pub i64);

/// One open socket, for as long as the process lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SocketId(pub u64);

/// The sender's own name for a message, so that sending it again sends nothing twice.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(String);

impl ClientId {
    /// How long a client's name for a message may be, in bytes.
    pub const MAX_BYTES: usize = 64;

    /// Takes 1 to 64 bytes without control characters.
    ///
    /// # Errors
    /// What is wrong with it, for people.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if text.is_empty() || text.len() > Self::MAX_BYTES {
            return Err("must be 1 to 64 bytes long");
        }
        if text.chars().any(char::is_control) {
            return Err("must not hold control characters");
        }
        Ok(Self(text.to_owned()))
    }

    /// The text as the client gave it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
