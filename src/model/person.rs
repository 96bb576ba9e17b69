//! People: accounts, what they may do on the whole server, and what others see of them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Rev, Timestamp, UserId};

/// What an account may do on the whole server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Runs the server. The first account ever made is one.
    Admin,
    /// Everybody else.
    Member,
    /// A program.
    Bot,
}

/// The language a person wants to be spoken to in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// English.
    En,
    /// French.
    Fr,
}

/// An account as others see it; whether it is online is the hub's to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Who.
    pub id: UserId,
    /// Unique whatever its case; "deleted user" once the account is gone.
    pub username: String,
    /// As shown; the username unless the person chose another.
    pub display_name: String,
    /// What the person says of themself; may be empty.
    pub bio: String,
    /// Which picture of themself they have: another word for other bytes.
    pub avatar: Option<String>,
    /// What the account may do.
    pub role: Role,
    /// The language chosen, if any. Shown only to the person.
    pub locale: Option<Locale>,
    /// When the person was last seen doing something, as last written down.
    pub last_activity: Timestamp,
    /// When the account was made.
    pub created_at: Timestamp,
    /// Its last change.
    pub rev: Rev,
}
