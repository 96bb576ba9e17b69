//! Accounts and sessions, as changes carry them.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::model::{DisplayName, SessionId, Timestamp, TokenId, UserId, Username};

/// A place where somebody signs in, with its first refresh token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// Its refresh token's id.
    pub token: TokenId,
    /// What the client calls itself.
    pub client: String,
    /// From where, if that is known.
    pub address: Option<IpAddr>,
}

/// A new account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Register {
    /// Its id.
    pub id: UserId,
    /// The name wanted.
    pub username: Username,
    /// As shown.
    pub display_name: DisplayName,
    /// Argon2id in PHC form.
    pub password_hash: String,
    /// What the link of an invitation holds, if the asker has followed one.
    pub invitation: Option<String>,
    /// Whether the asker has shown the claim code, or none is needed: wanted for the first account.
    pub claimed: bool,
    /// The person is signed in at once.
    pub session: NewSession,
}

/// How somebody looks from now on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewAvatar {
    /// What stands for these bytes and no others.
    pub tag: String,
    /// A small picture.
    pub bytes: Vec<u8>,
}

/// Somebody whom another application vouches for by its token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Admit {
    /// Who that is to the other application.
    pub external: String,
    /// What becomes of somebody who was never seen: an account of this id, unless none is to be
    /// made.
    pub new: Option<UserId>,
    /// The names that the new account may have, best first; the first that is free is taken.
    pub names: Vec<Username>,
    /// When the token was issued; one from before its session was ended does not count.
    pub issued_at: Timestamp,
    /// Their session, if they have none by such tokens yet.
    pub session: NewSession,
}
