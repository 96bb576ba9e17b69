//! Passes: what lets people make accounts where that needs an invitation. The wire calls them
//! invitations; in the code that word is a game's.

use super::{ConversationId, PassId, Timestamp};

/// Lets people make accounts, until it is used up, ends or is withdrawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass {
    /// Which.
    pub id: PassId,
    /// What its link holds. Whoever has it may come in.
    pub token: String,
    /// How many accounts it may make; none: any number.
    pub uses: Option<i64>,
    /// How many it has made.
    pub used: i64,
    /// The room that newcomers are in from the start, and its name.
    pub room: Option<(ConversationId, String)>,
    /// The username of who made it; none: the command line.
    pub created_by: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
}

impl Pass {
    /// Whether it still lets somebody in.
    #[must_use]
    pub fn counts(&self, at: Timestamp) -> bool {
        self.uses.is_none_or(|uses| self.used < uses) && self.expires_at.is_none_or(|end| at < end)
    }
}
