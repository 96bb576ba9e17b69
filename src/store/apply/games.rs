//! Invitations and games. Each invitation ends in exactly one way, and both sides hear of it in the
//! same change: whoever comes second finds that it waits no more.

use std::sync::Arc;

use rusqlite::params;

use super::{Applied, Outcome, Tx, notifications};
use crate::{
    change::{self, FinishGame, PersonRef},
    event::{Audience, Event},
    model::{
        Code, Game, GameId, Invitation, InvitationId, Refusal, UserId,
        game::{CancelReason, GameState, InvitationState, MOST_POINTS},
        notification::About,
    },
    store::{
        Halt,
        query::{games, people},
        sql::to_json,
    },
};

/// How many invitations of a person may wait at once.
const MOST_WAITING: usize = 20;

pub(super) fn invite(tx: &mut Tx<'_>, new: &change::Invite) -> Applied {
    let caller = people::caller(tx.db, tx.caller()?)?;
    let other = people::find(tx.db, &new.person)?;
    if other.id == caller.id {
        return Err(Refusal::invalid("username", "is one's own").into());
    }
    tx.refuse_parted(caller.id, other.id)?;
    if games::of(tx.db, caller.id)?.is_some() {
        return Err(Refusal::conflict("finish your game first").into());
    }
    if games::of(tx.db, other.id)?.is_some() {
        return Err(Refusal::conflict("this person is in a game").into());
    }
    let between = [(caller.id, other.id), (other.id, caller.id)];
    for (inviter, invited) in between {
        match games::pending(tx.db, inviter, invited)? {
            Some(one) if one.waits(tx.at) => {
                return Err(Refusal::conflict("an invitation between you waits already").into());
            }
            Some(over) => cancel_all(tx, &[over], CancelReason::Expired)?,
            None => {}
        }
    }
    if games::pending_of(tx.db, caller.id)?.len() >= MOST_WAITING {
        return Err(Refusal::conflict("too many invitations wait already").into());
    }
    tx.db
        .prepare_cached(
            "INSERT INTO invitation (id, inviter, invited, client_id, options, state, expires_at,
                                     rev)
             VALUES (?1, ?2, ?3, ?4, ?5, 'pending', ?6, ?7)",
        )?
        .execute(params![
            new.id,
            caller.id,
            other.id,
            new.client_id.as_str(),
            to_json(&new.options)?,
            new.expires_at,
            tx.rev,
        ])?;
    let invitation = Arc::new(games::invitation(tx.db, new.id)?);
    tx.tell(Audience::Person(other.id), Event::Invited(Arc::clone(&invitation)));
    tx.tell(Audience::Person(caller.id), Event::InviteSent(invitation));
    let about = About::GameInvite {
        invite_id: new.id,
        username: caller.username,
        client_id: new.client_id.as_str().to_owned(),
        options: new.options.clone(),
        expires_at: new.expires_at.to_rfc3339(),
    };
    notifications::add(tx, other.id, about)?;
    Ok(Outcome::Done)
}

pub(super) fn answer(tx: &mut Tx<'_>, from: &PersonRef, accept: bool, game: GameId) -> Applied {
    let caller = tx.caller()?;
    let inviter = people::find(tx.db, from)?;
    let found = games::pending(tx.db, inviter.id, caller)?.filter(|one| one.waits(tx.at));
    let Some(waiting) = found else { return Err(no_such_invitation().into()) };
    let (state, heard) = if accept {
        (InvitationState::Accepted, Event::InviteAccepted as fn(Arc<Invitation>) -> Event)
    } else {
        (InvitationState::Declined, Event::InviteDeclined as fn(Arc<Invitation>) -> Event)
    };
    let invitation = Arc::new(end(tx, waiting.id, state, None)?);
    tx.tell(Audience::Person(inviter.id), heard(Arc::clone(&invitation)));
    let answered = Event::InviteAnswered { invitation: Arc::clone(&invitation), accepted: accept };
    tx.tell(Audience::Person(caller), answered);
    notifications::settle(tx, caller, invitation.id.0)?;
    if accept {
        begin(tx, &invitation, game)?;
    }
    Ok(Outcome::Done)
}

fn begin(tx: &mut Tx<'_>, invitation: &Invitation, id: GameId) -> Result<(), Halt> {
    let players = [invitation.inviter.id, invitation.invited.id];
    tx.db
        .prepare_cached(
            "INSERT INTO game (id, inviter, invited, client_id, options, state, started_at, rev)
             VALUES (?1, ?2, ?3, ?4, ?5, 'on', ?6, ?7)",
        )?
        .execute(params![
            id,
            players[0],
            players[1],
            invitation.client_id,
            to_json(&invitation.options)?,
            tx.at,
            tx.rev,
        ])?;
    let game = Arc::new(known(tx, id)?);
    for player in players {
        tx.tell(Audience::Person(player), Event::GameFound(Arc::clone(&game)));
    }
    for player in players {
        cancel_all(tx, &games::pending_of(tx.db, player)?, CancelReason::Engaged)?;
    }
    Ok(())
}

