//! Conversations, who is in them, files, and what was said.

use rusqlite::{OptionalExtension, params};

use super::{
    super::{Tx, attachments, members, mentions},
    refused,
};
use crate::{
    change::{
        DirectLine, FileLine, FurthestLine, MemberLine, MessageLine, PieceLine, PinLine,
        ReactionLine, ReadLine, RoomLine, VersionLine,
    },
    model::{
        ConversationId, Kind, MessageId, Rev, RoomName, Seq, Timestamp, attachment::PIECE_BYTES,
        message::PINS_PER_CONVERSATION,
    },
    store::{Halt, query::attachments::first_place},
};

/// Whether there is a row of this id already.
fn is_there(tx: &Tx<'_>, sql: &str, id: impl rusqlite::ToSql) -> Result<bool, Halt> {
    Ok(tx.db.prepare_cached(sql)?.exists([id])?)
}

const CONVERSATION: &str = "SELECT 1 FROM conversation WHERE id = ?1";
const MESSAGE: &str = "SELECT 1 FROM message WHERE id = ?1";

pub(super) fn room(tx: &Tx<'_>, line: &RoomLine, adds: bool) -> Result<(), Halt> {
    if adds && is_there(tx, CONVERSATION, line.id)? {
        return Ok(());
    }
    tx.db
        .prepare_cached(
            "INSERT INTO conversation (id, kind, name, name_key, topic, is_private, owner,
                                       member_count, last_seq, top_read_seq, next_read_seq,
                                       active_at, created_at, created_rev, rev, slow_mode)
             VALUES (?1, 'room', ?2, ?3, ?4, ?5,
                     (SELECT id FROM person WHERE id = ?6 AND deleted_at IS NULL),
                     0, 0, 0, 0, ?7, ?8, ?9, ?9, ?10)",
        )?
        .execute(params![
            line.id,
            line.name,
            RoomName::key_of(&line.name),
            line.topic,
            line.is_private,
            line.owner,
            line.active_at,
            line.created_at,
            tx.rev,
            line.slow_mode,
        ])?;
    Ok(())
}

pub(super) fn direct(tx: &Tx<'_>, line: &DirectLine, adds: bool) -> Result<(), Halt> {
    if adds && is_there(tx, CONVERSATION, line.id)? {
        return Ok(());
    }
    let mut people = line.people;
    people.sort();
    let pair = people.map(|person| person.0.into_bytes()).concat();
    tx.db
        .prepare_cached(
            "INSERT INTO conversation (id, kind, pair, topic, is_private, member_count, last_seq,
                                       top_read_seq, next_read_seq, active_at, created_at,
                                       created_rev, rev)
             VALUES (?1, 'direct', ?2, '', 1, 0, 0, 0, 0, ?3, ?4, ?5, ?5)",
        )?
        .execute(params![line.id, pair, line.active_at, line.created_at, tx.rev])?;
    Ok(())
}

pub(super) fn member(tx: &mut Tx<'_>, line: &MemberLine, adds: bool) -> Result<(), Halt> {
    if adds && is_settled(tx, line)? {
        return Ok(());
    }
    let fits: Option<bool> = tx
        .db
        .prepare_cached(
            "SELECT kind = ?2 OR instr(pair, ?3) IN (1, 17) FROM conversation
             WHERE id = ?1 AND deleted_at IS NULL",
        )?
        .query_row((line.conversation, Kind::Room, line.person), |row| row.get(0))
        .optional()?;
    if fits != Some(true) {
        return Err(refused("there is no such conversation, or it is between two others"));
    }
    members::seat(tx, line.conversation, line.person, line.role)?;
    tx.db
        .prepare_cached(
            "UPDATE member SET notify = ?3, joined_at = ?4 WHERE conversation = ?1 AND person = ?2",
        )?
        .execute(params![line.conversation, line.person, line.notify, line.joined_at])?;
    Ok(())
}

/// Whether somebody is in a conversation, has left it, was put out of it, or is gone: that stays as it is.
fn is_settled(tx: &Tx<'_>, line: &MemberLine) -> Result<bool, Halt> {
    let settled = "SELECT 1 FROM member WHERE conversation = ?1 AND person = ?2
                   UNION ALL SELECT 1 FROM person WHERE id = ?2 AND deleted_at IS NOT NULL";
    Ok(tx.db.prepare_cached(settled)?.exists((line.conversation, line.person))?)
}

