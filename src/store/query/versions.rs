//! Reading what a message said before it was edited.

use rusqlite::Connection;

use super::{Page, Window, blocks, messages, standing::standing};
use crate::{
    change::ConversationRef,
    model::{Kind, MessageId, Refusal, UserId, message::Version, rules},
    store::{Halt, sql::json_list},
};

/// What a message has said, oldest first, and last what it says now; nothing once it is deleted.
///
/// # Errors
/// `forbidden` or `not_found`.
pub fn list(
    db: &Connection,
    id: MessageId,
    caller: UserId,
    window: Window,
) -> Result<Page<Version>, Halt> {
    let message = messages::find(db, id)?;
    let (_, standing) = standing(db, &ConversationRef::Id(message.conversation), caller)?;
    rules::may_see_versions(&standing, caller, message.sender_id)?;
    if standing.kind == Kind::Room && blocks::blocks(db, caller, message.sender_id)? {
        return Err(Refusal::not_found().into()); // as everything that they say there
    }
    let mut all: Vec<Version> = db
        .prepare_cached(
            "SELECT content, date, mentions FROM message_version WHERE message = ?1 ORDER BY rev",
        )?
        .query_map([message.posted_rev], |row| {
            let (content, date) = (row.get(0)?, row.get(1)?);
            Ok(Version { content, date, mentions: json_list(row, 2)? })
        })?
        .collect::<rusqlite::Result<_>>()?;
    if !message.is_deleted {
        let date = message.edited_at.unwrap_or(message.date);
        all.push(Version { content: message.content, mentions: message.mentions, date });
    }
    let total = all.len() as i64;
    let page = all.into_iter().skip(window.offset as usize).take(window.limit as usize);
    Ok(Page { items: page.collect(), total })
}
