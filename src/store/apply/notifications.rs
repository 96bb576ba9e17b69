//! Notifications: added by other changes, read by the person they are for.

use std::sync::Arc;

use rusqlite::params;
use uuid::Uuid;

use super::{Applied, Outcome, Tx};
use crate::{
    change::PersonRef,
    event::{Audience, Event},
    model::{
        ConversationId, Notice, Notification, NotificationId, Refusal, Role, Seq, UserId,
        notification::{About, MOST_KEPT, Recipients},
    },
    store::{
        Halt,
        query::{notifications, people},
        sql::to_json,
    },
};

/// Somebody who has not been seen for so long is not told what everyone is told.
const LONG_GONE_MS: i64 = 60 * 24 * 3600 * 1000;

/// A person should know of something.
pub(super) fn add(tx: &mut Tx<'_>, person: UserId, about: About) -> Result<(), Halt> {
    let id = NotificationId::of_change(tx.at, tx.rev, tx.notified);
    tx.notified += 1;
    let json = serde_json::to_value(&about)
        .map_err(|error| Halt::Fault(rusqlite::Error::ToSqlConversionFailure(Box::new(error))))?;
    tx.db
        .prepare_cached(
            "INSERT INTO notification (id, person, action, data, about, date, is_read,
                                       created_rev, rev)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, ?7)",
        )?
        .execute(params![
            id,
            person,
            json["action"].as_str(),
            to_json(&about)?,
            about.subject().as_bytes().as_slice(),
            tx.at,
            tx.rev,
        ])?;
    tx.db
        .prepare_cached(
            "DELETE FROM notification WHERE person = ?1 AND created_rev <
                 (SELECT created_rev FROM notification WHERE person = ?1
                  ORDER BY created_rev DESC LIMIT 1 OFFSET ?2)",
        )?
        .execute((person, MOST_KEPT - 1))?;
    let (date, created_rev, rev) = (tx.at, tx.rev, tx.rev);
    let notification = Arc::new(Notification { id, about, is_read: false, date, created_rev, rev });
    let unread_count = notifications::unread_count(tx.db, person)?;
    tx.tell(Audience::Person(person), Event::NotificationAdded { notification, unread_count });
    Ok(())
}

/// The same, unless the person has an unread one of the same subject.
pub(super) fn add_once(tx: &mut Tx<'_>, person: UserId, about: About) -> Result<(), Halt> {
    if is_known(tx, person, about.subject())? { Ok(()) } else { add(tx, person, about) }
}

fn is_known(tx: &Tx<'_>, person: UserId, subject: Uuid) -> rusqlite::Result<bool> {
    tx.db
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM notification
                            WHERE person = ?1 AND about = ?2 AND NOT is_read)",
        )?
        .query_row(params![person, subject.as_bytes().as_slice()], |row| row.get(0))
}

/// Everyone who has been here lately should know of something that somebody does, but that person
/// and who blocks them.
pub(super) fn add_for_all(tx: &mut Tx<'_>, by: UserId, about: &About) -> Result<(), Halt> {
    let people = tx
        .db
        .prepare_cached(
            "SELECT id FROM person p
             WHERE deleted_at IS NULL AND id <> ?1 AND last_activity > ?2
               AND NOT EXISTS (SELECT 1 FROM block WHERE person = p.id AND blocked = ?1 AND is_on)",
        )?
        .query_map((by, tx.at.plus_ms(-LONG_GONE_MS)), |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<UserId>>>()?;
    people.into_iter().try_for_each(|person| add(tx, person, about.clone()))
}

/// What a person's notifications of a subject told of is over, or was seen.
pub(super) fn settle(tx: &mut Tx<'_>, person: UserId, subject: Uuid) -> Result<(), Halt> {
    if !is_known(tx, person, subject)? {
        return Ok(());
    }
    let seen = tx
        .db
        .prepare_cached(
            "UPDATE notification SET is_read = 1, rev = ?3
             WHERE person = ?1 AND about = ?2 AND NOT is_read RETURNING id",
        )?
        .query_map(params![person, subject.as_bytes().as_slice(), tx.rev], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<NotificationId>>>()?;
    tell_seen(tx, person, seen)
}

/// A person has read up to a place: who named them until there, they have seen. Begins with what is unread,
/// of which there is little, and not with what was said there, of which there may be a million.
pub(super) fn settle_mentions(
    tx: &mut Tx<'_>,
    person: UserId,
    place: ConversationId,
    seq: Seq,
) -> Result<(), Halt> {
    let seen = tx
        .db
        .prepare_cached(
            "UPDATE notification SET is_read = 1, rev = ?4
             WHERE person = ?1 AND NOT is_read AND action = 'mention' AND about IN
                   (SELECT n.about FROM notification n INDEXED BY notification_unread
                    CROSS JOIN message m ON m.id = n.about
                    WHERE n.person = ?1 AND NOT n.is_read AND m.conversation = ?2 AND m.seq <= ?3)
             RETURNING id",
        )?
        .query_map((person, place, seq, tx.rev), |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<NotificationId>>>()?;
    tell_seen(tx, person, seen)
}

fn tell_seen(tx: &mut Tx<'_>, person: UserId, seen: Vec<NotificationId>) -> Result<(), Halt> {
    if seen.is_empty() {
        return Ok(());
    }
    let unread_count = notifications::unread_count(tx.db, person)?;
    for id in seen {
        let read = Event::NotificationRead { id: Some(id), unread_count };
        tx.tell(Audience::Person(person), read);
    }
    Ok(())
}

pub(super) fn read(tx: &mut Tx<'_>, id: NotificationId) -> Applied {
    let caller = tx.caller()?;
    let Some(known) = notifications::find(tx.db, caller, id)? else {
        return Err(Refusal::not_found().into());
    };
    if !known.is_read {
        tx.db
            .prepare_cached("UPDATE notification SET is_read = 1, rev = ?2 WHERE id = ?1")?
            .execute((id, tx.rev))?;
    }
    // told even if nothing changes: it answers whoever asks on a socket
    let unread_count = notifications::unread_count(tx.db, caller)?;
    let read = Event::NotificationRead { id: Some(id), unread_count };
    tx.tell(Audience::Person(caller), read);
    Ok(Outcome::Done)
}

pub(super) fn read_all(tx: &mut Tx<'_>) -> Applied {
    let caller = tx.caller()?;
    let read = tx
        .db
        .prepare_cached(
            "UPDATE notification SET is_read = 1, rev = ?2 WHERE person = ?1 AND NOT is_read",
        )?
        .execute((caller, tx.rev))?;
    if read > 0 {
        let all = Event::NotificationRead { id: None, unread_count: 0 };
        tx.tell(Audience::Person(caller), all);
    }
    Ok(Outcome::Marked(read))
}

pub(super) fn notify(
    tx: &mut Tx<'_>,
    to: &Recipients<PersonRef>,
    message: &Notice,
    kind: &str,
) -> Applied {
    let caller = people::caller(tx.db, tx.caller()?)?;
    let about = About::Notification { message: message.as_str().to_owned(), kind: kind.to_owned() };
    if *to != Recipients::Oneself && caller.role != Role::Admin {
        return Err(Refusal::forbidden("only an administrator gives notice to others").into());
    }
    match to {
        Recipients::Oneself => add(tx, caller.id, about)?,
        Recipients::One(who) => {
            let person = people::find(tx.db, who)?;
            add(tx, person.id, about)?;
        }
        Recipients::Everyone => {
            add(tx, caller.id, about.clone())?;
            add_for_all(tx, caller.id, &about)?;
        }
    }
    Ok(Outcome::Done)
}
