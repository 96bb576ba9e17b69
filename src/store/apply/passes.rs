//! Invitations to make an account: made, withdrawn, used.

use rusqlite::params;
use serde_json::json;

use super::{Applied, Outcome, Tx, members};
use crate::{
    change::{ConversationRef, NewPass},
    model::{ConversationId, Pass, PassId, Refusal, RoomRole, UserId, rules},
    store::{
        Halt,
        query::{self, passes},
    },
};

/// How many there may be; old ones are withdrawn to make room.
const MOST: i64 = 1000;

pub(super) fn make(tx: &Tx<'_>, new: &NewPass) -> Applied {
    let count: i64 =
        tx.db.prepare_cached("SELECT count(*) FROM pass")?.query_row([], |row| row.get(0))?;
    if count >= MOST {
        return Err(Refusal::conflict("there are too many invitations; withdraw some").into());
    }
    let room = new.room.as_ref().map(|room| open_to(tx, room)).transpose()?;
    tx.db
        .prepare_cached(
            "INSERT INTO pass (id, token, uses, used, room, created_by, created_at, expires_at)
             VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![new.id, new.token, new.uses, room, tx.by, tx.at, new.expires_at])?;
    let pass = passes::find(tx.db, new.id)?;
    let room = pass.room.map(|(_, name)| name);
    let details = json!({ "uses": new.uses, "room": room });
    tx.note("invitation_made", &new.id.to_string(), &details)?;
    Ok(Outcome::Done)
}

/// A room into which whoever invites may bring people: of private ones, those they are in.
fn open_to(tx: &Tx<'_>, room: &ConversationRef) -> Result<ConversationId, Halt> {
    let unknown = || Refusal::invalid("room", "is not a room");
    let found = match tx.by {
        None => query::standing::room(tx.db, room).map(|(id, _)| id),
        Some(_) => tx.standing(room).and_then(|(_, id, standing)| {
            rules::may_run(&standing)?; // no direct
            if standing.is_private {
                rules::may_add_member(&standing)?;
            }
            Ok(id)
        }),
    };
    match found {
        Err(Halt::Refused(refusal)) if refusal.code == crate::model::Code::NotFound => {
            Err(unknown().into())
        }
        found => found,
    }
}

pub(super) fn withdraw(tx: &Tx<'_>, id: PassId) -> Applied {
    let gone = tx.db.prepare_cached("DELETE FROM pass WHERE id = ?1")?.execute([id])?;
    if gone == 0 {
        return Err(Refusal::not_found().into());
    }
    tx.note("invitation_withdrawn", &id.to_string(), &json!({}))?;
    Ok(Outcome::Done)
}

/// The invitation by which somebody wants to come in, if it counts.
pub(super) fn shown(tx: &Tx<'_>, token: Option<&str>) -> Result<Option<Pass>, Halt> {
    let Some(token) = token else { return Ok(None) };
    Ok(passes::by_token(tx.db, token)?.filter(|pass| pass.counts(tx.at)))
}

/// Somebody new has come by it, and is in its room from now on.
pub(super) fn used(
    tx: &mut Tx<'_>,
    pass: &Pass,
    person: UserId,
    username: &str,
) -> Result<(), Halt> {
    tx.db.prepare_cached("UPDATE pass SET used = used + 1 WHERE id = ?1")?.execute([pass.id])?;
    if let Some((room, _)) = pass.room
        && !members::is_in(tx, room, person)?
    {
        members::enter(tx, room, person, RoomRole::Member)?;
    }
    let details = json!({ "invitation": pass.id, "invited_by": pass.created_by });
    tx.note_by(Some(person), "registered_by_invitation", username, &details)
}
