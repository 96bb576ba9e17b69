//! Push: the key that stands for the server, and where people are pushed to.

use rusqlite::params;

use super::{Applied, Outcome, Tx, sessions};
use crate::model::{Refusal, SessionId, Subscription, push::MOST_SUBSCRIPTIONS};

/// Kept if there is none yet: every browser has subscribed with the first.
pub(super) fn keep_key(tx: &mut Tx<'_>, key: &[u8]) -> Applied {
    tx.db.execute("UPDATE server SET push_key = ?1 WHERE push_key IS NULL", [key])?;
    Ok(Outcome::Done)
}

/// A browser is one endpoint, whoever is signed in there: the last to say so is pushed to.
pub(super) fn subscribe(tx: &mut Tx<'_>, session: SessionId, to: &Subscription) -> Applied {
    let caller = tx.caller()?;
    if !sessions::is_of(tx, session, caller)? {
        return Err(Refusal::unauthorized().into());
    }
    let hours = to.quiet.hours;
    tx.db
        .prepare_cached(
            "INSERT OR REPLACE INTO push_subscription (endpoint, session, person, p256dh, auth, quiet_from,
                                            quiet_to, zone_offset, quiet_until, rev)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            to.endpoint,
            session,
            caller,
            to.p256dh,
            to.auth,
            hours.map(|hours| hours.from),
            hours.map(|hours| hours.to),
            hours.map(|hours| hours.offset),
            to.quiet.until,
            tx.rev,
        ])?;
    tx.db
        .prepare_cached(
            "DELETE FROM push_subscription WHERE person = ?1 AND rev <=
                 (SELECT rev FROM push_subscription WHERE person = ?1
                  ORDER BY rev DESC LIMIT 1 OFFSET ?2)",
        )?
        .execute((caller, MOST_SUBSCRIPTIONS))?;
    Ok(Outcome::Done)
}

/// The caller is not to be pushed to there any more; nothing, if they are not.
pub(super) fn unsubscribe(tx: &mut Tx<'_>, endpoint: &str) -> Applied {
    let caller = tx.caller()?;
    tx.db
        .prepare_cached("DELETE FROM push_subscription WHERE endpoint = ?1 AND person = ?2")?
        .execute((endpoint, caller))?;
    Ok(Outcome::Done)
}

/// A push service has said that a browser is not there any more.
pub(super) fn forget(tx: &mut Tx<'_>, endpoint: &str) -> Applied {
    tx.db
        .prepare_cached("DELETE FROM push_subscription WHERE endpoint = ?1")?
        .execute([endpoint])?;
    Ok(Outcome::Done)
}
