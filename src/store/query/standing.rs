//! Which conversation a request means, and what the caller is to it: the facts that `model::rules`
//! are asked with.

use rusqlite::{Connection, OptionalExtension, Row};

use super::blocks;
use crate::{
    change::ConversationRef,
    model::{ConversationId, Refusal, Role, UserId, rules::Standing},
    store::Halt,
};

/// Which conversation is meant, and what the caller is to it: the facts of `rules`.
///
/// # Errors
/// `not_found` when there is none; `unauthorized` when the caller's account is gone.
pub fn standing(
    db: &Connection,
    which: &ConversationRef,
    caller: UserId,
) -> Result<(ConversationId, Standing), Halt> {
    let role: Option<Role> = db
        .prepare_cached("SELECT role FROM person WHERE id = ?1 AND deleted_at IS NULL")?
        .query_row([caller], |row| row.get(0))
        .optional()?;
    let Some(role) = role else { return Err(Refusal::unauthorized().into()) };
    let facts = |row: &Row<'_>| {
        let id: ConversationId = row.get(0)?;
        let standing = Standing {
            kind: row.get(1)?,
            is_private: row.get(2)?,
            is_general: row.get(3)?,
            room_role: row.get(4)?,
            role,
            is_silent: match row.get::<_, Option<Vec<u8>>>(5)? {
                Some(pair) => blocks::parts_pair(db, &pair)?,
                None => false,
            },
        };
        Ok((id, standing))
    };
    let found = match which {
        ConversationRef::Id(id) => db
            .prepare_cached(
                "SELECT c.id, c.kind, c.is_private, c.id = s.general, m.role, c.pair
                 FROM conversation c JOIN server s
                 LEFT JOIN member m ON m.conversation = c.id AND m.person = ?2
                 WHERE c.id = ?1 AND c.deleted_at IS NULL",
            )?
            .query_row((id, caller), facts),
        ConversationRef::Name(key) => db
            .prepare_cached(
                "SELECT c.id, c.kind, c.is_private, c.id = s.general, m.role, c.pair
                 FROM conversation c JOIN server s
                 LEFT JOIN member m ON m.conversation = c.id AND m.person = ?2
                 WHERE c.name_key = ?1 AND c.deleted_at IS NULL",
            )?
            .query_row((key, caller), facts),
    };
    found.optional()?.ok_or_else(|| Refusal::not_found().into())
}
