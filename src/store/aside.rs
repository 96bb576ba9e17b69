//! Putting what lies under a file's name under another one: the file, and the logs beside it, which belong
//! to it and to no other.
//!
//! What always holds: a name that something has is not taken from it; a file and its logs keep names that
//! fit together; and where what was to come in their place does not come, all of it is put back.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    open::with,
    place::{PlaceError, sync_folder},
};
use crate::model::Timestamp;

/// What SQLite reads beside a file whenever it finds it there.
const LOGS: [&str; 2] = ["-wal", "-journal"];

/// Made anew from the log; the old one would speak of a log that is not there any more.
const INDEX: &str = "-shm";

/// How a file got its other name.
enum Kept {
    /// There was none, only a log without its file.
    Nothing,
    /// It has both names: the old one is never without a file.
    Linked,
    /// It has the new one only, as not every disk has second names.
    Renamed,
}

/// What was put aside.
pub(super) struct Aside {
    data: PathBuf,
    /// What the file is called now.
    to: PathBuf,
    file: Kept,
    /// Which logs were moved.
    logs: Vec<&'static str>,
}

impl Aside {
    /// Puts aside what lies under a name, once the disk has it so. A log that stayed would be taken for that of
    /// the next file that gets the name, and replayed into it.
    ///
    /// # Errors
    /// What the system says; everything is where it was then.
    pub(super) fn put(data: &Path, why: &str) -> Result<Self, PlaceError> {
        let base = with(data, &format!(".{why}-{}", Timestamp::now().to_file_name()));
        let (file, to) = keep(data, &base)?;
        let mut aside = Self { data: data.into(), to, file, logs: Vec::new() };
        match aside.move_logs().and_then(|()| sync_folder(data)) {
            Ok(()) => Ok(aside),
            Err(cause) => {
                let to = aside.to.clone();
                aside.put_back();
                Err(PlaceError::File(to, cause))
            }
        }
    }

    fn move_logs(&mut self) -> io::Result<()> {
        for log in LOGS {
            match fs::rename(with(&self.data, log), with(&self.to, log)) {
                Ok(()) => self.logs.push(log),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        match fs::remove_file(with(&self.data, INDEX)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Gives everything its name again. Where somebody took the name meanwhile, it stays aside.
    pub(super) fn put_back(self) {
        let is_free = match self.file {
            Kept::Linked => true, // the file itself still has the name
            Kept::Nothing | Kept::Renamed => !is_there(&self.data),
        };
        let back = |log: &&str| fs::rename(with(&self.to, log), with(&self.data, log)).is_ok();
        // the logs first, so that the file is not seen without them
        if is_free && self.logs.iter().all(back) {
            let _ = match self.file {
                Kept::Nothing => Ok(()),
                Kept::Linked => fs::remove_file(&self.to),
                Kept::Renamed => fs::rename(&self.to, &self.data),
            }; // the error that led here is the one to tell
        }
    }

    /// Where the file is, if there was one.
    pub(super) fn file(&self) -> Option<&Path> {
        (!matches!(self.file, Kept::Nothing)).then_some(&self.to)
    }

    /// Where the logs are, if there was no file that they belong to.
    pub(super) fn stray(&self) -> Vec<PathBuf> {
        match self.file {
            Kept::Nothing => self.logs.iter().map(|log| with(&self.to, log)).collect(),
            Kept::Linked | Kept::Renamed => Vec::new(),
        }
    }
}

/// Keeps a file under a name that neither a file nor a log has.
fn keep(data: &Path, base: &Path) -> Result<(Kept, PathBuf), PlaceError> {
    let mut to = base.to_owned();
    for number in 2.. {
        if !["", INDEX].iter().chain(&LOGS).any(|part| is_there(&with(&to, part))) {
            match fs::hard_link(data, &to) {
                Ok(()) => return Ok((Kept::Linked, to)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return Ok((Kept::Nothing, to));
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {} // since then
                Err(_) => {
                    let renamed = fs::rename(data, &to);
                    renamed.map_err(|cause| PlaceError::File(to.clone(), cause))?;
                    return Ok((Kept::Renamed, to));
                }
            }
        }
        to = with(base, &format!("-{number}")); // two in one second
    }
    Err(PlaceError::File(to, io::ErrorKind::AlreadyExists.into())) // not in this life
}

pub(super) fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}
