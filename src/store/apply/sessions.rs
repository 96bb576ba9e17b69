//! Signing in and out: sessions, their refresh tokens, passwords.

use std::net::IpAddr;

use rusqlite::{OptionalExtension, params};
use serde_json::json;

use super::{Applied, Outcome, SignedIn, Tx, bans, reports};
use crate::{
    change::{NewSession, UseSignInLink},
    event::{Audience, Event},
    model::{Code, Refusal, SessionId, Timestamp, TokenId, UserId, session::REFRESH_SECONDS},
    store::{Halt, query::people},
};

/// How many places a person may be signed in at; the one used least recently makes room.
const PLACES: i64 = 50;

pub(super) fn open(tx: &mut Tx<'_>, person: UserId, new: &NewSession) -> Result<(), Halt> {
    tx.db
        .prepare_cached(
            "INSERT INTO session (id, person, token, created_at, refreshed_at, client, address)
             VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6)",
        )?
        .execute(params![
            new.id,
            person,
            new.token,
            tx.at,
            new.client,
            new.address.map(|address| address.to_string()),
        ])?;
    let surplus = tx
        .db
        .prepare_cached(
            "SELECT id FROM session WHERE person = ?1 AND id <> ?2
             ORDER BY refreshed_at DESC, id DESC LIMIT -1 OFFSET ?3",
        )?
        .query_map((person, new.id, PLACES - 1), |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<SessionId>>>()?;
    for session in surplus {
        end(tx, session)?;
    }
    Ok(())
}

pub(super) fn sign_in(
    tx: &mut Tx<'_>,
    person: UserId,
    password_hash: &str,
    session: &NewSession,
) -> Applied {
    check_secret(tx, person, password_hash)?;
    bans::refuse_kept_out(tx, person)?;
    open(tx, person, session)?;
    let person = people::caller(tx.db, person)?;
    Ok(Outcome::SignedIn(SignedIn { person, session: session.id, token: session.token }))
}

