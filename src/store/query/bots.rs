//! Reading bots and their tokens.

use rusqlite::{Connection, OptionalExtension};

use super::{Page, Window, administration, people};
use crate::{
    change::PersonRef,
    model::{
        Bot, Refusal, Role, SessionId, Timestamp, UserId,
        bot::{BotToken, Scopes},
    },
    store::Halt,
};

/// A bot.
///
/// # Errors
/// `not_found` for nobody, for people, and for the bots of hooks.
pub fn find(db: &Connection, who: &PersonRef) -> Result<Bot, Halt> {
    let person = people::find(db, who)?;
    if person.role != Role::Bot || is_of_hook(db, person.id)? {
        return Err(Refusal::not_found().into());
    }
    let is_disabled = administration::account(db, person.id)?.is_disabled;
    let tokens = tokens_of(db, person.id)?;
    Ok(Bot { person, is_disabled, tokens })
}

/// Whether a bot speaks for a hook: it is made and ends with that, and signs in nowhere.
fn is_of_hook(db: &Connection, bot: UserId) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT EXISTS (SELECT 1 FROM hook WHERE bot = ?1)")?
        .query_row([bot], |row| row.get(0))
}

fn tokens_of(db: &Connection, bot: UserId) -> rusqlite::Result<Vec<BotToken>> {
    let mut tokens = db.prepare_cached(
        "SELECT s.id, s.client, t.scopes, s.created_at, s.refreshed_at
         FROM session s JOIN bot_token t ON t.session = s.id WHERE s.person = ?1 ORDER BY s.id",
    )?;
    let rows = tokens.query_map([bot], |row| {
        let (created_at, used_at): (Timestamp, Timestamp) = (row.get(3)?, row.get(4)?);
        Ok(BotToken {
            id: row.get(0)?,
            name: row.get(1)?,
            scopes: row.get(2)?,
            created_at,
            used_at: (used_at > created_at).then_some(used_at),
        })
    })?;
    rows.collect()
}

/// How many there are, those of hooks aside.
///
/// # Errors
/// The file failed.
pub fn count(db: &Connection) -> rusqlite::Result<i64> {
    db.prepare_cached(
        "SELECT count(*) FROM person p WHERE role = 'bot' AND deleted_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM hook WHERE bot = p.id)",
    )?
    .query_row([], |row| row.get(0))
}

/// All of them but those of hooks, by name.
///
/// # Errors
/// The file failed.
pub fn list(db: &Connection, window: Window) -> Result<Page<Bot>, Halt> {
    let total = count(db)?;
    let page = people::in_order(
        db,
        "SELECT id FROM person p WHERE role = 'bot' AND deleted_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM hook WHERE bot = p.id)
         ORDER BY username_key LIMIT ?1 OFFSET ?2",
        (window.limit, window.offset),
    )?;
    let items = page.into_iter().map(|person| find(db, &PersonRef::Id(person.id)));
    Ok(Page { items: items.collect::<Result<_, _>>()?, total })
}

/// Whose token has this hash, by which session, and what may be done with it.
///
/// # Errors
/// The file failed.
pub fn shown(
    db: &Connection,
    hash: &[u8],
) -> rusqlite::Result<Option<(UserId, SessionId, Scopes)>> {
    db.prepare_cached(
        "SELECT s.person, s.id, t.scopes FROM bot_token t JOIN session s ON s.id = t.session
         WHERE t.hash = ?1",
    )?
    .query_row([hash], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
    .optional()
}
