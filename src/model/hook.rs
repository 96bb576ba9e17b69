//! Hooks of a room: addresses that programs elsewhere post to, and addresses that are told of what
//! is said.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{HookId, Timestamp};

/// How many hooks a room may have.
pub const HOOKS_PER_ROOM: i64 = 20;

/// How many one person may have made, in all rooms together.
pub const HOOKS_PER_PERSON: i64 = 50;

/// How many there may be in all.
pub const MOST_HOOKS: i64 = 1000;

/// How many words may begin a message that is told of.
pub const MOST_WORDS: usize = 20;

/// The longest address that is told.
pub const URL_BYTES: usize = 1024;

/// Which way a hook goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum HookKind {
    /// Whoever has its address posts into the room.
    Incoming,
    /// Its address is told of what people say in the room.
    Outgoing,
}

/// A hook, without its secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// Which.
    pub id: HookId,
    /// Which way it goes.
    pub kind: HookKind,
    /// What it is called; a message by it shows under this name, or the one that it comes with.
    pub name: String,
    /// The username of the bot that posts for it.
    pub bot: String,
    /// The username of who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When something last came by it, to the minute; none: never.
    pub used_at: Option<Timestamp>,
    /// What is told, of what.
    pub url: Option<String>,
    /// Only messages that begin with one of these words; all, if there are none.
    pub words: Vec<String>,
    /// Why its address took nothing lately.
    pub failure: Option<String>,
}