pub(super) fn cancel(tx: &mut Tx<'_>, to: &PersonRef) -> Applied {
    let caller = tx.caller()?;
    let invited = people::find(tx.db, to)?;
    let Some(waiting) = games::pending(tx.db, caller, invited.id)? else {
        return Err(no_such_invitation().into());
    };
    cancel_all(tx, &[waiting], CancelReason::Canceled)?;
    Ok(Outcome::Done)
}

/// Somebody's last socket has closed.
pub(super) fn cancel_of(tx: &mut Tx<'_>, person: UserId) -> Applied {
    cancel_all(tx, &games::pending_of(tx.db, person)?, CancelReason::Left)?;
    Ok(Outcome::Done)
}

pub(super) fn expire(tx: &mut Tx<'_>) -> Applied {
    cancel_all(tx, &games::pending_until(tx.db, tx.at)?, CancelReason::Expired)?;
    Ok(Outcome::Done)
}

pub(super) fn cancel_between(
    tx: &mut Tx<'_>,
    one: UserId,
    other: UserId,
    reason: CancelReason,
) -> Result<(), Halt> {
    for (inviter, invited) in [(one, other), (other, one)] {
        if let Some(waiting) = games::pending(tx.db, inviter, invited)? {
            cancel_all(tx, &[waiting], reason)?;
        }
    }
    Ok(())
}

fn cancel_all(tx: &mut Tx<'_>, all: &[Invitation], reason: CancelReason) -> Result<(), Halt> {
    for waiting in all {
        let invitation = Arc::new(end(tx, waiting.id, InvitationState::Canceled, Some(reason))?);
        let (inviter, invited) = (&waiting.inviter, &waiting.invited);
        for (told, other) in [(inviter, invited), (invited, inviter)] {
            let (invitation, other) = (Arc::clone(&invitation), other.username.clone());
            let canceled = Event::InviteCanceled { invitation, other };
            tx.tell(Audience::Person(told.id), canceled);
        }
        notifications::settle(tx, invited.id, waiting.id.0)?;
    }
    Ok(())
}

fn end(
    tx: &Tx<'_>,
    id: InvitationId,
    state: InvitationState,
    reason: Option<CancelReason>,
) -> Result<Invitation, Halt> {
    tx.db
        .prepare_cached("UPDATE invitation SET state = ?2, reason = ?3, rev = ?4 WHERE id = ?1")?
        .execute((id, state, reason, tx.rev))?;
    Ok(games::invitation(tx.db, id)?)
}

pub(super) fn finish(tx: &mut Tx<'_>, result: &FinishGame) -> Applied {
    let caller = tx.caller()?;
    let game = games::find(tx.db, result.id, caller)?;
    if game.state != GameState::On {
        return Err(Refusal::conflict("the game is over").into());
    }
    let winner = match &result.winner {
        None => None,
        Some(who) => {
            let winner = people::find(tx.db, who)?.id;
            if game.players.iter().all(|player| player.id != winner) {
                return Err(Refusal::invalid("winner", "is not in this game").into());
            }
            Some(winner)
        }
    };
    let scores = result.scores.as_deref().map(|scores| points(&game, scores)).transpose()?;
    close(tx, result.id, GameState::Finished, winner, scores)
}

/// Points in the order of the players.
fn points(game: &Game, scores: &[(String, i64)]) -> Result<[i64; 2], Refusal> {
    let of = |index: usize| {
        let named = scores
            .iter()
            .filter(|(name, _)| game.players[index].username.eq_ignore_ascii_case(name))
            .collect::<Vec<_>>();
        match named.as_slice() {
            [(_, points)] if (0..=MOST_POINTS).contains(points) => Ok(*points),
            _ => Err(Refusal::invalid("scores", "must give each player's points, from 0")),
        }
    };
    if scores.len() != 2 {
        return Err(Refusal::invalid("scores", "must give each player's points, from 0"));
    }
    Ok([of(0)?, of(1)?])
}

pub(super) fn abandon(tx: &mut Tx<'_>, id: GameId) -> Applied {
    if games::by_id(tx.db, id)?.is_none_or(|game| game.state != GameState::On) {
        return Ok(Outcome::Done);
    }
    close(tx, id, GameState::Abandoned, None, None)
}

fn close(
    tx: &mut Tx<'_>,
    id: GameId,
    state: GameState,
    winner: Option<UserId>,
    scores: Option<[i64; 2]>,
) -> Applied {
    let scores = scores.as_ref().map(to_json).transpose()?;
    tx.db
        .prepare_cached(
            "UPDATE game SET state = ?2, winner = ?3, scores = ?4, finished_at = ?5, rev = ?6
             WHERE id = ?1",
        )?
        .execute(params![id, state, winner, scores, tx.at, tx.rev])?;
    let game = Arc::new(known(tx, id)?);
    for player in &game.players {
        tx.tell(Audience::Person(player.id), Event::GameFinished(Arc::clone(&game)));
    }
    Ok(Outcome::Game(game))
}

fn known(tx: &Tx<'_>, id: GameId) -> Result<Game, Halt> {
    games::by_id(tx.db, id)?.ok_or_else(|| Refusal::not_found().into())
}

fn no_such_invitation() -> Refusal {
    Refusal::new(Code::NotFound, "no such invitation waits any more")
}
