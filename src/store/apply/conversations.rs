//! Rooms and directs: made, opened, changed, deleted.

use std::sync::Arc;

use rusqlite::{OptionalExtension, params};
use serde_json::json;

use super::{Applied, Outcome, Tx, attachments, hooks, index, members};
use crate::{
    change::{ConversationRef, CreateRoom, EditRoom, PersonRef},
    event::{Audience, Event},
    model::{Code, ConversationId, Refusal, RoomName, RoomRole, Topic, rules},
    store::{
        Halt,
        query::{conversations, people},
    },
};

pub(super) fn create_room(tx: &mut Tx<'_>, new: &CreateRoom) -> Applied {
    let caller = people::caller(tx.db, tx.caller()?)?;
    refuse_taken(tx, &new.name, None)?;
    let mut others = Vec::with_capacity(new.members.len());
    for who in &new.members {
        match people::find(tx.db, who) {
            Err(Halt::Refused(_)) => {
                return Err(Refusal::invalid("members", "names somebody who is not here").into());
            }
            found => others.push(found?),
        }
    }
    for other in &others {
        tx.refuse_parted(caller.id, other.id)?;
    }
    tx.db
        .prepare_cached(
            "INSERT INTO conversation (id, kind, name, name_key, topic, is_private, owner,
                                       member_count, last_seq, top_read_seq, next_read_seq,
                                       active_at, created_at, created_rev, rev)
             VALUES (?1, 'room', ?2, ?3, ?4, ?5, ?6, 0, 0, 0, 0, ?7, ?7, ?8, ?8)",
        )?
        .execute(params![
            new.id,
            new.name.as_str(),
            new.name.key(),
            new.topic.as_str(),
            new.is_private,
            caller.id,
            tx.at,
            tx.rev,
        ])?;
    members::seat(tx, new.id, caller.id, RoomRole::Owner)?;
    for other in &others {
        if !members::is_in(tx, new.id, other.id)? {
            members::seat(tx, new.id, other.id, RoomRole::Member)?;
        }
    }
    members::show(tx, new.id, caller.id)?;
    for other in others.iter().filter(|other| other.id != caller.id) {
        members::show(tx, new.id, other.id)?;
    }
    let room = Arc::new(conversations::view(tx.db, new.id, None)?);
    let audience = if new.is_private { Audience::Members(new.id) } else { Audience::Everyone };
    tx.tell(audience, Event::RoomCreated(room));
    Ok(Outcome::Conversation { id: new.id, created: true })
}

/// A public room, come into by its name, and made if there is none (document 004).
pub(super) fn enter_room(tx: &mut Tx<'_>, id: ConversationId, name: &RoomName) -> Applied {
    let known: Option<ConversationId> = holder(tx, name)?;
    let Some(known) = known else {
        let (topic, members) = (Topic::default(), Vec::new());
        let name = name.clone();
        return create_room(tx, &CreateRoom { id, name, topic, is_private: false, members });
    };
    match members::join(tx, &ConversationRef::Id(known)) {
        // that the name is taken could be found out anyway; it is told as for making one
        Err(Halt::Refused(refusal)) if refusal.code == Code::NotFound => Err(taken().into()),
        joined => joined,
    }
}

pub(super) fn open_direct(tx: &mut Tx<'_>, id: ConversationId, with: &PersonRef) -> Applied {
    let (id, created) = direct(tx, id, with)?;
    Ok(Outcome::Conversation { id, created })
}

/// The direct of the caller with somebody, opened if there is none. True: it was opened.
pub(super) fn direct(
    tx: &mut Tx<'_>,
    id: ConversationId,
    with: &PersonRef,
) -> Result<(ConversationId, bool), Halt> {
    let caller = people::caller(tx.db, tx.caller()?)?;
    let other = people::find(tx.db, with)?;
    if other.id == caller.id {
        let nobody = "a direct conversation is with somebody else";
        return Err(Refusal::invalid("username", nobody).into());
    }
    tx.refuse_parted(caller.id, other.id)?;
    if let Some(id) = conversations::direct_of(tx.db, caller.id, other.id)? {
        return Ok((id, false));
    }
    tx.db
        .prepare_cached(
            "INSERT INTO conversation (id, kind, pair, topic, is_private, member_count, last_seq,
                                       top_read_seq, next_read_seq, active_at, created_at,
                                       created_rev, rev)
             VALUES (?1, 'direct', ?2, '', 1, 0, 0, 0, 0, ?3, ?3, ?4, ?4)",
        )?
        .execute(params![id, conversations::pair(caller.id, other.id), tx.at, tx.rev])?;
    members::seat(tx, id, caller.id, RoomRole::Member)?;
    members::seat(tx, id, other.id, RoomRole::Member)?;
    members::show(tx, id, caller.id)?;
    members::show(tx, id, other.id)?;
    Ok((id, true))
}

