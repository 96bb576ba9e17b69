//! Reading slash commands, and what running one takes.

use rusqlite::{Connection, OptionalExtension, Row};

use super::standing::standing;
use crate::{
    change::ConversationRef,
    model::{CommandId, ConversationId, Refusal, SlashCommand, SlowMode, Timestamp, UserId, rules},
    store::Halt,
};

const COLUMNS: &str = "
    SELECT c.id, c.name, c.description, c.hint, bot.username, c.url, maker.username, c.created_at
    FROM slash_command c JOIN person bot ON bot.id = c.bot
    LEFT JOIN person maker ON maker.id = c.created_by";

fn command_of(row: &Row<'_>) -> rusqlite::Result<SlashCommand> {
    Ok(SlashCommand {
        id: row.get(0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        hint: row.get(3)?,
        bot: row.get(4)?,
        url: row.get(5)?,
        created_by: row.get(6)?,
        created_at: row.get(7)?,
    })
}

/// All of them, by name: there are few.
///
/// # Errors
/// The file failed.
pub fn all(db: &Connection) -> rusqlite::Result<Vec<SlashCommand>> {
    let mut all = db.prepare_cached(&format!("{COLUMNS} ORDER BY c.name"))?;
    all.query_map([], command_of)?.collect()
}

/// The one of a name.
///
/// # Errors
/// The file failed.
pub fn find(db: &Connection, name: &str) -> rusqlite::Result<Option<SlashCommand>> {
    db.prepare_cached(&format!("{COLUMNS} WHERE c.name = ?1"))?
        .query_row([name], command_of)
        .optional()
}

/// How many there are.
///
/// # Errors
/// The file failed.
pub fn count(db: &Connection) -> rusqlite::Result<i64> {
    db.prepare_cached("SELECT count(*) FROM slash_command")?.query_row([], |row| row.get(0))
}

/// A command that somebody may run somewhere, with all that asking takes.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Which.
    pub command: CommandId,
    /// Where.
    pub conversation: ConversationId,
    /// What the room is called; none in a direct.
    pub room: Option<String>,
    /// The username of who asks.
    pub username: String,
    /// Who is asked.
    pub bot: UserId,
    /// Its username.
    pub bot_username: String,
    /// Whether it is kept out, and answers nobody.
    pub is_disabled: bool,
    /// The address that is called, and what signs.
    pub called: Option<(String, String)>,
}

/// What somebody asks who wants to run a command: whoever may say something there now.
///
/// # Errors
/// `forbidden`, `not_found`, `slow_mode`; `not_found` with the field `name` where there is no such
/// command, which only those are told who may run one.
pub fn asked(
    db: &Connection,
    place: &ConversationRef,
    caller: UserId,
    name: &str,
    now: Timestamp,
) -> Result<Asked, Halt> {
    let (id, standing) = standing(db, place, caller)?;
    rules::may_write(&standing)?;
    let (room, slow_mode, last, username) = db
        .prepare_cached(
            "SELECT c.name, c.slow_mode, m.wrote_at, p.username
             FROM conversation c JOIN person p ON p.id = ?2
             LEFT JOIN member m ON m.conversation = c.id AND m.person = p.id WHERE c.id = ?1",
        )?
        .query_row((id, caller), |row| {
            Ok((row.get(0)?, row.get::<_, SlowMode>(1)?, row.get(2)?, row.get(3)?))
        })?;
    rules::may_speak_again(&standing, slow_mode, last, now)?;
    let found = db
        .prepare_cached(
            "SELECT c.id, c.bot, p.username, p.disabled_at IS NOT NULL, c.url, c.secret
             FROM slash_command c JOIN person p ON p.id = c.bot WHERE c.name = ?1",
        )?
        .query_row([name], |row| {
            let (url, secret): (Option<String>, Option<String>) = (row.get(4)?, row.get(5)?);
            Ok(Asked {
                command: row.get(0)?,
                conversation: id,
                room,
                username,
                bot: row.get(1)?,
                bot_username: row.get(2)?,
                is_disabled: row.get(3)?,
                called: url.zip(secret),
            })
        })
        .optional()?;
    found.ok_or_else(|| Refusal::not_found().with_field("name", "is no command").into())
}
