//! Reading how the server is set, what its file holds, and what was done to run it.

use rusqlite::{Connection, OptionalExtension};

use crate::{
    model::{AuditEntry, ConversationId, Role, Server, UserId, attachment::Quota, rules},
    store::{Halt, sql::from_json},
};

/// How many people and rooms are named that have the most files.
const FULLEST: i64 = 20;

/// Refuses who may not administer. Nobody named is the command line, which may.
///
/// # Errors
/// `unauthorized` when the account is gone, `forbidden`.
pub fn administers(db: &Connection, who: Option<UserId>) -> Result<(), Halt> {
    let Some(who) = who else { return Ok(()) };
    let role: Option<Role> = db
        .prepare_cached(
            "SELECT role FROM person
             WHERE id = ?1 AND deleted_at IS NULL AND disabled_at IS NULL",
        )?
        .query_row([who], |row| row.get(0))
        .optional()?;
    Ok(rules::may_administer(role.ok_or_else(crate::model::Refusal::unauthorized)?)?)
}

/// How the server is set.
///
/// # Errors
/// The file failed.
pub fn settings(db: &Connection) -> rusqlite::Result<Server> {
    db.prepare_cached(
        "SELECT name, registration, max_upload, person_quota, storage_quota FROM server",
    )?
    .query_row([], |row| {
        Ok(Server {
            name: row.get(0)?,
            registration: row.get(1)?,
            max_upload: row.get(2)?,
            quota: Quota { person: row.get(3)?, all: row.get(4)? },
        })
    })
}

/// What was done, newest first, of what came before an entry.
///
/// # Errors
/// The file failed.
pub fn audit(db: &Connection, before: i64, limit: i64) -> Result<Vec<AuditEntry>, Halt> {
    let mut page = db.prepare_cached(
        "SELECT a.id, a.date, p.username, a.action, a.target, a.details
         FROM audit a LEFT JOIN person p ON p.id = a.actor
         WHERE a.id < ?1 ORDER BY a.id DESC LIMIT ?2",
    )?;
    let rows = page.query_map((before, limit), |row| {
        Ok(AuditEntry {
            id: row.get(0)?,
            date: row.get(1)?,
            actor: row.get(2)?,
            action: row.get(3)?,
            target: row.get(4)?,
            details: from_json(row, 5)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// What the files that people have sent come to.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Bytes of all of them, each kept once.
    pub files: i64,
    /// Bytes that all may have together.
    pub quota: i64,
    /// Usernames of who has sent the most, and how many bytes.
    pub people: Vec<(String, i64)>,
    /// The rooms that hold the most, by name, and how many bytes.
    pub rooms: Vec<(ConversationId, String, i64)>,
}

/// What the files that people have sent come to.
///
/// # Errors
/// The file failed.
pub fn stored(db: &Connection) -> Result<Stored, Halt> {
    let (files, quota) =
        db.query_row("SELECT stored_bytes, storage_quota FROM server", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let mut people = db.prepare_cached(
        "SELECT username, stored_bytes FROM person WHERE stored_bytes > 0
         ORDER BY stored_bytes DESC, username_key LIMIT ?1",
    )?;
    let people = people.query_map([FULLEST], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut rooms = db.prepare_cached(
        "SELECT c.id, c.name, sum(f.size) AS bytes
         FROM attachment a JOIN file f ON f.number = a.file JOIN conversation c ON c.id = a.conversation
         WHERE c.kind = 'room' AND c.deleted_at IS NULL
         GROUP BY c.id ORDER BY bytes DESC, c.name_key LIMIT ?1",
    )?;
    let rooms = rooms.query_map([FULLEST], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(Stored {
        files,
        quota,
        people: people.collect::<rusqlite::Result<_>>()?,
        rooms: rooms.collect::<rusqlite::Result<_>>()?,
    })
}

/// Bytes of all files that people have sent, each kept once.
///
/// # Errors
/// The file failed.
pub fn stored_bytes(db: &Connection) -> Result<i64, Halt> {
    Ok(db.query_row("SELECT stored_bytes FROM server", [], |row| row.get(0))?)
}

/// How many messages there are: places taken in what is not deleted, told without counting rows.
///
/// # Errors
/// The file failed.
pub fn messages(db: &Connection) -> Result<i64, Halt> {
    let sum = "SELECT coalesce(sum(last_seq), 0) FROM conversation WHERE deleted_at IS NULL";
    Ok(db.query_row(sum, [], |row| row.get(0))?)
}
