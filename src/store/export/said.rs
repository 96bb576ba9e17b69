//! Conversations, who is in them, files, and what was said.

use std::{fmt::Write as _, io::Write};

use rusqlite::Row;

use super::{ExportError, Out};
use crate::{
    change::{
        AttachmentLine, Bytes, DirectLine, FileLine, FurthestLine, Line, MemberLine, MessageLine,
        PieceLine, PinLine, ReactionLine, ReadLine, RoomLine, VersionLine,
    },
    model::{FileId, Kind, Rev},
    store::{query::attachments::first_place, sql::json_list},
};

pub(super) fn all(out: &mut Out<'_, impl Write>) -> Result<(), ExportError> {
    out.rows(
        "SELECT id, kind, name, topic, is_private, owner, created_at, active_at, pair,
                slow_mode
         FROM conversation WHERE deleted_at IS NULL ORDER BY created_rev, id",
        [],
        conversation,
    )?;
    out.rows(
        "SELECT m.conversation, m.person, m.role, m.notify, m.joined_at
         FROM member m JOIN conversation c ON c.id = m.conversation
         WHERE m.role IS NOT NULL AND c.deleted_at IS NULL
         ORDER BY m.joined_rev, m.conversation, m.person",
        [],
        |row| {
            Ok(MemberLine {
                conversation: row.get(0)?,
                person: row.get(1)?,
                role: row.get(2)?,
                notify: row.get(3)?,
                joined_at: row.get(4)?,
            })
        },
    )?;
    files(out)?;
    messages(out)?;
    marks(out)
}

fn conversation(row: &Row<'_>) -> rusqlite::Result<Line> {
    let (id, created_at, active_at) = (row.get(0)?, row.get(6)?, row.get(7)?);
    Ok(match row.get(1)? {
        Kind::Room => RoomLine {
            id,
            name: row.get(2)?,
            topic: row.get(3)?,
            is_private: row.get(4)?,
            owner: row.get(5)?,
            created_at,
            active_at,
            slow_mode: row.get(9)?,
        }
        .into(),
        Kind::Direct => {
            let pair: [u8; 32] = row.get(8)?;
            let (low, high) = pair.split_at(16);
            let person = |bytes: &[u8]| {
                let id = uuid::Uuid::from_slice(bytes).unwrap_or_default(); // 16 bytes are one
                crate::model::UserId(id)
            };
            let people = [person(low), person(high)];
            DirectLine { id, people, created_at, active_at }.into()
        }
    })
}

/// Each file that a message uses, followed by its pieces. Whose it is says its first message.
fn files(out: &mut Out<'_, impl Write>) -> Result<(), ExportError> {
    let db = out.db;
    let mut all = db.prepare(
        "SELECT f.number, f.id, f.hash, f.size, f.mime, f.width, f.height, f.thumbnail, f.touched_at,
                a.uploader, a.conversation
         FROM file f JOIN attachment a ON a.id = (
             SELECT id FROM attachment WHERE file = f.number AND message IS NOT NULL
             ORDER BY message, place LIMIT 1)
         ORDER BY f.number",
    )?;
    let mut rows = all.query([])?;
    while let Some(row) = rows.next()? {
        let (number, id): (Rev, FileId) = (row.get(0)?, row.get(1)?);
        let hash: Vec<u8> = row.get(2)?;
        let mut sha256 = String::new();
        for byte in hash {
            let _ = write!(sha256, "{byte:02x}"); // a text takes all that is written
        }
        let file = FileLine {
            id,
            sha256,
            size: row.get(3)?,
            mime: row.get(4)?,
            owner: row.get(9)?,
            conversation: row.get(10)?,
            touched_at: row.get(8)?,
            width: row.get(5)?,
            height: row.get(6)?,
            thumbnail: row.get::<_, Option<Vec<u8>>>(7)?.map(Bytes),
        };
        out.put(&file.into())?;
        out.rows(
            "SELECT bytes FROM piece WHERE place >= ?1 AND place < ?2 ORDER BY place",
            (first_place(number), first_place(number.next())),
            |row| Ok(PieceLine { file: id, bytes: Bytes(row.get(0)?) }),
        )?;
    }
    Ok(())
}

