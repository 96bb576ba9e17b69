//! Reading notifications.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::{Page, Window};
use crate::{
    model::{Notification, NotificationId, Rev, UserId},
    store::{Halt, sql::from_json},
};

const COLUMNS: &str = "SELECT id, data, is_read, date, created_rev, rev FROM notification";

fn notification_of(row: &Row<'_>) -> rusqlite::Result<Notification> {
    Ok(Notification {
        id: row.get(0)?,
        about: from_json(row, 1)?,
        is_read: row.get(2)?,
        date: row.get(3)?,
        created_rev: row.get(4)?,
        rev: row.get(5)?,
    })
}

/// A person's notifications, newest first; only unread ones, if asked.
///
/// # Errors
/// The file failed.
pub fn of(
    db: &Connection,
    person: UserId,
    only_unread: bool,
    window: Window,
) -> Result<Page<Notification>, Halt> {
    let condition = "WHERE person = :person AND NOT (:only_unread AND is_read)";
    let total = db
        .prepare_cached(&format!("SELECT count(*) FROM notification {condition}"))?
        .query_row(named_params! { ":person": person, ":only_unread": only_unread }, |row| {
            row.get(0)
        })?;
    let mut page = db.prepare_cached(&format!(
        "{COLUMNS} {condition} ORDER BY created_rev DESC, id DESC LIMIT :limit OFFSET :offset"
    ))?;
    let parameters = named_params! {
        ":person": person, ":only_unread": only_unread,
        ":limit": window.limit, ":offset": window.offset,
    };
    let items = page.query_map(parameters, notification_of)?.collect::<rusqlite::Result<_>>()?;
    Ok(Page { items, total })
}

/// One of a person's.
///
/// # Errors
/// The file failed.
pub fn find(
    db: &Connection,
    person: UserId,
    id: NotificationId,
) -> rusqlite::Result<Option<Notification>> {
    db.prepare_cached(&format!("{COLUMNS} WHERE id = ?1 AND person = ?2"))?
        .query_row((id, person), notification_of)
        .optional()
}

/// How many a person has not seen, those of directs aside: directs are counted where they stand.
///
/// # Errors
/// The file failed.
pub fn unread_count(db: &Connection, person: UserId) -> rusqlite::Result<i64> {
    db.prepare_cached(
        "SELECT count(*) FROM notification
         WHERE person = ?1 AND NOT is_read AND action <> 'direct_message'",
    )?
    .query_row([person], |row| row.get(0))
}

/// A person's notifications added or read since a change, at most `limit`, in order of change.
///
/// # Errors
/// The file failed.
pub fn changed_since(
    db: &Connection,
    person: UserId,
    since: Rev,
    limit: i64,
) -> rusqlite::Result<Vec<Notification>> {
    db.prepare_cached(&format!("{COLUMNS} WHERE person = ?1 AND rev > ?2 ORDER BY rev LIMIT ?3"))?
        .query_map((person, since, limit), notification_of)?
        .collect()
}
