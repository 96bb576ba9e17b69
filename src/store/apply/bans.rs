//! People and addresses that are kept out.

use std::{net::IpAddr, sync::Arc};

use rusqlite::params;
use serde_json::json;

use super::{Applied, Outcome, Tx, sessions};
use crate::{
    change::NewBan,
    event::{Audience, BannedAddresses, Event},
    model::{BanId, Code, Network, Person, Refusal, UserId},
    store::{
        Halt,
        query::{self, bans, people},
    },
};

/// How many networks may be banned: every request is held against all of them.
const MOST: i64 = 1000;

/// The whole of somebody's sessions go with a ban; a banned address loses its sockets.
pub(super) fn ban(tx: &mut Tx<'_>, new: &NewBan) -> Applied {
    let person = new.person.as_ref().map(|who| people::find(tx.db, who)).transpose()?;
    if let Some(person) = &person {
        if tx.by == Some(person.id) {
            return Err(Refusal::conflict("one does not ban oneself").into());
        }
        tx.refuse_without_admin(person.id)?;
    }
    let networks = networks(tx, new, person.as_ref())?;
    if person.is_none() && networks.is_empty() {
        return Err(Refusal::invalid("username", "say whom, or which address").into());
    }
    tx.db
        .prepare_cached(
            "INSERT INTO ban (id, person, reason, created_by, created_at, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            new.id,
            person.as_ref().map(|person| person.id),
            new.reason.as_str(),
            tx.by,
            tx.at,
            new.expires_at,
        ])?;
    let mut add =
        tx.db.prepare_cached("INSERT INTO banned_network (ban, network) VALUES (?1, ?2)")?;
    for network in &networks {
        add.execute((new.id, network))?;
    }
    if let Some(person) = &person {
        tx.tell(Audience::Nobody, Event::PersonBanned(person.id));
        sessions::end_all(tx, person.id, None)?;
    }
    let names: Vec<_> = networks.iter().map(Network::to_string).collect();
    let target = person.map_or_else(|| names.join(", "), |person| person.username);
    let until = new.expires_at.map(crate::model::Timestamp::to_rfc3339);
    let details = json!({ "addresses": names, "reason": new.reason, "until": until });
    tx.note("banned", &target, &details)?;
    if !networks.is_empty() {
        let banned = BannedAddresses { ban: new.id, networks, until: new.expires_at };
        tx.tell(Audience::Nobody, Event::AddressesBanned(Arc::new(banned)));
    }
    Ok(Outcome::Done)
}

/// What is named, and where the person was seen last, but for what is never banned.
fn networks(tx: &Tx<'_>, new: &NewBan, person: Option<&Person>) -> Result<Vec<Network>, Halt> {
    let is_spared = |network: &Network| new.spared.iter().any(|own| network.holds(*own));
    let mut networks = new.networks.clone();
    if networks.iter().any(|network| network.has_loopback()) {
        return Err(Refusal::conflict("this machine's own addresses are not banned").into());
    }
    if networks.iter().any(is_spared) {
        let own = "you come from there yourself, or by a proxy that does";
        return Err(Refusal::conflict(own).with_field("address", own).into());
    }
    if let Some(person) = person.filter(|_| new.with_addresses) {
        let seen = query::sessions::of(tx.db, person.id)?;
        let seen = seen.iter().filter_map(|session| session.address.as_deref()?.parse().ok());
        let around = seen.map(|address: IpAddr| Network::around(address));
        networks.extend(around.filter(|network| !network.has_loopback() && !is_spared(network)));
    }
    networks.sort_unstable();
    networks.dedup();
    let count: i64 = tx
        .db
        .prepare_cached("SELECT count(*) FROM banned_network")?
        .query_row([], |row| row.get(0))?;
    if count + i64::try_from(networks.len()).unwrap_or(MOST) > MOST {
        return Err(Refusal::conflict("too many addresses are banned; lift some").into());
    }
    Ok(networks)
}

pub(super) fn lift(tx: &mut Tx<'_>, id: BanId) -> Applied {
    let ban = bans::find(tx.db, id)?;
    tx.db.prepare_cached("DELETE FROM ban WHERE id = ?1")?.execute([id])?;
    let names: Vec<_> = ban.networks.iter().map(Network::to_string).collect();
    let target = ban.username.unwrap_or_else(|| names.join(", "));
    tx.note("unbanned", &target, &json!({ "addresses": names }))?;
    tx.tell(Audience::Nobody, Event::BanLifted(id));
    Ok(Outcome::Done)
}

/// Bans and links whose time is over leave nothing behind.
pub(super) fn forget_ended(tx: &mut Tx<'_>) -> Result<(), Halt> {
    let ended = tx
        .db
        .prepare_cached("DELETE FROM ban WHERE expires_at <= ?1 RETURNING id")?
        .query_map([tx.at], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<BanId>>>()?;
    for id in ended {
        tx.tell(Audience::Nobody, Event::BanLifted(id));
    }
    tx.db.prepare_cached("DELETE FROM sign_in_link WHERE expires_at <= ?1")?.execute([tx.at])?;
    Ok(())
}

/// Refuses a sign-in of somebody who is kept out, and says why.
pub(super) fn refuse_kept_out(tx: &Tx<'_>, person: UserId) -> Result<(), Halt> {
    let is_disabled: bool = tx
        .db
        .prepare_cached("SELECT disabled_at IS NOT NULL FROM person WHERE id = ?1")?
        .query_row([person], |row| row.get(0))?;
    if is_disabled {
        return Err(Refusal::new(Code::Disabled, "this account is disabled").into());
    }
    match bans::of_person(tx.db, person, tx.at)? {
        None => Ok(()),
        Some(reason) if reason.is_empty() => {
            Err(Refusal::new(Code::Banned, "you are banned from here").into())
        }
        Some(reason) => {
            let said = format!("you are banned from here: {reason}");
            Err(Refusal::new(Code::Banned, said).with_field("reason", reason).into())
        }
    }
}
