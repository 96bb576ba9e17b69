//! A look at a file that may be served meanwhile: which version it has, whether it is whole, what it
//! remembers of time and of copies. Nothing is written, and nothing is left beside it.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::{
    OpenError,
    migrate::{self, Found},
    open,
};
use crate::model::Timestamp;

/// What a file says of itself.
#[derive(Debug)]
pub struct Examined {
    /// The schema that it has, and the one that this program reads.
    pub schema: (i32, i32),
    /// The first thing that does not fit together.
    pub damage: Option<String>,
    /// When the newest message was posted.
    pub newest: Option<Timestamp>,
    /// When a copy was last taken by this program.
    pub copied: Option<Timestamp>,
}

/// Looks at a file. Without a log beside it nobody writes there, and it is read as it lies; with one,
/// whoever reads it joins those who have it open.
///
/// # Errors
/// It cannot be opened, or is not ours.
pub fn examine(path: &Path, has_log: bool) -> Result<Examined, OpenError> {
    let failed = |cause| open::sqlite_error(path, cause);
    let db = connect(path, has_log).map_err(failed)?;
    let found = match migrate::look(&db).map_err(failed)? {
        Found::Version(found) => found,
        Found::Empty | Found::Foreign => return Err(OpenError::NotOurs { path: path.into() }),
    };
    let damage = match open::first_damage(&db) {
        Ok(damage) => damage,
        Err(error) => Some(error.to_string()),
    };
    // of another version these may not be there, and of a damaged file they mean nothing
    let time = |sql: &str| {
        let row = db.query_row(sql, [], |row| row.get::<_, Option<Timestamp>>(0)).optional();
        row.ok().flatten().flatten()
    };
    Ok(Examined {
        schema: (found, migrate::VERSION),
        damage,
        newest: time("SELECT date FROM message ORDER BY posted_rev DESC LIMIT 1"),
        copied: time("SELECT max(date) FROM audit WHERE action = 'backup_taken'"),
    })
}

fn connect(path: &Path, has_log: bool) -> rusqlite::Result<Connection> {
    if !has_log {
        return open::as_it_lies(path);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags)
}
