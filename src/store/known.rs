//! What a database holds already, for who brings more: by which ids and names.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

use rusqlite::Connection;

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
    let general = db.query_row("SELECT general FROM server", [], |row| row.get(0))?;
    let people = db
        .prepare("SELECT id, iif(deleted_at IS NULL, username, username_key) FROM person")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let rooms = db
        .prepare("SELECT name_key FROM conversation WHERE name_key IS NOT NULL")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let conversations = db
        .prepare("SELECT id FROM conversation")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let directs = db
        .prepare(
            "SELECT low.person, high.person, c.id FROM conversation c
             JOIN member low ON low.conversation = c.id
             JOIN member high ON high.conversation = c.id AND high.person > low.person
             WHERE c.kind = 'direct'",
        )?
        .query_map([], |row| Ok(([row.get(0)?, row.get(1)?], row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let gone = db
        .prepare("SELECT id FROM conversation WHERE deleted_at IS NOT NULL")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let deleted = db
        .prepare("SELECT id FROM message WHERE deleted_at IS NOT NULL")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let enclosing = db
        .prepare("SELECT id FROM message WHERE attachments > 0")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let files = db
        .prepare("SELECT hash, id FROM file WHERE hash IS NOT NULL")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Known { general, people, rooms, conversations, directs, gone, deleted, enclosing, files })
}
