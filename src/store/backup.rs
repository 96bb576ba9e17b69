//! A copy of the whole file, taken while it is served: one snapshot, without the log, packed.
//!
//! A reader like any other: neither the writer nor other readers wait for it.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use super::{OpenError, open};

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
