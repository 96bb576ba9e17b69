//! Friendships: asked for, accepted, refused, withdrawn, ended.

use std::sync::Arc;

use rusqlite::params;

use super::{Applied, Outcome, Tx, notifications};
use crate::{
    change::PersonRef,
    event::{Audience, Event},
    model::{Person, Refusal, UserId, notification::About},
    store::{
        Halt,
        query::{
            friends::{self, Friendship},
            people,
        },
    },
};

pub(super) fn befriend(tx: &mut Tx<'_>, who: &PersonRef) -> Applied {
    let (caller, other) = both(tx, who)?;
    tx.refuse_parted(caller.id, other.id)?;
    match friends::between(tx.db, caller.id, other.id)? {
        // what changes nothing answers whoever asks on a socket
        Friendship::Friends => {
            let (asker, user, friend) = (caller.id, Arc::new(caller), Arc::new(other));
            tx.tell(Audience::Person(asker), Event::NewFriend { user, friend });
            return Ok(Outcome::Friendship { friends: true });
        }
        Friendship::Asked(asker) if asker == caller.id => {
            tx.tell(Audience::Person(asker), Event::FriendRequested(Arc::new(other)));
        }
        Friendship::Asked(_) => {
            set(tx, &caller, &other, "friends", other.id)?;
            accepted(tx, &caller, &other)?;
            return Ok(Outcome::Friendship { friends: true });
        }
        Friendship::None => {
            set(tx, &caller, &other, "asked", caller.id)?;
            asked(tx, &caller, &other)?;
        }
    }
    Ok(Outcome::Friendship { friends: false })
}

fn asked(tx: &mut Tx<'_>, caller: &Person, other: &Person) -> Result<(), Halt> {
    let (from, to) = (Arc::new(caller.clone()), other.id);
    tx.tell(Audience::Person(other.id), Event::FriendRequest { from, to });
    tx.tell(Audience::Person(caller.id), Event::FriendRequested(Arc::new(other.clone())));
    let (user_id, username) = (caller.id, caller.username.clone());
    notifications::add(tx, other.id, About::FriendRequest { user_id, username })
}

fn accepted(tx: &mut Tx<'_>, caller: &Person, asker: &Person) -> Result<(), Halt> {
    let (user, friend) = (Arc::new(asker.clone()), Arc::new(caller.clone()));
    for person in [asker.id, caller.id] {
        let (user, friend) = (Arc::clone(&user), Arc::clone(&friend));
        tx.tell(Audience::Person(person), Event::NewFriend { user, friend });
    }
    notifications::settle(tx, caller.id, asker.id.0)?;
    let (user_id, username) = (caller.id, caller.username.clone());
    notifications::add(tx, asker.id, About::NewFriend { user_id, username })
}

pub(super) fn unfriend(tx: &mut Tx<'_>, who: &PersonRef) -> Applied {
    let (caller, other) = both(tx, who)?;
    part(tx, &caller, &other)?;
    Ok(Outcome::Done)
}

/// Ends whatever there is between two people.
pub(super) fn part(tx: &mut Tx<'_>, one: &Person, other: &Person) -> Result<(), Halt> {
    if friends::between(tx.db, one.id, other.id)? == Friendship::None {
        return Ok(());
    }
    set(tx, one, other, "ended", one.id)?;
    for (told, gone) in [(one, other), (other, one)] {
        let username = gone.username.clone();
        tx.tell(Audience::Person(told.id), Event::FriendRemoved { username });
        notifications::settle(tx, told.id, gone.id.0)?;
    }
    Ok(())
}

/// Ends all friendships of somebody whose account goes.
pub(super) fn part_all(tx: &mut Tx<'_>, leaver: &Person) -> Result<(), Halt> {
    for other in friends::ids_of(tx.db, leaver.id)? {
        let other = people::find(tx.db, &PersonRef::Id(other))?;
        part(tx, leaver, &other)?;
    }
    Ok(())
}

fn both(tx: &Tx<'_>, who: &PersonRef) -> Result<(Person, Person), Halt> {
    let caller = people::caller(tx.db, tx.caller()?)?;
    let other = people::find(tx.db, who)?;
    if other.id == caller.id {
        return Err(Refusal::invalid("username", "is one's own").into());
    }
    Ok((caller, other))
}

fn set(tx: &Tx<'_>, one: &Person, other: &Person, state: &str, asker: UserId) -> Result<(), Halt> {
    let (low, high) = (one.id.min(other.id), one.id.max(other.id));
    tx.db
        .prepare_cached(
            "INSERT INTO friendship (low, high, state, asker, at, rev)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT DO UPDATE SET state = excluded.state, asker = excluded.asker,
                                       at = excluded.at, rev = excluded.rev",
        )?
        .execute(params![low, high, state, asker, tx.at, tx.rev])?;
    Ok(())
}
