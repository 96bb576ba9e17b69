//! Reading conversations, as one person sees them or as everyone does.

use rusqlite::{Connection, OptionalExtension};

use super::{Page, Window, messages, standing::standing};
use crate::{
    change::ConversationRef,
    model::{Conversation, ConversationId, Kind, Notify, Person, Player, Seq, UserId, rules},
    store::Halt,
};

/// The id of the room that everyone is in.
///
/// # Errors
/// The file failed.
pub fn general(db: &Connection) -> rusqlite::Result<ConversationId> {
    db.prepare_cached("SELECT general FROM server")?.query_row([], |row| row.get(0))
}

/// A conversation as `viewer` sees it; nobody's view without one. It must exist.
///
/// # Errors
/// The file failed.
pub fn view(
    db: &Connection,
    id: ConversationId,
    viewer: Option<UserId>,
) -> rusqlite::Result<Conversation> {
    let mut one = db.prepare_cached(
        "SELECT c.kind, c.name, c.topic, c.is_private, owner.username, c.member_count, c.last_seq,
                c.created_at, c.rev, m.role, m.last_read_seq, m.notify, other.id, other.username,
                c.slow_mode
         FROM conversation c
         LEFT JOIN person owner ON owner.id = c.owner
         LEFT JOIN member m ON m.conversation = c.id AND m.person = ?2 AND m.role IS NOT NULL
         LEFT JOIN person other ON other.id = (
             -- the members of a room are not gone through
             SELECT person FROM member
             WHERE c.kind = 'direct' AND conversation = c.id AND person <> ?2)
         WHERE c.id = ?1",
    )?;
    let mut conversation = one.query_row((id, viewer), |row| {
        let kind = row.get(0)?;
        let other: Option<UserId> = row.get(12)?;
        let name: Option<String> = row.get(13)?;
        Ok(Conversation {
            id,
            kind,
            name: row.get(1)?,
            topic: row.get(2)?,
            is_private: row.get(3)?,
            slow_mode: row.get(14)?,
            owner: row.get(4)?,
            other: other.zip(name),
            member_count: row.get(5)?,
            last_seq: row.get(6)?,
            created_at: row.get(7)?,
            rev: row.get(8)?,
            role: row.get(9)?,
            last_read_seq: row.get::<_, Option<Seq>>(10)?.unwrap_or_default(),
            notify: row.get::<_, Option<Notify>>(11)?.unwrap_or(Notify::All),
            unread_count: 0,
            last_message: None,
        })
    })?;
    // what is said in a room is for its members
    if let (Some(viewer), Some(_)) = (viewer, conversation.role)
        && conversation.last_seq > Seq(0)
    {
        let (read, last) = (conversation.last_read_seq, conversation.last_seq);
        conversation.unread_count = messages::unread(db, id, viewer, read, last)?;
        conversation.last_message = messages::last(db, id, viewer)?;
    }
    Ok(conversation)
}

/// One conversation, for whoever may know of it.
///
/// # Errors
/// `not_found`.
pub fn find(
    db: &Connection,
    which: &ConversationRef,
    caller: UserId,
) -> Result<Conversation, Halt> {
    let (id, standing) = standing(db, which, caller)?;
    rules::may_know(&standing)?;
    Ok(view(db, id, Some(caller))?)
}

/// The caller's conversations, latest activity first.
///
/// # Errors
/// The file failed.
pub fn of(db: &Connection, caller: UserId, window: Window) -> Result<Page<Conversation>, Halt> {
    let total = db
        .prepare_cached(
            "SELECT count(*) FROM member m JOIN conversation c ON c.id = m.conversation
             WHERE m.person = ?1 AND m.role IS NOT NULL AND c.deleted_at IS NULL",
        )?
        .query_row([caller], |row| row.get(0))?;
    Ok(Page { items: latest_of(db, caller, window)?, total })
}

/// The same, uncounted.
///
/// # Errors
/// The file failed.
pub fn latest_of(
    db: &Connection,
    caller: UserId,
    window: Window,
) -> Result<Vec<Conversation>, Halt> {
    let mut page = db.prepare_cached(
        "SELECT c.id FROM member m JOIN conversation c ON c.id = m.conversation
         WHERE m.person = ?1 AND m.role IS NOT NULL AND c.deleted_at IS NULL
         ORDER BY c.active_at DESC, c.id DESC LIMIT ?2 OFFSET ?3",
    )?;
    let ids = page.query_map((caller, window.limit, window.offset), |row| row.get(0))?;
    views(db, ids, Some(caller))
}

