//! Sessions: places where a person is signed in.

use super::{SessionId, Timestamp, UserId};

/// A place where a person is signed in, until it is revoked or not refreshed for 30 days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// `sid` in its tokens.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// When the person signed in there.
    pub created_at: Timestamp,
    /// When its tokens were last renewed.
    pub refreshed_at: Timestamp,
    /// What the client called itself (`User-Agent`), at most 200 characters.
    pub client: String,
    /// From where it was last opened or renewed, if that is known.
    pub address: Option<String>,
}

/// How long an access token lives.
pub const ACCESS_SECONDS: i64 = 15 * 60;

/// How long a refresh token lives.
pub const REFRESH_SECONDS: i64 = 30 * 24 * 3600;
