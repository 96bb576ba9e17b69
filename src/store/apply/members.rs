//! Coming into rooms, leaving them, being put out of them.

use std::sync::Arc;

use rusqlite::{OptionalExtension, params};
use serde_json::json;

use super::{Applied, Outcome, Tx};
use crate::{
    change::{ConversationRef, PersonRef},
    event::{Audience, Event, Membership},
    model::{ConversationId, Notify, Refusal, RoomRole, UserId, rules},
    store::{
        Halt,
        query::{conversations, people},
    },
};

pub(super) fn join(tx: &mut Tx<'_>, room: &ConversationRef) -> Applied {
    let (caller, id, standing) = tx.standing(room)?;
    rules::may_join(&standing)?;
    if standing.room_role.is_none() {
        enter(tx, id, caller, RoomRole::Member)?;
    }
    Ok(Outcome::Conversation { id, created: standing.room_role.is_none() })
}

pub(super) fn leave(tx: &mut Tx<'_>, room: &ConversationRef) -> Applied {
    let (caller, id, standing) = tx.standing(room)?;
    rules::may_leave(&standing)?;
    exit(tx, id, caller)?;
    Ok(Outcome::Done)
}

pub(super) fn add(tx: &mut Tx<'_>, room: &ConversationRef, who: &PersonRef) -> Applied {
    let (caller, id, standing) = tx.standing(room)?;
    rules::may_add_member(&standing)?;
    let person = people::find(tx.db, who)?;
    tx.refuse_parted(caller, person.id)?;
    if !is_in(tx, id, person.id)? {
        enter(tx, id, person.id, RoomRole::Member)?;
    }
    Ok(Outcome::Done)
}

pub(super) fn remove(tx: &mut Tx<'_>, room: &ConversationRef, who: &PersonRef) -> Applied {
    let (caller, id, standing) = tx.standing(room)?;
    let person = people::find(tx.db, who)?;
    if person.id == caller {
        rules::may_leave(&standing)?;
    } else {
        rules::may_run(&standing)?;
    }
    if !is_in(tx, id, person.id)? {
        return Err(Refusal::not_found().into());
    }
    if person.id != caller && rules::is_moderation(&standing) {
        let room = conversations::view(tx.db, id, None)?.name;
        tx.note("member_removed", &person.username, &json!({ "room": room }))?;
    }
    exit(tx, id, person.id)?;
    Ok(Outcome::Done)
}

pub(super) fn set_notify(tx: &mut Tx<'_>, which: &ConversationRef, notify: Notify) -> Applied {
    let (caller, id, standing) = tx.standing(which)?;
    rules::may_take_part(&standing)?;
    tx.db
        .prepare_cached("UPDATE member SET notify = ?3 WHERE conversation = ?1 AND person = ?2")?
        .execute((id, caller, notify))?;
    Ok(Outcome::Conversation { id, created: false })
}

pub(super) fn is_in(tx: &Tx<'_>, id: ConversationId, person: UserId) -> Result<bool, Halt> {
    let found = tx
        .db
        .prepare_cached(
            "SELECT 1 FROM member WHERE conversation = ?1 AND person = ?2 AND role IS NOT NULL",
        )?
        .query_row((id, person), |_| Ok(()))
        .optional()?;
    Ok(found.is_some())
}

/// Somebody comes in, and everyone concerned is told. What was said before counts as read.
pub(super) fn enter(
    tx: &mut Tx<'_>,
    id: ConversationId,
    person: UserId,
    role: RoomRole,
) -> Result<(), Halt> {
    seat(tx, id, person, role)?;
    show(tx, id, person)?;
    let joined = membership(tx, id, person)?;
    tx.tell(Audience::MembersBut(id, person), Event::MemberJoined(joined));
    Ok(())
}

