//! Reading where people are signed in.

use rusqlite::{Connection, OptionalExtension};

use crate::{
    model::{Session, SessionId, UserId},
    store::Halt,
};

/// Whose session it is, if it still stands.
///
/// # Errors
/// The file failed.
pub fn owner(db: &Connection, session: SessionId) -> Result<Option<UserId>, Halt> {
    let found = db
        .prepare_cached("SELECT person FROM session WHERE id = ?1")?
        .query_row([session], |row| row.get(0))
        .optional()?;
    Ok(found)
}

/// Where a person is signed in, latest use first.
///
/// # Errors
/// The file failed.
pub fn of(db: &Connection, person: UserId) -> Result<Vec<Session>, Halt> {
    let mut sessions = db.prepare_cached(
        "SELECT id, person, created_at, refreshed_at, client, address FROM session
         WHERE person = ?1 ORDER BY refreshed_at DESC, id DESC",
    )?;
    let rows = sessions.query_map([person], |row| {
        Ok(Session {
            id: row.get(0)?,
            user: row.get(1)?,
            created_at: row.get(2)?,
            refreshed_at: row.get(3)?,
            client: row.get(4)?,
            address: row.get(5)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The key that signs tokens, unless one is given from outside.
///
/// # Errors
/// The file failed.
pub fn signing_key(db: &Connection) -> Result<Vec<u8>, Halt> {
    Ok(db.query_row("SELECT signing_key FROM server", [], |row| row.get(0))?)
}

/// Whether the file has become a server yet.
///
/// # Errors
/// The file failed.
pub fn is_founded(db: &Connection) -> Result<bool, Halt> {
    Ok(db.query_row("SELECT EXISTS (SELECT 1 FROM server)", [], |row| row.get(0))?)
}

/// The session of a person by another application's tokens.
///
/// # Errors
/// The file failed.
pub fn external_of(db: &Connection, person: UserId) -> rusqlite::Result<Option<SessionId>> {
    db.prepare_cached("SELECT id FROM session WHERE person = ?1 AND is_external")?
        .query_row([person], |row| row.get(0))
        .optional()
}
