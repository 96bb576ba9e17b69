//! The server itself, people, and what is between them.

use rusqlite::params;

use super::{super::Tx, refused};
use crate::{
    change::{
        AuditLine, BanLine, BlockLine, FriendshipLine, GameLine, NotificationLine, PassLine,
        PersonLine, PlayerLine, ServerLine, TournamentLine,
    },
    model::{RoomRole, Username},
    store::{
        Halt,
        apply::{accounts, members},
        query::conversations,
        sql::to_json,
    },
};

/// A server where nobody is yet is set like another one, whose first room is still to come.
pub(super) fn server(tx: &Tx<'_>, line: &ServerLine) -> Result<(), Halt> {
    let is_new: bool = tx.db.query_row(
        "SELECT NOT EXISTS (SELECT 1 FROM person)
            AND (SELECT count(*) FROM conversation) = 1 FROM server",
        [],
        |row| row.get(0),
    )?;
    if !is_new {
        return Err(refused("is for a server where nobody is yet"));
    }
    tx.db.execute("DELETE FROM conversation", [])?;
    tx.db.execute(
        "UPDATE server SET name = ?1, general = ?2, registration = ?3, max_upload = ?4,
                           person_quota = ?5, storage_quota = ?6, created_at = ?7",
        params![
            line.name,
            line.general,
            line.registration,
            line.max_upload,
            line.person_quota,
            line.storage_quota,
            line.created_at,
        ],
    )?;
    Ok(())
}

/// An account. Where accounts are added, it is in the room that everyone is in.
pub(super) fn person(tx: &mut Tx<'_>, line: &PersonLine, adds: bool) -> Result<(), Halt> {
    let is_there = "SELECT EXISTS (SELECT 1 FROM person WHERE id = ?1)";
    if adds && tx.db.prepare_cached(is_there)?.query_row([line.id], |row| row.get(0))? {
        return Ok(());
    }
    let key = match line.deleted_at {
        Some(_) => accounts::key_of_deleted(line.id),
        None => Username::key_of(&line.username),
    };
    tx.db
        .prepare_cached(
            "INSERT INTO person (id, username, username_key, display_name, bio, role, locale,
                                 password_hash, created_at, last_activity, deleted_at, rev, external,
                                 external_after, avatar, disabled_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        )?
        .execute(params![
            line.id,
            line.username,
            key,
            line.display_name,
            line.bio,
            line.role,
            line.locale,
            line.password_hash,
            line.created_at,
            line.last_activity,
            line.deleted_at,
            tx.rev,
            line.external,
            line.external_after,
            line.avatar_tag,
            line.disabled_at,
        ])?;
    if let Some(avatar) = &line.avatar {
        tx.db
            .prepare_cached("INSERT INTO avatar (person, bytes) VALUES (?1, ?2)")?
            .execute((line.id, &avatar.0))?;
    }
    if adds {
        let general = conversations::general(tx.db)?;
        members::seat(tx, general, line.id, RoomRole::Member)?;
    }
    Ok(())
}

pub(super) fn friendship(tx: &Tx<'_>, line: &FriendshipLine) -> Result<(), Halt> {
    let [low, high] = line.people;
    let state = if line.friends { "friends" } else { "asked" };
    tx.db
        .prepare_cached(
            "INSERT INTO friendship (low, high, state, asker, at, rev)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![low, high, state, line.asker, line.at, tx.rev])?;
    Ok(())
}

pub(super) fn block(tx: &Tx<'_>, line: &BlockLine) -> Result<(), Halt> {
    tx.db
        .prepare_cached("INSERT INTO block (person, blocked, is_on, rev) VALUES (?1, ?2, 1, ?3)")?
        .execute((line.person, line.blocked, tx.rev))?;
    Ok(())
}

pub(super) fn notification(tx: &Tx<'_>, line: &NotificationLine) -> Result<(), Halt> {
    tx.db
        .prepare_cached(
            "INSERT INTO notification (id, person, action, data, about, date, is_read, created_rev, rev)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
        )?
        .execute(params![
            line.id,
            line.person,
            line.action,
            to_json(&line.data)?,
            line.about.as_bytes(),
            line.date,
            line.is_read,
            tx.rev,
        ])?;
    Ok(())
}

pub(super) fn game(tx: &Tx<'_>, line: &GameLine) -> Result<(), Halt> {
    let scores = line.scores.as_ref().map(to_json).transpose()?;
    tx.db
        .prepare_cached(
            "INSERT INTO game (id, inviter, invited, client_id, options, state, winner, scores,
                               started_at, finished_at, rev)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            line.id,
            line.inviter,
            line.invited,
            line.client_id,
            to_json(&line.options)?,
            line.state,
            line.winner,
            scores,
            line.started_at,
            line.finished_at,
            tx.rev,
        ])?;
    Ok(())
}

pub(super) fn tournament(tx: &Tx<'_>, line: &TournamentLine) -> Result<(), Halt> {
    tx.db
        .prepare_cached(
            "INSERT INTO tournament (id, name, organizer, state, created_at, started_at, created_rev, rev)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
        )?
        .execute(params![
            line.id,
            line.name,
            line.organizer,
            line.state,
            line.created_at,
            line.started_at,
            tx.rev,
        ])?;
    Ok(())
}

pub(super) fn player(tx: &Tx<'_>, line: &PlayerLine) -> Result<(), Halt> {
    tx.db
        .prepare_cached(
            "INSERT INTO tournament_player (tournament, person, joined_rev) VALUES (?1, ?2, ?3)",
        )?
        .execute((line.tournament, line.person, tx.rev))?;
    Ok(())
}

pub(super) fn pass(tx: &Tx<'_>, line: &PassLine) -> Result<(), Halt> {
    tx.db
        .prepare_cached(
            "INSERT INTO pass (id, token, uses, used, room, created_by, created_at, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            line.id,
            line.token,
            line.uses,
            line.used,
            line.room,
            line.created_by,
            line.created_at,
            line.expires_at,
        ])?;
    Ok(())
}

pub(super) fn ban(tx: &Tx<'_>, line: &BanLine) -> Result<(), Halt> {
    tx.db
        .prepare_cached(
            "INSERT INTO ban (id, person, reason, created_by, created_at, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            line.id,
            line.person,
            line.reason,
            line.created_by,
            line.created_at,
            line.expires_at,
        ])?;
    for network in &line.networks {
        tx.db
            .prepare_cached("INSERT INTO banned_network (ban, network) VALUES (?1, ?2)")?
            .execute((line.id, network))?;
    }
    Ok(())
}

pub(super) fn audit(tx: &Tx<'_>, line: &AuditLine) -> Result<(), Halt> {
    tx.db
        .prepare_cached(
            "INSERT INTO audit (id, date, actor, action, target, details)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            line.id,
            line.date,
            line.actor,
            line.action,
            line.target,
            to_json(&line.details)?,
        ])?;
    Ok(())
}
