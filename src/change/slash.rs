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
    /// The address that is called, and what signs the calls; none: the bot's sockets are asked.
    pub called: Option<(String, String)>,
}
