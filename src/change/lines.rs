//! A community as lines: what `salon export` writes and every import brings, one JSON object each.
//! `docs/export.md` is their description.
//!
//! What always holds: a line names only what earlier lines brought (but for messages that are answered, which
//! may be gone); all of it is plain data of which nothing was checked yet: `check` does, without the file,
//! and the rest is decided where it is applied.

mod bounds;
mod talk;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;
pub use talk::{
    AttachmentLine, DirectLine, FileLine, FurthestLine, MemberLine, MessageLine, PieceLine,
    PinLine, ReactionLine, ReadLine, RoomLine, VersionLine,
};
use uuid::Uuid;

use crate::model::{
    BanId, ConversationId, GameId, Locale, Network, NotificationId, PassId, Registration, Role,
    Timestamp, TournamentId, UserId, game::GameState, tournament::TournamentState,
};

/// What the first line says that this program understands.
pub const FORMAT: u32 = 1;

/// Lines that are brought in together: all of them or none.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Import {
    /// The number of each, as whoever is told what is wrong finds it, and the line.
    pub lines: Vec<(u64, Line)>,
    /// What is there already stays as it is, and is no mistake; places of messages are the next.
    pub adds: bool,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident($line:ident);)*) => {
        /// One line.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "type", rename_all = "snake_case")]
        pub enum Line {$(
            $(#[$doc])*
            $kind(Box<$line>),
        )*}

        $(impl From<$line> for Line {
            fn from(line: $line) -> Self {
                Self::$kind(Box::new(line))
            }
        })*
    };
}

kinds! {
    /// The first: which format this is.
    Salon(HeadLine);
    /// How the server is set.
    Server(ServerLine);
    /// An account, or what is left of one.
    Person(PersonLine);
    /// A room.
    Room(RoomLine);
    /// A direct.
    Direct(DirectLine);
    /// Somebody in a conversation.
    Member(MemberLine);
    /// A file, whose pieces follow.
    File(FileLine);
    /// Some bytes of the file before it.
    Piece(PieceLine);
    /// A message.
    Message(MessageLine);
    /// What a message said before it was edited.
    Version(VersionLine);
    /// What somebody makes of a message.
    Reaction(ReactionLine);
    /// A message is held up.
    Pin(PinLine);
    /// How far somebody has read.
    Read(ReadLine);
    /// Who has read furthest in a conversation.
    Furthest(FurthestLine);
    /// What two people are to each other.
    Friendship(FriendshipLine);
    /// One person's silence towards another.
    Block(BlockLine);
    /// Something that a person should know of.
    Notification(NotificationLine);
    /// A game of two.
    Game(GameLine);
    /// A tournament.
    Tournament(TournamentLine);
    /// Somebody who wants to play in one.
    Player(PlayerLine);
    /// Lets people make accounts.
    Invitation(PassLine);
    /// Who and what is kept out.
    Ban(BanLine);
    /// What was done to run the server.
    Audit(AuditLine);
    /// The last: how many lines came before it.
    End(EndLine);
}

macro_rules! lines {
    ($($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $field:ident: $kind:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[allow(missing_docs, reason = "docs/export.md says what each is")]
        pub struct $name {
            $($(#[$of])* pub $field: $kind,)*
        }
    )*};
}
pub(crate) use lines;

lines! {
    /// Which format this is.
    HeadLine {
        format: u32,
        version: String,
    }

    /// How the server is set.
    ServerLine {
        name: String,
        general: ConversationId,
        registration: Registration,
        max_upload: i64,
        person_quota: i64,
        storage_quota: i64,
        created_at: Timestamp,
    }

    /// An account, or what is left of one.
    PersonLine {
        id: UserId,
        username: String,
        display_name: String,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        bio: String,
        role: Role,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        locale: Option<Locale>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        password_hash: Option<String>,
        created_at: Timestamp,
        last_activity: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deleted_at: Option<Timestamp>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        disabled_at: Option<Timestamp>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        external: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        external_after: Option<Timestamp>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        avatar: Option<Bytes>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        avatar_tag: Option<String>,
    }

    /// What two people are to each other.
    FriendshipLine {
        people: [UserId; 2],
        friends: bool,
        asker: UserId,
        at: Timestamp,
    }

    /// One person's silence towards another.
    BlockLine {
        person: UserId,
        blocked: UserId,
    }

    /// Something that a person should know of.
    NotificationLine {
        id: NotificationId,
        person: UserId,
        action: String,
        about: Uuid,
        date: Timestamp,
        is_read: bool,
        data: Value,
    }

    /// A game of two.
    GameLine {
        id: GameId,
        inviter: UserId,
        invited: UserId,
        client_id: String,
        options: Value,
        state: GameState,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        winner: Option<UserId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scores: Option<Value>,
        started_at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        finished_at: Option<Timestamp>,
    }

    /// A tournament.
    TournamentLine {
        id: TournamentId,
        name: String,
        organizer: UserId,
        state: TournamentState,
        created_at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        started_at: Option<Timestamp>,
    }

    /// Somebody who wants to play in one.
    PlayerLine {
        tournament: TournamentId,
        person: UserId,
    }

    /// Lets people make accounts.
    PassLine {
        id: PassId,
        token: String,
        uses: Option<i64>,
        used: i64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        room: Option<ConversationId>,
        created_by: Option<UserId>,
        created_at: Timestamp,
        expires_at: Option<Timestamp>,
    }

    /// Who and what is kept out.
    BanLine {
        id: BanId,
        person: Option<UserId>,
        networks: Vec<Network>,
        reason: String,
        created_by: Option<UserId>,
        created_at: Timestamp,
        expires_at: Option<Timestamp>,
    }

    /// What was done to run the server.
    AuditLine {
        id: i64,
        date: Timestamp,
        actor: Option<UserId>,
        action: String,
        target: String,
        details: Value,
    }

    /// How many lines came before it.
    EndLine {
        lines: u64,
    }
}

/// Bytes, which stand in a line as Base64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(from)?;
        STANDARD.decode(text.as_ref()).map(Self).map_err(de::Error::custom)
    }
}
