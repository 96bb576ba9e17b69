//! Files: coming piece by piece, posted with messages, and forgotten once nothing uses them.
//!
//! What always holds: the bytes of a file are kept once; a person's `stored_bytes` is what the
//! files that they have sent or are sending come to, the server's is what lies in `piece`; neither
//! grows over its quota. What is to be forgotten goes some pieces at a time, between messages.

use rusqlite::{OptionalExtension, params};

use super::{Applied, Outcome, Tx};
use crate::{
    change::{ConversationRef, FinishFile, StorePiece},
    model::{
        Attachment, AttachmentId, Code, ConversationId, FileId, Refusal, Rev, Timestamp, UserId,
        attachment::{COMING_AT_ONCE, PIECE_BYTES},
        rules,
    },
    store::{
        Halt,
        query::attachments::{self, first_place},
    },
};

/// How many pieces one sweep takes away.
const SWEPT_AT_ONCE: i64 = 8;

/// How many files nobody posted one sweep forgets.
const UNPOSTED_AT_ONCE: i64 = 32;

pub(super) fn begin(tx: &mut Tx<'_>, file: FileId, conversation: &ConversationRef) -> Applied {
    let (caller, conversation, standing) = tx.standing(conversation)?;
    rules::may_write(&standing)?;
    let coming: i64 = tx
        .db
        .prepare_cached("SELECT count(*) FROM file WHERE state = 'coming' AND owner = ?1")?
        .query_row([caller], |row| row.get(0))?;
    if coming >= COMING_AT_ONCE {
        let busy = Refusal::new(Code::RateLimited, "you are sending enough files at once");
        return Err(busy.retry_after(5).into());
    }
    tx.db
        .prepare_cached(
            "INSERT INTO file (number, id, owner, conversation, state, size, mime, touched_at,
                               has_thumbnail)
             VALUES (?1, ?2, ?3, ?4, 'coming', 0, '', ?5, 0)",
        )?
        .execute(params![tx.rev, file, caller, conversation, tx.at])?;
    Ok(Outcome::Done)
}

/// A file of the caller's that is coming.
struct Coming {
    number: Rev,
    owner: UserId,
    conversation: ConversationId,
    size: i64,
}

fn coming(tx: &Tx<'_>, file: FileId) -> Result<Coming, Halt> {
    let caller = tx.caller()?;
    tx.db
        .prepare_cached(
            "SELECT number, conversation, size FROM file
             WHERE id = ?1 AND owner = ?2 AND state = 'coming'",
        )?
        .query_row((file, caller), |row| {
            let (number, conversation, size) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(Coming { number, owner: caller, conversation, size })
        })
        .optional()?
        .ok_or_else(|| Refusal::not_found().into())
}

pub(super) fn store(tx: &mut Tx<'_>, piece: &StorePiece) -> Applied {
    let file = coming(tx, piece.file)?;
    let whole = PIECE_BYTES as i64;
    let length = piece.bytes.len() as i64;
    if !(1..=whole).contains(&length) || file.size % whole != 0 {
        let why = "a file comes in pieces of one size, but for the last";
        return Err(Refusal::new(Code::Invalid, why).into());
    }
    charge(tx, file.owner, length)?;
    stored(tx, length)?;
    let (is_person_full, is_full): (bool, bool) = tx
        .db
        .prepare_cached(
            "SELECT p.stored_bytes > s.person_quota, s.stored_bytes > s.storage_quota
             FROM person p, server s WHERE p.id = ?1",
        )?
        .query_row([file.owner], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if is_person_full {
        let full = "you have sent as many files as you may; delete some that are not needed";
        return Err(Refusal::new(Code::TooLarge, full).into());
    }
    if is_full {
        let full = "the server has no more room for files; ask who runs it";
        return Err(Refusal::new(Code::TooLarge, full).into());
    }
    tx.db
        .prepare_cached("INSERT INTO piece (place, bytes) VALUES (?1, ?2)")?
        .execute((first_place(file.number) + file.size / whole, &piece.bytes))?;
    tx.db
        .prepare_cached("UPDATE file SET size = size + ?2, touched_at = ?3 WHERE number = ?1")?
        .execute((file.number, length, tx.at))?;
    Ok(Outcome::Done)
}

pub(super) fn finish(tx: &mut Tx<'_>, finish: &FinishFile) -> Applied {
    let file = coming(tx, finish.file)?;
    let (caller, conversation, standing) = tx.standing(&ConversationRef::Id(file.conversation))?;
    rules::may_write(&standing)?;
    let nature = &finish.nature;
    let same: Option<Rev> = tx
        .db
        .prepare_cached("SELECT number FROM file WHERE hash = ?1")?
        .query_row([&nature.hash], |row| row.get(0))
        .optional()?;
    let number = if let Some(same) = same {
        unuse(tx, file.number)?;
        same
    } else {
        let (width, height) = nature.pixels.unzip();
        tx.db
            .prepare_cached(
                "UPDATE file SET state = 'whole', hash = ?2, mime = ?3, width = ?4, height = ?5,
                                 has_thumbnail = ?6, thumbnail = ?7
                 WHERE number = ?1",
            )?
            .execute(params![
                file.number,
                nature.hash,
                nature.mime,
                width,
                height,
                nature.thumbnail.is_some(),
                nature.thumbnail,
            ])?;
        file.number
    };
    tx.db
        .prepare_cached(
            "INSERT INTO attachment (id, file, conversation, uploader, place, filename, created_at)
             VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6)",
        )?
        .execute(params![
            finish.attachment,
            number,
            conversation,
            caller,
            finish.filename.as_str(),
            tx.at,
        ])?;
    let attachment = attachments::unposted(tx.db, finish.attachment, caller, conversation)?;
    let attachment = attachment.ok_or_else(Refusal::not_found)?;
    Ok(Outcome::Attachment(attachment))
}

