//! Files: what comes with messages, and their bytes piece by piece.

use rusqlite::{Connection, OptionalExtension, Row};

use super::{blocks, standing::standing};
use crate::{
    change::ConversationRef,
    model::{Attachment, AttachmentId, ConversationId, Kind, Refusal, Rev, UserId, rules},
    store::Halt,
};

/// Pieces of one file have places next to each other; 2^20 of them are 64 GiB.
const PIECES_BITS: u32 = 20;

/// The place of a file's first piece.
#[must_use]
pub fn first_place(file: Rev) -> i64 {
    file.0 << PIECES_BITS
}

const COLUMNS: &str = "
    SELECT a.id, a.filename, f.mime, f.size, f.width, f.height, f.has_thumbnail
    FROM attachment a JOIN file f ON f.number = a.file";

fn attachment_of(row: &Row<'_>) -> rusqlite::Result<Attachment> {
    Ok(Attachment {
        id: row.get(0)?,
        filename: row.get(1)?,
        mime: row.get(2)?,
        size: row.get(3)?,
        pixels: row.get::<_, Option<u32>>(4)?.zip(row.get(5)?),
        has_thumbnail: row.get(6)?,
    })
}

/// What came with a message, in order.
///
/// # Errors
/// The file failed.
pub fn of_message(db: &Connection, message: Rev) -> rusqlite::Result<Vec<Attachment>> {
    db.prepare_cached(&format!("{COLUMNS} WHERE a.message = ?1 ORDER BY a.place"))?
        .query_map([message], attachment_of)?
        .collect()
}

/// What somebody has uploaded for a conversation and not posted.
///
/// # Errors
/// The file failed.
pub fn unposted(
    db: &Connection,
    id: AttachmentId,
    uploader: UserId,
    conversation: ConversationId,
) -> rusqlite::Result<Option<Attachment>> {
    db.prepare_cached(&format!(
        "{COLUMNS} WHERE a.id = ?1 AND a.uploader = ?2 AND a.conversation = ?3 AND a.message IS NULL"
    ))?
    .query_row((id, uploader, conversation), attachment_of)
    .optional()
}

/// A file that its reader may have.
#[derive(Clone, Debug)]
pub struct Readable {
    /// What it is.
    pub attachment: Attachment,
    /// Where its bytes lie.
    pub file: Rev,
    /// SHA-256 of its bytes.
    pub hash: Vec<u8>,
}

/// A file, for who may read the message that it came with; one that is not posted, for who has
/// uploaded it.
///
/// # Errors
/// `not_found`, whatever the reason: who is not in the conversation knows nothing of its files.
pub fn readable(db: &Connection, id: AttachmentId, caller: UserId) -> Result<Readable, Halt> {
    let found = db
        .prepare_cached(
            "SELECT a.conversation, a.uploader, a.message IS NOT NULL, a.file, f.hash
             FROM attachment a JOIN file f ON f.number = a.file WHERE a.id = ?1",
        )?
        .query_row([id], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get::<_, bool>(2)?, row.get(3)?, row.get(4)?))
        })
        .optional()?;
    let Some((conversation, uploader, is_posted, file, hash)) = found else {
        return Err(Refusal::not_found().into());
    };
    let (_, facts) = standing(db, &ConversationRef::Id(conversation), caller)?;
    let hears = facts.kind == Kind::Direct || !blocks::blocks(db, caller, uploader)?;
    let may = rules::may_take_part(&facts).is_ok() && (uploader == caller || (is_posted && hears));
    if !may {
        return Err(Refusal::not_found().into());
    }
    let attachment =
        db.prepare_cached(&format!("{COLUMNS} WHERE a.id = ?1"))?.query_row([id], attachment_of)?;
    Ok(Readable { attachment, file, hash })
}

/// One piece of a file's bytes; none after the last, or once the file is gone.
///
/// # Errors
/// The file failed.
pub fn piece(db: &Connection, file: Rev, index: i64) -> rusqlite::Result<Option<Vec<u8>>> {
    db.prepare_cached("SELECT bytes FROM piece WHERE place = ?1")?
        .query_row([first_place(file) + index], |row| row.get(0))
        .optional()
}

/// The smaller picture of a file.
///
/// # Errors
/// The file failed.
pub fn thumbnail(db: &Connection, file: Rev) -> rusqlite::Result<Option<Vec<u8>>> {
    let found: Option<Option<Vec<u8>>> = db
        .prepare_cached("SELECT thumbnail FROM file WHERE number = ?1")?
        .query_row([file], |row| row.get(0))
        .optional()?;
    Ok(found.flatten())
}

/// The number of a file that is coming.
///
/// # Errors
/// The file failed.
pub fn number(db: &Connection, id: crate::model::FileId) -> rusqlite::Result<Option<Rev>> {
    db.prepare_cached("SELECT number FROM file WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()
}
