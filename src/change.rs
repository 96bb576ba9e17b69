//! Every durable change there is, as plain serialisable data.
//!
//! A `Change` holds all that applying it needs and the rows cannot tell: who asks, when, and every
//! id, token and hash, drawn by `app` beforehand. Applying the same changes in the same order to
//! the same file gives the same rows and events on any machine. What is checked here is only what
//! needs no row; whether the caller may is decided in `store::apply`, inside the transaction.

use serde::{Deserialize, Serialize};

use crate::model::{
    Bio, ClientId, ConversationId, DisplayName, Emoji, GameId, GameOptions, InvitationId, Locale,
    MessageId, MessageText, Notice, NotificationId, Notify, RoomName, Seq, SessionId, Timestamp,
    TokenId, Topic, TournamentId, TournamentName, UserId, Username, notification::Recipients,
};

/// A change that somebody, or the server itself, wants.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Change {
    /// Who asks; nobody for sign-in and the server's own housekeeping.
    pub by: Option<UserId>,
    /// When, by the server's clock.
    pub at: Timestamp,
    /// What.
    pub act: Act,
}

/// How a request names a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConversationRef {
    /// By id.
    Id(ConversationId),
    /// A room, by the key of its name.
    Name(String),
}

/// How a request names a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PersonRef {
    /// By id.
    Id(UserId),
    /// By the key of the username.
    Name(String),
}

/// A place where somebody signs in, with its first refresh token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// Its refresh token's id.
    pub token: TokenId,
    /// What the client calls itself.
    pub client: String,
}

/// Who may make an account, after the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Registration {
    /// Everyone.
    Open,
    /// Who holds an invitation.
    Invite,
    /// Nobody.
    Closed,
}

/// A new account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Register {
    /// Its id.
    pub id: UserId,
    /// The name wanted.
    pub username: Username,
    /// As shown.
    pub display_name: DisplayName,
    /// Argon2id in PHC form.
    pub password_hash: String,
    /// Who may register at the moment.
    pub registration: Registration,
    /// Whether the asker has shown the claim code, or none is needed: wanted for the first account.
    pub claimed: bool,
    /// The person is signed in at once.
    pub session: NewSession,
}

/// A new room.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CreateRoom {
    /// Its id.
    pub id: ConversationId,
    /// Its name.
    pub name: RoomName,
    /// What it is about.
    pub topic: Topic,
    /// Whether only members know of it.
    pub is_private: bool,
    /// Who is in it from the start, besides the caller.
    pub members: Vec<PersonRef>,
}

/// New values for a room; what is `None` stays.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EditRoom {
    /// Which.
    pub conversation: ConversationRef,
    /// A new name.
    pub name: Option<RoomName>,
    /// A new topic.
    pub topic: Option<Topic>,
    /// Hidden from, or shown to, who is not in it.
    pub is_private: Option<bool>,
}

/// Where a message is to be posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PostPlace {
    /// Where the caller is.
    In(ConversationRef),
    /// In a room, which the caller comes into first if it is public.
    Entering(ConversationRef),
    /// In the direct with somebody, which is opened first if there is none.
    Direct {
        /// With whom.
        with: PersonRef,
        /// Its id, if it is new.
        id: ConversationId,
    },
}

/// A message to be posted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PostMessage {
    /// Its id, unless it turns out to have been posted before.
    pub id: MessageId,
    /// Where.
    pub place: PostPlace,
    /// What it says.
    pub content: MessageText,
    /// Names after `@` in it, in lower case; some may be nobody's.
    pub names: Vec<String>,
    /// The sender's own name for it.
    pub client_id: Option<ClientId>,
    /// The message of the same conversation that it answers.
    pub reply_to: Option<MessageId>,
}

/// Somebody whom another application vouches for by its token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Admit {
    /// Who that is to the other application.
    pub external: String,
    /// What becomes of somebody who was never seen: an account of this id, unless none is to be
    /// made.
    pub new: Option<UserId>,
    /// The names that the new account may have, best first; the first that is free is taken.
    pub names: Vec<Username>,
    /// When the token was issued; one from before its session was ended does not count.
    pub issued_at: Timestamp,
    /// Their session, if they have none by such tokens yet.
    pub session: NewSession,
}

/// Somebody is asked for a game.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Invite {
    /// The invitation's id.
    pub id: InvitationId,
    /// Who is asked.
    pub person: PersonRef,
    /// The inviter's own name for it.
    pub client_id: ClientId,
    /// How the game is to be.
    pub options: GameOptions,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

/// What a player says of how a game ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FinishGame {
    /// Which.
    pub id: GameId,
    /// Who won; nobody in a draw.
    pub winner: Option<PersonRef>,
    /// Points, by username.
    pub scores: Option<Vec<(String, i64)>>,
}

