//! Accounts: the server's founding, registering, profiles, going away.

use std::sync::Arc;

use rusqlite::params;
use serde_json::json;

use super::{
    Applied, Outcome, SignedIn, Tx, avatars, bans, friends, games, members, passes, sessions,
    tournaments,
};
use crate::{
    change::{Admit, NewPerson, Register},
    event::{Audience, Event},
    model::{
        Bio, Code, ConversationId, DisplayName, Locale, Pass, Person, Refusal, Registration, Role,
        RoomRole, Timestamp, UserId, Username,
    },
    store::{
        Halt,
        query::{self, conversations, people},
    },
};

/// What a deleted account is called.
const DELETED: &str = "deleted user";

pub(super) fn found(tx: &mut Tx<'_>, general: ConversationId, signing_key: &[u8]) -> Applied {
    tx.db.execute(
        "INSERT INTO server (one, rev, general, signing_key, created_at) VALUES (1, 0, ?1, ?2, ?3)",
        params![general, signing_key, tx.at],
    )?;
    tx.db.execute(
        "INSERT INTO conversation (id, kind, name, name_key, topic, is_private, member_count,
                                   last_seq, top_read_seq, next_read_seq, active_at, created_at,
                                   created_rev, rev)
         VALUES (?1, 'room', 'general', 'general', '', 0, 0, 0, 0, 0, ?2, ?2, ?3, ?3)",
        params![general, tx.at, tx.rev],
    )?;
    Ok(Outcome::Done)
}

pub(super) fn register(tx: &mut Tx<'_>, new: &Register) -> Applied {
    let is_first = !people::any_registered(tx.db)?;
    let pass = may_register(tx, new, is_first)?;
    let role = if is_first { Role::Admin } else { Role::Member };
    let (id, hash) = (new.id, &new.password_hash);
    insert_with_password(tx, (id, &new.username, &new.display_name, role), hash)?;
    if let Some(pass) = pass {
        passes::used(tx, &pass, new.id, new.username.as_str())?;
    }
    sessions::open(tx, new.id, &new.session)?;
    let person = people::caller(tx.db, new.id)?;
    let (session, token) = (new.session.id, new.session.token);
    Ok(Outcome::SignedIn(SignedIn { person, session, token }))
}

/// An account made by who runs the server. The first runs it, whoever made it.
pub(super) fn add(tx: &mut Tx<'_>, new: &NewPerson) -> Applied {
    let is_first = !people::any_registered(tx.db)?;
    let role = if is_first { Role::Admin } else { Role::Member };
    let (id, hash) = (new.id, &new.password_hash);
    insert_with_password(tx, (id, &new.username, &new.display_name, role), hash)?;
    tx.note("person_added", new.username.as_str(), &json!({}))?;
    Ok(Outcome::Person(people::caller(tx.db, id)?))
}

fn insert_with_password(
    tx: &mut Tx<'_>,
    (id, username, display_name, role): (UserId, &Username, &DisplayName, Role),
    password_hash: &str,
) -> Result<(), Halt> {
    if is_taken(tx, &username.key())? {
        return Err(taken().into());
    }
    insert(tx, id, username, display_name, role)?;
    tx.db
        .prepare_cached("UPDATE person SET password_hash = ?2 WHERE id = ?1")?
        .execute((id, password_hash))?;
    Ok(())
}

/// The row of a new account, which is in `general` from the start.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    id: UserId,
    username: &Username,
    display_name: &DisplayName,
    role: Role,
) -> Result<(), Halt> {
    insert_row(tx, id, username, display_name, role)?;
    let general = conversations::general(tx.db)?;
    members::enter(tx, general, id, RoomRole::Member)?;
    let person = Arc::new(people::caller(tx.db, id)?);
    tx.tell(Audience::Everyone, Event::PersonUpdated(person));
    Ok(())
}

/// The same of one that is in no room yet.
pub(super) fn insert_outside(
    tx: &mut Tx<'_>,
    id: UserId,
    username: &Username,
    display_name: &DisplayName,
    role: Role,
) -> Result<(), Halt> {
    insert_row(tx, id, username, display_name, role)?;
    let person = Arc::new(people::caller(tx.db, id)?);
    tx.tell(Audience::Everyone, Event::PersonUpdated(person));
    Ok(())
}

