//! Putting a file in the place of the one that is served: it is made whole beside it, checked, and takes
//! its name in one step. The one that was there stays, under another name, and so does a log that was left
//! there without its file.
//!
//! What always holds: nobody serves the file meanwhile, which its lock holds fast; whatever breaks off, the
//! old file or the new one is there, whole, with its own log or none; what was put aside is never lost.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read},
    os::unix::fs::{MetadataExt, OpenOptionsExt, chown},
    path::{Path, PathBuf},
};

use rustix::fs::{FlockOperation, fcntl_lock};

use super::{
    OpenError,
    aside::{Aside, is_there},
    check::{Checked, check},
    migrate::Found,
    open::{self, has_bytes, stray_log, with},
};

/// Why a file was not put in the place of another.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// One of them cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// There is one, and nobody said that it may go.
    #[error("{0} exists; --force puts the copy in its place and keeps the old one beside it")]
    Exists(PathBuf),
    /// It is the file itself.
    #[error("{0} is the database itself; name a copy of it")]
    Same(PathBuf),
    /// It was copied, or is used, while its log was not folded into it.
    #[error("{0} has a log beside it, so it is not all there; take copies with `salon backup`")]
    Unfolded(PathBuf),
    /// It is not whole.
    #[error("{0} is damaged: {1}")]
    Broken(PathBuf, String),
    /// The file system says no.
    #[error("cannot write {0}: {1}")]
    File(PathBuf, #[source] io::Error),
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Placed {
    /// What is in the file now.
    pub now: Checked,
    /// Where the one is that was there before.
    pub aside: Option<PathBuf>,
    /// Where logs are that were there without their file.
    pub stray: Vec<PathBuf>,
}

/// The place of a file, which nobody serves for as long as this lives.
pub struct Place {
    data: PathBuf,
    /// None: there is no file yet.
    lock: Option<File>,
}

impl Place {
    /// Holds a place fast.
    ///
    /// # Errors
    /// Somebody serves the file that is there.
    pub fn hold(data: &Path) -> Result<Self, PlaceError> {
        let failed = |cause| PlaceError::File(data.into(), cause);
        let lock = match OpenOptions::new().read(true).write(true).open(data) {
            Ok(file) => Some(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed(error)),
        };
        let in_use = || OpenError::InUse { path: data.into() };
        match lock.as_ref().map(File::try_lock) {
            None | Some(Ok(())) => {}
            Some(Err(TryLockError::WouldBlock)) => return Err(in_use().into()),
            Some(Err(TryLockError::Error(cause))) => return Err(failed(cause)),
        }
        // a server whose file was moved away goes on with it, and takes the log of this name away at its end
        if log_is_open(data) {
            return Err(in_use().into());
        }
        Ok(Self { data: data.into(), lock })
    }

    /// Whether a file is there.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        self.lock.is_some()
    }

    /// Where what is to come here is made. What lies there is from something that broke off.
    ///
    /// # Errors
    /// What the system says.
    pub fn beside(&self) -> Result<PathBuf, PlaceError> {
        let path = with(&self.data, ".coming");
        clear(&path).map_err(|cause| PlaceError::File(path.clone(), cause))?;
        Ok(path)
    }

    /// Copies the file that is there beside itself, so that more can be brought into the copy. Of one that
    /// nothing is in there is no copy.
    ///
    /// # Errors
    /// It is not Salon's or damaged, or what the system says.
    pub fn take_over(&self, coming: &Path) -> Result<(), PlaceError> {
        match open::look(&self.data)? {
            Found::Version(_) => {}
            Found::Empty => return Ok(()),
            Found::Foreign => return Err(OpenError::NotOurs { path: self.data.clone() }.into()),
        }
        drop(open::connect(&self.data, true)?); // the last to close it folds its log into it
        if has_bytes(&with(&self.data, "-wal")) {
            return Err(PlaceError::Unfolded(self.data.clone()));
        }
        duplicate(&self.data, coming)
    }

    /// Gives the place to what was made beside it, if that is whole.
    ///
    /// # Errors
    /// What is wrong with it, or what the system says; the old file is there then.
    pub fn give(self, coming: &Path, why: &str) -> Result<Placed, PlaceError> {
        let now = check(coming)?;
        if let Some(first) = now.complaints.first() {
            return Err(PlaceError::Broken(coming.into(), first.clone()));
        }
        if has_bytes(&with(coming, "-wal")) {
            let what = "its log could not be folded into it";
            return Err(PlaceError::Broken(coming.into(), what.into()));
        }
        let failed = |cause| PlaceError::File(self.data.clone(), cause);
        self.hand_over(coming);
        File::open(coming).and_then(|file| file.sync_all()).map_err(failed)?;
        let aside = self.put_aside(why)?;
        let given = if self.lock.is_some() {
            fs::rename(coming, &self.data).map_err(failed)
        } else {
            self.take_first(coming)
        };
        if let Err(error) = given {
            if let Some(aside) = aside {
                aside.put_back();
            }
            return Err(error);
        }
        sync_folder(&self.data).map_err(failed)?;
        let stray = aside.as_ref().map(Aside::stray).unwrap_or_default();
        let aside = aside.and_then(|aside| Some(aside.file()?.to_owned()));
        Ok(Placed { now, aside, stray })
    }

    /// What root brings belongs to who serves it: the owner of the file that is there, else of the folder.
    /// Nobody but root can give a file away, and what others bring is their own.
    fn hand_over(&self, coming: &Path) {
        let owner = fs::metadata(&self.data).or_else(|_| fs::metadata(folder_of(&self.data)));
        let _ = owner.and_then(|owner| chown(coming, Some(owner.uid()), Some(owner.gid())));
    }

    /// Takes a place where nothing was, unless somebody has come meanwhile.
    fn take_first(&self, coming: &Path) -> Result<(), PlaceError> {
        let failed = |cause| PlaceError::File(self.data.clone(), cause);
        match fs::hard_link(coming, &self.data) {
            Ok(()) => fs::remove_file(coming).map_err(failed),
            Err(_) if is_there(&self.data) => Err(PlaceError::Exists(self.data.clone())),
            Err(_) => fs::rename(coming, &self.data).map_err(failed), // this disk has no second names
        }
    }

    /// Puts aside what is there, if anything is. The log of a file of ours is folded into it first, so that the
    /// file is whole under either name; another program's stays as it is.
    fn put_aside(&self, why: &str) -> Result<Option<Aside>, PlaceError> {
        if self.lock.is_some() {
            if matches!(open::look(&self.data), Ok(Found::Version(_))) {
                drop(open::connect(&self.data, true)); // the last to close it folds
            }
        } else if stray_log(&self.data).is_none() {
            return Ok(None);
        }
        Aside::put(&self.data, why).map(Some)
    }
}

