//! What is kept for HTTPS.

use rusqlite::{Connection, OptionalExtension};

use crate::{change::Kept, store::Halt};

/// What is kept, if it is kept for this one.
///
/// # Errors
/// The file failed.
pub fn kept(db: &Connection, what: Kept, whose: &str) -> Result<Option<Vec<u8>>, Halt> {
    let mut read = db.prepare("SELECT bytes FROM certification WHERE what = ?1 AND whose = ?2")?;
    Ok(read.query_row((what.as_str(), whose), |row| row.get(0)).optional()?)
}