/// The ids of all conversations that a person is in.
///
/// # Errors
/// The file failed.
pub fn ids_of(db: &Connection, person: UserId) -> Result<Vec<ConversationId>, Halt> {
    let mut ids = db.prepare_cached(
        "SELECT c.id FROM member m JOIN conversation c ON c.id = m.conversation
         WHERE m.person = ?1 AND m.role IS NOT NULL AND c.deleted_at IS NULL",
    )?;
    let rows = ids.query_map([person], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Public rooms whose name or topic holds `part`, fullest first.
///
/// # Errors
/// The file failed.
pub fn directory(
    db: &Connection,
    caller: UserId,
    part: &str,
    window: Window,
) -> Result<Page<Conversation>, Halt> {
    let part = part.to_lowercase();
    let total = db
        .prepare_cached(
            "SELECT count(*) FROM conversation
             WHERE kind = 'room' AND NOT is_private AND deleted_at IS NULL
               AND (?1 = '' OR instr(name_key, ?1) OR instr(lower(topic), ?1))",
        )?
        .query_row([&part], |row| row.get(0))?;
    let mut page = db.prepare_cached(
        "SELECT id FROM conversation
         WHERE kind = 'room' AND NOT is_private AND deleted_at IS NULL
           AND (?1 = '' OR instr(name_key, ?1) OR instr(lower(topic), ?1))
         ORDER BY member_count DESC, name_key LIMIT ?2 OFFSET ?3",
    )?;
    let ids = page.query_map((&part, window.limit, window.offset), |row| row.get(0))?;
    let items = views(db, ids, Some(caller))?;
    Ok(Page { items, total })
}

fn views(
    db: &Connection,
    ids: impl Iterator<Item = rusqlite::Result<ConversationId>>,
    viewer: Option<UserId>,
) -> Result<Vec<Conversation>, Halt> {
    ids.map(|id| Ok(view(db, id?, viewer)?)).collect()
}

/// Who is in a conversation, by name, for its members.
///
/// # Errors
/// `forbidden` or `not_found`.
pub fn members(
    db: &Connection,
    which: &ConversationRef,
    caller: UserId,
    window: Window,
) -> Result<Page<(Person, crate::model::RoomRole)>, Halt> {
    let (id, standing) = standing(db, which, caller)?;
    rules::may_take_part(&standing)?;
    let total = db
        .prepare_cached("SELECT member_count FROM conversation WHERE id = ?1")?
        .query_row([id], |row| row.get(0))?;
    let mut page = db.prepare_cached(
        "SELECT p.id, m.role FROM member m JOIN person p ON p.id = m.person
         WHERE m.conversation = ?1 AND m.role IS NOT NULL
         ORDER BY p.username_key LIMIT ?2 OFFSET ?3",
    )?;
    let rows = page.query_map((id, window.limit, window.offset), |row| {
        Ok((row.get::<_, UserId>(0)?, row.get(1)?))
    })?;
    let mut items = Vec::new();
    for row in rows {
        let (person, role) = row?;
        items.push((super::people::known(db, person)?, role));
    }
    Ok(Page { items, total })
}

/// The direct of two people, if they have one.
///
/// # Errors
/// The file failed.
pub fn direct_of(
    db: &Connection,
    one: UserId,
    other: UserId,
) -> rusqlite::Result<Option<ConversationId>> {
    db.prepare_cached("SELECT id FROM conversation WHERE pair = ?1")?
        .query_row([pair(one, other)], |row| row.get(0))
        .optional()
}

/// The other person of a direct.
///
/// # Errors
/// The file failed.
pub fn other_of(db: &Connection, id: ConversationId, one: UserId) -> rusqlite::Result<Player> {
    db.prepare_cached(
        "SELECT p.id, p.username FROM member m JOIN person p ON p.id = m.person
         WHERE m.conversation = ?1 AND m.person <> ?2",
    )?
    .query_row((id, one), |row| Ok(Player { id: row.get(0)?, username: row.get(1)? }))
}

/// What makes the direct of two people unique, whoever opens it.
#[must_use]
pub fn pair(one: UserId, other: UserId) -> Vec<u8> {
    let (low, high) = if one <= other { (one, other) } else { (other, one) };
    [low.0.as_bytes().as_slice(), high.0.as_bytes()].concat()
}

/// Whether a conversation is a room or a direct.
///
/// # Errors
/// The file failed.
pub fn kind(db: &Connection, id: ConversationId) -> rusqlite::Result<Kind> {
    db.prepare_cached("SELECT kind FROM conversation WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
}
