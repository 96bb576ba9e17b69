//! Reading messages. A page costs the same however long the conversation is: each is one walk
//! along an index.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::{Page, attachments, blocks, standing::standing};
use crate::{
    change::ConversationRef,
    model::{
        ConversationId, Message, MessageId, Place, Player, Reaction, Refusal, Rev, Seq, UserId,
        message::Pin, rules,
    },
    store::{Halt, sql::json_list},
};

/// A message's columns, in the order that `message_of` takes them. Whether somebody else than the
/// sender has read it is told by the two furthest read marks of its conversation; who a direct's
/// message is for, by the pair of its people.
pub(super) const COLUMNS: &str = "
    SELECT m.id, m.conversation, m.seq, m.rev, m.posted_rev, m.content, m.date, m.sender,
           p.username, m.client_id, m.reply_to, m.edited_at, m.deleted_at IS NOT NULL,
           m.seq <= CASE WHEN c.top_reader IS m.sender THEN c.next_read_seq ELSE c.top_read_seq END,
           c.name, other.id, other.username, m.reactions, m.mentions, answered.seq,
           m.attachments, m.pinned_at, pinner.username, m.shown_as
    FROM message m JOIN person p ON p.id = m.sender JOIN conversation c ON c.id = m.conversation
    LEFT JOIN message answered ON answered.id = m.reply_to
    LEFT JOIN person pinner ON pinner.id = m.pinned_by
    LEFT JOIN person other
           ON other.id = CASE m.sender WHEN substr(c.pair, 1, 16) THEN substr(c.pair, 17)
                                       ELSE substr(c.pair, 1, 16) END";

/// Leaves out what a viewer, `:viewer`, does not hear: in rooms, those whom they block.
pub(super) const HEARD: &str = "(c.kind = 'direct' OR NOT EXISTS (
    SELECT 1 FROM block b WHERE b.person = :viewer AND b.blocked = m.sender AND b.is_on))";

/// How many names a reaction is shown with.
const NAMES: usize = 50;

pub(super) fn message_of(
    db: &Connection,
    viewer: Option<UserId>,
    row: &Row<'_>,
) -> rusqlite::Result<Message> {
    let place = match row.get(14)? {
        Some(name) => Place::Room(name),
        None => Place::Direct(Player { id: row.get(15)?, username: row.get(16)? }),
    };
    let (posted_rev, reactions): (Rev, i64) = (row.get(4)?, row.get(17)?);
    Ok(Message {
        id: row.get(0)?,
        conversation: row.get(1)?,
        place,
        seq: row.get(2)?,
        rev: row.get(3)?,
        posted_rev,
        content: row.get(5)?,
        date: row.get(6)?,
        sender_id: row.get(7)?,
        sender: row.get(8)?,
        client_id: row.get(9)?,
        reply_to: row.get::<_, Option<_>>(10)?.zip(row.get(19)?),
        edited_at: row.get(11)?,
        is_deleted: row.get(12)?,
        is_read: row.get(13)?,
        mentions: json_list(row, 18)?,
        reactions: match reactions {
            0 => Vec::new(),
            _ => reactions_to(db, viewer, posted_rev)?,
        },
        attachments: match row.get(20)? {
            0_i64 => Vec::new(),
            _ => attachments::of_message(db, posted_rev)?,
        },
        pin: row.get::<_, Option<_>>(21)?.zip(row.get(22)?).map(|(at, by)| Pin { at, by }),
        shown_as: row.get(23)?,
    })
}

/// What people whom the viewer hears make of a message, in the order of the first of each kind.
fn reactions_to(
    db: &Connection,
    viewer: Option<UserId>,
    posted_rev: Rev,
) -> rusqlite::Result<Vec<Reaction>> {
    let mut rows = db.prepare_cached(
        "SELECT r.emoji, p.username FROM reaction r JOIN person p ON p.id = r.person
         WHERE r.message = ?1
           AND NOT EXISTS (SELECT 1 FROM block WHERE person = ?2 AND blocked = r.person AND is_on)
         ORDER BY r.rev",
    )?;
    let mut reactions: Vec<Reaction> = Vec::new();
    let made = rows.query_map((posted_rev, viewer), |row| Ok((row.get(0)?, row.get(1)?)))?;
    for made in made {
        let (emoji, username): (String, String) = made?;
        let known = reactions.iter_mut().find(|known| known.emoji == emoji);
        match known {
            Some(known) => {
                known.count += 1;
                if known.usernames.len() < NAMES {
                    known.usernames.push(username);
                }
            }
            None => reactions.push(Reaction { emoji, count: 1, usernames: vec![username] }),
        }
    }
    Ok(reactions)
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
        Stretch::Newest => before(db, id, caller, Seq(i64::MAX), limit)?,
        Stretch::NewestBut(skip) => before(db, id, caller, Seq((total - skip).max(0) + 1), limit)?,
        Stretch::Before(seq) => before(db, id, caller, seq, limit)?,
        Stretch::After(seq) => after(db, id, caller, seq, limit)?,
    };
    Ok((id, Page { items, total }))
}

fn before(
    db: &Connection,
    id: ConversationId,
    viewer: UserId,
    seq: Seq,
    limit: i64,
) -> rusqlite::Result<Vec<Message>> {
    let mut page = db.prepare_cached(&format!(
        "{COLUMNS} WHERE m.conversation = :id AND m.seq < :seq AND {HEARD}
         ORDER BY m.seq DESC LIMIT :limit"
    ))?;
    let parameters = named_params! { ":id": id, ":seq": seq, ":viewer": viewer, ":limit": limit };
    let rows = page.query_map(parameters, |row| message_of(db, Some(viewer), row))?;
    let mut messages = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    messages.reverse();
    Ok(messages)
}

