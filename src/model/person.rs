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

/// The language a person wants to be spoken to in, as BCP 47 names it: `fr`, `pt-BR`. Which ones
/// there are words for, the web client knows by its files; other clients may have others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, pattern = "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$", example = "fr")]
pub struct Locale(String);

impl Locale {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Locale {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        let (language, region) = match name.split_once('-') {
            Some((language, region)) => (language, Some(region)),
            None => (name.as_str(), None),
        };
        let is_region = |region: &str| {
            (2..=8).contains(&region.len()) && region.chars().all(|c| c.is_ascii_alphanumeric())
        };
        let is_good = (2..=3).contains(&language.len())
            && language.chars().all(|c| c.is_ascii_lowercase())
            && region.is_none_or(is_region);
        if is_good { Ok(Self(name)) } else { Err("must be a language, like 'fr' or 'pt-BR'") }
    }
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
