//! Reading who keeps silence with whom.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use super::people;
use crate::{
    model::{ConversationId, Person, Rev, UserId},
    store::Halt,
};

/// Whether one of two people blocks the other.
///
/// # Errors
/// The file failed.
pub fn parts(db: &Connection, one: UserId, other: UserId) -> rusqlite::Result<bool> {
    Ok(blocks(db, one, other)? || blocks(db, other, one)?)
}

/// Members of a conversation who block somebody that has reacted to a message there: those together who
/// block the same people, each by id.
///
/// # Errors
/// The file failed.
pub fn keep_from_reactions(
    db: &Connection,
    id: ConversationId,
    posted_rev: Rev,
) -> rusqlite::Result<Vec<Vec<UserId>>> {
    let mut blocks = db.prepare_cached(
        "SELECT DISTINCT b.person, b.blocked FROM reaction r
         JOIN block b ON b.blocked = r.person AND b.is_on
         JOIN member m ON m.conversation = ?1 AND m.person = b.person AND m.role IS NOT NULL
         WHERE r.message = ?2",
    )?;
    let mut blocked: BTreeMap<UserId, BTreeSet<UserId>> = BTreeMap::new();
    for block in blocks.query_map((id, posted_rev), |row| Ok((row.get(0)?, row.get(1)?)))? {
        let (person, other) = block?;
        blocked.entry(person).or_default().insert(other);
    }
    let mut alike: BTreeMap<BTreeSet<UserId>, Vec<UserId>> = BTreeMap::new();
    for (person, others) in blocked {
        alike.entry(others).or_default().push(person);
    }
    Ok(alike.into_values().collect())
}

/// The same, of the pair that a direct is kept under.
pub(super) fn parts_pair(db: &Connection, pair: &[u8]) -> rusqlite::Result<bool> {
    let mut any = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM block WHERE is_on
                        AND person = substr(?1, 1, 16) AND blocked = substr(?1, 17))
             OR EXISTS (SELECT 1 FROM block WHERE is_on
                        AND person = substr(?1, 17) AND blocked = substr(?1, 1, 16))",
    )?;
    any.query_row([pair], |row| row.get(0))
}

/// Whether a person blocks another.
///
/// # Errors
/// The file failed.
pub fn blocks(db: &Connection, person: UserId, other: UserId) -> rusqlite::Result<bool> {
    db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM block WHERE person = ?1 AND blocked = ?2 AND is_on)",
    )?
    .query_row((person, other), |row| row.get(0))
}

/// Whether a person blocks anybody at all.
///
/// # Errors
/// The file failed.
pub fn blocks_anyone(db: &Connection, person: UserId) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT EXISTS (SELECT 1 FROM block WHERE person = ?1 AND is_on)")?
        .query_row([person], |row| row.get(0))
}

/// Whom a person blocks, by name.
///
/// # Errors
/// The file failed.
pub fn of(db: &Connection, person: UserId) -> Result<Vec<Person>, Halt> {
    people::in_order(
        db,
        "SELECT p.id FROM block b JOIN person p ON p.id = b.blocked
         WHERE b.person = ?1 AND b.is_on AND p.deleted_at IS NULL ORDER BY p.username_key",
        [person],
    )
}

/// Every block there is: who, and whom. Read once, at the start.
///
/// # Errors
/// The file failed.
pub fn all(db: &Connection) -> Result<Vec<(UserId, UserId)>, Halt> {
    let mut all = db.prepare("SELECT person, blocked FROM block WHERE is_on")?;
    let rows = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