pub(super) fn after(
    db: &Connection,
    id: ConversationId,
    viewer: UserId,
    seq: Seq,
    limit: i64,
) -> rusqlite::Result<Vec<Message>> {
    let mut page = db.prepare_cached(&format!(
        "{COLUMNS} WHERE m.conversation = :id AND m.seq > :seq AND {HEARD}
         ORDER BY m.seq LIMIT :limit"
    ))?;
    let parameters = named_params! { ":id": id, ":seq": seq, ":viewer": viewer, ":limit": limit };
    page.query_map(parameters, |row| message_of(db, Some(viewer), row))?.collect()
}

/// The last message of a conversation that a viewer hears.
///
/// # Errors
/// The file failed.
pub fn last(
    db: &Connection,
    id: ConversationId,
    viewer: UserId,
) -> rusqlite::Result<Option<Message>> {
    Ok(before(db, id, viewer, Seq(i64::MAX), 1)?.pop())
}

/// How many messages after a place a member has still to read. Who keeps silence with somebody has
/// them counted one by one, up to a bound.
///
/// # Errors
/// The file failed.
pub fn unread(
    db: &Connection,
    id: ConversationId,
    member: UserId,
    read: Seq,
    last: Seq,
) -> rusqlite::Result<i64> {
    if last <= read || !blocks::blocks_anyone(db, member)? {
        return Ok((last.0 - read.0).max(0));
    }
    let mut count = db.prepare_cached(&format!(
        "SELECT count(*) FROM (
             SELECT 1 FROM message m JOIN conversation c ON c.id = m.conversation
             WHERE m.conversation = :id AND m.seq > :read AND {HEARD} LIMIT 1000)"
    ))?;
    count.query_row(named_params! { ":id": id, ":read": read, ":viewer": member }, |row| row.get(0))
}

/// The message at a place.
///
/// # Errors
/// The file failed.
pub fn at(db: &Connection, id: ConversationId, seq: Seq) -> rusqlite::Result<Option<Message>> {
    db.prepare_cached(&format!("{COLUMNS} WHERE m.conversation = ?1 AND m.seq = ?2"))?
        .query_row((id, seq), |row| message_of(db, None, row))
        .optional()
}

/// A message, whoever asks.
///
/// # Errors
/// `not_found`.
pub fn find(db: &Connection, id: MessageId) -> Result<Message, Halt> {
    db.prepare_cached(&format!("{COLUMNS} WHERE m.id = ?1"))?
        .query_row([id], |row| message_of(db, None, row))
        .optional()?
        .ok_or_else(|| Refusal::not_found().into())
}

/// A message by its row number, as a viewer sees it.
///
/// # Errors
/// The file failed.
pub fn of_rev(db: &Connection, rev: Rev, viewer: UserId) -> rusqlite::Result<Message> {
    posted(db, rev, Some(viewer))
}

fn posted(db: &Connection, rev: Rev, viewer: Option<UserId>) -> rusqlite::Result<Message> {
    db.prepare_cached(&format!("{COLUMNS} WHERE m.posted_rev = ?1"))?
        .query_row([rev], |row| message_of(db, viewer, row))
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
    // there is hardly ever one, which costs one look without all that belongs to a message
    let rev = db
        .prepare_cached("SELECT posted_rev FROM message WHERE sender = ?1 AND client_id = ?2")?
        .query_row((sender, client_id), |row| row.get(0))
        .optional()?;
    rev.map(|rev| posted(db, rev, None)).transpose()
}

/// Messages of a conversation that a viewer hears and that were posted, edited, deleted,
/// reacted to or pinned since a change, at most `limit`, in order of change.
///
/// # Errors
/// The file failed.
pub fn changed_since(
    db: &Connection,
    id: ConversationId,
    viewer: UserId,
    since: Rev,
    limit: i64,
) -> rusqlite::Result<Vec<Message>> {
    let place = place_at(db, id, since)?;
    let new = after(db, id, viewer, place, limit)?;
    let mut changed = db.prepare_cached(&format!(
        "{COLUMNS} WHERE m.conversation = :id AND m.rev > :since AND m.rev <> m.posted_rev
           AND m.posted_rev <= :since AND {HEARD}
         ORDER BY m.rev LIMIT :limit"
    ))?;
    let parameters =
        named_params! { ":id": id, ":since": since, ":viewer": viewer, ":limit": limit };
    let mut messages: Vec<Message> = changed
        .query_map(parameters, |row| message_of(db, Some(viewer), row))?
        .collect::<rusqlite::Result<_>>()?;
    messages.extend(new);
    messages.sort_by_key(|message| message.rev);
    messages.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(messages)
}

/// The place of the last message of a conversation that had been posted by a change; 0 for none.
/// Places lie in the order of posting, so it is found by halving, and at once where little is new.
fn place_at(db: &Connection, id: ConversationId, rev: Rev) -> rusqlite::Result<Seq> {
    let last: i64 = db
        .prepare_cached("SELECT last_seq FROM conversation WHERE id = ?1")?
        .query_row([id], |row| row.get(0))?;
    let mut posted =
        db.prepare_cached("SELECT posted_rev FROM message WHERE conversation = ?1 AND seq = ?2")?;
    let mut is_known = |place: i64| -> rusqlite::Result<bool> {
        Ok(posted.query_row((id, place), |row| row.get::<_, Rev>(0))? <= rev)
    };
    let (mut known, mut step) = (last, 1);
    while known > 0 && !is_known(known)? {
        known = (known - step).max(0);
        step *= 2;
    }
    let mut unknown = (known + step).min(last + 1);
    while unknown - known > 1 {
        let middle = known + (unknown - known) / 2;
        if is_known(middle)? { known = middle } else { unknown = middle }
    }
    Ok(Seq(known))
}
