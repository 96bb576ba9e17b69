//! The server itself, people, and what is between them.

use std::io::Write;

use rusqlite::Row;
use uuid::Uuid;

use super::{ExportError, Out};
use crate::{
    change::{
        AuditLine, BanLine, BlockLine, Bytes, FriendshipLine, GameLine, NotificationLine, PassLine,
        PersonLine, PlayerLine, ServerLine, TournamentLine,
    },
    model::BanId,
    store::sql::from_json,
};

/// What everything else leads to.
pub(super) fn before(out: &mut Out<'_, impl Write>) -> Result<(), ExportError> {
    out.rows(
        "SELECT name, general, registration, max_upload, person_quota, storage_quota, created_at
         FROM server",
        [],
        |row| {
            Ok(ServerLine {
                name: row.get(0)?,
                general: row.get(1)?,
                registration: row.get(2)?,
                max_upload: row.get(3)?,
                person_quota: row.get(4)?,
                storage_quota: row.get(5)?,
                created_at: row.get(6)?,
            })
        },
    )?;
    out.rows(
        "SELECT p.id, p.username, p.display_name, p.bio, p.role, p.locale, p.password_hash,
                p.created_at, p.last_activity, p.deleted_at, p.disabled_at, p.external,
                p.external_after, p.avatar, a.bytes
         FROM person p LEFT JOIN avatar a ON a.person = p.id ORDER BY p.created_at, p.id",
        [],
        person,
    )
}

fn person(row: &Row<'_>) -> rusqlite::Result<PersonLine> {
    Ok(PersonLine {
        id: row.get(0)?,
        username: row.get(1)?,
        display_name: row.get(2)?,
        bio: row.get(3)?,
        role: row.get(4)?,
        locale: row.get(5)?,
        password_hash: row.get(6)?,
        created_at: row.get(7)?,
        last_activity: row.get(8)?,
        deleted_at: row.get(9)?,
        disabled_at: row.get(10)?,
        external: row.get(11)?,
        external_after: row.get(12)?,
        avatar: row.get::<_, Option<Vec<u8>>>(14)?.map(Bytes),
        avatar_tag: row.get(13)?,
    })
}

/// What leads to people and rooms.
pub(super) fn after(out: &mut Out<'_, impl Write>) -> Result<(), ExportError> {
    friends(out)?;
    out.rows(
        "SELECT id, person, action, data, about, date, is_read FROM notification
         ORDER BY created_rev, id",
        [],
        |row| {
            Ok(NotificationLine {
                id: row.get(0)?,
                person: row.get(1)?,
                action: row.get(2)?,
                data: from_json(row, 3)?,
                about: Uuid::from_bytes(row.get(4)?),
                date: row.get(5)?,
                is_read: row.get(6)?,
            })
        },
    )?;
    games(out)?;
    out.rows(
        "SELECT p.id, p.token, p.uses, p.used, c.id, p.created_by, p.created_at, p.expires_at
         FROM pass p LEFT JOIN conversation c ON c.id = p.room AND c.deleted_at IS NULL
         ORDER BY p.created_at, p.id",
        [],
        |row| {
            Ok(PassLine {
                id: row.get(0)?,
                token: row.get(1)?,
                uses: row.get(2)?,
                used: row.get(3)?,
                room: row.get(4)?,
                created_by: row.get(5)?,
                created_at: row.get(6)?,
                expires_at: row.get(7)?,
            })
        },
    )?;
    bans(out)?;
    out.rows("SELECT id, date, actor, action, target, details FROM audit ORDER BY id", [], |row| {
        Ok(AuditLine {
            id: row.get(0)?,
            date: row.get(1)?,
            actor: row.get(2)?,
            action: row.get(3)?,
            target: row.get(4)?,
            details: from_json(row, 5)?,
        })
    })
}

fn friends(out: &mut Out<'_, impl Write>) -> Result<(), ExportError> {
    out.rows(
        "SELECT low, high, state = 'friends', asker, at FROM friendship
         WHERE state <> 'ended' ORDER BY rev, low, high",
        [],
        |row| {
            Ok(FriendshipLine {
                people: [row.get(0)?, row.get(1)?],
                friends: row.get(2)?,
                asker: row.get(3)?,
                at: row.get(4)?,
            })
        },
    )?;
    out.rows(
        "SELECT person, blocked FROM block WHERE is_on ORDER BY rev, person, blocked",
        [],
        |row| Ok(BlockLine { person: row.get(0)?, blocked: row.get(1)? }),
    )
}

fn games(out: &mut Out<'_, impl Write>) -> Result<(), ExportError> {
    out.rows(
        "SELECT id, inviter, invited, client_id, options, state, winner, scores, started_at,
                finished_at
         FROM game ORDER BY rev, id",
        [],
        |row| {
            let has_scores = row.get_ref(7)? != rusqlite::types::ValueRef::Null;
            Ok(GameLine {
                id: row.get(0)?,
                inviter: row.get(1)?,
                invited: row.get(2)?,
                client_id: row.get(3)?,
                options: from_json(row, 4)?,
                state: row.get(5)?,
                winner: row.get(6)?,
                scores: if has_scores { Some(from_json(row, 7)?) } else { None },
                started_at: row.get(8)?,
                finished_at: row.get(9)?,
            })
        },
    )?;
    out.rows(
        "SELECT id, name, organizer, state, created_at, started_at FROM tournament
         ORDER BY created_rev, id",
        [],
        |row| {
            Ok(TournamentLine {
                id: row.get(0)?,
                name: row.get(1)?,
                organizer: row.get(2)?,
                state: row.get(3)?,
                created_at: row.get(4)?,
                started_at: row.get(5)?,
            })
        },
    )?;
    out.rows(
        "SELECT tournament, person FROM tournament_player ORDER BY joined_rev, tournament, person",
        [],
        |row| Ok(PlayerLine { tournament: row.get(0)?, person: row.get(1)? }),
    )
}

fn bans(out: &mut Out<'_, impl Write>) -> Result<(), ExportError> {
    let db = out.db;
    let networks = |ban: BanId| {
        let mut all = db
            .prepare_cached("SELECT network FROM banned_network WHERE ban = ?1 ORDER BY network")?;
        let rows = all.query_map([ban], |row| row.get(0))?;
        rows.collect::<rusqlite::Result<Vec<_>>>()
    };
    out.rows(
        "SELECT id, person, reason, created_by, created_at, expires_at FROM ban
         ORDER BY created_at, id",
        [],
        |row| {
            Ok(BanLine {
                id: row.get(0)?,
                person: row.get(1)?,
                networks: networks(row.get(0)?)?,
                reason: row.get(2)?,
                created_by: row.get(3)?,
                created_at: row.get(4)?,
                expires_at: row.get(5)?,
            })
        },
    )
}
