//! Reading tournaments.

use rusqlite::{Connection, OptionalExtension, Row};

use super::{Page, Window};
use crate::{
    model::{Refusal, Rev, Tournament, TournamentId, UserId, tournament::MOST_PLAYERS},
    store::Halt,
};

const COLUMNS: &str = "
    SELECT t.id, t.name, t.organizer, p.username, t.state, t.created_at, t.started_at,
           t.created_rev, t.rev
    FROM tournament t JOIN person p ON p.id = t.organizer";

fn tournament_of(db: &Connection, row: &Row<'_>) -> rusqlite::Result<Tournament> {
    let id = row.get(0)?;
    Ok(Tournament {
        id,
        name: row.get(1)?,
        organizer_id: row.get(2)?,
        organizer: row.get(3)?,
        state: row.get(4)?,
        players: players(db, id)?,
        created_at: row.get(5)?,
        started_at: row.get(6)?,
        created_rev: row.get(7)?,
        rev: row.get(8)?,
    })
}

fn players(db: &Connection, id: TournamentId) -> rusqlite::Result<Vec<String>> {
    db.prepare_cached(
        "SELECT p.username FROM tournament_player tp JOIN person p ON p.id = tp.person
         WHERE tp.tournament = ?1 ORDER BY tp.joined_rev, p.username_key LIMIT ?2",
    )?
    .query_map((id, MOST_PLAYERS), |row| row.get(0))?
    .collect()
}

/// A tournament.
///
/// # Errors
/// `not_found`.
pub fn find(db: &Connection, id: TournamentId) -> Result<Tournament, Halt> {
    by_id(db, id)?.ok_or_else(|| Refusal::not_found().into())
}

/// A tournament, if there is one.
///
/// # Errors
/// The file failed.
pub fn by_id(db: &Connection, id: TournamentId) -> rusqlite::Result<Option<Tournament>> {
    db.prepare_cached(&format!("{COLUMNS} WHERE t.id = ?1"))?
        .query_row([id], |row| tournament_of(db, row))
        .optional()
}

/// Tournaments, open ones first, then the newest.
///
/// # Errors
/// The file failed.
pub fn list(db: &Connection, window: Window) -> Result<Page<Tournament>, Halt> {
    let total =
        db.prepare_cached("SELECT count(*) FROM tournament")?.query_row([], |row| row.get(0))?;
    let mut page = db.prepare_cached(&format!(
        "{COLUMNS} ORDER BY t.state = 'open' DESC, t.created_rev DESC LIMIT ?1 OFFSET ?2"
    ))?;
    let items = page
        .query_map((window.limit, window.offset), |row| tournament_of(db, row))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Page { items, total })
}

/// Whether somebody is in a tournament.
///
/// # Errors
/// The file failed.
pub fn is_in(db: &Connection, id: TournamentId, person: UserId) -> rusqlite::Result<bool> {
    db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM tournament_player WHERE tournament = ?1 AND person = ?2)",
    )?
    .query_row((id, person), |row| row.get(0))
}

/// Tournaments announced or changed since a change, at most `limit`, in order of change.
///
/// # Errors
/// The file failed.
pub fn changed_since(db: &Connection, since: Rev, limit: i64) -> rusqlite::Result<Vec<Tournament>> {
    db.prepare_cached(&format!("{COLUMNS} WHERE t.rev > ?1 ORDER BY t.rev LIMIT ?2"))?
        .query_map((since, limit), |row| tournament_of(db, row))?
        .collect()
}
