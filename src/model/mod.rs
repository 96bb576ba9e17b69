//! What a chat is made of: ids, times, checked texts, people, conversations, messages, games,
//! and the rules of who may do what.
//!
//! Everything here is plain data and pure functions: no input or output, no clock, no randomness.
//! A value that exists has passed its checks (`Username`, `MessageText` …), so no other floor
//! checks it again.

pub mod attachment;
pub mod ban;
pub mod bot;
pub mod conversation;
pub mod emoji;
pub mod finding;
pub mod game;
pub mod grams;
pub mod hook;
pub mod id;
pub mod markup;
pub mod message;
pub mod notification;
pub mod pass;
pub mod person;
pub mod push;
pub mod refusal;
pub mod report;
pub mod rules;
pub mod search;
pub mod server;
pub mod session;
pub mod slash;
pub mod text;
pub mod time;
pub mod tournament;

pub use attachment::Attachment;
pub use ban::{Ban, Network};
pub use bot::{Bot, Scope};
pub use conversation::{Conversation, Kind, Notify, RoomRole, SlowMode};
pub use emoji::{Emoji, Reaction};
pub use finding::{Finding, Level};
pub use game::{Game, GameOptions, Invitation, Player};
pub use hook::Hook;
pub use id::{
    AttachmentId, BanId, ClientId, CommandId, ConversationId, FileId, GameId, HookId, InvitationId,
    MessageId, NotificationId, PassId, ReportId, Rev, RunId, Seq, SessionId, SocketId, TokenId,
    TournamentId, UserId,
};
pub use message::{Message, Place};
pub use notification::Notification;
pub use pass::Pass;
pub use person::{Locale, Person, Role};
pub use push::Subscription;
pub use refusal::{Code, Refusal};
pub use report::Report;
pub use server::{AuditEntry, Registration, Server};
pub use session::Session;
pub use slash::{CommandName, SlashCommand};
pub use text::{
    Bio, DisplayName, Filename, MessageText, Notice, Password, Reason, ReportReason, RoomName,
    ServerName, Topic, TournamentName, Username,
};
pub use time::Timestamp;
pub use tournament::Tournament;