fn messages(out: &mut Out<'_, impl Write>) -> Result<(), ExportError> {
    let db = out.db;
    let attachments = |message: Rev| {
        let mut all = db.prepare_cached(
            "SELECT a.id, f.id, a.filename, a.created_at
             FROM attachment a JOIN file f ON f.number = a.file
             WHERE a.message = ?1 ORDER BY a.place",
        )?;
        let rows = all.query_map([message], |row| {
            let (id, file, filename) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(AttachmentLine { id, file, filename, created_at: row.get(3)? })
        })?;
        rows.collect::<rusqlite::Result<Vec<_>>>()
    };
    out.rows(
        "SELECT posted_rev, id, conversation, seq, sender, date, client_id, reply_to, edited_at,
                deleted_at, mentions, content, attachments, shown_as
         FROM message ORDER BY posted_rev",
        [],
        |row| {
            let has_files = row.get::<_, i64>(12)? > 0;
            Ok(MessageLine {
                id: row.get(1)?,
                conversation: row.get(2)?,
                seq: row.get(3)?,
                sender: row.get(4)?,
                date: row.get(5)?,
                client_id: row.get(6)?,
                reply_to: row.get(7)?,
                edited_at: row.get(8)?,
                deleted_at: row.get(9)?,
                mentions: json_list(row, 10)?,
                content: row.get(11)?,
                shown_as: row.get(13)?,
                attachments: if has_files { attachments(row.get(0)?)? } else { Vec::new() },
            })
        },
    )?;
    out.rows(
        "SELECT m.id, v.date, v.mentions, v.content
         FROM message_version v JOIN message m ON m.posted_rev = v.message
         ORDER BY v.message, v.rev",
        [],
        |row| {
            let (message, date) = (row.get(0)?, row.get(1)?);
            Ok(VersionLine { message, date, mentions: json_list(row, 2)?, content: row.get(3)? })
        },
    )
}

/// What was made of messages, and how far they were read.
fn marks(out: &mut Out<'_, impl Write>) -> Result<(), ExportError> {
    out.rows(
        "SELECT m.id, r.person, r.emoji
         FROM reaction r JOIN message m ON m.posted_rev = r.message
         ORDER BY r.rev, r.message, r.emoji, r.person",
        [],
        |row| Ok(ReactionLine { message: row.get(0)?, person: row.get(1)?, emoji: row.get(2)? }),
    )?;
    out.rows(
        "SELECT id, pinned_by, pinned_at FROM message WHERE pinned_rev IS NOT NULL
         ORDER BY pinned_rev, posted_rev",
        [],
        |row| Ok(PinLine { message: row.get(0)?, by: row.get(1)?, at: row.get(2)? }),
    )?;
    out.rows(
        "SELECT m.conversation, m.person, m.last_read_seq, m.told_read_seq
         FROM member m JOIN conversation c ON c.id = m.conversation
         WHERE m.role IS NOT NULL AND c.deleted_at IS NULL AND m.last_read_seq > 0
         ORDER BY m.conversation, m.person",
        [],
        |row| {
            let (conversation, person) = (row.get(0)?, row.get(1)?);
            Ok(ReadLine { conversation, person, seq: row.get(2)?, told: row.get(3)? })
        },
    )?;
    out.rows(
        "SELECT id, top_reader, top_read_seq, next_read_seq FROM conversation
         WHERE top_reader IS NOT NULL AND deleted_at IS NULL ORDER BY id",
        [],
        |row| {
            let (conversation, reader) = (row.get(0)?, row.get(1)?);
            Ok(FurthestLine { conversation, reader, seq: row.get(2)?, next: row.get(3)? })
        },
    )
}
