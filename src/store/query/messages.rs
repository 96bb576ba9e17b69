//! Reading messages. A page costs the same however long the conversation is: each is one walk
//! along an index.

use rusqlite::{Connection, OptionalExtension, Row};

use super::{Page, standing::standing};
use crate::{
    change::ConversationRef,
    model::{ConversationId, Message, MessageId, Refusal, Rev, Seq, UserId, rules},
    store::Halt,
};

/// A message's columns, in the order that `message_of` takes them. Whether somebody else than the
/// sender has read it is told by the two furthest read marks of its conversation.
const COLUMNS: &str = "
    SELECT m.id, m.conversation, m.seq, m.rev, m.posted_rev, m.content, m.date, m.sender,
           p.username, m.client_id, m.reply_to, m.edited_at, m.deleted_at IS NOT NULL,
           m.seq <= CASE WHEN c.top_reader IS m.sender THEN c.next_read_seq ELSE c.top_read_seq END
    FROM message m JOIN person p ON p.id = m.sender JOIN conversation c ON c.id = m.conversation";

fn message_of(row: &Row<'_>) -> rusqlite::Result<Message> {
    Ok(Message {
        id: row.get(0)?,
        conversation: row.get(1)?,
        seq: row.get(2)?,
        rev: row.get(3)?,
        posted_rev: row.get(4)?,
        content: row.get(5)?,
        date: row.get(6)?,
        sender_id: row.get(7)?,
        sender: row.get(8)?,
        client_id: row.get(9)?,
        reply_to: row.get(10)?,
        edited_at: row.get(11)?,
        is_deleted: row.get(12)?,
        is_read: row.get(13)?,
    })
}

/// Which stretch of a conversation is wanted.
#[derive(Clone, Copy, Debug)]
pub enum Stretch {
    /// The newest.
    Newest,
    /// The newest after skipping so many.
    NewestBut(i64),
    /// Those just before a place.
    Before(Seq),
    /// Those just after a place.
    After(Seq),
}

/// A stretch of a conversation, oldest first, for its members.
///
/// # Errors
/// `forbidden` or `not_found`.
pub fn list(
    db: &Connection,
    which: &ConversationRef,
    caller: UserId,
    stretch: Stretch,
    limit: i64,
) -> Result<(ConversationId, Page<Message>), Halt> {
    let (id, standing) = standing(db, which, caller)?;
    rules::may_take_part(&standing)?;
    let total: i64 = db
        .prepare_cached("SELECT last_seq FROM conversation WHERE id = ?1")?
        .query_row([id], |row| row.get(0))?;
    let items = match stretch {
        Stretch::Newest => before(db, id, Seq(i64::MAX), limit)?,
        Stretch::NewestBut(skip) => before(db, id, Seq((total - skip).max(0) + 1), limit)?,
        Stretch::Before(seq) => before(db, id, seq, limit)?,
        Stretch::After(seq) => after(db, id, seq, limit)?,
    };
    Ok((id, Page { items, total }))
}

fn before(
    db: &Connection,
    id: ConversationId,
    seq: Seq,
    limit: i64,
) -> rusqlite::Result<Vec<Message>> {
    let mut page = db.prepare_cached(&format!(
        "{COLUMNS} WHERE m.conversation = ?1 AND m.seq < ?2 ORDER BY m.seq DESC LIMIT ?3"
    ))?;
    let mut messages: Vec<Message> =
        page.query_map((id, seq, limit), message_of)?.collect::<rusqlite::Result<_>>()?;
    messages.reverse();
    Ok(messages)
}

fn after(
    db: &Connection,
    id: ConversationId,
    seq: Seq,
    limit: i64,
) -> rusqlite::Result<Vec<Message>> {
    let mut page = db.prepare_cached(&format!(
        "{COLUMNS} WHERE m.conversation = ?1 AND m.seq > ?2 ORDER BY m.seq LIMIT ?3"
    ))?;
    page.query_map((id, seq, limit), message_of)?.collect()
}

/// The message at a place.
///
/// # Errors
/// The file failed.
pub fn at(db: &Connection, id: ConversationId, seq: Seq) -> rusqlite::Result<Option<Message>> {
    db.prepare_cached(&format!("{COLUMNS} WHERE m.conversation = ?1 AND m.seq = ?2"))?
        .query_row((id, seq), message_of)
        .optional()
}

/// A message, whoever asks.
///
/// # Errors
/// `not_found`.
pub fn find(db: &Connection, id: MessageId) -> Result<Message, Halt> {
    db.prepare_cached(&format!("{COLUMNS} WHERE m.id = ?1"))?
        .query_row([id], message_of)
        .optional()?
        .ok_or_else(|| Refusal::not_found().into())
}

/// The message that a sender has posted under a name of their own.
///
/// # Errors
/// The file failed.
pub fn of_client_id(
    db: &Connection,
    sender: UserId,
    client_id: &str,
) -> rusqlite::Result<Option<Message>> {
    db.prepare_cached(&format!("{COLUMNS} WHERE m.sender = ?1 AND m.client_id = ?2"))?
        .query_row((sender, client_id), message_of)
        .optional()
}

/// Messages of a conversation posted, edited or deleted since a change, at most `limit`, in order
/// of change.
///
/// # Errors
/// The file failed.
pub fn changed_since(
    db: &Connection,
    id: ConversationId,
    since: Rev,
    limit: i64,
) -> rusqlite::Result<Vec<Message>> {
    let mut changed = db.prepare_cached(&format!(
        "{COLUMNS} WHERE m.conversation = ?1 AND m.rev > ?2 ORDER BY m.rev LIMIT ?3"
    ))?;
    changed.query_map((id, since, limit), message_of)?.collect()
}