pub(super) fn file(tx: &Tx<'_>, line: &FileLine) -> Result<(), Halt> {
    let thumbnail = line.thumbnail.as_ref().map(|picture| &picture.0);
    let hash: Vec<u8> = (0..line.sha256.len())
        .step_by(2)
        .filter_map(|at| u8::from_str_radix(line.sha256.get(at..at + 2)?, 16).ok())
        .collect();
    tx.db
        .prepare_cached(
            "INSERT INTO file (number, id, owner, conversation, state, size, hash, mime, width,
                               height, touched_at, has_thumbnail, thumbnail)
             VALUES (?1, ?2, ?3, ?4, 'whole', ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            tx.rev,
            line.id,
            line.owner,
            line.conversation,
            line.size,
            hash,
            line.mime,
            line.width,
            line.height,
            line.touched_at,
            thumbnail.is_some(),
            thumbnail,
        ])?;
    Ok(())
}

/// The next bytes of a file: all pieces but the last are full, and together they are what it says.
pub(super) fn piece(tx: &Tx<'_>, line: &PieceLine) -> Result<(), Halt> {
    let found: Option<(Rev, i64)> = tx
        .db
        .prepare_cached("SELECT number, size FROM file WHERE id = ?1")?
        .query_row([line.file], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((number, size)) = found else { return Err(refused("there is no such file")) };
    let (first, past) = (first_place(number), first_place(number.next()));
    let last: Option<i64> = tx
        .db
        .prepare_cached("SELECT max(place) FROM piece WHERE place >= ?1 AND place < ?2")?
        .query_row((first, past), |row| row.get(0))?;
    let place = last.map_or(first, |last| last + 1);
    let (whole, length) = (PIECE_BYTES as i64, line.bytes.0.len() as i64);
    if length != whole.min(size - (place - first) * whole) {
        return Err(refused("the piece is longer or shorter than the file says"));
    }
    tx.db
        .prepare_cached("INSERT INTO piece (place, bytes) VALUES (?1, ?2)")?
        .execute((place, &line.bytes.0))?;
    attachments::stored(tx, length)
}

pub(super) fn message(tx: &Tx<'_>, line: &MessageLine, adds: bool) -> Result<(), Halt> {
    if adds && is_there(tx, MESSAGE, line.id)? {
        return Ok(());
    }
    let last: Option<Seq> = tx
        .db
        .prepare_cached("SELECT last_seq FROM conversation WHERE id = ?1 AND deleted_at IS NULL")?
        .query_row([line.conversation], |row| row.get(0))
        .optional()?;
    let Some(last) = last else { return Err(refused("there is no such conversation")) };
    let seq = Seq(last.0 + 1);
    if line.seq.is_some_and(|given| given != seq) {
        return Err(refused("its place is not the next one"));
    }
    let reply_to = match line.reply_to {
        Some(to) if is_said_in(tx, to, line.conversation)? => Some(to),
        Some(_) if adds => None,
        Some(_) => return Err(refused("what it answers was not said there")),
        None => None,
    };
    tx.db
        .prepare_cached(
            "INSERT INTO message (posted_rev, id, conversation, seq, rev, sender, client_id, content,
                                  date, reply_to, edited_at, deleted_at, mentions, attachments,
                                  shown_as)
             VALUES (?1, ?2, ?3, ?4, ?1, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )?
        .execute(params![
            tx.rev,
            line.id,
            line.conversation,
            seq,
            line.sender,
            line.client_id,
            line.content,
            line.date,
            reply_to,
            line.edited_at,
            line.deleted_at,
            mentions::json(&line.mentions)?,
            line.attachments.len() as i64,
            line.shown_as,
        ])?;
    tx.db
        .prepare_cached("UPDATE conversation SET last_seq = ?2 WHERE id = ?1")?
        .execute((line.conversation, seq))?;
    if adds {
        added(tx, line.conversation, line.date, seq)?;
    }
    attach(tx, line)
}

fn is_said_in(tx: &Tx<'_>, id: MessageId, place: ConversationId) -> Result<bool, Halt> {
    let there = "SELECT 1 FROM message WHERE id = ?1 AND conversation = ?2";
    Ok(tx.db.prepare_cached(there)?.exists((id, place))?)
}

/// What was said elsewhere is read: nobody wants to come to thousands of news.
fn added(tx: &Tx<'_>, place: ConversationId, date: Timestamp, seq: Seq) -> Result<(), Halt> {
    tx.db
        .prepare_cached("UPDATE conversation SET active_at = max(active_at, ?2) WHERE id = ?1")?
        .execute((place, date))?;
    tx.db
        .prepare_cached(
            "UPDATE member SET last_read_seq = ?2, told_read_seq = ?2
             WHERE conversation = ?1 AND last_read_seq = ?2 - 1",
        )?
        .execute((place, seq))?;
    Ok(())
}

fn attach(tx: &Tx<'_>, line: &MessageLine) -> Result<(), Halt> {
    for (place, file) in (0_i64..).zip(&line.attachments) {
        let found: Option<(Rev, i64)> = tx
            .db
            .prepare_cached("SELECT number, size FROM file WHERE id = ?1")?
            .query_row([file.file], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((number, size)) = found else { return Err(refused("there is no such file")) };
        tx.db
            .prepare_cached(
                "INSERT INTO attachment (id, file, conversation, uploader, message, place, filename,
                                         created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                file.id,
                number,
                line.conversation,
                line.sender,
                tx.rev,
                place,
                file.filename,
                file.created_at,
            ])?;
        attachments::charge(tx, line.sender, size)?;
    }
    Ok(())
}

/// The row of a message.
fn posted(tx: &Tx<'_>, id: MessageId) -> Result<Rev, Halt> {
    let found = tx
        .db
        .prepare_cached("SELECT posted_rev FROM message WHERE id = ?1 AND deleted_at IS NULL")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    found.ok_or_else(|| refused("there is no such message"))
}

pub(super) fn version(tx: &Tx<'_>, line: &VersionLine) -> Result<(), Halt> {
    tx.db
        .prepare_cached(
            "INSERT INTO message_version (message, rev, content, mentions, date)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            posted(tx, line.message)?,
            tx.rev,
            line.content,
            mentions::json(&line.mentions)?,
            line.date,
        ])?;
    Ok(())
}

