//! Where an export lies: a folder or a zip, whose files are asked for by the names that the export itself uses.
//!
//! What always holds: nothing is read but plain files in it. Names that lead out of it, and links in it, are
//! refused: who made an export does not choose what of this machine becomes public.

use std::{
    fs::{self, File},
    io::Read,
    path::{Component, Path, PathBuf},
};

use super::{archive, archive::Archive};

/// An export.
pub(super) enum Folder {
    /// On the disk.
    Open(PathBuf),
    /// In a zip.
    Packed(Box<Archive>),
}

/// A file of an export, from its beginning.
pub(super) type Opened<'a> = Box<dyn Read + 'a>;

impl Folder {
    /// An export that somebody named.
    ///
    /// # Errors
    /// It is not there, or neither a folder nor a zip that can be read.
    pub(super) fn open(path: &Path) -> Result<Self, String> {
        let found = fs::metadata(path);
        let found = found.map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        if found.is_dir() {
            return Ok(Self::Open(path.into()));
        }
        if !found.is_file() || !archive::is_one(path) {
            return Err(format!("{} is neither a folder nor a zip", path.display()));
        }
        Archive::open(path).map(|archive| Self::Packed(Box::new(archive)))
    }

    /// An export that somebody named, or the folder around a file of one, and that file's name.
    ///
    /// # Errors
    /// As `open`.
    pub(super) fn around(path: &Path) -> Result<(Self, Option<String>), String> {
        let is_inside = path.is_file() && !archive::is_one(path);
        let (true, Some(name), Some(parent)) = (is_inside, path.file_name(), path.parent()) else {
            return Ok((Self::open(path)?, None));
        };
        let name = name.to_str().ok_or("the name of the file is no text")?;
        let parent = if parent == Path::new("") { Path::new(".") } else { parent };
        Ok((Self::open(parent)?, Some(name.to_owned())))
    }

    /// Whether a name stays in the export, whatever lies there.
    ///
    /// # Errors
    /// It leads out of it.
    pub(super) fn check(name: &str) -> Result<(), String> {
        parts_of(name).map(|_| ())
    }

    /// What lies in a folder of it, or in itself, by name; nothing where it has no such folder.
    ///
    /// # Errors
    /// The name leads out of it.
    pub(super) fn names_in(&self, folder: &str) -> Result<Vec<String>, String> {
        let root = match self {
            Self::Open(root) => root,
            Self::Packed(archive) => return Ok(archive.names_in(folder)),
        };
        let path = if folder.is_empty() { Some(root.clone()) } else { inside(root, folder)? };
        let Some(path) = path else { return Ok(Vec::new()) };
        let Ok(entries) = fs::read_dir(path) else { return Ok(Vec::new()) };
        let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
        let mut names: Vec<String> = names.collect();
        names.sort();
        Ok(names)
    }

    /// Whether it has such a file.
    ///
    /// # Errors
    /// The name leads out of it, or by way of a link.
    pub(super) fn has(&self, name: &str) -> Result<bool, String> {
        Ok(match self {
            Self::Open(root) => inside(root, name)?.is_some_and(|path| path.is_file()),
            Self::Packed(archive) => archive.has(&parts_of(name)?.join("/")),
        })
    }

    /// A file of it; none where it has none of that name.
    ///
    /// # Errors
    /// The name leads out of it, or to what is no plain file; or what the system says.
    pub(super) fn file(&mut self, name: &str) -> Result<Option<Opened<'_>>, String> {
        let root = match self {
            Self::Open(root) => root,
            Self::Packed(archive) => return archive.file(&parts_of(name)?.join("/")),
        };
        let Some(path) = inside(root, name)? else { return Ok(None) };
        let failed = |error| format!("{name}: {error}");
        if !fs::symlink_metadata(&path).map_err(failed)?.is_file() {
            return Err(format!("{name} is no file"));
        }
        Ok(Some(Box::new(File::open(&path).map_err(failed)?)))
    }
}

/// Where a name in a folder leads, if anything is there.
fn inside(root: &Path, name: &str) -> Result<Option<PathBuf>, String> {
    let mut path = root.to_owned();
    for part in parts_of(name)? {
        path.push(part);
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_symlink() => return Err(format!("{name} is no file")),
            Ok(_) => {}
            Err(_) => return Ok(None),
        }
    }
    Ok(Some(path))
}

/// The parts of a name that stays in the export.
pub(super) fn parts_of(name: &str) -> Result<Vec<&str>, String> {
    let parts: Option<Vec<&str>> = Path::new(name)
        .components()
        .map(|part| if let Component::Normal(part) = part { part.to_str() } else { None })
        .collect();
    let parts = parts.filter(|parts| !parts.is_empty());
    parts.ok_or_else(|| format!("{name:?} leads out of the export"))
}
