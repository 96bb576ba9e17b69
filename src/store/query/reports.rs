//! Reading what was reported, for who runs the server.

use rusqlite::{Connection, OptionalExtension, Row};

use super::{Page, Window};
use crate::{
    model::{Refusal, Report, ReportId},
    store::{Halt, sql::from_json},
};

const COLUMNS: &str = "
    SELECT r.id, reporter.username, r.reason, r.message, r.sender, sender.username, r.content,
           r.files, r.date, r.conversation, r.room, m.deleted_at IS NOT NULL OR m.id IS NULL,
           r.created_at, r.resolved_at, resolver.username
    FROM report r JOIN person reporter ON reporter.id = r.reporter
    JOIN person sender ON sender.id = r.sender
    LEFT JOIN message m ON m.id = r.message
    LEFT JOIN person resolver ON resolver.id = r.resolved_by";

fn report_of(row: &Row<'_>) -> rusqlite::Result<Report> {
    Ok(Report {
        id: row.get(0)?,
        reporter: row.get(1)?,
        reason: row.get(2)?,
        message: row.get(3)?,
        sender_id: row.get(4)?,
        sender: row.get(5)?,
        content: row.get(6)?,
        files: from_json(row, 7)?,
        date: row.get(8)?,
        conversation: row.get(9)?,
        room: row.get(10)?,
        is_gone: row.get(11)?,
        created_at: row.get(12)?,
        resolved: match row.get::<_, Option<_>>(13)? {
            Some(at) => Some((at, row.get(14)?)),
            None => None,
        },
    })
}

/// One report.
///
/// # Errors
/// `not_found`.
pub fn find(db: &Connection, id: ReportId) -> Result<Report, Halt> {
    db.prepare_cached(&format!("{COLUMNS} WHERE r.id = ?1"))?
        .query_row([id], report_of)
        .optional()?
        .ok_or_else(|| Refusal::not_found().into())
}

/// All reports, newest first; only those that are open, or only others, if asked.
///
/// # Errors
/// The file failed.
pub fn list(db: &Connection, open: Option<bool>, window: Window) -> Result<Page<Report>, Halt> {
    let total = db
        .prepare_cached(
            "SELECT count(*) FROM report WHERE ?1 IS NULL OR (resolved_at IS NULL) = ?1",
        )?
        .query_row([open], |row| row.get(0))?;
    let items = db
        .prepare_cached(&format!(
            "{COLUMNS} WHERE ?1 IS NULL OR (r.resolved_at IS NULL) = ?1
             ORDER BY r.id DESC LIMIT ?2 OFFSET ?3"
        ))?
        .query_map((open, window.limit, window.offset), report_of)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Page { items, total })
}