pub(super) fn reaction(tx: &Tx<'_>, line: &ReactionLine, adds: bool) -> Result<(), Halt> {
    let message = posted(tx, line.message)?;
    let key = (message, &line.emoji, line.person);
    let there = "SELECT 1 FROM reaction WHERE message = ?1 AND emoji = ?2 AND person = ?3";
    if adds && tx.db.prepare_cached(there)?.exists(key)? {
        return Ok(());
    }
    tx.db
        .prepare_cached(
            "INSERT INTO reaction (message, emoji, person, rev) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![message, line.emoji, line.person, tx.rev])?;
    tx.db
        .prepare_cached(
            "UPDATE message SET reactions = reactions + 1, rev = ?2 WHERE posted_rev = ?1",
        )?
        .execute((message, tx.rev))?;
    Ok(())
}

pub(super) fn pin(tx: &Tx<'_>, line: &PinLine, adds: bool) -> Result<(), Halt> {
    let message = posted(tx, line.message)?;
    if adds && is_full(tx, message)? {
        return Ok(());
    }
    let pinned = tx
        .db
        .prepare_cached(
            "UPDATE message SET pinned_rev = ?2, pinned_at = ?3, pinned_by = ?4, rev = ?2
             WHERE posted_rev = ?1 AND pinned_rev IS NULL",
        )?
        .execute(params![message, tx.rev, line.at, line.by])?;
    if pinned == 0 && !adds { Err(refused("it is pinned already")) } else { Ok(()) }
}

/// Whether the conversation of a message has as many pins as it may: elsewhere there may be more.
fn is_full(tx: &Tx<'_>, message: Rev) -> Result<bool, Halt> {
    let count: i64 = tx
        .db
        .prepare_cached(
            "SELECT count(*) FROM message WHERE pinned_rev IS NOT NULL
             AND conversation = (SELECT conversation FROM message WHERE posted_rev = ?1)",
        )?
        .query_row([message], |row| row.get(0))?;
    Ok(count >= PINS_PER_CONVERSATION)
}

pub(super) fn read(tx: &Tx<'_>, line: &ReadLine) -> Result<(), Halt> {
    let moved = tx
        .db
        .prepare_cached(
            "UPDATE member SET last_read_seq = ?3, told_read_seq = ?4, read_rev = ?5, rev = ?5
             WHERE conversation = ?1 AND person = ?2 AND role IS NOT NULL
               AND ?3 <= (SELECT last_seq FROM conversation WHERE id = ?1)",
        )?
        .execute(params![line.conversation, line.person, line.seq, line.told, tx.rev])?;
    if moved == 0 { Err(refused("they are not there, or it was not written")) } else { Ok(()) }
}

pub(super) fn furthest(tx: &Tx<'_>, line: &FurthestLine) -> Result<(), Halt> {
    let moved = tx
        .db
        .prepare_cached(
            "UPDATE conversation SET top_reader = ?2, top_read_seq = ?3, next_read_seq = ?4
             WHERE id = ?1 AND ?3 <= last_seq AND EXISTS (SELECT 1 FROM person WHERE id = ?2)",
        )?
        .execute(params![line.conversation, line.reader, line.seq, line.next])?;
    if moved == 0 { Err(refused("it was not written, or by nobody read")) } else { Ok(()) }
}