fn insert_row(
    tx: &Tx<'_>,
    id: UserId,
    username: &Username,
    display_name: &DisplayName,
    role: Role,
) -> Result<(), Halt> {
    tx.db
        .prepare_cached(
            "INSERT INTO person (id, username, username_key, display_name, bio, role, created_at,
                                 last_activity, rev)
             VALUES (?1, ?2, ?3, ?4, '', ?5, ?6, ?6, ?7)",
        )?
        .execute(params![
            id,
            username.as_str(),
            username.key(),
            display_name.as_str(),
            role,
            tx.at,
            tx.rev,
        ])?;
    Ok(())
}

/// Somebody whom another application vouches for: the account that it knows them by, made if it is
/// to be; and their one session by such tokens. Never an administrator: that is the first who
/// registers here.
pub(super) fn admit(tx: &mut Tx<'_>, admit: &Admit) -> Applied {
    let known = people::external(tx.db, &admit.external)?;
    let id = match (known, admit.new) {
        (Some(known), _) if known.is_deleted || !known.counts(admit.issued_at) => {
            return Err(Refusal::unauthorized().into());
        }
        (Some(known), _) => known.id,
        (None, None) => return Err(Refusal::unauthorized().into()),
        (None, Some(id)) => {
            provision(tx, id, admit)?;
            id
        }
    };
    bans::refuse_kept_out(tx, id)?;
    let session = match query::sessions::external_of(tx.db, id)? {
        Some(session) => session,
        None => {
            sessions::open(tx, id, &admit.session)?;
            tx.db
                .prepare_cached("UPDATE session SET is_external = 1 WHERE id = ?1")?
                .execute([admit.session.id])?;
            admit.session.id
        }
    };
    let person = people::caller(tx.db, id)?;
    Ok(Outcome::SignedIn(SignedIn { person, session, token: admit.session.token }))
}

fn provision(tx: &mut Tx<'_>, id: UserId, admit: &Admit) -> Result<(), Halt> {
    for username in &admit.names {
        if is_taken(tx, &username.key())? {
            continue;
        }
        let Ok(display_name) = DisplayName::parse(username.as_str()) else { continue };
        insert(tx, id, username, &display_name, Role::Member)?;
        tx.db
            .prepare_cached("UPDATE person SET external = ?2 WHERE id = ?1")?
            .execute((id, &admit.external))?;
        return Ok(());
    }
    Err(Refusal::conflict("every name that this person could have is taken").into())
}

/// The first account can always be made, by who has shown the claim code; later ones as the
/// server is set. An invitation that counts is used, wherever it may be.
fn may_register(tx: &Tx<'_>, new: &Register, is_first: bool) -> Result<Option<Pass>, Halt> {
    if is_first && new.claimed {
        return Ok(None);
    }
    if is_first {
        let claim = "the first account needs the claim code that the server printed at its start";
        return Err(Refusal::forbidden(claim).into());
    }
    let pass = passes::shown(tx, new.invitation.as_deref())?;
    match (query::server::settings(tx.db)?.registration, &pass) {
        (Registration::Open, _) | (Registration::Invite, Some(_)) => Ok(pass),
        (Registration::Invite, None) => {
            let needed = "an account needs an invitation here";
            let refusal = Refusal::new(Code::InvitationRequired, needed);
            Err(match new.invitation {
                None => refusal,
                Some(_) => refusal.with_field("invite", "does not count, or no more"),
            }
            .into())
        }
        (Registration::Closed, _) => {
            Err(Refusal::forbidden("no new accounts are made here").into())
        }
    }
}

pub(super) fn is_taken(tx: &Tx<'_>, username_key: &str) -> Result<bool, Halt> {
    let taken = tx
        .db
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM person WHERE username_key = ?1)")?
        .query_row([username_key], |row| row.get(0))?;
    Ok(taken)
}

