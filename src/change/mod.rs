//! Every durable change there is, as plain serialisable data.
//!
//! A `Change` holds all that applying it needs and the rows cannot tell: who asks, when, and every
//! id, token and hash, drawn by `app` beforehand. Applying the same changes in the same order to
//! the same file gives the same rows and events on any machine. What is checked here is only what
//! needs no row; whether the caller may is decided in `store::apply`, inside the transaction.

mod accounts;
mod administration;
mod bots;
mod certificates;
mod hooks;
mod lines;
mod messages;
mod slash;

use std::net::IpAddr;

pub use accounts::{Admit, NewAvatar, NewSession, Register};
pub use administration::{Administration, NewBan, NewPass, NewPerson, ServerEdit, UseSignInLink};
pub use bots::{NewBot, NewBotToken};
pub use certificates::Kept;
pub use hooks::{HookTold, NewHook, Way};
pub use lines::{
    AttachmentLine, AuditLine, BanLine, BlockLine, Bytes, DirectLine, EndLine, FORMAT, FileLine,
    FriendshipLine, FurthestLine, GameLine, HeadLine, Import, Line, MemberLine, MessageLine,
    NotificationLine, PassLine, PersonLine, PieceLine, PinLine, PlayerLine, ReactionLine, ReadLine,
    RoomLine, ServerLine, TournamentLine, VersionLine,
};
pub use messages::{FinishFile, NewReport, PostMessage, PostPlace, StorePiece};
use serde::{Deserialize, Serialize};
pub use slash::{Asks, CommandEdit, NewCommand};

use crate::model::{
    AttachmentId, Bio, ClientId, ConversationId, DisplayName, Emoji, FileId, GameId, GameOptions,
    HookId, InvitationId, Locale, MessageId, MessageText, Notice, NotificationId, Notify, RoomName,
    Seq, SessionId, SlowMode, Subscription, Timestamp, TokenId, Topic, TournamentId,
    TournamentName, UserId, notification::Recipients,
};

/// A change that somebody, or the server itself, wants.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Change {
    /// Who asks; nobody for sign-in, the server's own housekeeping and the command line.
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
    /// How seldom its members may speak.
    pub slow_mode: Option<SlowMode>,
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
        /// From where.
        address: Option<IpAddr>,
    },
    /// Somebody signs in by a link that an administrator has made.
    UseSignInLink(Box<UseSignInLink>),
    /// What an administrator does.
    Administer(Box<Administration>),
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
    /// The caller looks like this, or has no picture any more.
    SetAvatar(Option<Box<NewAvatar>>),
    /// The caller's account goes; its messages stay.
    DeleteAccount {
        /// The hash that the password matched.
        password_hash: String,
    },
    /// When people were last seen, written down.
    RecordActivity(Vec<(UserId, Timestamp)>),
    /// When bots' tokens were last used, written down.
    RecordTokenUse(Vec<(SessionId, Timestamp)>),
    /// Sessions not refreshed since then are forgotten, and bans and links whose time is over.
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
    /// The caller reports a message to who runs the server.
    Report(Box<NewReport>),
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
    /// The caller begins to upload a file.
    BeginFile {
        /// Its id.
        file: FileId,
        /// Where it will be posted.
        conversation: ConversationRef,
    },
    /// A piece of the file is here.
    StorePiece(Box<StorePiece>),
    /// All of it is here: it can be posted.
    FinishFile(Box<FinishFile>),
    /// The rest of the file will not come.
    AbandonFile(FileId),
    /// The caller will not post files that they have uploaded.
    DiscardAttachments(Vec<AttachmentId>),
    /// A room gets a hook.
    MakeHook(Box<NewHook>),
    /// A room loses a hook.
    DeleteHook {
        /// Which room.
        conversation: ConversationRef,
        /// Which.
        id: HookId,
    },
    /// How far an outgoing hook has come.
    NoteHook(HookTold),
    /// The key that stands for the server at push services, if it has none yet.
    KeepPushKey(Vec<u8>),
    /// The caller is pushed to at a browser from now on, while they are signed in there.
    Subscribe {
        /// Where they are signed in.
        session: SessionId,
        /// The browser.
        to: Box<Subscription>,
    },
    /// The caller is not pushed to there any more.
    Unsubscribe {
        /// Which browser.
        endpoint: String,
    },
    /// A browser is not there any more.
    ForgetSubscription {
        /// Which.
        endpoint: String,
    },
    /// Lines of a community are brought in.
    Import(Box<Import>),
    /// What HTTPS needs is kept; another of it before goes.
    KeepCertification {
        /// What.
        what: Kept,
        /// At which authority, for which address or domains.
        whose: String,
        /// As bytes.
        bytes: Vec<u8>,
    },
    /// The next messages that are not there yet come into the index of what was said.
    IndexMessages {
        /// At most so many.
        most: u32,
    },
    /// Files that stopped coming, that nobody posted and that nothing uses are forgotten, some
    /// pieces at a time.
    SweepFiles {
        /// The last piece of a file that still comes is from after this.
        coming_since: Timestamp,
        /// What is not posted, but may still be, is from after this.
        unposted_since: Timestamp,
    },
}
