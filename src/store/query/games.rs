//! Reading games and invitations to them.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::{
    model::{
        Game, GameId, Invitation, InvitationId, Player, Refusal, Rev, Timestamp, UserId,
        game::InvitationState,
    },
    store::{Halt, sql::from_json},
};

const INVITATION: &str = "
    SELECT i.id, i.inviter, a.username, i.invited, b.username, i.client_id, i.options,
           i.expires_at, i.state, i.reason, i.rev
    FROM invitation i JOIN person a ON a.id = i.inviter JOIN person b ON b.id = i.invited";

const GAME: &str = "
    SELECT g.id, g.inviter, a.username, g.invited, b.username, g.client_id, g.options, g.state,
           w.username, g.scores, g.started_at, g.finished_at, g.rev
    FROM game g JOIN person a ON a.id = g.inviter JOIN person b ON b.id = g.invited
    LEFT JOIN person w ON w.id = g.winner";

fn invitation_of(row: &Row<'_>) -> rusqlite::Result<Invitation> {
    Ok(Invitation {
        id: row.get(0)?,
        inviter: Player { id: row.get(1)?, username: row.get(2)? },
        invited: Player { id: row.get(3)?, username: row.get(4)? },
        client_id: row.get(5)?,
        options: from_json(row, 6)?,
        expires_at: row.get(7)?,
        state: row.get(8)?,
        reason: row.get(9)?,
        rev: row.get(10)?,
    })
}

fn game_of(row: &Row<'_>) -> rusqlite::Result<Game> {
    let has_scores = row.get_ref(9)? != rusqlite::types::ValueRef::Null;
    Ok(Game {
        id: row.get(0)?,
        players: [
            Player { id: row.get(1)?, username: row.get(2)? },
            Player { id: row.get(3)?, username: row.get(4)? },
        ],
        client_id: row.get(5)?,
        options: from_json(row, 6)?,
        state: row.get(7)?,
        winner: row.get(8)?,
        scores: if has_scores { Some(from_json(row, 9)?) } else { None },
        started_at: row.get(10)?,
        finished_at: row.get(11)?,
        rev: row.get(12)?,
    })
}

/// An invitation.
///
/// # Errors
/// The file failed.
pub fn invitation(db: &Connection, id: InvitationId) -> rusqlite::Result<Invitation> {
    db.prepare_cached(&format!("{INVITATION} WHERE i.id = ?1"))?.query_row([id], invitation_of)
}

/// The invitation that one person has waiting with another.
///
/// # Errors
/// The file failed.
pub fn pending(
    db: &Connection,
    inviter: UserId,
    invited: UserId,
) -> rusqlite::Result<Option<Invitation>> {
    db.prepare_cached(&format!(
        "{INVITATION} WHERE i.state = 'pending' AND i.inviter = ?1 AND i.invited = ?2"
    ))?
    .query_row((inviter, invited), invitation_of)
    .optional()
}

/// The invitations that wait, of either side, oldest first.
///
/// # Errors
/// The file failed.
pub fn pending_of(db: &Connection, person: UserId) -> rusqlite::Result<Vec<Invitation>> {
    db.prepare_cached(&format!(
        "{INVITATION} WHERE i.state = 'pending' AND ?1 IN (i.inviter, i.invited) ORDER BY i.rev"
    ))?
    .query_map([person], invitation_of)?
    .collect()
}

/// All invitations that wait and end by themselves up to a time, soonest first.
///
/// # Errors
/// The file failed.
pub fn pending_until(db: &Connection, until: Timestamp) -> rusqlite::Result<Vec<Invitation>> {
    db.prepare_cached(&format!(
        "{INVITATION} WHERE i.state = 'pending' AND i.expires_at <= ?1 ORDER BY i.expires_at, i.id"
    ))?
    .query_map([until], invitation_of)?
    .collect()
}

/// A game, for its players.
///
/// # Errors
/// `not_found`.
pub fn find(db: &Connection, id: GameId, player: UserId) -> Result<Game, Halt> {
    let game = by_id(db, id)?.filter(|game| game.players.iter().any(|p| p.id == player));
    game.ok_or_else(|| Refusal::not_found().into())
}

/// A game, whoever asks.
///
/// # Errors
/// The file failed.
pub fn by_id(db: &Connection, id: GameId) -> rusqlite::Result<Option<Game>> {
    db.prepare_cached(&format!("{GAME} WHERE g.id = ?1"))?.query_row([id], game_of).optional()
}

/// The game that a person is in.
///
/// # Errors
/// The file failed.
pub fn of(db: &Connection, person: UserId) -> rusqlite::Result<Option<Game>> {
    db.prepare_cached(&format!("{GAME} WHERE g.state = 'on' AND ?1 IN (g.inviter, g.invited)"))?
        .query_row([person], game_of)
        .optional()
}

/// All games that are on.
///
/// # Errors
/// The file failed.
pub fn all_on(db: &Connection) -> rusqlite::Result<Vec<Game>> {
    db.prepare_cached(&format!("{GAME} WHERE g.state = 'on'"))?.query_map([], game_of)?.collect()
}

/// Invitations of a person that something became of since a change, at most `limit` of each side.
///
/// # Errors
/// The file failed.
pub fn invitations_since(
    db: &Connection,
    person: UserId,
    since: Rev,
    limit: i64,
) -> rusqlite::Result<Vec<Invitation>> {
    let mut changed = Vec::new();
    for side in ["inviter", "invited"] {
        let sql =
            format!("{INVITATION} WHERE i.{side} = ?1 AND i.rev > ?2 ORDER BY i.rev LIMIT ?3");
        let mut rows = db.prepare_cached(&sql)?;
        let found = rows.query_map((person, since, limit), invitation_of)?;
        changed.extend(found.collect::<rusqlite::Result<Vec<_>>>()?);
    }
    Ok(changed)
}

/// Games of a person that began or ended since a change, at most `limit` of each side.
///
/// # Errors
/// The file failed.
pub fn games_since(
    db: &Connection,
    person: UserId,
    since: Rev,
    limit: i64,
) -> rusqlite::Result<Vec<Game>> {
    let mut changed = Vec::new();
    for side in ["inviter", "invited"] {
        let sql = format!("{GAME} WHERE g.{side} = ?1 AND g.rev > ?2 ORDER BY g.rev LIMIT ?3");
        let mut rows = db.prepare_cached(&sql)?;
        let found = rows.query_map((person, since, limit), game_of)?;
        changed.extend(found.collect::<rusqlite::Result<Vec<_>>>()?);
    }
    Ok(changed)
}

impl Invitation {
    /// Whether it still waits for an answer at a time.
    #[must_use]
    pub fn waits(&self, at: Timestamp) -> bool {
        self.state == InvitationState::Pending && at < self.expires_at
    }
}
