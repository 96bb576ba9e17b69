//! Reading hooks of rooms.

use rusqlite::{Connection, OptionalExtension, Row};

use super::{bans, messages, people, standing::standing};
use crate::{
    change::ConversationRef,
    model::{
        ConversationId, Hook, HookId, Message, Refusal, Role, Seq, Timestamp, UserId,
        hook::{HOOKS_PER_PERSON, HOOKS_PER_ROOM, MOST_HOOKS},
        rules,
    },
    store::{Halt, sql::json_list},
};

/// How many messages are told of in one go.
const AT_ONCE: i64 = 20;

const COLUMNS: &str = "
    SELECT h.id, h.kind, h.name, bot.username, maker.username, h.created_at, bot.last_activity,
           h.url, h.words, h.failure, h.bot
    FROM hook h JOIN person bot ON bot.id = h.bot JOIN person maker ON maker.id = h.created_by";

fn hook_of(row: &Row<'_>) -> rusqlite::Result<Hook> {
    let (created_at, used_at): (Timestamp, Timestamp) = (row.get(5)?, row.get(6)?);
    Ok(Hook {
        id: row.get(0)?,
        kind: row.get(1)?,
        name: row.get(2)?,
        bot: row.get(3)?,
        created_by: row.get(4)?,
        created_at,
        used_at: (used_at > created_at).then_some(used_at),
        url: row.get(7)?,
        words: json_list(row, 8)?,
        failure: row.get(9)?,
    })
}

/// Those of a room, oldest first, for who runs it.
///
/// # Errors
/// `forbidden` or `not_found`.
pub fn of(db: &Connection, room: &ConversationRef, caller: UserId) -> Result<Vec<Hook>, Halt> {
    let (id, standing) = standing(db, room, caller)?;
    rules::may_run(&standing)?;
    let mut all =
        db.prepare_cached(&format!("{COLUMNS} WHERE h.conversation = ?1 ORDER BY h.id"))?;
    Ok(all.query_map([id], hook_of)?.collect::<rusqlite::Result<_>>()?)
}

/// One of a room's, and its bot.
///
/// # Errors
/// `not_found`.
pub fn find(db: &Connection, room: ConversationId, id: HookId) -> Result<(Hook, UserId), Halt> {
    let found = db
        .prepare_cached(&format!("{COLUMNS} WHERE h.id = ?1 AND h.conversation = ?2"))?
        .query_row((id, room), |row| Ok((hook_of(row)?, row.get(10)?)))
        .optional()?;
    found.ok_or_else(|| Refusal::not_found().into())
}

/// Whether a room, a person or the server has as many hooks as it may.
///
/// # Errors
/// The file failed.
pub fn are_many(db: &Connection, room: ConversationId, maker: UserId) -> rusqlite::Result<bool> {
    db.prepare_cached(
        "SELECT count(*) FILTER (WHERE conversation = ?1), count(*) FILTER (WHERE created_by = ?2),
                count(*) FROM hook",
    )?
    .query_row((room, maker), |row| {
        let (here, theirs, all): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(here >= HOOKS_PER_ROOM || theirs >= HOOKS_PER_PERSON || all >= MOST_HOOKS)
    })
}

/// Where what comes by an address goes, under whose name.
#[derive(Clone, Debug)]
pub struct Door {
    /// By which hook.
    pub hook: HookId,
    /// What it is called.
    pub name: String,
    /// Into which room.
    pub conversation: ConversationId,
    /// Who says it.
    pub bot: UserId,
}

/// The hook whose address holds what has this hash.
///
/// # Errors
/// The file failed.
pub fn by_hash(db: &Connection, hash: &[u8]) -> rusqlite::Result<Option<Door>> {
    db.prepare_cached("SELECT id, name, conversation, bot FROM hook WHERE hash = ?1")?
        .query_row([hash], |row| {
            Ok(Door {
                hook: row.get(0)?,
                name: row.get(1)?,
                conversation: row.get(2)?,
                bot: row.get(3)?,
            })
        })
        .optional()
}

