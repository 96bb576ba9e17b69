//! Looking whether a file is whole: its pages, what its rows say of each other, what they count, the
//! index of what was said, and the bytes of files against their sums.
//!
//! Reads one snapshot and changes nothing, so a file can be looked at while it is served.

use std::path::Path;

use ring::digest::{Context, SHA256};
use rusqlite::{Connection, ErrorCode};

use super::{
    OpenError, migrate,
    migrate::Found,
    open::{self, sqlite_error},
    query::attachments::first_place,
};
use crate::model::Rev;

/// How many complaints of one kind are told; of pages, see below.
const TOLD: u8 = 20;

/// What always holds, and how many rows say otherwise.
const HOLDS: &[(&str, &str)] = &[
    (
        "the number of the last change is behind the rows",
        "SELECT count(*) FROM server WHERE rev < (SELECT max(
             coalesce((SELECT max(posted_rev) FROM message), 0),
             coalesce((SELECT max(rev) FROM conversation), 0),
             coalesce((SELECT max(rev) FROM person), 0)))",
    ),
    (
        "the room that everyone is in is missing",
        "SELECT count(*) FROM server WHERE NOT EXISTS (
             SELECT 1 FROM conversation WHERE id = general AND deleted_at IS NULL)",
    ),
    (
        "conversations count their members wrongly",
        "SELECT count(*) FROM conversation c WHERE deleted_at IS NULL AND member_count <>
             (SELECT count(*) FROM member WHERE conversation = c.id AND role IS NOT NULL)",
    ),
    (
        "conversations miss places of messages",
        "SELECT count(*) FROM conversation c WHERE deleted_at IS NULL AND (last_seq, last_seq) <>
             (SELECT coalesce(max(seq), 0), count(*) FROM message WHERE conversation = c.id)",
    ),
    (
        "members have read what was not written",
        "SELECT count(*) FROM member m JOIN conversation c ON c.id = m.conversation
         WHERE c.deleted_at IS NULL AND m.role IS NOT NULL AND m.last_read_seq > c.last_seq",
    ),
    (
        "messages count their reactions wrongly",
        "SELECT count(*) FROM message m WHERE reactions <>
             (SELECT count(*) FROM reaction WHERE message = m.posted_rev)",
    ),
    (
        "messages count their files wrongly",
        "SELECT count(*) FROM message m WHERE attachments <>
             (SELECT count(*) FROM attachment WHERE message = m.posted_rev)",
    ),
    (
        "deleted messages still say something",
        "SELECT count(*) FROM message WHERE deleted_at IS NOT NULL AND content <> ''",
    ),
    (
        "messages are missing in the index",
        "SELECT count(*) FROM message WHERE deleted_at IS NULL
             AND posted_rev <= (SELECT indexed_rev FROM server)
             AND posted_rev NOT IN (SELECT id FROM message_index_docsize)",
    ),
    (
        "entries of the index lead to no message",
        "SELECT count(*) FROM message_index_docsize WHERE id NOT IN (
             SELECT posted_rev FROM message WHERE deleted_at IS NULL)",
    ),
    (
        "people are charged for other files than they have sent",
        "SELECT count(*) FROM person p WHERE stored_bytes <>
             (SELECT coalesce(sum(f.size), 0) FROM attachment a JOIN file f ON f.number = a.file
              WHERE a.uploader = p.id)
           + (SELECT coalesce(sum(size), 0) FROM file WHERE owner = p.id AND state = 'coming')",
    ),
    (
        "the sum of all files is wrong",
        "SELECT count(*) FROM server
         WHERE stored_bytes <> (SELECT coalesce(sum(length(bytes)), 0) FROM piece)",
    ),
    (
        "pieces belong to no file",
        "SELECT count(*) FROM piece WHERE place >> 20 NOT IN (SELECT number FROM file)",
    ),
];

/// What a file was found to be.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// What is wrong, in words; nothing: it is whole.
    pub complaints: Vec<String>,
    /// Its version, where that is an earlier one, whose rows were not compared.
    pub earlier: Option<i32>,
    /// How many accounts it has.
    pub people: i64,
    /// How many messages, those that lost their content included.
    pub messages: i64,
    /// How many files.
    pub files: i64,
}

