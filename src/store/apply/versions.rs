//! What messages said before they were edited: kept at each edit, gone with the message.

use rusqlite::params;

use super::{Tx, mentions};
use crate::{
    model::{Message, message::VERSIONS_KEPT},
    store::Halt,
};

/// Keeps what a message says, which is about to be edited.
pub(super) fn keep(tx: &Tx<'_>, message: &Message) -> Result<(), Halt> {
    tx.db
        .prepare_cached(
            "INSERT INTO message_version (message, rev, content, mentions, date)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            message.posted_rev,
            tx.rev,
            message.content,
            mentions::json(&message.mentions)?,
            message.edited_at.unwrap_or(message.date),
        ])?;
    // what the message says now is one of those that are kept, and has no row
    tx.db
        .prepare_cached(
            "DELETE FROM message_version WHERE message = ?1 AND rev <=
                 (SELECT rev FROM message_version WHERE message = ?1
                  ORDER BY rev DESC LIMIT 1 OFFSET ?2)",
        )?
        .execute((message.posted_rev, VERSIONS_KEPT - 1))?;
    Ok(())
}

/// Forgets what a message said, which is deleted.
pub(super) fn forget(tx: &Tx<'_>, message: &Message) -> Result<(), Halt> {
    tx.db
        .prepare_cached("DELETE FROM message_version WHERE message = ?1")?
        .execute([message.posted_rev])?;
    Ok(())
}