/// An outgoing hook, with all that telling takes.
#[derive(Clone, Debug)]
pub struct Target {
    /// Which.
    pub id: HookId,
    /// What it is called.
    pub name: String,
    /// Of which room.
    pub conversation: ConversationId,
    /// What the room is called.
    pub room: String,
    /// Who says what is answered.
    pub bot: UserId,
    /// Who named the address.
    pub created_by: UserId,
    /// Where it leads.
    pub url: String,
    /// What signs.
    pub secret: String,
    /// Words that a message must begin with, if any.
    pub words: Vec<String>,
    /// Up to where it was told.
    pub told: Seq,
    /// Why it took nothing lately.
    pub failure: Option<String>,
}

/// The rooms that have outgoing hooks.
///
/// # Errors
/// The file failed.
pub fn telling(db: &Connection) -> rusqlite::Result<Vec<ConversationId>> {
    db.prepare_cached("SELECT DISTINCT conversation FROM hook WHERE kind = 'outgoing'")?
        .query_map([], |row| row.get(0))?
        .collect()
}

/// The outgoing hooks of a room.
///
/// # Errors
/// The file failed.
pub fn targets(db: &Connection, room: ConversationId) -> rusqlite::Result<Vec<Target>> {
    let mut all = db.prepare_cached(
        "SELECT h.id, h.name, h.conversation, c.name, h.bot, h.url, h.secret, h.words, h.told_seq,
                h.failure, h.created_by
         FROM hook h JOIN conversation c ON c.id = h.conversation
         WHERE h.conversation = ?1 AND h.kind = 'outgoing' ORDER BY h.id",
    )?;
    let rows = all.query_map([room], |row| {
        Ok(Target {
            id: row.get(0)?,
            name: row.get(1)?,
            conversation: row.get(2)?,
            room: row.get(3)?,
            bot: row.get(4)?,
            url: row.get(5)?,
            secret: row.get(6)?,
            words: json_list(row, 7)?,
            told: row.get(8)?,
            failure: row.get(9)?,
            created_by: row.get(10)?,
        })
    })?;
    rows.collect()
}

/// The bot of an outgoing hook that stands: it is in the room, and neither it nor who made the hook is
/// kept out. Who made it hears by it, so in a private room they are a member to this day.
///
/// # Errors
/// The file failed.
pub fn hearer(db: &Connection, hook: HookId, at: Timestamp) -> rusqlite::Result<Option<UserId>> {
    let found = db
        .prepare_cached(
            "SELECT h.bot, h.created_by FROM hook h
             JOIN member m ON m.conversation = h.conversation AND m.person = h.bot
             JOIN person bot ON bot.id = h.bot
             JOIN person maker ON maker.id = h.created_by
             JOIN conversation c ON c.id = h.conversation
             LEFT JOIN member w ON w.conversation = h.conversation AND w.person = h.created_by
             WHERE h.id = ?1 AND h.kind = 'outgoing' AND m.role IS NOT NULL
               AND bot.disabled_at IS NULL AND maker.disabled_at IS NULL
               AND maker.deleted_at IS NULL AND (c.is_private = 0 OR w.role IS NOT NULL)",
        )?
        .query_row([hook], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((bot, maker)) = found else { return Ok(None) };
    let is_banned = bans::of_person(db, maker, at)?.is_some();
    Ok((!is_banned).then_some(bot))
}

/// Something that was said, and whether by a program.
#[derive(Clone, Debug)]
pub struct Said {
    /// What.
    pub message: Message,
    /// A bot, or what came by a hook; what says nothing any more counts as such.
    pub by_program: bool,
}

/// The next messages after a place that a hook is told of, if it still stands.
///
/// # Errors
/// The file failed.
pub fn said(
    db: &Connection,
    hook: HookId,
    room: ConversationId,
    after: Seq,
    at: Timestamp,
) -> rusqlite::Result<Vec<Said>> {
    let bot = hearer(db, hook, at)?;
    let Some(bot) = bot else { return Ok(Vec::new()) };
    let all = messages::after(db, room, bot, after, AT_ONCE)?;
    let with_sender = |message: Message| {
        let sender = people::known(db, message.sender_id)?;
        let by_program =
            sender.role == Role::Bot || message.shown_as.is_some() || message.is_deleted;
        Ok(Said { message, by_program })
    };
    all.into_iter().map(with_sender).collect()
}