/// Looks at all of a file.
///
/// # Errors
/// It cannot be opened, is not Salon's, or is from a newer version.
pub fn check(path: &Path) -> Result<Checked, OpenError> {
    let sqlite = |cause| sqlite_error(path, cause);
    let earlier = match open::look(path)? {
        Found::Foreign | Found::Empty => return Err(OpenError::NotOurs { path: path.into() }),
        Found::Version(found) if found > migrate::VERSION => {
            return Err(OpenError::Newer { path: path.into(), found, known: migrate::VERSION });
        }
        Found::Version(found) => (found < migrate::VERSION).then_some(found),
    };
    let db = open::raw(path, true)?; // else the log of one that nobody serves could not be read
    let looked = db.pragma_update(None, "query_only", true).and_then(|()| look(&db, earlier));
    match looked {
        Ok(checked) => Ok(checked),
        // damage of which not even the pages' check could speak
        Err(cause) if cause.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt) => {
            Ok(Checked { complaints: vec![cause.to_string()], ..Checked::default() })
        }
        Err(cause) => Err(sqlite(cause)),
    }
}

fn look(db: &Connection, earlier: Option<i32>) -> rusqlite::Result<Checked> {
    let snapshot = db.unchecked_transaction()?;
    let mut checked = Checked { complaints: pages(&snapshot)?, earlier, ..Checked::default() };
    if checked.complaints.is_empty() {
        checked.complaints = references(&snapshot)?;
    }
    if checked.complaints.is_empty() && earlier.is_none() {
        for (words, wrong) in HOLDS {
            let count: i64 = snapshot.query_row(wrong, [], |row| row.get(0))?;
            if count > 0 {
                checked.complaints.push(format!("{words} ({count})"));
            }
        }
        checked.complaints.extend(files(&snapshot)?);
    }
    if checked.complaints.is_empty() {
        let count = |sql: &str| snapshot.query_row(sql, [], |row| row.get(0));
        checked.people = count("SELECT count(*) FROM person WHERE deleted_at IS NULL")?;
        checked.messages = count("SELECT count(*) FROM message")?;
        if earlier.is_none() {
            checked.files = count("SELECT count(*) FROM file WHERE state = 'whole'")?;
        }
    }
    Ok(checked)
}

/// Pages, indexes, constraints, and the index of what was said as such.
fn pages(db: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut said = db.prepare("PRAGMA integrity_check(20)")?; // a number that is bound names a table
    let lines = said.query_map([], |row| row.get::<_, String>(0))?;
    let lines = lines.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").map(|line| line.replace('\n', " ")).collect())
}

/// Rows that lead to rows that are not there.
fn references(db: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut said = db.prepare(
        "SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2 LIMIT ?1",
    )?;
    let lines = said.query_map([TOLD], |row| {
        let (table, parent, count): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(format!("rows of {table} lead to no row of {parent} ({count})"))
    })?;
    lines.collect()
}

/// Files whose bytes are not those that came.
fn files(db: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut complaints = Vec::new();
    let mut all =
        db.prepare("SELECT number, size, hash FROM file WHERE state IN ('coming', 'whole')")?;
    let mut rows = all.query([])?;
    while let Some(row) = rows.next()? {
        let (number, size): (Rev, i64) = (row.get(0)?, row.get(1)?);
        let hash: Option<Vec<u8>> = row.get(2)?;
        let (found, sum) = sum_of(db, number)?;
        if found != size {
            complaints.push(format!("file {} has {found} bytes, not {size}", number.0));
        } else if hash.is_some_and(|hash| hash != sum) {
            complaints.push(format!("the bytes of file {} are not those that came", number.0));
        }
        if complaints.len() == usize::from(TOLD) {
            break;
        }
    }
    Ok(complaints)
}

fn sum_of(db: &Connection, number: Rev) -> rusqlite::Result<(i64, Vec<u8>)> {
    let mut sum = Context::new(&SHA256);
    let mut size = 0;
    let mut pieces = db.prepare_cached(
        "SELECT bytes FROM piece WHERE place >= ?1 AND place < ?2 ORDER BY place",
    )?;
    let mut rows = pieces.query((first_place(number), first_place(number.next())))?;
    while let Some(row) = rows.next()? {
        let bytes = row.get_ref(0)?.as_blob()?;
        sum.update(bytes);
        size += bytes.len() as i64;
    }
    Ok((size, sum.finish().as_ref().to_vec()))
}

/// Whether nobody has an account in a file, nor anything was said: it can become another community.
///
/// # Errors
/// It cannot be opened, or is not Salon's.
pub fn is_empty(path: &Path) -> Result<bool, OpenError> {
    let sqlite = |cause| sqlite_error(path, cause);
    match open::look(path)? {
        Found::Foreign => Err(OpenError::NotOurs { path: path.into() }),
        Found::Empty => Ok(true),
        Found::Version(_) => {
            let db = open::raw(path, true)?;
            let any = "SELECT 1 FROM person UNION ALL SELECT 1 FROM message";
            Ok(!db.prepare(any).and_then(|mut any| any.exists([])).map_err(sqlite)?)
        }
    }
}
