//! Slash commands that administrators make, as changes carry them.

use serde::{Deserialize, Serialize};

use super::PersonRef;
use crate::model::{CommandId, CommandName};

/// A new command.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewCommand {
    /// Its id.
    pub id: CommandId,
    /// What is typed after the slash.
    pub name: CommandName,
    /// What it does, in a line.
    pub description: String,
    /// What may come after its name; may be empty.
    pub hint: String,
    /// The bot that answers.
    pub bot: PersonRef,
    /// How the bot is asked.
    pub asks: Asks,
}

/// How a command's bot is asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Asks {
    /// On its sockets.
    Sockets,
    /// By a call of an address, which is signed.
    Address {
        /// The address.
        url: String,
        /// What signs.
        secret: String,
    },
}

impl Asks {
    /// The address and what signs, if there is one.
    #[must_use]
    pub fn address(&self) -> Option<(&str, &str)> {
        match self {
            Self::Sockets => None,
            Self::Address { url, secret } => Some((url, secret)),
        }
    }
}

/// What of a command becomes other; what is none stays.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CommandEdit {
    /// Which command.
    pub name: CommandName,
    /// What it does, in a line.
    pub description: Option<String>,
    /// What may come after its name; may be empty.
    pub hint: Option<String>,
    /// The bot that answers.
    pub bot: Option<PersonRef>,
    /// How the bot is asked.
    pub asks: Option<Asks>,
}
