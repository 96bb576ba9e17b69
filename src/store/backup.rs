//! A copy of the whole file, taken while it is served: one snapshot, without the log.
//!
//! A reader like any other: neither the writer nor other readers wait for it. One that somebody waits for is
//! packed, at once; one that nobody waits for is taken a little at a time.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use rusqlite::{
    Connection,
    backup::{Backup, StepResult},
};

use super::{OpenError, open, place};

/// How many pages are copied at once: 1 MiB.
const STEP: i32 = 256;

/// The copy is synced after so many steps, so that no sync of the writer's has much of it to wait for.
const STEPS_A_SYNC: u32 = 4;

/// So many bytes are left on a disk, for what the server has to write.
const LEFT_FREE: u64 = 64 << 20;

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// One of the files cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The disk has too little room.
    #[error("{0} has too little room: the copy needs {1} bytes and leaves {LEFT_FREE} free")]
    Full(PathBuf, u64),
    /// The file system says no.
    #[error("cannot write {0}: {1}")]
    File(PathBuf, #[source] io::Error),
    /// SQLite says no.
    #[error("cannot copy to {0}: {1}")]
    Sqlite(PathBuf, #[source] rusqlite::Error),
    /// It was looked at afterwards.
    #[error("the copy is damaged: {0}")]
    Broken(String),
    /// The server stops.
    #[error("the server stopped")]
    Stopped,
}

/// Copies a database to a new file, which is for its owner alone, and takes its name away: it is
/// gone once it is closed, however the process ends. What lies there already is from a copy that
/// broke off.
///
/// # Errors
/// What the disk says.
pub fn copy(from: &Path, to: &Path) -> Result<File, OpenError> {
    let failed = |cause| OpenError::File { path: to.into(), cause };
    match fs::remove_file(to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(to);
    let file = file.map_err(failed)?;
    let copied = open::connect(from, true).and_then(|db| {
        let name = to.to_str().ok_or_else(|| failed(io::ErrorKind::InvalidFilename.into()))?;
        db.execute("VACUUM INTO ?1", [name])
            .map_err(|cause| OpenError::Sqlite { path: to.into(), cause })
    });
    let removed = fs::remove_file(to).map_err(failed);
    copied.and(removed).map(|()| file)
}

/// Copies a database to a new file, for its owner alone, at most half of the time: between steps it rests for
/// as long as the last one took. What lies there already is from a copy that broke off.
///
/// # Errors
/// What the disks say; `Stopped` once `is_over`. A part of it may lie there then.
pub fn copy_gently(from: &Path, to: &Path, is_over: &AtomicBool) -> Result<(), CopyError> {
    let failed = |cause| CopyError::File(to.into(), cause);
    place::clear(to).map_err(failed)?;
    let source = open::connect(from, false)?;
    let sqlite = |cause| CopyError::Sqlite(to.into(), cause);
    // held from now on: else the copy would begin anew with every commit
    let snapshot = source.unchecked_transaction().map_err(sqlite)?;
    let size: i64 = snapshot
        .query_row(
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
            [],
            |row| row.get(0),
        )
        .map_err(sqlite)?;
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to);
    let file = file.map_err(failed)?;
    let mut copy = Connection::open(to).map_err(sqlite)?;
    copy.execute_batch("PRAGMA journal_mode = off; PRAGMA synchronous = off").map_err(sqlite)?;
    {
        let backup = Backup::new(&snapshot, &mut copy).map_err(sqlite)?;
        for step in 1.. {
            let remaining = backup.progress().remaining;
            let missing = match step {
                1 => size.unsigned_abs(),
                _ => u64::from(remaining.unsigned_abs()) * 4096,
            };
            refuse_full(to, missing)?;
            if is_over.load(Ordering::Relaxed) {
                return Err(CopyError::Stopped);
            }
            let began = Instant::now();
            let done = backup.step(STEP).map_err(sqlite)?;
            if step % STEPS_A_SYNC == 0 {
                file.sync_data().map_err(failed)?;
            }
            if done == StepResult::Done {
                break;
            }
            // pages that somebody locks are tried again; nobody does for long
            std::thread::sleep(began.elapsed().max(Duration::from_millis(1)));
        }
    }
    copy.close().map_err(|(_, cause)| sqlite(cause))?;
    file.sync_all().map_err(failed)
}

/// What is written there must leave the server room for its own.
fn refuse_full(to: &Path, bytes: u64) -> Result<(), CopyError> {
    let folder = to.parent().unwrap_or(to);
    let Ok(disk) = rustix::fs::statvfs(folder) else { return Ok(()) }; // the write will tell
    if disk.f_bavail.saturating_mul(disk.f_frsize) < bytes.saturating_add(LEFT_FREE) {
        return Err(CopyError::Full(folder.into(), bytes));
    }
    Ok(())
}
