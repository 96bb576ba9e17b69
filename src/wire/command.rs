//! What clients ask for, whatever dialect they ask in. Every dialect's frames become these.

use crate::{
    app::NewMessage,
    model::{
        ConversationId, GameOptions, MessageId, NotificationId, Rev, Scope, Seq, TournamentId,
        UserId, notification::Recipients,
    },
};

/// A frame that is not of the socket's dialect: never answered, the socket is closed with
/// `BAD_DATA`.
#[derive(Debug, PartialEq, Eq)]
pub struct BadFrame;

/// What a client asks, and how it calls its request.
#[derive(Debug, PartialEq)]
pub struct Request {
    /// What comes back with the direct answer or error, in dialects that have it.
    pub reference: Option<String>,
    /// What the client calls what it asks.
    pub action: &'static str,
    /// What it wants.
    pub command: Command,
}

impl Request {
    /// A request of a dialect without references.
    #[must_use]
    pub fn plain(action: &'static str, command: Command) -> Self {
        Self { reference: None, action, command }
    }
}

/// Where a client wants to write or read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A conversation.
    Chat(ConversationId),
    /// A room, by name or id; who writes there comes into it first if it is public.
    Room(String),
    /// The direct with somebody, by username or id.
    Person(String),
}

/// A message to be posted.
#[derive(Debug, PartialEq, Eq)]
pub struct Post {
    /// Where.
    pub target: Target,
    /// What.
    pub message: NewMessage,
}

impl Post {
    /// A message of a dialect that can say no more of it.
    #[must_use]
    pub fn plain(target: Target, content: String) -> Self {
        Self { target, message: NewMessage { content, ..NewMessage::default() } }
    }
}

/// A page of history.
#[derive(Debug, PartialEq, Eq)]
pub struct History {
    /// Where.
    pub target: Target,
    /// Messages just before this place.
    pub before: Option<Seq>,
    /// Messages just after this place.
    pub after: Option<Seq>,
    /// At most so many.
    pub limit: i64,
}

/// What a client can ask.
#[derive(Debug, PartialEq)]
pub enum Command {
    /// Say something.
    Post(Post),
    /// Let a message say something else.
    EditMessage {
        /// Which.
        id: MessageId,
        /// What it says now.
        content: String,
    },
    /// Delete a message.
    DeleteMessage(MessageId),
    /// That message and all before it are read.
    ReadMessage(MessageId),
    /// Make something of a message, or take it back.
    React {
        /// Which.
        id: MessageId,
        /// Where the client says that it is.
        chat_id: Option<ConversationId>,
        /// What.
        emoji: String,
        /// Made, or taken back.
        added: bool,
    },
    /// Hold a message up for everyone in its conversation, or take it down.
    Pin {
        /// Which.
        id: MessageId,
        /// Up, or down.
        on: bool,
    },
    /// One writes, or has stopped.
    Typing {
        /// Where.
        chat_id: ConversationId,
        /// Whether still.
        is_typing: bool,
    },
    /// Read messages.
    History(History),
    /// Hear what was missed since a cursor.
    Resume(Rev),
    /// Come into a public room, or hear of one that one is in.
    JoinChat(ConversationId),
    /// Come into a public room by its name, which is made if there is none.
    EnterRoom(String),
    /// Leave a room.
    LeaveChat(ConversationId),
    /// Tell of one's own room again.
    AnnounceRoom(ConversationId),
    /// Show as online or offline.
    ShowAs {
        /// Who; must be the caller.
        username: String,
        /// Online or offline.
        online: bool,
    },
    /// Keep silence with somebody, or end it.
    Block {
        /// With whom.
        username: String,
        /// Begin or end.
        on: bool,
    },
    /// Ask somebody for a game.
    Invite {
        /// Whom.
        username: String,
        /// The client's own name for it.
        client_id: Option<String>,
        /// How the game is to be.
        options: GameOptions,
    },
    /// Answer an invitation.
    AnswerInvite {
        /// Whose.
        username: String,
        /// Yes or no.
        accept: bool,
    },
    /// Take an invitation back.
    CancelInvite {
        /// Who was invited.
        username: String,
    },
    /// Ask somebody to be friends, or accept to be.
    AddFriend {
        /// Must be the caller.
        sender: UserId,
        /// Whom.
        receiver: UserId,
    },
    /// Announce a tournament.
    AnnounceTournament {
        /// Its id.
        id: TournamentId,
        /// What it is called.
        name: String,
        /// Must be the caller.
        organizer: UserId,
    },
    /// A notification was seen.
    ReadNotification(NotificationId),
    /// Give notice.
    Notify {
        /// To whom.
        to: Recipients<String>,
        /// What it says.
        message: String,
        /// What kind it is.
        kind: String,
    },
    /// Be answered.
    Ping,
}

impl Command {
    /// What a bot's token must be for; none: it is for people alone. Once more for all of REST:
    /// `http/scopes`.
    #[must_use]
    pub fn needs(&self) -> Option<Scope> {
        match self {
            Self::History(_) | Self::Resume(_) | Self::Ping | Self::ShowAs { .. } => {
                Some(Scope::Read)
            }
            Self::Post(_)
            | Self::EditMessage { .. }
            | Self::DeleteMessage(_)
            | Self::ReadMessage(_)
            | Self::React { .. }
            | Self::Pin { .. }
            | Self::Typing { .. } => Some(Scope::Write),
            Self::JoinChat(_) | Self::EnterRoom(_) | Self::LeaveChat(_) | Self::AnnounceRoom(_) => {
                Some(Scope::Rooms)
            }
            Self::Invite { .. }
            | Self::AnswerInvite { .. }
            | Self::CancelInvite { .. }
            | Self::AnnounceTournament { .. } => Some(Scope::Games),
            Self::Block { .. }
            | Self::AddFriend { .. }
            | Self::ReadNotification(_)
            | Self::Notify { .. } => None,
        }
    }
}
