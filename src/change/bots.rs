//! Bots and their tokens, as changes carry them.

use serde::{Deserialize, Serialize};

use super::NewSession;
use crate::model::{DisplayName, UserId, Username, bot::Scopes};

/// A new bot.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewBot {
    /// Its id.
    pub id: UserId,
    /// Its name in addresses and mentions.
    pub username: Username,
    /// As shown.
    pub display_name: DisplayName,
}

/// A new token of a bot.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewBotToken {
    /// The session that it stands for; its client is what the token is for.
    pub session: NewSession,
    /// SHA-256 of the token.
    pub hash: Vec<u8>,
    /// What may be done with it.
    pub scopes: Scopes,
}
