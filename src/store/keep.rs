//! Before a file is led to a later version: a copy of it as it is, looked through, beside it.
//!
//! What always holds: no step is taken before the copy is whole and on the disk; where none can be
//! made the file is left as it was; older copies go once the file has been led over, so that one is kept.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OpenFlags};

use super::{OpenError, migrate, open};

/// Beside this much the copy must fit.
const SPARE_BYTES: u64 = 16 << 20;

/// Keeps a copy of a file that will be led to this version. Where it is.
pub(super) fn keep(path: &Path, db: &Connection, found: i32) -> Result<PathBuf, OpenError> {
    let kept = named(path, &format!(".before-{}", migrate::VERSION));
    let part = named(path, &format!(".before-{}.part", migrate::VERSION));
    tracing::info!(to = %kept.display(), "copying the database before it is upgraded");
    let copied = copy(path, db, &part).and_then(|()| check(&part, found, db));
    if let Err(why) = copied.and_then(|()| put(&part, &kept).map_err(|error| error.to_string())) {
        let _ = fs::remove_file(&part); // half a copy helps nobody
        return Err(OpenError::NotKept { path: path.into(), why });
    }
    tracing::info!(at = %kept.display(), "the database as it was is kept here");
    Ok(kept)
}

/// Takes copies of earlier upgrades away.
pub(super) fn forget_all_but(kept: &Path, path: &Path) {
    let folder = path.parent().filter(|folder| *folder != "").unwrap_or(".".as_ref());
    let prefix = named(path, ".before-");
    let (Some(prefix), Ok(entries)) = (prefix.file_name(), fs::read_dir(folder)) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let is_old = Some(name.as_os_str()) != kept.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix(prefix.to_str()?));
        let is_ours = number.is_some_and(|n| n.trim_end_matches(".part").parse::<u32>().is_ok());
        if is_old && is_ours && fs::remove_file(entry.path()).is_ok() {
            tracing::info!(name = %entry.path().display(), "an older copy was removed");
        }
    }
}

fn named(path: &Path, what: &str) -> PathBuf {
    let mut name = path.to_owned().into_os_string();
    name.push(what);
    name.into()
}

/// In words for whoever starts the server.
type Why = String;

fn copy(path: &Path, db: &Connection, to: &Path) -> Result<(), Why> {
    let failed = |error: io::Error| format!("{}: {error}", to.display());
    let size = |path: PathBuf| fs::metadata(path).map_or(0, |file| file.len());
    let needed = size(path.into()) + size(named(path, "-wal")) + SPARE_BYTES;
    let folder = path.parent().filter(|folder| *folder != "").unwrap_or(".".as_ref());
    let free = rustix::fs::statvfs(folder).map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize));
    if let Ok(free) = free.map_err(drop)
        && free < needed
    {
        let (needed, free) = (needed >> 20, free >> 20);
        return Err(format!("it needs {needed} MiB beside the file, and {free} MiB are free"));
    }
    match fs::remove_file(to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    // made here, for its owner alone; what is empty SQLite takes as a new file
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(to).map_err(failed)?;
    let name = to.to_str().ok_or_else(|| failed(io::ErrorKind::InvalidFilename.into()))?;
    db.execute("VACUUM INTO ?1", [name]).map(drop).map_err(|error| error.to_string())
}

/// It is read as a stranger would read it, page by page.
fn check(copy: &Path, found: i32, of: &Connection) -> Result<(), Why> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let differs = |what: &str| format!("the copy is not like the file: {what}");
    let looked = || -> rusqlite::Result<Option<&str>> {
        let db = Connection::open_with_flags(copy, flags)?;
        if migrate::look(&db)? != migrate::Found::Version(found) {
            return Ok(Some("its version"));
        }
        if open::first_damage(&db)?.is_some() {
            return Ok(Some("its pages"));
        }
        Ok((super::current_rev(&db)? != super::current_rev(of)?).then_some("its last change"))
    };
    match looked() {
        Ok(None) => Ok(()),
        Ok(Some(what)) => Err(differs(what)),
        Err(error) => Err(differs(&error.to_string())),
    }
}

/// Gives it its name, once it is on the disk.
fn put(part: &Path, kept: &Path) -> io::Result<()> {
    File::open(part)?.sync_all()?;
    fs::rename(part, kept)?;
    let folder = kept.parent().filter(|folder| *folder != "").unwrap_or(".".as_ref());
    File::open(folder)?.sync_all()
}