/// The row of somebody who comes in.
pub(super) fn seat(
    tx: &mut Tx<'_>,
    id: ConversationId,
    person: UserId,
    role: RoomRole,
) -> Result<(), Halt> {
    tx.db
        .prepare_cached(
            "INSERT INTO member (conversation, person, role, last_read_seq, told_read_seq, read_rev,
                                 notify, joined_at, joined_rev, rev)
             SELECT ?1, ?2, ?3, last_seq, last_seq, 0, 'all', ?4, ?5, ?5
             FROM conversation WHERE id = ?1
             ON CONFLICT DO UPDATE SET role = excluded.role, last_read_seq = excluded.last_read_seq,
                                       told_read_seq = excluded.told_read_seq,
                                       joined_at = excluded.joined_at,
                                       joined_rev = excluded.joined_rev, rev = excluded.rev",
        )?
        .execute(params![id, person, role, tx.at, tx.rev])?;
    tx.db
        .prepare_cached("UPDATE conversation SET member_count = member_count + 1 WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

/// Tells somebody that they are in a conversation.
pub(super) fn show(tx: &mut Tx<'_>, id: ConversationId, person: UserId) -> Result<(), Halt> {
    let seen = conversations::view(tx.db, id, Some(person))?;
    tx.tell(Audience::Person(person), Event::ChatJoined(Arc::new(seen)));
    Ok(())
}

/// Somebody leaves. A room that they owned passes to whoever has been in it longest, and can run it: no
/// program, and nobody who is kept out. Where only such are left it has no owner, and administrators run it.
pub(super) fn exit(tx: &mut Tx<'_>, id: ConversationId, person: UserId) -> Result<(), Halt> {
    tx.db
        .prepare_cached(
            "UPDATE member SET role = NULL, rev = ?3 WHERE conversation = ?1 AND person = ?2",
        )?
        .execute((id, person, tx.rev))?;
    tx.db
        .prepare_cached("UPDATE conversation SET member_count = member_count - 1 WHERE id = ?1")?
        .execute([id])?;
    let left = membership(tx, id, person)?;
    tx.tell(Audience::MembersBut(id, person), Event::MemberLeft(left.clone()));
    // the leaver is still among the members to whom this goes, and no more afterwards
    tx.tell(Audience::Members(id), Event::ChatLeft(left));
    pass_on(tx, id, person)
}

fn pass_on(tx: &mut Tx<'_>, id: ConversationId, leaver: UserId) -> Result<(), Halt> {
    let owned = tx
        .db
        .prepare_cached("SELECT 1 FROM conversation WHERE id = ?1 AND owner = ?2")?
        .query_row((id, leaver), |_| Ok(()))
        .optional()?;
    if owned.is_none() {
        return Ok(());
    }
    let heir: Option<UserId> = tx
        .db
        .query_row(
            "SELECT m.person FROM member m JOIN person p ON p.id = m.person
             WHERE m.conversation = ?1 AND m.role IS NOT NULL
               AND p.role <> 'bot' AND p.disabled_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM ban WHERE person = p.id
                               AND (expires_at IS NULL OR expires_at > ?2))
             ORDER BY m.joined_rev, m.person LIMIT 1",
            (id, tx.at),
            |row| row.get(0),
        )
        .optional()?;
    tx.db.execute(
        "UPDATE conversation SET owner = ?2, rev = ?3 WHERE id = ?1",
        (id, heir, tx.rev),
    )?;
    tx.db.execute(
        "UPDATE member SET role = 'owner' WHERE conversation = ?1 AND person = ?2",
        (id, heir),
    )?;
    let room = Arc::new(conversations::view(tx.db, id, None)?);
    tx.tell(Audience::Members(id), Event::RoomUpdated(room));
    Ok(())
}

fn membership(tx: &Tx<'_>, id: ConversationId, person: UserId) -> Result<Membership, Halt> {
    let mut one = tx.db.prepare_cached(
        "SELECT p.username, c.member_count FROM person p JOIN conversation c
         WHERE p.id = ?2 AND c.id = ?1",
    )?;
    Ok(one.query_row((id, person), |row| {
        Ok(Membership {
            conversation: id,
            person,
            username: row.get(0)?,
            member_count: row.get(1)?,
        })
    })?)
}
