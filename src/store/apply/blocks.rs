//! Silence between two people: begun and ended by one of them, holding for both.

use super::{Applied, Outcome, Tx, friends, games};
use crate::{
    change::PersonRef,
    event::{Audience, Event},
    model::{Refusal, game::CancelReason},
    store::query::{blocks, people},
};

pub(super) fn set(tx: &mut Tx<'_>, who: &PersonRef, on: bool) -> Applied {
    let caller = people::caller(tx.db, tx.caller()?)?;
    let other = people::find(tx.db, who)?;
    if other.id == caller.id {
        return Err(Refusal::invalid("username", "is one's own").into());
    }
    let (person, username) = (other.id, other.username.clone());
    let silence = Event::Silence { person, username, on };
    if blocks::blocks(tx.db, caller.id, other.id)? == on {
        tx.tell(Audience::Person(caller.id), silence); // it answers whoever asks on a socket
        return Ok(Outcome::Person(other));
    }
    tx.db
        .prepare_cached(
            "INSERT INTO block (person, blocked, is_on, rev) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET is_on = excluded.is_on, rev = excluded.rev",
        )?
        .execute((caller.id, other.id, on, tx.rev))?;
    if on {
        friends::part(tx, &caller, &other)?;
        games::cancel_between(tx, caller.id, other.id, CancelReason::Blocked)?;
    }
    tx.tell(Audience::Person(caller.id), silence);
    Ok(Outcome::Person(other))
}
