//! Reading people and rooms as who runs the server sees them.

use rusqlite::{Connection, OptionalExtension, named_params};

use super::{Page, Window, people};
use crate::{
    model::{ConversationId, Person, Refusal, Timestamp, UserId, text::folded},
    store::Halt,
};

/// A person, and what only administrators see of them.
#[derive(Clone, Debug)]
pub struct Account {
    /// Who.
    pub person: Person,
    /// Whether they are kept out.
    pub is_disabled: bool,
    /// Bytes of the files that they have sent.
    pub stored_bytes: i64,
    /// In how many places they are signed in.
    pub session_count: i64,
}

/// One account.
///
/// # Errors
/// The file failed.
pub fn account(db: &Connection, id: UserId) -> Result<Account, Halt> {
    let person = people::known(db, id)?;
    let mut more = db.prepare_cached(
        "SELECT disabled_at IS NOT NULL, stored_bytes,
                (SELECT count(*) FROM session WHERE person = ?1)
         FROM person WHERE id = ?1",
    )?;
    Ok(more.query_row([id], |row| {
        Ok(Account {
            person,
            is_disabled: row.get(0)?,
            stored_bytes: row.get(1)?,
            session_count: row.get(2)?,
        })
    })?)
}

/// Accounts whose username or shown name holds `part`, by name.
///
/// # Errors
/// The file failed.
pub fn accounts(db: &Connection, part: &str, window: Window) -> Result<Page<Account>, Halt> {
    let Page { items, total } = people::list(db, part, None, window)?;
    let items = items.iter().map(|person| account(db, person.id)).collect::<Result<_, Halt>>()?;
    Ok(Page { items, total })
}

/// A room as who runs the server sees it: not what is said in it.
#[derive(Clone, Debug)]
pub struct Room {
    /// Which.
    pub id: ConversationId,
    /// What it is called.
    pub name: String,
    /// What it is about.
    pub topic: String,
    /// Whether only members know of it.
    pub is_private: bool,
    /// The username of who owns it.
    pub owner: Option<String>,
    /// How many are in it.
    pub member_count: i64,
    /// How many messages it has, those that lost their content included.
    pub message_count: i64,
    /// Bytes of the files sent there.
    pub stored_bytes: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last written to.
    pub active_at: Timestamp,
}

/// One room.
///
/// # Errors
/// `not_found`.
pub fn room(db: &Connection, id: ConversationId) -> Result<Room, Halt> {
    let mut one = db.prepare_cached(
        "SELECT c.name, c.topic, c.is_private, p.username, c.member_count, c.last_seq,
                (SELECT coalesce(sum(f.size), 0) FROM attachment a
                 JOIN file f ON f.number = a.file WHERE a.conversation = c.id),
                c.created_at, c.active_at
         FROM conversation c LEFT JOIN person p ON p.id = c.owner
         WHERE c.id = ?1 AND c.kind = 'room' AND c.deleted_at IS NULL",
    )?;
    let found = one.query_row([id], |row| {
        Ok(Room {
            id,
            name: row.get(0)?,
            topic: row.get(1)?,
            is_private: row.get(2)?,
            owner: row.get(3)?,
            member_count: row.get(4)?,
            message_count: row.get(5)?,
            stored_bytes: row.get(6)?,
            created_at: row.get(7)?,
            active_at: row.get(8)?,
        })
    });
    found.optional()?.ok_or_else(|| Refusal::not_found().into())
}

/// All rooms whose name or topic holds `part`, latest activity first.
///
/// # Errors
/// The file failed.
pub fn rooms(db: &Connection, part: &str, window: Window) -> Result<Page<Room>, Halt> {
    let part = folded(part);
    let condition = "WHERE kind = 'room' AND deleted_at IS NULL
        AND (:part = '' OR instr(folded(name), :part) OR instr(folded(topic), :part))";
    let total = db
        .prepare_cached(&format!("SELECT count(*) FROM conversation {condition}"))?
        .query_row(named_params! { ":part": part }, |row| row.get(0))?;
    let mut page = db.prepare_cached(&format!(
        "SELECT id FROM conversation {condition}
         ORDER BY active_at DESC, id DESC LIMIT :limit OFFSET :offset"
    ))?;
    let parameters =
        named_params! { ":part": part, ":limit": window.limit, ":offset": window.offset };
    let ids = page.query_map(parameters, |row| row.get(0))?;
    let items = ids.map(|id| room(db, id?)).collect::<Result<_, Halt>>()?;
    Ok(Page { items, total })
}
