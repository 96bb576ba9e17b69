//! A database as lines: everything that makes a community what it is, and nothing that lets anybody in
//! beside its people: no sessions, no keys, no links that sign somebody in.
//!
//! What always holds: the same rows give the same bytes, and lines stand in an order that bringing them in
//! keeps. Left out is what is on its way (uploads, invitations to games) or is kept only for clients
//! that were away (what was left, ended, deleted).

mod community;
mod said;

use std::{
    io::{self, Write},
    path::Path,
};

use rusqlite::{Connection, Params, Row};

use super::{OpenError, open};
use crate::change::{EndLine, FORMAT, HeadLine, Line};

/// Why there is no export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It cannot be read.
    #[error("cannot read the database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The lines cannot be written.
    #[error("cannot write the export: {0}")]
    Write(#[from] io::Error),
}

/// Writes a database that nobody serves.
///
/// # Errors
/// It cannot be read, or the lines cannot be written.
pub fn export_file(path: &Path, to: &mut impl Write) -> Result<u64, ExportError> {
    export(&open::connect(path, false)?, to)
}

/// Writes all that a database holds, in one snapshot; gives how many lines that took.
///
/// # Errors
/// It cannot be read, or the lines cannot be written.
pub fn export(db: &Connection, to: &mut impl Write) -> Result<u64, ExportError> {
    let snapshot = db.unchecked_transaction()?;
    let mut out = Out { db: &snapshot, to, lines: 0 };
    out.put(&HeadLine { format: FORMAT, version: env!("CARGO_PKG_VERSION").into() }.into())?;
    community::before(&mut out)?;
    said::all(&mut out)?;
    community::after(&mut out)?;
    let lines = out.lines;
    out.put(&EndLine { lines }.into())?;
    out.to.flush()?;
    Ok(lines + 1)
}

/// Where lines go.
struct Out<'a, W> {
    db: &'a Connection,
    to: &'a mut W,
    lines: u64,
}

impl<W: Write> Out<'_, W> {
    fn put(&mut self, line: &Line) -> Result<(), ExportError> {
        serde_json::to_writer(&mut *self.to, line).map_err(io::Error::from)?;
        self.to.write_all(b"\n")?;
        self.lines += 1;
        Ok(())
    }

    /// A line for each row.
    fn rows<L: Into<Line>>(
        &mut self,
        sql: &str,
        parameters: impl Params,
        line: impl Fn(&Row<'_>) -> rusqlite::Result<L>,
    ) -> Result<(), ExportError> {
        let mut all = self.db.prepare_cached(sql)?;
        let mut rows = all.query(parameters)?;
        while let Some(row) = rows.next()? {
            self.put(&line(row)?.into())?;
        }
        Ok(())
    }
}
