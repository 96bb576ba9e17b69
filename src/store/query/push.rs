//! Reading who is pushed to, and where.

use std::sync::Arc;

use rusqlite::{Connection, Row};

use crate::{
    model::{
        ConversationId, Locale, Message, Place, SessionId, Subscription, UserId,
        markup::EVERYONE,
        push::{Quiet, QuietHours},
    },
    store::Halt,
};

/// Somebody's browser.
#[derive(Clone, Debug)]
pub struct Hearer {
    /// Whose.
    pub person: UserId,
    /// The language that they have chosen.
    pub locale: Option<Locale>,
    /// Where they are signed in by it.
    pub session: SessionId,
    /// The browser.
    pub browser: Arc<Subscription>,
}

/// What stands of a browser in a row: the columns that `hearer_of` takes.
macro_rules! browser {
    ($($rest:literal),+) => {
        concat!(
            "SELECT p.id, p.locale, s.session, s.endpoint, s.p256dh, s.auth, s.quiet_from,
                    s.quiet_to, s.zone_offset, s.quiet_until ",
            $($rest),+
        )
    };
}

fn hearer_of(row: &Row<'_>) -> rusqlite::Result<Hearer> {
    let hours: [Option<i64>; 3] = [row.get(6)?, row.get(7)?, row.get(8)?];
    let hours = match hours {
        [Some(from), Some(to), Some(offset)] => Some(QuietHours { from, to, offset }),
        _ => None,
    };
    let browser = Subscription {
        endpoint: row.get(3)?,
        p256dh: row.get(4)?,
        auth: row.get(5)?,
        quiet: Quiet { hours, until: row.get(9)? },
    };
    Ok(Hearer {
        person: row.get(0)?,
        locale: row.get(1)?,
        session: row.get(2)?,
        browser: Arc::new(browser),
    })
}

/// The key that stands for the server, if it has one yet.
///
/// # Errors
/// The file failed.
pub fn key(db: &Connection) -> Result<Option<Vec<u8>>, Halt> {
    Ok(db.query_row("SELECT push_key FROM server", [], |row| row.get(0))?)
}

/// Whether anybody is pushed to at all.
///
/// # Errors
/// The file failed.
pub fn any(db: &Connection) -> Result<bool, Halt> {
    let any = "SELECT EXISTS (SELECT 1 FROM push_subscription)";
    Ok(db.query_row(any, [], |row| row.get(0))?)
}

/// `CROSS JOIN` keeps to the order given: the fewer first.
macro_rules! hearers {
    ($fewer_first:literal) => {
        browser!(
            ", p.username, m.notify
             FROM ",
            $fewer_first,
            " ON s.person = m.person
             CROSS JOIN person p ON p.id = m.person
             WHERE m.conversation = ?1 AND m.role IS NOT NULL AND m.person <> ?2
               AND m.last_read_seq < ?3 AND m.notify <> 'none'
               AND NOT EXISTS (SELECT 1 FROM block
                               WHERE person = m.person AND blocked = ?2 AND is_on)"
        )
    };
}

/// Whether fewer browsers are pushed to than a conversation has members.
fn has_fewer_than_members(db: &Connection, id: ConversationId) -> rusqlite::Result<bool> {
    let members: i64 = db
        .prepare_cached("SELECT member_count FROM conversation WHERE id = ?1")?
        .query_row([id], |row| row.get(0))?;
    let mut count =
        db.prepare_cached("SELECT count(*) FROM (SELECT 1 FROM push_subscription LIMIT ?1)")?;
    let browsers: i64 = count.query_row([members], |row| row.get(0))?;
    Ok(browsers < members)
}

/// The browsers of those who want to be told of a message and have not read it yet; and of each, whether
/// the message calls its person. Nobody hears whom they block.
///
/// # Errors
/// The file failed.
pub fn hearers_of(db: &Connection, message: &Message) -> Result<Vec<(Hearer, bool)>, Halt> {
    let mut browsers = db.prepare_cached(if has_fewer_than_members(db, message.conversation)? {
        hearers!("push_subscription s CROSS JOIN member m")
    } else {
        hearers!("member m CROSS JOIN push_subscription s")
    })?;
    let place = (message.conversation, message.sender_id, message.seq);
    let rows = browsers.query_map(place, |row| {
        let username: String = row.get(10)?;
        let is_called = message.mentions(&username) || message.mentions(EVERYONE);
        let wants_all: String = row.get(11)?;
        Ok((hearer_of(row)?, is_called, wants_all == "all"))
    })?;
    let is_direct = matches!(message.place, Place::Direct(_));
    let mut hearers = Vec::new();
    for row in rows {
        let (hearer, is_called, wants_all) = row?;
        if is_called || wants_all || is_direct {
            hearers.push((hearer, is_called));
        }
    }
    Ok(hearers)
}

/// The browsers of a person.
///
/// # Errors
/// The file failed.
pub fn browsers_of(db: &Connection, person: UserId) -> Result<Vec<Hearer>, Halt> {
    let mut browsers = db.prepare_cached(browser!(
        "FROM push_subscription s JOIN person p ON p.id = s.person WHERE s.person = ?1"
    ))?;
    let hearers = browsers.query_map([person], hearer_of)?;
    Ok(hearers.collect::<rusqlite::Result<_>>()?)
}

/// How many messages wait for a person where they want to be told of all.
///
/// # Errors
/// The file failed.
pub fn waiting(db: &Connection, person: UserId) -> Result<i64, Halt> {
    let waiting = db
        .prepare_cached(
            "SELECT coalesce(sum(max(c.last_seq - m.last_read_seq, 0)), 0)
             FROM member m JOIN conversation c ON c.id = m.conversation
             WHERE m.person = ?1 AND m.role IS NOT NULL AND m.notify = 'all'
               AND c.deleted_at IS NULL",
        )?
        .query_row([person], |row| row.get(0))?;
    Ok(waiting)
}
