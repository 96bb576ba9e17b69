//! Reading which messages of a conversation are pinned.

use rusqlite::{Connection, named_params};

use super::{
    Page, Window,
    messages::{COLUMNS, HEARD, message_of},
    standing::standing,
};
use crate::{
    change::ConversationRef,
    model::{Message, UserId, rules},
    store::Halt,
};

/// The pinned messages of a conversation that the caller hears, the one pinned last first, for its
/// members.
///
/// # Errors
/// `forbidden` or `not_found`.
pub fn list(
    db: &Connection,
    which: &ConversationRef,
    caller: UserId,
    window: Window,
) -> Result<Page<Message>, Halt> {
    let (id, standing) = standing(db, which, caller)?;
    rules::may_take_part(&standing)?;
    let mut count = db.prepare_cached(&format!(
        "SELECT count(*) FROM message m JOIN conversation c ON c.id = m.conversation
         WHERE m.conversation = :id AND m.pinned_rev IS NOT NULL AND {HEARD}"
    ))?;
    let total =
        count.query_row(named_params! { ":id": id, ":viewer": caller }, |row| row.get(0))?;
    let mut page = db.prepare_cached(&format!(
        "{COLUMNS} WHERE m.conversation = :id AND m.pinned_rev IS NOT NULL AND {HEARD}
         ORDER BY m.pinned_rev DESC LIMIT :limit OFFSET :offset"
    ))?;
    let parameters = named_params! {
        ":id": id, ":viewer": caller, ":limit": window.limit, ":offset": window.offset,
    };
    let rows = page.query_map(parameters, |row| message_of(db, Some(caller), row))?;
    Ok(Page { items: rows.collect::<rusqlite::Result<_>>()?, total })
}
