//! Whom a message names: members of its conversation, or everyone in the room. Each is told once, as
//! far as they want to be, when it is posted.

use rusqlite::OptionalExtension;

use super::{Tx, notifications};
use crate::{
    model::{
        ConversationId, Kind, Message, Notify, Place, UserId,
        markup::EVERYONE,
        notification::About,
        rules::{self, Standing},
    },
    store::{Halt, query::blocks, sql::to_json},
};

/// The most members whom anybody may call together; in larger rooms, only who runs them.
const MOST_CALLED: i64 = 100;

/// Who is named.
#[derive(Default)]
pub(super) struct Named {
    people: Vec<(UserId, String)>,
    everyone: bool,
}

impl Named {
    /// As the message carries them.
    pub(super) fn usernames(&self) -> Vec<String> {
        let people = self.people.iter().map(|(_, username)| username.clone());
        people.chain(self.everyone.then(|| EVERYONE.to_owned())).collect()
    }
}

/// Whom of a conversation some names mean.
pub(super) fn resolve(
    tx: &Tx<'_>,
    id: ConversationId,
    standing: &Standing,
    names: &[String],
) -> Result<Named, Halt> {
    let mut named = Named::default();
    for name in names {
        if name == EVERYONE {
            named.everyone = standing.kind == Kind::Room && may_call(tx, id, standing)?;
        } else if let Some(member) = member(tx, id, name)? {
            named.people.push(member);
        }
    }
    Ok(named)
}

fn may_call(tx: &Tx<'_>, id: ConversationId, standing: &Standing) -> rusqlite::Result<bool> {
    if rules::may_run(standing).is_ok() {
        return Ok(true);
    }
    tx.db
        .prepare_cached("SELECT member_count <= ?2 FROM conversation WHERE id = ?1")?
        .query_row((id, MOST_CALLED), |row| row.get(0))
}

fn member(
    tx: &Tx<'_>,
    id: ConversationId,
    name: &str,
) -> rusqlite::Result<Option<(UserId, String)>> {
    tx.db
        .prepare_cached(
            "SELECT p.id, p.username FROM person p JOIN member m ON m.person = p.id
             WHERE p.username_key = ?2 AND m.conversation = ?1 AND m.role IS NOT NULL",
        )?
        .query_row((id, name), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

/// Tells who is named, but for the sender, who does not hear them, and who wants to hear of nothing
/// there. In a direct the message tells of itself.
pub(super) fn notify(tx: &mut Tx<'_>, message: &Message, named: &Named) -> Result<(), Halt> {
    if matches!(message.place, Place::Direct(_)) {
        return Ok(());
    }
    let called = if named.everyone { members(tx, message.conversation)? } else { Vec::new() };
    let people = named.people.iter().map(|(person, _)| *person);
    let mut told: Vec<UserId> = people.chain(called).collect();
    told.sort_unstable();
    told.dedup();
    for person in told {
        let wanted = person != message.sender_id
            && !blocks::blocks(tx.db, person, message.sender_id)?
            && notify_of(tx, message.conversation, person)? != Some(Notify::None);
        if wanted {
            let about = About::Mention {
                chat_id: message.conversation,
                message_id: message.id,
                username: message.sender.clone(),
            };
            notifications::add(tx, person, about)?;
        }
    }
    Ok(())
}

fn members(tx: &Tx<'_>, id: ConversationId) -> rusqlite::Result<Vec<UserId>> {
    tx.db
        .prepare_cached("SELECT person FROM member WHERE conversation = ?1 AND role IS NOT NULL")?
        .query_map([id], |row| row.get(0))?
        .collect()
}

/// What a member wants to be told of.
pub(super) fn notify_of(
    tx: &Tx<'_>,
    id: ConversationId,
    person: UserId,
) -> rusqlite::Result<Option<Notify>> {
    tx.db
        .prepare_cached("SELECT notify FROM member WHERE conversation = ?1 AND person = ?2")?
        .query_row((id, person), |row| row.get(0))
        .optional()
}

/// Names as they stand in a row.
pub(super) fn json(usernames: &[String]) -> rusqlite::Result<Option<String>> {
    if usernames.is_empty() { Ok(None) } else { to_json(&usernames).map(Some) }
}
