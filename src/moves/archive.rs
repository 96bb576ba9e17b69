//! An export in the zip that it came in, whose files are read where they lie: nothing is unpacked, and nothing
//! of it is whole in memory but the list of what it holds.
//!
//! What always holds: what it says of itself is looked at before anything is read: how much it holds, and that
//! nothing stands in it twice; no file gives more bytes than it said. A few bytes that claim to be terabytes are
//! refused.

use std::{
    cell::Cell,
    collections::BTreeMap,
    fs::File,
    io::{self, BufReader, Read as _},
    path::Path,
    rc::Rc,
};

use zip::{CompressionMethod, ZipArchive, result::ZipError};

use super::{
    folder::{Opened, parts_of},
    reader::Metered,
};

/// How long the list of what an archive holds may be: it is in memory. Enough for some hundred thousand files.
const LIST_BYTES: u64 = 64 << 20;

/// How many bytes they have together at most: so many, and so many times what the archive has. What people
/// say and send is rarely packed to less than a hundredth.
const BYTES: u64 = 1 << 30;
const TIMES: u64 = 200;

/// What programs that pack add for themselves.
const ASIDE: &str = "__MACOSX/";

/// A zip.
pub(super) struct Archive {
    zip: ZipArchive<BufReader<Metered<File, Rc<Cell<u64>>>>>,
    /// Where each file is in it, by its name.
    files: BTreeMap<String, usize>,
}

/// Whether a file is a zip, by how it begins.
pub(super) fn is_one(path: &Path) -> bool {
    let mut head = [0; 4];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok() && matches!(&head, b"PK\x03\x04" | b"PK\x05\x06")
}

impl Archive {
    /// Looks at all that it says of itself.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn open(path: &Path) -> Result<Self, String> {
        let failed = |error: io::Error| format!("cannot read {}: {error}", path.display());
        let wrong = |error: ZipError| format!("{} is no whole zip: {error}", path.display());
        let file = File::open(path).map_err(failed)?;
        let packed = file.metadata().map_err(failed)?.len();
        let left = Rc::new(Cell::new(LIST_BYTES));
        let from = BufReader::new(Metered { from: file, left: Rc::clone(&left) });
        let mut zip = ZipArchive::new(from).map_err(|error| match left.get() {
            0 => format!("{} holds too many files", path.display()),
            _ => wrong(error),
        })?;
        left.set(u64::MAX); // from here on, each file has its own bound
        if zip.has_duplicate_names() || zip.has_overlapping_entries().map_err(wrong)? {
            return Err(format!("{} holds something twice", path.display()));
        }
        let (mut files, mut bytes) = (BTreeMap::new(), 0_u64);
        for index in 0..zip.len() {
            let entry = zip.by_index_data(index).map_err(wrong)?;
            let name = entry.name().map_err(wrong)?.into_owned();
            if entry.is_dir() || name.starts_with(ASIDE) {
                continue;
            }
            let is_packed_well = matches!(
                entry.compression(),
                CompressionMethod::Stored | CompressionMethod::Deflated
            );
            if entry.encrypted() {
                return Err(format!("{name} is encrypted; unpack it and name the folder"));
            }
            if !is_packed_well {
                let how = entry.compression();
                return Err(format!("{name} is packed by {how}; unpack it and name the folder"));
            }
            if entry.is_symlink() {
                return Err(format!("{name} is no file"));
            }
            bytes = bytes.saturating_add(entry.size());
            if files.insert(parts_of(&name)?.join("/"), index).is_some() {
                return Err(format!("{} holds {name} twice", path.display()));
            }
        }
        let most = packed.saturating_mul(TIMES).saturating_add(BYTES);
        if bytes > most {
            let shown = path.display();
            return Err(format!("{shown} has {packed} bytes and says that it holds {bytes}"));
        }
        Ok(Self { zip, files: unwrapped(files) })
    }

    /// What lies in a folder of it, or in itself, by name.
    pub(super) fn names_in(&self, folder: &str) -> Vec<String> {
        let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let below = self.files.range(folder.clone()..).map(|(name, _)| name);
        let names = below.map_while(|name| name.strip_prefix(&folder));
        names.filter(|name| !name.contains('/')).map(str::to_owned).collect()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }

    /// A file of it; none where it has none of that name.
    ///
    /// # Errors
    /// It is not where the archive says.
    pub(super) fn file(&mut self, name: &str) -> Result<Option<Opened<'_>>, String> {
        let Some(index) = self.files.get(name) else { return Ok(None) };
        let entry = self.zip.by_index(*index).map_err(|error| format!("{name}: {error}"))?;
        Ok(Some(Box::new(entry))) // gives no more than it declares, and what its sum says
    }
}

/// Names in an archive that holds a single folder are those in that folder.
fn unwrapped(files: BTreeMap<String, usize>) -> BTreeMap<String, usize> {
    let first = files.keys().next().and_then(|name| name.split_once('/'));
    let Some(folder) = first.map(|(folder, _)| format!("{folder}/")) else { return files };
    if !files.keys().all(|name| name.starts_with(&folder)) {
        return files;
    }
    files.into_iter().map(|(name, index)| (name[folder.len()..].to_owned(), index)).collect()
}