pub(super) fn abandon(tx: &mut Tx<'_>, file: FileId) -> Applied {
    match coming(tx, file) {
        Ok(file) => give_up(tx, &file)?,
        Err(Halt::Refused(_)) => {} // it is whole, or was swept already
        Err(fault) => return Err(fault),
    }
    Ok(Outcome::Done)
}

fn give_up(tx: &Tx<'_>, file: &Coming) -> Result<(), Halt> {
    charge(tx, file.owner, -file.size)?;
    unuse(tx, file.number)
}

/// The files that a message will carry, which its sender has uploaded for its conversation and not
/// posted yet.
pub(super) fn chosen(
    tx: &Tx<'_>,
    ids: &[AttachmentId],
    sender: UserId,
    conversation: ConversationId,
) -> Result<Vec<Attachment>, Halt> {
    let find = |id: &AttachmentId| {
        attachments::unposted(tx.db, *id, sender, conversation)?.ok_or_else(|| {
            let unknown = "names a file that you have not uploaded here, or have posted already";
            Refusal::invalid("attachments", unknown).into()
        })
    };
    ids.iter().map(find).collect()
}

/// They belong to a message from now on.
pub(super) fn attach(tx: &Tx<'_>, files: &[Attachment], message: Rev) -> Result<(), Halt> {
    for (place, file) in (0_i64..).zip(files) {
        let attached = tx
            .db
            .prepare_cached(
                "UPDATE attachment SET message = ?2, place = ?3 WHERE id = ?1 AND message IS NULL",
            )?
            .execute((file.id, message, place))?;
        if attached == 0 {
            return Err(Refusal::invalid("attachments", "names a file twice").into());
        }
    }
    Ok(())
}

