//! Which conversation a request means, and what the caller is to it: the facts that `model::rules`
//! are asked with.

use rusqlite::{Connection, OptionalExtension, Row};

use super::blocks;
use crate::{
    change::ConversationRef,
    model::{ConversationId, Refusal, Seq, SlowMode, Timestamp, UserId, rules::Standing},
    store::Halt,
};

/// Which room is meant, and whether only its members know of it; for who runs the server.
///
/// # Errors
/// `not_found` when there is none.
pub fn room(db: &Connection, which: &ConversationRef) -> Result<(ConversationId, bool), Halt> {
    let (id, name) = match which {
        ConversationRef::Id(id) => (Some(*id), None),
        ConversationRef::Name(key) => (None, Some(key)),
    };
    db.prepare_cached(
        "SELECT id, is_private FROM conversation
         WHERE (id = ?1 OR name_key = ?2) AND kind = 'room' AND deleted_at IS NULL",
    )?
    .query_row((id, name), |row| Ok((row.get(0)?, row.get(1)?)))
    .optional()?
    .ok_or_else(|| Refusal::not_found().into())
}

/// The turn of somebody who says something: what else is needed of the same rows.
pub struct Turn {
    /// The place that is next.
    pub seq: Seq,
    /// What the room is called; a direct has no name.
    pub name: Option<String>,
    /// Who says it.
    pub username: String,
    /// How seldom members may.
    pub slow_mode: SlowMode,
    /// When they last did.
    pub last: Option<Timestamp>,
    /// How far they have read.
    pub read: Seq,
}

macro_rules! facts {
    ($which:literal) => {
        concat!(
            "SELECT c.id, c.kind, c.is_private, c.id = s.general, m.role, c.pair, p.role,
                    c.last_seq + 1, c.name, p.username, c.slow_mode, m.wrote_at,
                    coalesce(m.last_read_seq, 0)
             FROM person p JOIN server s
             LEFT JOIN conversation c ON ",
            $which,
            " = ?1 AND c.deleted_at IS NULL
             LEFT JOIN member m ON m.conversation = c.id AND m.person = p.id
             WHERE p.id = ?2 AND p.deleted_at IS NULL AND p.disabled_at IS NULL"
        )
    };
}

/// Which conversation is meant, and what the caller is to it: the facts of `rules`.
///
/// # Errors
/// `not_found` when there is none; `unauthorized` when the caller's account is gone or disabled.
pub fn standing(
    db: &Connection,
    which: &ConversationRef,
    caller: UserId,
) -> Result<(ConversationId, Standing), Halt> {
    find(db, which, caller, |_| Ok(())).map(|(id, standing, ())| (id, standing))
}

/// The same, and the caller's turn there.
///
/// # Errors
/// As of [`standing`].
pub fn turn(
    db: &Connection,
    which: &ConversationRef,
    caller: UserId,
) -> Result<(ConversationId, Standing, Turn), Halt> {
    find(db, which, caller, |row| {
        Ok(Turn {
            seq: row.get(7)?,
            name: row.get(8)?,
            username: row.get(9)?,
            slow_mode: row.get(10)?,
            last: row.get(11)?,
            read: row.get(12)?,
        })
    })
}

fn find<T>(
    db: &Connection,
    which: &ConversationRef,
    caller: UserId,
    more: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<(ConversationId, Standing, T), Halt> {
    let facts = |row: &Row<'_>| {
        let Some(id) = row.get(0)? else { return Ok(None) };
        let standing = Standing {
            kind: row.get(1)?,
            is_private: row.get(2)?,
            is_general: row.get(3)?,
            room_role: row.get(4)?,
            role: row.get(6)?,
            is_silent: match row.get::<_, Option<Vec<u8>>>(5)? {
                Some(pair) => blocks::parts_pair(db, &pair)?,
                None => false,
            },
        };
        Ok(Some((id, standing, more(row)?)))
    };
    let found = match which {
        ConversationRef::Id(id) => {
            db.prepare_cached(facts!("c.id"))?.query_row((id, caller), facts)
        }
        ConversationRef::Name(key) => {
            db.prepare_cached(facts!("c.name_key"))?.query_row((key, caller), facts)
        }
    };
    match found.optional()? {
        None => Err(Refusal::unauthorized().into()),
        Some(None) => Err(Refusal::not_found().into()),
        Some(Some(found)) => Ok(found),
    }
}
