//! Opening the file: what it must be, who else may have it, how its connections are set up.
//!
//! A file that is not Salon's, is damaged, is from a newer version or is being served already is
//! refused and left as it is, byte for byte. So is a log that lies there without its file.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, config::DbConfig, functions::FunctionFlags};

use super::{
    keep,
    migrate::{self, Found},
};
use crate::model::text::folded;

/// Up to this size the whole file is checked before it is served; larger ones in the background.
const CHECK_BEFORE_SERVING_BYTES: u64 = 32 << 20;

/// Why a file is not served. Each says which file and what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file system says no.
    #[error("cannot open {path}: {cause}; check that the folder exists and may be written to")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// Another process serves it.
    #[error(
        "{path} is being served by another process; stop that one, or name another file with --data"
    )]
    InUse {
        /// Which file.
        path: PathBuf,
    },
    /// It is not there, but its log is, which would be read into whatever file gets the name.
    #[error(
        "{path} is gone, and {log} is the log of what was there; give the file its name again, or take \
         that away"
    )]
    StrayLog {
        /// Which file.
        path: PathBuf,
        /// What lies there instead.
        log: PathBuf,
    },
    /// It has content, and that is not a database of ours.
    #[error("{path} is not a Salon database; it was left as it is; name another file with --data")]
    NotOurs {
        /// Which file.
        path: PathBuf,
    },
    /// It was written by a later program.
    #[error(
        "{path} is from a newer version of Salon (schema {found}, this program knows {known}); start the newer program"
    )]
    Newer {
        /// Which file.
        path: PathBuf,
        /// Its version.
        found: i32,
        /// Ours.
        known: i32,
    },
    /// It is of an earlier version, and no copy of it could be kept before it is changed.
    #[error(
        "{path} must be upgraded, and no copy of it could be kept first: {why}; make room beside it and \
         start again; the file was left as it was"
    )]
    NotKept {
        /// Which file.
        path: PathBuf,
        /// What was in the way.
        why: String,
    },
    /// Its pages do not fit together.
    #[error("{path} is damaged ({complaint}); restore a backup")]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What SQLite found first.
        complaint: String,
    },
    /// SQLite failed otherwise.
    #[error("cannot use {path}: {cause}; check the disk and the file's permissions")]
    Sqlite {
        /// Which file.
        path: PathBuf,
        /// What it said.
        cause: rusqlite::Error,
    },
    /// A thread could not be started.
    #[error("cannot start serving {path}: {cause}")]
    Thread {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
}

/// The writer's connection, and the lock that keeps other processes out.
pub(super) struct Opened {
    pub(super) db: Connection,
    /// Dropped last: closing a file gives up the locks that SQLite holds on it in this process.
    pub(super) lock: File,
}

/// Opens a file to serve it. One of an earlier version is led to this one, and kept beside it as it was.
pub(super) fn open(path: &Path) -> Result<Opened, OpenError> {
    open_as(path, true)
}

/// The same of a file that is itself a copy: nothing else is kept.
pub(super) fn open_copy(path: &Path) -> Result<Opened, OpenError> {
    open_as(path, false)
}

fn open_as(path: &Path, is_kept: bool) -> Result<Opened, OpenError> {
    let lock = claim(path)?;
    let found = look(path)?;
    let db = raw(path, true)?;
    let sqlite = |cause| sqlite_error(path, cause);
    match found {
        Found::Foreign => return Err(OpenError::NotOurs { path: path.into() }),
        Found::Version(found) if found > migrate::VERSION => {
            return Err(OpenError::Newer { path: path.into(), found, known: migrate::VERSION });
        }
        Found::Version(found) => {
            check_whole(path, &db)?;
            let kept = (is_kept && found < migrate::VERSION).then(|| keep::keep(path, &db, found));
            let kept = kept.transpose()?;
            set_up(&db, true).map_err(sqlite)?;
            migrate::upgrade(&db, found).map_err(sqlite)?;
            if let Some(kept) = kept {
                keep::forget_all_but(&kept, path);
            }
        }
        Found::Empty => {
            set_up(&db, true).map_err(sqlite)?;
            migrate::create(&db).map_err(sqlite)?;
        }
    }
    db.execute_batch("BEGIN IMMEDIATE; UPDATE server SET rev = rev; COMMIT").map_err(sqlite)?;
    Ok(Opened { db, lock })
}

/// A connection with the settings that everything else relies on.
pub(super) fn connect(path: &Path, write: bool) -> Result<Connection, OpenError> {
    let db = raw(path, write)?;
    set_up(&db, write).map_err(|cause| sqlite_error(path, cause))?;
    Ok(db)
}

/// What a file is. It may be somebody else's, so it is looked at before it is set up, and not a byte of it
/// changes: its log is not folded into it, and what its program broke off is not rolled back.
pub(super) fn look(path: &Path) -> Result<Found, OpenError> {
    let sqlite = |cause| sqlite_error(path, cause);
    let file = fs::metadata(path).map_err(|cause| OpenError::File { path: path.into(), cause })?;
    if file.len() == 0 {
        return Ok(Found::Empty); // SQLite would take away a log that lies beside it
    }
    let db = if with(path, "-wal").exists() {
        let db = raw(path, true)?;
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(sqlite)?;
        db
    } else {
        as_it_lies(path).map_err(sqlite)?
    };
    migrate::look(&db).map_err(sqlite)
}

