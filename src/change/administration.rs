//! Running the server, as changes carry it. Who asks is an administrator, or, where nobody is
//! named, whoever runs the program: the command line.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::{CommandEdit, ConversationRef, NewBot, NewBotToken, NewCommand, NewSession, PersonRef};
use crate::model::{
    BanId, CommandName, DisplayName, Network, PassId, Reason, Registration, ReportId, Role,
    ServerName, SessionId, Timestamp, UserId, Username,
};

/// What an administrator does.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Administration {
    /// The server is set otherwise; what is `None` stays.
    EditServer(ServerEdit),
    /// An invitation is made.
    MakePass(NewPass),
    /// An invitation lets nobody in any more.
    WithdrawPass(PassId),
    /// An account is made for somebody.
    AddPerson(NewPerson),
    /// Somebody signs in by another password from now on, and is signed out everywhere.
    SetPassword {
        /// Who.
        person: PersonRef,
        /// Argon2id of it.
        password_hash: String,
    },
    /// Somebody may do more or less, or is kept out; what is `None` stays.
    EditPerson {
        /// Who.
        person: PersonRef,
        /// What they may do.
        role: Option<Role>,
        /// Whether they are kept out.
        is_disabled: Option<bool>,
    },
    /// Somebody is to sign in by a link, once. An earlier link of theirs works no more.
    MakeSignInLink {
        /// Who.
        person: PersonRef,
        /// SHA-256 of what the link holds.
        hash: Vec<u8>,
        /// When it ends by itself.
        expires_at: Timestamp,
    },
    /// Somebody is signed out everywhere.
    EndSessions(PersonRef),
    /// Somebody's account goes; their messages stay.
    DeletePerson(PersonRef),
    /// Somebody, or some addresses, are kept out.
    Ban(NewBan),
    /// They may come again.
    LiftBan(BanId),
    /// A room gets another owner.
    HandOver {
        /// Which.
        room: ConversationRef,
        /// Who owns it from now on.
        owner: PersonRef,
    },
    /// Somebody has looked after a report, or it is open again.
    ResolveReport {
        /// Which.
        id: ReportId,
        /// Looked after, or not.
        is_resolved: bool,
    },
    /// The message of a report loses its content, wherever it stands.
    DeleteReported(ReportId),
    /// A bot is made.
    MakeBot(NewBot),
    /// A bot gets a token.
    MakeBotToken {
        /// Which bot.
        bot: PersonRef,
        /// The token.
        token: NewBotToken,
    },
    /// A bot's token is good for nothing any more.
    RevokeBotToken {
        /// Which bot's.
        bot: PersonRef,
        /// Which.
        token: SessionId,
    },
    /// A bot goes; its messages stay.
    DeleteBot(PersonRef),
    /// A slash command is made.
    MakeCommand(NewCommand),
    /// A slash command becomes other.
    EditCommand(CommandEdit),
    /// A slash command goes.
    DeleteCommand(CommandName),
    /// A copy of everything was taken.
    NoteBackup,
}

/// An account that is made for somebody.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewPerson {
    /// Its id.
    pub id: UserId,
    /// What they are called.
    pub username: Username,
    /// As shown.
    pub display_name: DisplayName,
    /// Argon2id in PHC form.
    pub password_hash: String,
}

/// New values for how the server is set; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerEdit {
    /// What it is called.
    pub name: Option<ServerName>,
    /// Who may make an account.
    pub registration: Option<Registration>,
    /// Bytes a file may have.
    pub max_upload: Option<i64>,
    /// Bytes that the files of one person may have together.
    pub person_quota: Option<i64>,
    /// Bytes that all files may have together.
    pub storage_quota: Option<i64>,
}

/// A new invitation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewPass {
    /// Its id.
    pub id: PassId,
    /// What its link holds.
    pub token: String,
    /// How many accounts it may make.
    pub uses: Option<i64>,
    /// The room that newcomers are in from the start.
    pub room: Option<ConversationRef>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
}

/// A new ban.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewBan {
    /// Its id.
    pub id: BanId,
    /// Whom, if it is of a person.
    pub person: Option<PersonRef>,
    /// From where nobody may come.
    pub networks: Vec<Network>,
    /// Whether the addresses of the person's sessions are banned as well.
    pub with_addresses: bool,
    /// An address that is never banned: the asker's own, and those of proxies.
    pub spared: Vec<IpAddr>,
    /// Why.
    pub reason: Reason,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
}

/// Somebody signs in by a link.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UseSignInLink {
    /// SHA-256 of what the link holds.
    pub hash: Vec<u8>,
    /// Argon2id of a new password; every other session ends then.
    pub new_hash: Option<String>,
    /// Where.
    pub session: NewSession,
}