/// Whether somebody has the log beside a name open: for as long, SQLite holds a lock on the log's index.
fn log_is_open(data: &Path) -> bool {
    let index = OpenOptions::new().read(true).write(true).open(with(data, "-shm"));
    index.is_ok_and(|index| fcntl_lock(index, FlockOperation::NonBlockingLockExclusive).is_err())
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| *folder != "").unwrap_or(".".as_ref())
}

/// Has the disk keep which names there are beside a file.
pub(super) fn sync_folder(file: &Path) -> io::Result<()> {
    File::open(folder_of(file))?.sync_all()
}

/// Puts a copy in the place of a file, or where there is none yet.
///
/// # Errors
/// What is in the way; the old file is as it was then.
pub fn restore(copy: &Path, data: &Path, force: bool) -> Result<Placed, PlaceError> {
    if let (Ok(one), Ok(other)) = (fs::canonicalize(copy), fs::canonicalize(data))
        && one == other
    {
        return Err(PlaceError::Same(copy.into()));
    }
    if ["-wal", "-journal"].iter().any(|log| has_bytes(&with(copy, log))) {
        return Err(PlaceError::Unfolded(copy.into()));
    }
    let place = Place::hold(data)?;
    if place.is_taken() && !force {
        return Err(PlaceError::Exists(data.into()));
    }
    let coming = place.beside()?;
    let placed = duplicate(copy, &coming).and_then(|()| {
        // one of an earlier version is led to this one, so that all that its rows say can be looked at
        let opened = open::open_copy(&coming).map_err(|error| named(error, &coming, copy))?;
        super::begin_life(&opened.db).map_err(|cause| open::sqlite_error(&coming, cause))?;
        drop(opened);
        place.give(&coming, "before-restore")
    });
    if placed.is_err() {
        let _ = clear(&coming); // what was in the way is told
    }
    match placed {
        Err(PlaceError::Broken(_, what)) => Err(PlaceError::Broken(copy.into(), what)),
        placed => placed,
    }
}

/// What is wrong with the duplicate is wrong with the copy.
fn named(error: OpenError, coming: &Path, copy: &Path) -> OpenError {
    let path = copy.to_owned();
    match error {
        OpenError::NotOurs { .. } => OpenError::NotOurs { path },
        OpenError::Newer { found, known, .. } => OpenError::Newer { path, found, known },
        OpenError::Damaged { complaint, .. } => OpenError::Damaged { path, complaint },
        OpenError::File { cause, .. } => OpenError::File { path: coming.into(), cause },
        other @ (OpenError::InUse { .. }
        | OpenError::StrayLog { .. }
        | OpenError::NotKept { .. }
        | OpenError::Sqlite { .. }
        | OpenError::Thread { .. }) => other,
    }
}

/// Copies a database that nobody uses to a new file, for its owner alone.
fn duplicate(from: &Path, to: &Path) -> Result<(), PlaceError> {
    let mut source =
        File::open(from).map_err(|cause| OpenError::File { path: from.into(), cause })?;
    let mut head = Vec::with_capacity(16);
    let unreadable = |cause| OpenError::File { path: from.into(), cause };
    (&mut source).take(16).read_to_end(&mut head).map_err(unreadable)?;
    if head != b"SQLite format 3\0" {
        return Err(OpenError::NotOurs { path: from.into() }.into());
    }
    let failed = |cause| PlaceError::File(to.into(), cause);
    let mut new =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(to).map_err(failed)?;
    io::Write::write_all(&mut new, &head).map_err(failed)?;
    io::copy(&mut source, &mut new).map_err(failed)?;
    Ok(())
}

/// Takes a file away, with what belongs to it.
///
/// # Errors
/// What the system says.
pub fn clear(path: &Path) -> io::Result<()> {
    for what in ["-wal", "-shm", "-journal", ""] {
        match fs::remove_file(with(path, what)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
