//! Bots: people that are programs. They have no password; a token each says who they are and what
//! may be done with it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Person, SessionId, Timestamp};

/// How many tokens one bot may have.
pub const TOKENS_PER_BOT: i64 = 20;

/// How many bots there may be, those of hooks aside.
pub const MOST_BOTS: i64 = 200;

/// What a bot's token lets it do. What is in none of these is for people alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// See what the bot may see: conversations it is in, public rooms, people; live as well.
    Read,
    /// Say something, with files; react, pin, mark as read; look otherwise.
    Write,
    /// Make rooms, come into them, leave them, bring people in, change one's own.
    Rooms,
    /// Invite to games and play them, organise tournaments.
    Games,
}

impl Scope {
    /// All of them, in the order of their declaration.
    pub const ALL: [Self; 4] = [Self::Read, Self::Write, Self::Rooms, Self::Games];

    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Rooms => "rooms",
            Self::Games => "games",
        }
    }
}

/// Some scopes: a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scopes(pub i64);

impl Scopes {
    /// Whether a scope is among them.
    #[must_use]
    pub fn hold(self, scope: Scope) -> bool {
        self.0 & (1 << scope as i64) != 0
    }

    /// Each of them, in the order of their declaration.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.hold(*scope))
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | 1 << scope as i64))
    }
}

/// A token of a bot, without what it is: that is shown once and kept nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BotToken {
    /// The session that it stands for.
    pub id: SessionId,
    /// What it is for.
    pub name: String,
    /// What may be done with it.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the minute; none: never.
    pub used_at: Option<Timestamp>,
}

/// A bot, as who runs the server sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bot {
    /// Who.
    pub person: Person,
    /// Whether it is kept out.
    pub is_disabled: bool,
    /// Its tokens, oldest first.
    pub tokens: Vec<BotToken>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_hold_what_they_are_made_of() {
        let some: Scopes = [Scope::Games, Scope::Read].into_iter().collect();
        assert_eq!(some.iter().collect::<Vec<_>>(), [Scope::Read, Scope::Games]);
        assert!(some.hold(Scope::Read) && !some.hold(Scope::Write));
        assert_eq!(Scopes::default().iter().count(), 0);
    }
}