pub(super) fn discard(tx: &mut Tx<'_>, ids: &[AttachmentId]) -> Applied {
    let caller = tx.caller()?;
    let mut discarded = 0;
    for id in ids {
        let found = tx
            .db
            .prepare_cached(
                "SELECT id, file FROM attachment
                 WHERE id = ?1 AND uploader = ?2 AND message IS NULL",
            )?
            .query_row((id, caller), |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        if let Some(found) = found {
            forget(tx, &[found])?;
            discarded += 1;
        }
    }
    if discarded == 0 { Err(Refusal::not_found().into()) } else { Ok(Outcome::Marked(discarded)) }
}

/// What came with a message goes with it.
pub(super) fn forget_of_message(tx: &Tx<'_>, message: Rev) -> Result<(), Halt> {
    let mut rows = tx.db.prepare_cached("SELECT id, file FROM attachment WHERE message = ?1")?;
    let found = rows.query_map([message], |row| Ok((row.get(0)?, row.get(1)?)))?;
    forget(tx, &found.collect::<rusqlite::Result<Vec<_>>>()?)
}

/// What came to a room goes with it.
pub(super) fn forget_of_conversation(tx: &Tx<'_>, id: ConversationId) -> Result<(), Halt> {
    let mut rows =
        tx.db.prepare_cached("SELECT id, file FROM attachment WHERE conversation = ?1")?;
    let found = rows.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    forget(tx, &found.collect::<rusqlite::Result<Vec<_>>>()?)
}

fn forget(tx: &Tx<'_>, those: &[(AttachmentId, Rev)]) -> Result<(), Halt> {
    for (id, file) in those {
        let uploader: UserId = tx
            .db
            .prepare_cached("DELETE FROM attachment WHERE id = ?1 RETURNING uploader")?
            .query_row([id], |row| row.get(0))?;
        let (size, is_used): (i64, bool) = tx
            .db
            .prepare_cached(
                "SELECT size, EXISTS (SELECT 1 FROM attachment WHERE file = number)
                 FROM file WHERE number = ?1",
            )?
            .query_row([file], |row| Ok((row.get(0)?, row.get(1)?)))?;
        charge(tx, uploader, -size)?;
        if !is_used {
            unuse(tx, *file)?;
        }
    }
    Ok(())
}

/// One step of cleaning up. `Marked` says how much it found to do.
pub(super) fn sweep(
    tx: &mut Tx<'_>,
    coming_since: Timestamp,
    unposted_since: Timestamp,
) -> Applied {
    let mut done = 0;
    for file in stalled(tx, coming_since)? {
        give_up(tx, &file)?;
        done += 1;
    }
    let unposted = {
        let mut rows = tx.db.prepare_cached(
            "SELECT id, file FROM attachment
             WHERE message IS NULL AND created_at <= ?1 ORDER BY created_at LIMIT ?2",
        )?;
        let found = rows
            .query_map((unposted_since, UNPOSTED_AT_ONCE), |row| Ok((row.get(0)?, row.get(1)?)))?;
        found.collect::<rusqlite::Result<Vec<_>>>()?
    };
    forget(tx, &unposted)?;
    done += unposted.len() + take_away_unused(tx)?;
    Ok(Outcome::Marked(done))
}

fn stalled(tx: &Tx<'_>, coming_since: Timestamp) -> Result<Vec<Coming>, Halt> {
    let mut rows = tx.db.prepare_cached(
        "SELECT number, owner, conversation, size FROM file
         WHERE state = 'coming' AND touched_at <= ?1",
    )?;
    let found = rows.query_map([coming_since], |row| {
        let (number, owner, conversation) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(Coming { number, owner, conversation, size: row.get(3)? })
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Some pieces of the first file that nothing uses, and its row after the last of them.
fn take_away_unused(tx: &Tx<'_>) -> Result<usize, Halt> {
    let number: Option<Rev> = tx
        .db
        .prepare_cached("SELECT min(number) FROM file WHERE state = 'unused'")?
        .query_row([], |row| row.get(0))?;
    let Some(number) = number else { return Ok(0) };
    let range = (first_place(number), first_place(number.next()), SWEPT_AT_ONCE);
    let (last, bytes): (Option<i64>, i64) = tx
        .db
        .prepare_cached(
            "SELECT max(place), coalesce(sum(length), 0) FROM (
                 SELECT place, length(bytes) AS length FROM piece
                 WHERE place >= ?1 AND place < ?2 ORDER BY place LIMIT ?3)",
        )?
        .query_row(range, |row| Ok((row.get(0)?, row.get(1)?)))?;
    if let Some(last) = last {
        tx.db
            .prepare_cached("DELETE FROM piece WHERE place >= ?1 AND place <= ?2")?
            .execute((range.0, last))?;
        stored(tx, -bytes)?;
    } else {
        tx.db.prepare_cached("DELETE FROM file WHERE number = ?1")?.execute([number])?;
    }
    Ok(1)
}

/// Nothing uses its bytes any more; a sweep takes them away.
fn unuse(tx: &Tx<'_>, number: Rev) -> Result<(), Halt> {
    tx.db
        .prepare_cached(
            "UPDATE file SET state = 'unused', hash = NULL, has_thumbnail = 0, thumbnail = NULL
             WHERE number = ?1",
        )?
        .execute([number])?;
    Ok(())
}

/// Somebody's files have so many bytes more, or fewer.
pub(super) fn charge(tx: &Tx<'_>, person: UserId, bytes: i64) -> Result<(), Halt> {
    tx.db
        .prepare_cached("UPDATE person SET stored_bytes = stored_bytes + ?2 WHERE id = ?1")?
        .execute((person, bytes))?;
    Ok(())
}

/// All pieces of files have.
pub(super) fn stored(tx: &Tx<'_>, bytes: i64) -> Result<(), Halt> {
    tx.db.prepare_cached("UPDATE server SET stored_bytes = stored_bytes + ?1")?.execute([bytes])?;
    Ok(())
}