pub(super) fn edit(tx: &mut Tx<'_>, edit: &EditRoom) -> Applied {
    let (_, id, standing) = tx.standing(&edit.conversation)?;
    rules::may_run(&standing)?;
    if edit.name.is_some() || edit.is_private.is_some() {
        rules::may_reshape(&standing)?;
    }
    if let Some(name) = &edit.name {
        refuse_taken(tx, name, Some(id))?;
    }
    let was = conversations::view(tx.db, id, None)?;
    tx.db
        .prepare_cached(
            "UPDATE conversation SET name = coalesce(?2, name), name_key = coalesce(?3, name_key),
                                     topic = coalesce(?4, topic),
                                     is_private = coalesce(?5, is_private), rev = ?6,
                                     slow_mode = coalesce(?7, slow_mode),
                                     hidden_rev = CASE WHEN ?5 AND NOT is_private THEN ?6
                                                       ELSE hidden_rev END
             WHERE id = ?1",
        )?
        .execute(params![
            id,
            edit.name.as_ref().map(RoomName::as_str),
            edit.name.as_ref().map(RoomName::key),
            edit.topic.as_ref().map(Topic::as_str),
            edit.is_private,
            tx.rev,
            edit.slow_mode,
        ])?;
    let room = Arc::new(conversations::view(tx.db, id, None)?);
    if rules::is_moderation(&standing) {
        let name = room.name.clone().unwrap_or_default();
        let details = json!({
            "was": was.name, "topic": edit.topic, "is_private": edit.is_private,
            "slow_mode": edit.slow_mode,
        });
        tx.note("room_edited", &name, &details)?;
    }
    if room.is_private {
        tx.tell(Audience::Members(id), Event::RoomUpdated(room));
        if !standing.is_private {
            tx.tell(Audience::Outsiders(id), Event::RoomDeleted(id)); // gone from their sight
        }
    } else {
        tx.tell(Audience::Everyone, Event::RoomUpdated(room));
    }
    Ok(Outcome::Conversation { id, created: false })
}

/// The row stays, without name and messages, for who was away; its name is free again.
pub(super) fn delete(tx: &mut Tx<'_>, room: &ConversationRef) -> Applied {
    let (_, id, standing) = tx.standing(room)?;
    rules::may_reshape(&standing)?;
    if rules::is_moderation(&standing) {
        let room = conversations::view(tx.db, id, None)?;
        let details = json!({ "owner": room.owner, "is_private": room.is_private });
        tx.note("room_deleted", &room.name.unwrap_or_default(), &details)?;
    }
    hooks::forget_of_conversation(tx, id)?;
    attachments::forget_of_conversation(tx, id)?;
    index::forget_conversation(tx, id)?;
    tx.db.execute("DELETE FROM message WHERE conversation = ?1", [id])?;
    tx.db.execute(
        "UPDATE conversation SET name = NULL, name_key = NULL, topic = '', owner = NULL,
                                 last_seq = 0, deleted_at = ?2, rev = ?3
         WHERE id = ?1",
        params![id, tx.at, tx.rev],
    )?;
    if !standing.is_private {
        tx.tell(Audience::Outsiders(id), Event::RoomDeleted(id));
    }
    tx.tell(Audience::Members(id), Event::RoomDeleted(id));
    Ok(Outcome::Done)
}

fn refuse_taken(tx: &Tx<'_>, name: &RoomName, but: Option<ConversationId>) -> Result<(), Halt> {
    let holder = holder(tx, name)?;
    if holder.is_some() && holder != but { Err(taken().into()) } else { Ok(()) }
}

fn taken() -> Refusal {
    Refusal::conflict("a room of this name exists").with_field("name", "is taken")
}

fn holder(tx: &Tx<'_>, name: &RoomName) -> rusqlite::Result<Option<ConversationId>> {
    tx.db
        .prepare_cached("SELECT id FROM conversation WHERE name_key = ?1")?
        .query_row([name.key()], |row| row.get(0))
        .optional()
}