/// What is to be done.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Act {
    /// A new file becomes a server: its key and the room `general`.
    Found {
        /// The id of `general`.
        general: ConversationId,
        /// 32 random bytes.
        signing_key: Vec<u8>,
    },
    /// An account is made.
    Register(Box<Register>),
    /// Somebody signs in, whose password was found to match `password_hash`.
    SignIn {
        /// Who.
        person: UserId,
        /// The hash that the password matched; another by now means a changed password.
        password_hash: String,
        /// Where.
        session: NewSession,
    },
    /// A session's refresh token is used up and replaced; using one twice revokes the session.
    Refresh {
        /// Which.
        session: SessionId,
        /// The token shown.
        presented: TokenId,
        /// The token that works from now on.
        next: TokenId,
    },
    /// The caller signs out somewhere.
    RevokeSession {
        /// Where.
        session: SessionId,
    },
    /// The caller's password changes; every session but one ends.
    ChangePassword {
        /// The hash that the current password matched.
        password_hash: String,
        /// Argon2id of the new one.
        new_hash: String,
        /// The session that stays.
        keep: SessionId,
    },
    /// The caller's own settings; what is `None` stays.
    EditProfile {
        /// As shown to others.
        display_name: Option<DisplayName>,
        /// Self-description.
        bio: Option<Bio>,
        /// Language.
        locale: Option<Locale>,
    },
    /// The caller's account goes; its messages stay.
    DeleteAccount {
        /// The hash that the password matched.
        password_hash: String,
    },
    /// When people were last seen, written down.
    RecordActivity(Vec<(UserId, Timestamp)>),
    /// Sessions not refreshed since then are forgotten.
    ForgetSessions {
        /// The oldest refresh that still counts.
        refreshed_before: Timestamp,
    },
    /// A room is made.
    CreateRoom(Box<CreateRoom>),
    /// A direct with somebody is opened, or found.
    OpenDirect {
        /// Its id, if it is new.
        id: ConversationId,
        /// The other person.
        with: PersonRef,
    },
    /// A room is renamed, retitled, hidden or shown.
    EditRoom(Box<EditRoom>),
    /// A room goes, with its messages.
    DeleteRoom(ConversationRef),
    /// The caller comes into a room.
    Join(ConversationRef),
    /// The caller leaves a room.
    Leave(ConversationRef),
    /// Somebody is brought into a room.
    AddMember {
        /// Which.
        conversation: ConversationRef,
        /// Who.
        person: PersonRef,
    },
    /// Somebody is put out of a room.
    RemoveMember {
        /// Which.
        conversation: ConversationRef,
        /// Who.
        person: PersonRef,
    },
    /// What the caller wants to be told of a conversation.
    SetNotify {
        /// Which.
        conversation: ConversationRef,
        /// What.
        notify: Notify,
    },
    /// A message is posted.
    PostMessage(Box<PostMessage>),
    /// A message of the caller's says something else.
    EditMessage {
        /// Which.
        id: MessageId,
        /// What it says now.
        content: MessageText,
        /// Names after `@` in it, in lower case.
        names: Vec<String>,
    },
    /// A message loses its content and keeps its place.
    DeleteMessage {
        /// Which.
        id: MessageId,
    },
    /// The caller has read a conversation up to a place.
    MarkRead {
        /// Which.
        conversation: ConversationRef,
        /// Up to where.
        seq: Seq,
    },
    /// The caller has read up to a message.
    MarkMessageRead {
        /// Which.
        id: MessageId,
    },
    /// Somebody comes by another application's token.
    Admit(Box<Admit>),
    /// A public room is come into by its name, made if there is none.
    EnterRoom {
        /// Its id, if it is new.
        id: ConversationId,
        /// Its name.
        name: RoomName,
    },
    /// The caller makes something of a message, or takes it back.
    React {
        /// Which.
        message: MessageId,
        /// Where the caller says that it is, if they do.
        conversation: Option<ConversationId>,
        /// What.
        emoji: Emoji,
        /// Made, or taken back.
        added: bool,
    },
    /// A message is held up for everyone in its conversation, or no more.
    Pin {
        /// Which.
        message: MessageId,
        /// Held up, or no more.
        on: bool,
    },
    /// The caller keeps silence with somebody, or ends it.
    Block {
        /// Whom.
        person: PersonRef,
        /// Begins or ends.
        on: bool,
    },
    /// The caller asks somebody to be friends, or accepts to be.
    Befriend(PersonRef),
    /// The caller refuses, withdraws or ends a friendship.
    Unfriend(PersonRef),
    /// The caller asks somebody for a game.
    Invite(Box<Invite>),
    /// The caller answers an invitation.
    AnswerInvite {
        /// Whose.
        from: PersonRef,
        /// Yes or no.
        accept: bool,
        /// The game's id, if there will be one.
        game: GameId,
    },
    /// The caller takes an invitation back.
    CancelInvite {
        /// Who was invited.
        to: PersonRef,
    },
    /// Invitations of and to somebody whose last socket has closed end.
    CancelInvitesOf(UserId),
    /// Invitations that nobody has answered in time end.
    ExpireInvites,
    /// A player says how a game ended.
    FinishGame(Box<FinishGame>),
    /// Both players were gone for too long.
    AbandonGame(GameId),
    /// A tournament is announced to everyone; once more, if it was already.
    AnnounceTournament {
        /// Which.
        id: TournamentId,
        /// What it is called.
        name: TournamentName,
    },
    /// The caller wants to play in a tournament.
    JoinTournament(TournamentId),
    /// The caller does not want to any more.
    LeaveTournament(TournamentId),
    /// A tournament starts with who is in it.
    StartTournament(TournamentId),
    /// A tournament will not be.
    CancelTournament(TournamentId),
    /// A notice is given.
    Notify {
        /// To whom.
        to: Recipients<PersonRef>,
        /// What it says.
        message: Notice,
        /// What kind its sender says it is.
        kind: String,
    },
    /// The caller has seen a notification.
    ReadNotification(NotificationId),
    /// The caller has seen all of them.
    ReadAllNotifications,
}
