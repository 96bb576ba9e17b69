//! Reading invitations to make an account.

use rusqlite::{Connection, OptionalExtension, Row};

use super::{Page, Window};
use crate::{
    model::{ConversationId, Pass, PassId, Refusal},
    store::Halt,
};

/// A room that was deleted meanwhile is nobody's to come into.
const COLUMNS: &str = "
    SELECT i.id, i.token, i.uses, i.used, c.id, c.name, p.username, i.created_at, i.expires_at
    FROM pass i
    LEFT JOIN conversation c ON c.id = i.room AND c.deleted_at IS NULL
    LEFT JOIN person p ON p.id = i.created_by";

fn pass_of(row: &Row<'_>) -> rusqlite::Result<Pass> {
    Ok(Pass {
        id: row.get(0)?,
        token: row.get(1)?,
        uses: row.get(2)?,
        used: row.get(3)?,
        room: row.get::<_, Option<ConversationId>>(4)?.zip(row.get(5)?),
        created_by: row.get(6)?,
        created_at: row.get(7)?,
        expires_at: row.get(8)?,
    })
}

/// One of them.
///
/// # Errors
/// `not_found`.
pub fn find(db: &Connection, id: PassId) -> Result<Pass, Halt> {
    let found = db.prepare_cached(&format!("{COLUMNS} WHERE i.id = ?1"))?.query_row([id], pass_of);
    found.optional()?.ok_or_else(|| Refusal::not_found().into())
}

/// The one whose link holds this, whether it still counts or not.
///
/// # Errors
/// The file failed.
pub fn by_token(db: &Connection, token: &str) -> rusqlite::Result<Option<Pass>> {
    db.prepare_cached(&format!("{COLUMNS} WHERE i.token = ?1"))?
        .query_row([token], pass_of)
        .optional()
}

/// All of them, newest first.
///
/// # Errors
/// The file failed.
pub fn list(db: &Connection, window: Window) -> Result<Page<Pass>, Halt> {
    let total = db.prepare_cached("SELECT count(*) FROM pass")?.query_row([], |row| row.get(0))?;
    let mut page =
        db.prepare_cached(&format!("{COLUMNS} ORDER BY i.id DESC LIMIT ?1 OFFSET ?2"))?;
    let items = page.query_map((window.limit, window.offset), pass_of)?;
    Ok(Page { items: items.collect::<rusqlite::Result<_>>()?, total })
}
