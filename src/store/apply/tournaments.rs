//! Tournaments: announced to everyone, joined, left, started, canceled.

use std::sync::Arc;

use rusqlite::params;

use super::{Applied, Outcome, Tx, notifications};
use crate::{
    event::{Audience, Event},
    model::{
        Refusal, Role, Tournament, TournamentId, TournamentName, UserId,
        notification::About,
        tournament::{MOST_OPEN, MOST_PLAYERS, TournamentState},
    },
    store::{
        Halt,
        query::{people, tournaments},
    },
};

/// A tournament that is known already is told of once more, without further notifications.
pub(super) fn announce(tx: &mut Tx<'_>, id: TournamentId, name: &TournamentName) -> Applied {
    let caller = people::caller(tx.db, tx.caller()?)?;
    if let Some(known) = tournaments::by_id(tx.db, id)? {
        if known.organizer_id != caller.id {
            return Err(Refusal::forbidden("somebody else organises this tournament").into());
        }
        if known.name != name.as_str() {
            return Err(Refusal::conflict("this tournament has another name").into());
        }
        still_open(&known)?;
        return told(tx, known, Event::TournamentAnnounced);
    }
    let open: i64 = tx
        .db
        .prepare_cached("SELECT count(*) FROM tournament WHERE organizer = ?1 AND state = 'open'")?
        .query_row([caller.id], |row| row.get(0))?;
    if open >= MOST_OPEN {
        return Err(Refusal::conflict("start or cancel one of your tournaments first").into());
    }
    tx.db
        .prepare_cached(
            "INSERT INTO tournament (id, name, organizer, state, created_at, created_rev, rev)
             VALUES (?1, ?2, ?3, 'open', ?4, ?5, ?5)",
        )?
        .execute(params![id, name.as_str(), caller.id, tx.at, tx.rev])?;
    let about = About::NewTournament {
        tournament_id: id,
        tournament_name: name.as_str().to_owned(),
        organizer_id: caller.id,
        organizer: caller.username,
    };
    let announced = told(tx, tournaments::find(tx.db, id)?, Event::TournamentAnnounced)?;
    notifications::add_for_all(tx, caller.id, &about)?;
    Ok(announced)
}

pub(super) fn join(tx: &mut Tx<'_>, id: TournamentId) -> Applied {
    let (caller, tournament) = open(tx, id)?;
    if tournaments::is_in(tx.db, id, caller)? {
        return Ok(Outcome::Tournament(Arc::new(tournament)));
    }
    if tournament.players.len() as i64 >= MOST_PLAYERS {
        return Err(Refusal::conflict("this tournament is full").into());
    }
    tx.db
        .prepare_cached(
            "INSERT INTO tournament_player (tournament, person, joined_rev) VALUES (?1, ?2, ?3)",
        )?
        .execute((id, caller, tx.rev))?;
    changed(tx, id)
}

pub(super) fn leave(tx: &mut Tx<'_>, id: TournamentId) -> Applied {
    let (caller, tournament) = open(tx, id)?;
    if !tournaments::is_in(tx.db, id, caller)? {
        return Ok(Outcome::Tournament(Arc::new(tournament)));
    }
    tx.db
        .prepare_cached("DELETE FROM tournament_player WHERE tournament = ?1 AND person = ?2")?
        .execute((id, caller))?;
    changed(tx, id)
}

pub(super) fn start(tx: &mut Tx<'_>, id: TournamentId) -> Applied {
    let tournament = run(tx, id)?;
    if tournament.players.is_empty() {
        return Err(Refusal::conflict("nobody is in this tournament yet").into());
    }
    set_state(tx, id, TournamentState::Started)
}

pub(super) fn cancel(tx: &mut Tx<'_>, id: TournamentId) -> Applied {
    run(tx, id)?;
    set_state(tx, id, TournamentState::Canceled)
}

/// Somebody whose account goes plays nowhere and organises nothing any more.
pub(super) fn leave_all(tx: &mut Tx<'_>, leaver: UserId) -> Result<(), Halt> {
    let concerned = tx
        .db
        .prepare_cached(
            "SELECT id FROM tournament t WHERE state = 'open' AND (organizer = ?1
               OR EXISTS (SELECT 1 FROM tournament_player WHERE tournament = t.id AND person = ?1))",
        )?
        .query_map([leaver], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<TournamentId>>>()?;
    for id in concerned {
        tx.db.execute(
            "DELETE FROM tournament_player WHERE tournament = ?1 AND person = ?2",
            (id, leaver),
        )?;
        if tournaments::find(tx.db, id)?.organizer_id == leaver {
            set_state(tx, id, TournamentState::Canceled)?;
        } else {
            changed(tx, id)?;
        }
    }
    Ok(())
}

fn set_state(tx: &mut Tx<'_>, id: TournamentId, state: TournamentState) -> Applied {
    let started_at = (state == TournamentState::Started).then_some(tx.at);
    tx.db
        .prepare_cached("UPDATE tournament SET state = ?2, started_at = ?3 WHERE id = ?1")?
        .execute((id, state, started_at))?;
    changed(tx, id)
}

/// One that people may still come into, for anybody.
fn open(tx: &Tx<'_>, id: TournamentId) -> Result<(UserId, Tournament), Halt> {
    let caller = people::caller(tx.db, tx.caller()?)?.id;
    let tournament = tournaments::find(tx.db, id)?;
    still_open(&tournament)?;
    Ok((caller, tournament))
}

/// One that has not started, for who organises it and administrators.
fn run(tx: &Tx<'_>, id: TournamentId) -> Result<Tournament, Halt> {
    let caller = people::caller(tx.db, tx.caller()?)?;
    let tournament = tournaments::find(tx.db, id)?;
    if tournament.organizer_id != caller.id && caller.role != Role::Admin {
        return Err(Refusal::forbidden("only who organises it may").into());
    }
    still_open(&tournament)?;
    Ok(tournament)
}

fn still_open(tournament: &Tournament) -> Result<(), Refusal> {
    match tournament.state {
        TournamentState::Open => Ok(()),
        TournamentState::Started => Err(Refusal::conflict("this tournament has started")),
        TournamentState::Canceled => Err(Refusal::conflict("this tournament was canceled")),
    }
}

fn changed(tx: &mut Tx<'_>, id: TournamentId) -> Applied {
    tx.db.prepare_cached("UPDATE tournament SET rev = ?2 WHERE id = ?1")?.execute((id, tx.rev))?;
    told(tx, tournaments::find(tx.db, id)?, Event::TournamentUpdated)
}

fn told(
    tx: &mut Tx<'_>,
    tournament: Tournament,
    event: impl FnOnce(Arc<Tournament>) -> Event,
) -> Applied {
    let tournament = Arc::new(tournament);
    tx.tell(Audience::Everyone, event(Arc::clone(&tournament)));
    Ok(Outcome::Tournament(tournament))
}