/// Using a refresh token twice means that somebody else has it: then the session ends for both.
pub(super) fn refresh(
    tx: &mut Tx<'_>,
    session: SessionId,
    presented: TokenId,
    next: TokenId,
    address: Option<IpAddr>,
) -> Applied {
    let found: Option<(UserId, TokenId, Timestamp)> = tx
        .db
        .prepare_cached("SELECT person, token, refreshed_at FROM session WHERE id = ?1")?
        .query_row([session], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((person, token, refreshed_at)) = found else {
        return Err(Refusal::unauthorized().into());
    };
    let too_old = refreshed_at.plus_ms(REFRESH_SECONDS * 1000) < tx.at;
    if token != presented || too_old {
        end(tx, session)?;
        return Ok(Outcome::Done); // not a refusal, which would undo the end of the session
    }
    tx.db
        .prepare_cached(
            "UPDATE session SET token = ?2, refreshed_at = ?3, address = coalesce(?4, address)
             WHERE id = ?1",
        )?
        .execute((session, next, tx.at, address.map(|address| address.to_string())))?;
    let person = people::caller(tx.db, person)?;
    Ok(Outcome::SignedIn(SignedIn { person, session, token: next }))
}

/// A link works once. With a new password, whoever knew the old one is signed out.
pub(super) fn use_link(tx: &mut Tx<'_>, link: &UseSignInLink) -> Applied {
    let found: Option<UserId> = tx
        .db
        .prepare_cached(
            "DELETE FROM sign_in_link WHERE hash = ?1 AND expires_at > ?2 RETURNING person",
        )?
        .query_row((&link.hash, tx.at), |row| row.get(0))
        .optional()?;
    let Some(id) = found else {
        let over = "this link was used already, or its time is over; ask for a new one";
        return Err(Refusal::new(Code::Unauthorized, over).into());
    };
    bans::refuse_kept_out(tx, id)?;
    if let Some(new_hash) = &link.new_hash {
        tx.db.execute("UPDATE person SET password_hash = ?2 WHERE id = ?1", (id, new_hash))?;
        end_all(tx, id, None)?;
    }
    open(tx, id, &link.session)?;
    let person = people::caller(tx.db, id)?;
    let details = json!({ "password_set": link.new_hash.is_some() });
    tx.note_by(Some(id), "sign_in_link_used", &person.username, &details)?;
    let (session, token) = (link.session.id, link.session.token);
    Ok(Outcome::SignedIn(SignedIn { person, session, token }))
}

/// Whether that person is signed in there.
pub(super) fn is_of(tx: &Tx<'_>, session: SessionId, person: UserId) -> Result<bool, Halt> {
    let owner: Option<UserId> = tx
        .db
        .prepare_cached("SELECT person FROM session WHERE id = ?1")?
        .query_row([session], |row| row.get(0))
        .optional()?;
    Ok(owner == Some(person))
}

pub(super) fn revoke(tx: &mut Tx<'_>, session: SessionId) -> Applied {
    let caller = tx.caller()?;
    if !is_of(tx, session, caller)? {
        return Err(Refusal::not_found().into());
    }
    end(tx, session)?;
    Ok(Outcome::Done)
}

pub(super) fn change_password(
    tx: &mut Tx<'_>,
    password_hash: &str,
    new_hash: &str,
    keep: SessionId,
) -> Applied {
    let caller = tx.caller()?;
    check_secret(tx, caller, password_hash)?;
    tx.db.execute("UPDATE person SET password_hash = ?2 WHERE id = ?1", (caller, new_hash))?;
    // whoever else may have got a way in has it no more
    tx.db.execute("DELETE FROM sign_in_link WHERE person = ?1", [caller])?;
    end_all(tx, caller, Some(keep))?;
    Ok(Outcome::Done)
}

pub(super) fn forget(tx: &mut Tx<'_>, refreshed_before: Timestamp) -> Applied {
    let old = tx
        .db
        .prepare_cached(
            "SELECT id FROM session s WHERE refreshed_at < ?1 AND NOT is_external
               AND NOT EXISTS (SELECT 1 FROM bot_token WHERE session = s.id)",
        )?
        .query_map([refreshed_before], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<SessionId>>>()?;
    for session in old {
        end(tx, session)?;
    }
    bans::forget_ended(tx)?;
    reports::forget_old(tx)?;
    Ok(Outcome::Done)
}

/// A password was checked against a hash before this transaction; it counts only if that hash is
/// still the account's.
pub(super) fn check_secret(tx: &Tx<'_>, person: UserId, checked: &str) -> Result<(), Halt> {
    if people::secret_of(tx.db, person)? == checked {
        Ok(())
    } else {
        Err(Refusal::unauthorized().into())
    }
}

/// Ends all sessions of a person but one.
pub(super) fn end_all(
    tx: &mut Tx<'_>,
    person: UserId,
    keep: Option<SessionId>,
) -> Result<(), Halt> {
    let sessions = tx
        .db
        .prepare_cached("SELECT id FROM session WHERE person = ?1 AND id IS NOT ?2")?
        .query_map((person, keep), |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<SessionId>>>()?;
    for session in sessions {
        end(tx, session)?;
    }
    Ok(())
}

pub(super) fn end(tx: &mut Tx<'_>, session: SessionId) -> Result<(), Halt> {
    let (person, is_external): (UserId, bool) = tx
        .db
        .prepare_cached("DELETE FROM session WHERE id = ?1 RETURNING person, is_external")?
        .query_row([session], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if is_external {
        // its tokens name no session, so those that were issued by now end with it
        tx.db
            .prepare_cached("UPDATE person SET external_after = ?2 WHERE id = ?1")?
            .execute((person, tx.at))?;
    }
    tx.tell(Audience::Person(person), Event::SessionRevoked(session));
    Ok(())
}
