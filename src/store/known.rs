//! What a database holds already, for who brings more: by which ids and names.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

use rusqlite::{Connection, Row, types::FromSql};

use super::{OpenError, open, open::sqlite_error};
use crate::model::{ConversationId, FileId, MessageId, UserId};

/// What is there already.
#[derive(Debug)]
pub struct Known {
    /// The room that everyone is in.
    pub general: ConversationId,
    /// Who has an account, and by which name; of those that were deleted, the key.
    pub people: HashMap<UserId, String>,
    /// The keys of rooms' names.
    pub rooms: HashSet<String>,
    /// Rooms and directs.
    pub conversations: HashSet<ConversationId>,
    /// Directs, by both people, the smaller id first.
    pub directs: HashMap<[UserId; 2], ConversationId>,
    /// Rooms that were deleted.
    pub gone: HashSet<ConversationId>,
    /// Messages that were deleted.
    pub deleted: HashSet<MessageId>,
    /// Messages that came with files.
    pub enclosing: HashSet<MessageId>,
    /// Files, by the SHA-256 of their bytes.
    pub files: HashMap<[u8; 32], FileId>,
}

/// Reads it of a database that nobody serves, and that is a server already.
///
/// # Errors
/// It cannot be read.
pub fn known(path: &Path) -> Result<Known, OpenError> {
    let db = open::connect(path, false)?;
    read(&db).map_err(|cause| sqlite_error(path, cause))
}

fn read(db: &Connection) -> rusqlite::Result<Known> {
    Ok(Known {
        general: db.query_row("SELECT general FROM server", [], first)?,
        people: all(
            db,
            "SELECT id, iif(deleted_at IS NULL, username, username_key) FROM person",
            both,
        )?,
        rooms: all(db, "SELECT name_key FROM conversation WHERE name_key IS NOT NULL", first)?,
        conversations: all(db, "SELECT id FROM conversation", first)?,
        directs: all(
            db,
            "SELECT low.person, high.person, c.id FROM conversation c
             JOIN member low ON low.conversation = c.id
             JOIN member high ON high.conversation = c.id AND high.person > low.person
             WHERE c.kind = 'direct'",
            |row| Ok(([row.get(0)?, row.get(1)?], row.get(2)?)),
        )?,
        gone: all(db, "SELECT id FROM conversation WHERE deleted_at IS NOT NULL", first)?,
        deleted: all(db, "SELECT id FROM message WHERE deleted_at IS NOT NULL", first)?,
        enclosing: all(db, "SELECT id FROM message WHERE attachments > 0", first)?,
        files: all(db, "SELECT hash, id FROM file WHERE hash IS NOT NULL", both)?,
    })
}

/// Every row, gathered.
fn all<T, C: FromIterator<T>>(
    db: &Connection,
    sql: &str,
    of: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<C> {
    db.prepare(sql)?.query_map([], of)?.collect()
}

fn first<T: FromSql>(row: &Row<'_>) -> rusqlite::Result<T> {
    row.get(0)
}

fn both<T: FromSql, U: FromSql>(row: &Row<'_>) -> rusqlite::Result<(T, U)> {
    Ok((row.get(0)?, row.get(1)?))
}
