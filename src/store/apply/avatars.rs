//! Avatars: set, replaced, taken away.
//!
//! What always holds: a person's `avatar` is the tag of their row in the table of that name, and
//! null when there is none.

use std::sync::Arc;

use super::{Applied, Outcome, Tx};
use crate::{
    change::NewAvatar,
    event::{Audience, Event},
    model::UserId,
    store::{Halt, query::people},
};

pub(super) fn set(tx: &mut Tx<'_>, avatar: Option<&NewAvatar>) -> Applied {
    let caller = tx.caller()?;
    let before = people::caller(tx.db, caller)?;
    let tag = avatar.map(|avatar| avatar.tag.as_str());
    if before.avatar.as_deref() == tag {
        return Ok(Outcome::Person(before)); // nobody sees a difference, so nobody is told
    }
    match avatar {
        Some(avatar) => {
            tx.db
                .prepare_cached(
                    "INSERT INTO avatar (person, bytes) VALUES (?1, ?2)
                     ON CONFLICT (person) DO UPDATE SET bytes = excluded.bytes",
                )?
                .execute((caller, &avatar.bytes))?;
        }
        None => forget(tx, caller)?,
    }
    tx.db
        .prepare_cached("UPDATE person SET avatar = ?2, rev = ?3 WHERE id = ?1")?
        .execute((caller, tag, tx.rev))?;
    let person = people::caller(tx.db, caller)?;
    tx.tell(Audience::Everyone, Event::PersonUpdated(Arc::new(person.clone())));
    Ok(Outcome::Person(person))
}

/// The picture of somebody goes; who calls this lets their row say so.
pub(super) fn forget(tx: &Tx<'_>, person: UserId) -> Result<(), Halt> {
    tx.db.prepare_cached("DELETE FROM avatar WHERE person = ?1")?.execute([person])?;
    Ok(())
}
