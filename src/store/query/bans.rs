//! Reading who and what is kept out.

use rusqlite::{Connection, OptionalExtension};

use super::{Page, Window};
use crate::{
    event::BannedAddresses,
    model::{Ban, BanId, Network, Refusal, Timestamp, UserId},
    store::Halt,
};

fn networks(db: &Connection, ban: BanId) -> rusqlite::Result<Vec<Network>> {
    db.prepare_cached("SELECT network FROM banned_network WHERE ban = ?1 ORDER BY network")?
        .query_map([ban], |row| row.get(0))?
        .collect()
}

/// One ban.
///
/// # Errors
/// `not_found`.
pub fn find(db: &Connection, id: BanId) -> Result<Ban, Halt> {
    let found = db
        .prepare_cached(
            "SELECT p.username, b.reason, by.username, b.created_at, b.expires_at
             FROM ban b LEFT JOIN person p ON p.id = b.person
             LEFT JOIN person by ON by.id = b.created_by WHERE b.id = ?1",
        )?
        .query_row([id], |row| {
            Ok(Ban {
                id,
                username: row.get(0)?,
                networks: networks(db, id)?,
                reason: row.get(1)?,
                created_by: row.get(2)?,
                created_at: row.get(3)?,
                expires_at: row.get(4)?,
            })
        });
    found.optional()?.ok_or_else(|| Refusal::not_found().into())
}

/// All bans that hold, newest first.
///
/// # Errors
/// The file failed.
pub fn list(db: &Connection, at: Timestamp, window: Window) -> Result<Page<Ban>, Halt> {
    let total = db
        .prepare_cached("SELECT count(*) FROM ban WHERE expires_at IS NULL OR expires_at > ?1")?
        .query_row([at], |row| row.get(0))?;
    let mut page = db.prepare_cached(
        "SELECT id FROM ban WHERE expires_at IS NULL OR expires_at > ?1
         ORDER BY id DESC LIMIT ?2 OFFSET ?3",
    )?;
    let ids = page.query_map((at, window.limit, window.offset), |row| row.get(0))?;
    let items = ids.map(|id| find(db, id?)).collect::<Result<_, Halt>>()?;
    Ok(Page { items, total })
}

/// Why somebody is kept out at a time, if they are.
///
/// # Errors
/// The file failed.
pub fn of_person(
    db: &Connection,
    person: UserId,
    at: Timestamp,
) -> rusqlite::Result<Option<String>> {
    db.prepare_cached(
        "SELECT reason FROM ban WHERE person = ?1 AND (expires_at IS NULL OR expires_at > ?2)
         ORDER BY reason = '', id LIMIT 1",
    )?
    .query_row((person, at), |row| row.get(0))
    .optional()
}

/// Every ban of addresses.
///
/// # Errors
/// The file failed.
pub fn addresses(db: &Connection) -> Result<Vec<BannedAddresses>, Halt> {
    let mut all = db.prepare_cached(
        "SELECT id, expires_at FROM ban
         WHERE EXISTS (SELECT 1 FROM banned_network WHERE ban = id)",
    )?;
    let rows = all.query_map([], |row| {
        let ban = row.get(0)?;
        Ok(BannedAddresses { ban, networks: networks(db, ban)?, until: row.get(1)? })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
