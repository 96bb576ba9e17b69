//! Tournaments: somebody organises one, everyone is told, people join, it starts or is canceled.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Rev, Timestamp, TournamentId, UserId};

/// Where a tournament is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TournamentState {
    /// People may join and leave.
    Open,
    /// It goes on, with who is in it.
    Started,
    /// It will not be.
    Canceled,
}

/// How many people a tournament may have.
pub const MOST_PLAYERS: i64 = 128;

/// How many open ones a person may organise at once: everyone is told of each.
pub const MOST_OPEN: i64 = 5;

/// A tournament, as everyone sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tournament {
    /// Which.
    pub id: TournamentId,
    /// What it is called.
    pub name: String,
    /// Who organises it.
    pub organizer_id: UserId,
    /// Their username.
    pub organizer: String,
    /// Where it is.
    pub state: TournamentState,
    /// Usernames of who is in it, in the order of joining.
    pub players: Vec<String>,
    /// When it was announced.
    pub created_at: Timestamp,
    /// When it started.
    pub started_at: Option<Timestamp>,
    /// The change that announced it.
    pub created_rev: Rev,
    /// Its last change.
    pub rev: Rev,
}
