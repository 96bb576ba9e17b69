//! Files that come with messages of an export: looked at as those that people send are, and kept once.
//!
//! What always holds: a file is read twice and never whole in memory, but for one picture at a time; what
//! pictures tell beside themselves does not come along.

use std::io;

use ring::digest::{Context, SHA256};

use super::{
    Halted,
    arrivals::Arrivals,
    folder::{Folder, Opened},
};
use crate::{
    change::{Bytes, FileLine, PieceLine},
    media::{
        kind,
        picture::{self, PICTURE_BYTES, Picture},
        strip::Stripper,
    },
    model::{
        ConversationId, FileId, Timestamp, UserId, attachment::PIECE_BYTES, server::LARGEST_UPLOAD,
    },
};

/// What the bytes of a file turned out to be.
struct Looked {
    sum: [u8; 32],
    size: u64,
    mime: &'static str,
    picture: Picture,
}

impl Arrivals<'_> {
    /// A file of the export, unless the same bytes are there; none if the export has no such file.
    pub(super) fn file(
        &mut self,
        folder: &mut Folder,
        path: &str,
        owner: UserId,
        conversation: ConversationId,
        touched_at: Timestamp,
    ) -> Result<Option<FileId>, Halted> {
        let Some(opened) = folder.file(path)? else { return Ok(None) };
        let failed = |error: io::Error| format!("{path}: {error}");
        let looked = look(opened).map_err(failed)?;
        if let Some(id) = self.files.get(&looked.sum) {
            return Ok(Some(*id));
        }
        let id = FileId::fresh();
        let (width, height) = looked.picture.pixels.unzip();
        self.put(FileLine {
            id,
            sha256: looked.sum.iter().map(|byte| format!("{byte:02x}")).collect(),
            size: i64::try_from(looked.size).unwrap_or(i64::MAX),
            mime: looked.mime.to_owned(),
            owner,
            conversation,
            touched_at,
            width,
            height,
            thumbnail: looked.picture.thumbnail.map(Bytes),
        })?;
        let Some(opened) = folder.file(path)? else { return Ok(None) };
        let mut again = 0;
        let mut pieces = Pieces::of(opened);
        while let Some(bytes) = pieces.next().map_err(failed)? {
            again += bytes.len() as u64;
            self.put(PieceLine { file: id, bytes: Bytes(bytes) })?;
        }
        if again != looked.size {
            return Err(format!("{path} changes while it is read").into());
        }
        self.files.insert(looked.sum, id);
        Ok(Some(id))
    }
}

/// The first time: what it is.
fn look(opened: Opened<'_>) -> io::Result<Looked> {
    let mut pieces = Pieces::of(opened);
    let mut sum = Context::new(&SHA256);
    let (mut size, mut mime, mut whole) = (0, kind::of(&[]), Vec::new());
    while let Some(bytes) = pieces.next()? {
        if size == 0 {
            mime = kind::of(&bytes[..bytes.len().min(kind::HEAD_BYTES)]);
        }
        sum.update(&bytes);
        size += bytes.len() as u64;
        if !kind::is_picture(mime) || size > PICTURE_BYTES {
            whole = Vec::new();
        } else {
            whole.extend_from_slice(&bytes);
        }
    }
    let mut bytes = [0; 32];
    bytes.copy_from_slice(sum.finish().as_ref());
    let picture = if whole.is_empty() { Picture::default() } else { picture::look(&whole) };
    Ok(Looked { sum: bytes, size, mime, picture })
}

/// A file as it is kept, piece by piece: all but the last are full.
struct Pieces<'a> {
    from: Opened<'a>,
    /// None once all has been read.
    stripper: Option<Stripper>,
    read: u64,
    rest: Vec<u8>,
}

impl<'a> Pieces<'a> {
    fn of(from: Opened<'a>) -> Self {
        let stripper = Some(Stripper::default());
        Self { from, stripper, read: 0, rest: Vec::new() }
    }

    fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut buffer = vec![0; PIECE_BYTES];
        while self.rest.len() < PIECE_BYTES
            && let Some(stripper) = &mut self.stripper
        {
            let count = self.from.read(&mut buffer)?;
            stripper.push(&buffer[..count], &mut self.rest);
            self.read += count as u64;
            if self.read > LARGEST_UPLOAD.unsigned_abs() {
                return Err(io::Error::other("is too long"));
            }
            if count == 0
                && let Some(stripper) = self.stripper.take()
            {
                stripper.finish(&mut self.rest);
            }
        }
        if self.rest.is_empty() {
            return Ok(None);
        }
        let later = self.rest.split_off(self.rest.len().min(PIECE_BYTES));
        Ok(Some(std::mem::replace(&mut self.rest, later)))
    }
}