/// To a file that nobody writes to: nothing beside it is looked at, nor made there.
pub(super) fn as_it_lies(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let name = path.to_string_lossy();
    let name = percent_encoding::utf8_percent_encode(&name, percent_encoding::NON_ALPHANUMERIC);
    let uri = format!("file:{name}?immutable=1");
    Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI)
}

pub(super) fn raw(path: &Path, write: bool) -> Result<Connection, OpenError> {
    let access =
        if write { OpenFlags::SQLITE_OPEN_READ_WRITE } else { OpenFlags::SQLITE_OPEN_READ_ONLY };
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags).map_err(|cause| sqlite_error(path, cause))
}

/// `synchronous=FULL` is what makes an acknowledgement mean something after a power cut; the log is
/// folded back by `checkpoint`, never by a commit.
pub(super) fn set_up(db: &Connection, write: bool) -> rusqlite::Result<()> {
    db.busy_timeout(Duration::from_secs(5))?;
    db.set_prepared_statement_cache_capacity(128);
    // else every statement with a bound LIMIT is prepared anew each time it is run
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    db.pragma_update(None, "temp_store", "memory")?;
    db.pragma_update(None, "foreign_keys", true)?;
    if write {
        db.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
        db.pragma_update(None, "synchronous", "full")?;
        db.pragma_update(None, "wal_autocheckpoint", 0)?;
        db.pragma_update(None, "journal_size_limit", 64 << 20)?;
        db.pragma_update(None, "cache_size", -16384)
    } else {
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
        db.create_scalar_function("folded", 1, flags, |of| Ok(folded(of.get_raw(0).as_str()?)))?;
        db.pragma_update(None, "query_only", true)
    }
}

/// A log without its file, which was moved or taken away without it. SQLite knows it by its name alone: it
/// replays it into whatever file gets that name, and takes it away where that is empty.
#[must_use]
pub fn stray_log(path: &Path) -> Option<PathBuf> {
    let logs: &[&str] = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => &["-wal", "-journal"],
        // the journal of an empty file is from its first page, which was not written whole
        Ok(file) if file.len() == 0 => &["-wal"],
        _ => return None,
    };
    logs.iter().map(|log| with(path, log)).find(|log| has_bytes(log))
}

/// Whether a file is there, and not empty.
pub(super) fn has_bytes(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|file| file.len() > 0)
}

/// A path that is a file's and something more.
pub(super) fn with(path: &Path, what: &str) -> PathBuf {
    let mut path = path.to_owned().into_os_string();
    path.push(what);
    path.into()
}

fn claim(path: &Path) -> Result<File, OpenError> {
    if let Some(log) = stray_log(path) {
        return Err(OpenError::StrayLog { path: path.into(), log });
    }
    let file_error = |cause| OpenError::File { path: path.into(), cause };
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map_err(file_error)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(OpenError::InUse { path: path.into() }),
        Err(TryLockError::Error(cause)) => return Err(file_error(cause)),
    }
    let mut head = Vec::with_capacity(16);
    (&mut file).take(16).read_to_end(&mut head).map_err(file_error)?;
    if !head.is_empty() && head != b"SQLite format 3\0" {
        return Err(OpenError::NotOurs { path: path.into() });
    }
    Ok(file)
}

/// SQLite opens a file with damaged pages without a word and fails rows later, so they are looked
/// for at the start.
fn check_whole(path: &Path, db: &Connection) -> Result<(), OpenError> {
    let size = fs::metadata(path).map_or(0, |m| m.len());
    if size <= CHECK_BEFORE_SERVING_BYTES {
        return match first_damage(db) {
            Ok(None) => Ok(()),
            Ok(Some(complaint)) => Err(OpenError::Damaged { path: path.into(), complaint }),
            Err(cause) => Err(sqlite_error(path, cause)),
        };
    }
    let path = path.to_owned();
    std::thread::spawn(move || {
        let found = connect(&path, false).map(|db| first_damage(&db));
        match found {
            Ok(Ok(None)) => tracing::debug!("the database is whole"),
            Ok(Ok(Some(complaint))) => {
                tracing::error!(%complaint, "the database is damaged; restore a backup");
            }
            Ok(Err(error)) => tracing::error!(%error, "the database could not be checked"),
            Err(error) => tracing::error!(%error, "the database could not be checked"),
        }
    });
    Ok(())
}

pub(super) fn first_damage(db: &Connection) -> rusqlite::Result<Option<String>> {
    let said: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    Ok((said != "ok").then(|| said.replace('\n', " ")))
}

pub(super) fn sqlite_error(path: &Path, cause: rusqlite::Error) -> OpenError {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    match cause.sqlite_error_code() {
        Some(NotADatabase) => OpenError::NotOurs { path: path.into() },
        Some(DatabaseCorrupt) => {
            OpenError::Damaged { path: path.into(), complaint: cause.to_string() }
        }
        _ => OpenError::Sqlite { path: path.into(), cause },
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn a_statement_is_prepared_once_whatever_it_is_run_with() -> rusqlite::Result<()> {
        let db = Connection::open_in_memory()?;
        set_up(&db, true)?;
        migrate::create(&db)?;
        let mut page =
            db.prepare_cached("SELECT id FROM person ORDER BY rev LIMIT ?1 OFFSET ?2")?;
        for number in 0..5 {
            assert!(!page.exists((number, 2 * number))?);
        }
        assert_eq!(page.get_status(StatementStatus::RePrepare), 0);
        Ok(())
    }
}
