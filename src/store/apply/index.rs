//! The index of what messages say: kept a little behind them, between other changes, so that no
//! sender waits for it. What is edited or deleted changes in it at once.

use rusqlite::{Connection, params};

use super::{Applied, Outcome, Tx};
use crate::{
    model::{
        ConversationId, Message, Rev, UserId,
        grams::{Folded, Grams},
    },
    store::{
        Halt,
        query::search::{indexed_rev, said},
    },
};

/// Adds the next messages that are not in it. `Marked` says how many.
pub(super) fn add_next(tx: &mut Tx<'_>, most: u32) -> Applied {
    let mut rows = tx.db.prepare_cached(
        "SELECT posted_rev, conversation, sender, content, attachments, deleted_at IS NOT NULL
         FROM message WHERE posted_rev > ?1 ORDER BY posted_rev LIMIT ?2",
    )?;
    let mut found = rows.query((indexed_rev(tx.db)?, most))?;
    let mut insert =
        tx.db.prepare_cached("INSERT INTO message_index (rowid, grams) VALUES (?1, ?2)")?;
    let (mut count, mut last) = (0, None);
    while let Some(row) = found.next()? {
        let rev: Rev = row.get(0)?;
        if !row.get::<_, bool>(5)? {
            let (place, sender, files) = (row.get(1)?, row.get(2)?, row.get(4)?);
            let content: String = row.get(3)?;
            let grams = grams(tx.db, (rev, place, sender), &content, files)?;
            insert.execute(params![rev, grams.as_str()])?;
        }
        (count, last) = (count + 1, Some(rev));
    }
    if let Some(last) = last {
        tx.db.prepare_cached("UPDATE server SET indexed_rev = ?1")?.execute([last])?;
    }
    Ok(Outcome::Marked(count))
}

/// A message says something else.
pub(super) fn replace(tx: &Tx<'_>, message: &Message) -> Result<(), Halt> {
    if message.posted_rev > indexed_rev(tx.db)? {
        return Ok(()); // it comes with the next ones
    }
    let of = (message.posted_rev, message.conversation, message.sender_id);
    let files = i64::try_from(message.attachments.len()).unwrap_or_default();
    let grams = grams(tx.db, of, &message.content, files)?;
    tx.db
        .prepare_cached("INSERT OR REPLACE INTO message_index (rowid, grams) VALUES (?1, ?2)")?
        .execute(params![message.posted_rev, grams.as_str()])?;
    Ok(())
}

/// A message says nothing any more.
pub(super) fn forget(tx: &Tx<'_>, message: Rev) -> Result<(), Halt> {
    if message <= indexed_rev(tx.db)? {
        tx.db.prepare_cached("DELETE FROM message_index WHERE rowid = ?1")?.execute([message])?;
    }
    Ok(())
}

/// A room goes with all that was said in it.
pub(super) fn forget_conversation(tx: &Tx<'_>, id: ConversationId) -> Result<(), Halt> {
    tx.db.execute(
        "DELETE FROM message_index WHERE rowid IN (
             SELECT posted_rev FROM message
             WHERE conversation = ?1 AND deleted_at IS NULL AND posted_rev <= ?2)",
        params![id, indexed_rev(tx.db)?],
    )?;
    Ok(())
}

fn grams(
    db: &Connection,
    (message, place, sender): (Rev, ConversationId, UserId),
    content: &str,
    files: i64,
) -> rusqlite::Result<Grams> {
    let mut grams = Grams::default();
    grams.add_conversation(place);
    grams.add_sender(sender);
    if files > 0 {
        grams.add_file();
    }
    grams.add_text(Folded::of(&said(db, message, content, files)?).as_str());
    Ok(grams)
}