pub(super) fn taken() -> Refusal {
    Refusal::conflict("this username is taken").with_field("username", "is taken")
}

pub(super) fn edit(
    tx: &mut Tx<'_>,
    display_name: Option<&DisplayName>,
    bio: Option<&Bio>,
    locale: Option<&Locale>,
) -> Applied {
    let caller = tx.caller()?;
    let before = people::caller(tx.db, caller)?;
    tx.db
        .prepare_cached(
            "UPDATE person SET display_name = coalesce(?2, display_name), bio = coalesce(?3, bio),
                               locale = coalesce(?4, locale), rev = ?5
             WHERE id = ?1",
        )?
        .execute(params![
            caller,
            display_name.map(DisplayName::as_str),
            bio.map(Bio::as_str),
            locale,
            tx.rev,
        ])?;
    let person = people::caller(tx.db, caller)?;
    if (&before.display_name, &before.bio) == (&person.display_name, &person.bio) {
        let own = Event::PersonUpdated(Arc::new(person.clone()));
        tx.tell(Audience::Person(caller), own); // a language is nobody else's business
    } else {
        tx.tell(Audience::Everyone, Event::PersonUpdated(Arc::new(person.clone())));
    }
    Ok(Outcome::Person(person))
}

pub(super) fn delete(tx: &mut Tx<'_>, password_hash: &str) -> Applied {
    let caller = tx.caller()?;
    sessions::check_secret(tx, caller, password_hash)?;
    remove(tx, caller)
}

/// Somebody's account goes, whoever wants it; not the last one that runs the server.
pub(super) fn remove(tx: &mut Tx<'_>, person: UserId) -> Applied {
    tx.refuse_without_admin(person)?;
    for room in conversations::ids_of(tx.db, person)? {
        if conversations::kind(tx.db, room)? == crate::model::Kind::Room {
            members::exit(tx, room, person)?;
        }
    }
    friends::part_all(tx, &people::caller(tx.db, person)?)?;
    games::cancel_of(tx, person)?;
    if let Some(game) = query::games::of(tx.db, person)? {
        games::abandon(tx, game.id)?;
    }
    tournaments::leave_all(tx, person)?;
    tx.db.execute("DELETE FROM notification WHERE person = ?1", [person])?;
    avatars::forget(tx, person)?;
    tx.db.execute("DELETE FROM sign_in_link WHERE person = ?1", [person])?;
    tx.db.execute("DELETE FROM hook WHERE bot = ?1", [person])?;
    tx.db.execute("DELETE FROM slash_command WHERE bot = ?1", [person])?;
    sessions::end_all(tx, person, None)?;
    let key = key_of_deleted(person);
    debug_assert!(Username::parse(&key).is_err(), "nobody can take it");
    tx.db.execute(
        "UPDATE person SET username = ?2, username_key = ?3, display_name = ?2, bio = '',
                           avatar = NULL, role = 'member', locale = NULL, password_hash = NULL,
                           deleted_at = ?4, rev = ?5
         WHERE id = ?1",
        params![person, DELETED, key, tx.at, tx.rev],
    )?;
    let gone = Person {
        id: person,
        username: DELETED.into(),
        display_name: DELETED.into(),
        bio: String::new(),
        avatar: None,
        role: Role::Member,
        locale: None,
        last_activity: tx.at,
        created_at: tx.at,
        rev: tx.rev,
    };
    tx.tell(Audience::Everyone, Event::PersonUpdated(Arc::new(gone)));
    Ok(Outcome::Done)
}

/// What stands for the name of a deleted account, and is nobody's name.
pub(super) fn key_of_deleted(person: UserId) -> String {
    format!("deleted:{person}")
}

pub(super) fn record_activity(tx: &mut Tx<'_>, seen: &[(UserId, Timestamp)]) -> Applied {
    let mut update = tx.db.prepare_cached(
        "UPDATE person SET last_activity = ?2 WHERE id = ?1 AND last_activity < ?2",
    )?;
    for (person, at) in seen {
        update.execute((person, at))?;
    }
    Ok(Outcome::Done)
}
