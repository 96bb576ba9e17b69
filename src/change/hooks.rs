//! Hooks of rooms, as changes carry them.

use serde::{Deserialize, Serialize};

use super::ConversationRef;
use crate::model::{DisplayName, HookId, Seq, UserId, Username};

/// A new hook.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewHook {
    /// Its id.
    pub id: HookId,
    /// Of which room.
    pub conversation: ConversationRef,
    /// What it is called.
    pub name: DisplayName,
    /// The id of the bot that posts for it.
    pub bot: UserId,
    /// The names that the bot may have, best first; the first that is free is taken.
    pub usernames: Vec<Username>,
    /// Which way it goes.
    pub way: Way,
}

/// Which way a new hook goes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Way {
    /// Whoever has its address posts.
    Incoming {
        /// SHA-256 of what the address holds.
        hash: Vec<u8>,
    },
    /// An address is told.
    Outgoing {
        /// Which.
        url: String,
        /// What signs.
        secret: String,
        /// Words that a message must begin with; empty: none.
        words: Vec<String>,
    },
}

/// How far an outgoing hook has come.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HookTold {
    /// Which.
    pub id: HookId,
    /// Everything up to this place in the room was told, or given up.
    pub told: Seq,
    /// Why the last was given up.
    pub failure: Option<String>,
}
