//! Which conversation a request means, and what the caller is to it: the facts that `model::rules`
//! are asked with.

use rusqlite::{Connection, OptionalExtension, Row};

use super::blocks;
use crate::{
    change::ConversationRef,
    model::{ConversationId, Refusal, UserId, rules::Standing},
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

/// Which conversation is meant, and what the caller is to it: the facts of `rules`.
///
/// # Errors
/// `not_found` when there is none; `unauthorized` when the caller's account is gone or disabled.
pub fn standing(
    db: &Connection,
    which: &ConversationRef,
    caller: UserId,
) -> Result<(ConversationId, Standing), Halt> {
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
        Ok(Some((id, standing)))
    };
    let found = match which {
        ConversationRef::Id(id) => db
            .prepare_cached(
                "SELECT c.id, c.kind, c.is_private, c.id = s.general, m.role, c.pair, p.role
                 FROM person p JOIN server s
                 LEFT JOIN conversation c ON c.id = ?1 AND c.deleted_at IS NULL
                 LEFT JOIN member m ON m.conversation = c.id AND m.person = p.id
                 WHERE p.id = ?2 AND p.deleted_at IS NULL AND p.disabled_at IS NULL",
            )?
            .query_row((id, caller), facts),
        ConversationRef::Name(key) => db
            .prepare_cached(
                "SELECT c.id, c.kind, c.is_private, c.id = s.general, m.role, c.pair, p.role
                 FROM person p JOIN server s
                 LEFT JOIN conversation c ON c.name_key = ?1 AND c.deleted_at IS NULL
                 LEFT JOIN member m ON m.conversation = c.id AND m.person = p.id
                 WHERE p.id = ?2 AND p.deleted_at IS NULL AND p.disabled_at IS NULL",
            )?
            .query_row((key, caller), facts),
    };
    match found.optional()? {
        None => Err(Refusal::unauthorized().into()),
        Some(None) => Err(Refusal::not_found().into()),
        Some(Some(found)) => Ok(found),
    }
}
