//! The schema's versions: from nothing, or step by step from any earlier one, or not at all.
//!
//! Each step is one transaction together with its `user_version`, so an interrupted upgrade leaves
//! the old version or the new one, whole.

use rusqlite::Connection;

/// What a new database is made of.
const SCHEMA: &str = include_str!("../../schema.sql");

/// Marks a file as Salon's: "Saln".
const APPLICATION_ID: i32 = 0x5361_6c6e;

/// `STEPS[n]` leads from version n + 1 to n + 2. A new database starts at the last.
const STEPS: &[&str] = &[
    include_str!("steps/2.sql"),
    include_str!("steps/3.sql"),
    include_str!("steps/4.sql"),
    include_str!("steps/5.sql"),
    include_str!("steps/6.sql"),
    include_str!("steps/7.sql"),
    include_str!("steps/8.sql"),
    include_str!("steps/9.sql"),
    include_str!("steps/10.sql"),
    include_str!("steps/11.sql"),
    include_str!("steps/12.sql"),
];

/// The version that this program reads and writes.
pub(super) const VERSION: i32 = 1 + STEPS.len() as i32;

/// What a database is before anything is done to it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing is in it.
    Empty,
    /// It is Salon's, of this version.
    Version(i32),
    /// It belongs to another program.
    Foreign,
}

pub(super) fn look(db: &Connection) -> rusqlite::Result<Found> {
    let version = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let application: i32 = db.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(match (application, tables) {
        (APPLICATION_ID, _) => Found::Version(version),
        (0, 0) => Found::Empty,
        _ => Found::Foreign,
    })
}

/// Makes the schema in an empty database.
pub(super) fn create(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch("BEGIN IMMEDIATE")?;
    let made = db.execute_batch(SCHEMA).and_then(|()| {
        db.pragma_update(None, "application_id", APPLICATION_ID)?;
        db.pragma_update(None, "user_version", VERSION)
    });
    finish(db, made)
}

/// Leads a database of an earlier version to this one.
pub(super) fn upgrade(db: &Connection, from: i32) -> rusqlite::Result<()> {
    for (step, version) in STEPS.iter().zip(2..).filter(|(_, version)| *version > from) {
        tracing::info!(version, "upgrading the database");
        db.execute_batch("BEGIN IMMEDIATE")?;
        let made =
            db.execute_batch(step).and_then(|()| db.pragma_update(None, "user_version", version));
        finish(db, made)?;
    }
    Ok(())
}

fn finish(db: &Connection, made: rusqlite::Result<()>) -> rusqlite::Result<()> {
    match made {
        Ok(()) => db.execute_batch("COMMIT"),
        Err(fault) => {
            let _ = db.execute_batch("ROLLBACK"); // the first fault is the one to tell
            Err(fault)
        }
    }
}
