//! Hooks of rooms: made and deleted by who runs the room; how far outgoing ones have come.

use rusqlite::params;
use serde_json::json;

use super::{Applied, Outcome, Tx, accounts, members};
use crate::{
    change::{ConversationRef, HookTold, NewHook, Way},
    model::{ConversationId, HookId, Refusal, Role, RoomRole, UserId, hook::HookKind, rules},
    store::{
        Halt,
        query::{self, hooks},
        sql::to_json,
    },
};

pub(super) fn make(tx: &mut Tx<'_>, new: &NewHook) -> Applied {
    let (caller, id, standing) = tx.standing(&new.conversation)?;
    rules::may_hook(&standing, kind(&new.way))?;
    if hooks::are_many(tx.db, id, caller)? {
        return Err(Refusal::conflict("there are too many hooks; delete some").into());
    }
    let mut free = None;
    for username in &new.usernames {
        if !accounts::is_taken(tx, &username.key())? {
            free = Some(username);
            break;
        }
    }
    let username = free.ok_or_else(accounts::taken)?;
    accounts::insert_outside(tx, new.bot, username, &new.name, Role::Bot)?;
    members::enter(tx, id, new.bot, RoomRole::Member)?;
    let (hash, url, secret, words) = match &new.way {
        Way::Incoming { hash } => (Some(hash), None, None, None),
        Way::Outgoing { url, secret, words } => {
            (None, Some(url), Some(secret), Some(to_json(words)?))
        }
    };
    tx.db
        .prepare_cached(
            "INSERT INTO hook (id, kind, conversation, bot, name, created_by, created_at,
                               hash, url, secret, words, told_seq)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,
                    CASE WHEN ?9 IS NOT NULL THEN last_seq END
             FROM conversation WHERE id = ?3",
        )?
        .execute(params![
            new.id,
            kind(&new.way),
            id,
            new.bot,
            new.name.as_str(),
            caller,
            tx.at,
            hash,
            url,
            secret,
            words,
        ])?;
    note(tx, "hook_made", id, new.name.as_str(), kind(&new.way))?;
    Ok(Outcome::Conversation { id, created: false })
}

fn kind(way: &Way) -> HookKind {
    match way {
        Way::Incoming { .. } => HookKind::Incoming,
        Way::Outgoing { .. } => HookKind::Outgoing,
    }
}

fn note(
    tx: &Tx<'_>,
    action: &str,
    room: ConversationId,
    name: &str,
    kind: HookKind,
) -> Result<(), Halt> {
    let room = query::conversations::view(tx.db, room, None)?.name.unwrap_or_default();
    tx.note(action, name, &json!({ "room": room, "kind": kind }))
}

pub(super) fn delete(tx: &mut Tx<'_>, room: &ConversationRef, id: HookId) -> Applied {
    let (_, room, standing) = tx.standing(room)?;
    rules::may_run(&standing)?;
    let (hook, bot) = hooks::find(tx.db, room, id)?;
    note(tx, "hook_deleted", room, &hook.name, hook.kind)?;
    accounts::remove(tx, bot) // the hook goes with its bot
}

/// Hooks of a room that goes.
pub(super) fn forget_of_conversation(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
) -> Result<(), Halt> {
    let bots = tx
        .db
        .prepare_cached("SELECT bot FROM hook WHERE conversation = ?1 ORDER BY id")?
        .query_map([conversation], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<UserId>>>()?;
    for bot in bots {
        accounts::remove(tx, bot)?;
    }
    Ok(())
}

pub(super) fn note_told(tx: &Tx<'_>, told: &HookTold) -> Applied {
    tx.db
        .prepare_cached(
            "UPDATE hook SET told_seq = max(told_seq, ?2), failure = ?3
             WHERE id = ?1 AND kind = 'outgoing'",
        )?
        .execute(params![told.id, told.told, told.failure])?;
    Ok(Outcome::Done)
}
