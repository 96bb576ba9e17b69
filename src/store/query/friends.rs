//! Reading friendships.

use rusqlite::{Connection, OptionalExtension};

use super::people;
use crate::{
    change::PersonRef,
    model::{Person, Rev, UserId},
    store::Halt,
};

/// Who a person's friends are, and who asks whom to be.
#[derive(Debug)]
pub struct Friends {
    /// Friends.
    pub friends: Vec<Person>,
    /// Who asks the person.
    pub incoming: Vec<Person>,
    /// Whom the person asks.
    pub outgoing: Vec<Person>,
}

/// What two people are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Friendship {
    /// Nothing.
    None,
    /// This one of them asks the other.
    Asked(UserId),
    /// Friends.
    Friends,
}

/// What two people are to each other.
///
/// # Errors
/// The file failed.
pub fn between(db: &Connection, one: UserId, other: UserId) -> rusqlite::Result<Friendship> {
    let found: Option<(String, UserId)> = db
        .prepare_cached("SELECT state, asker FROM friendship WHERE low = ?1 AND high = ?2")?
        .query_row((one.min(other), one.max(other)), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(match found {
        Some((state, asker)) if state == "asked" => Friendship::Asked(asker),
        Some((state, _)) if state == "friends" => Friendship::Friends,
        _ => Friendship::None,
    })
}

/// A person's friends, and who asks, by name.
///
/// # Errors
/// The file failed.
pub fn of(db: &Connection, person: UserId) -> Result<Friends, Halt> {
    let list = |condition: &str| {
        let sql = format!(
            "SELECT p.id FROM (
                 SELECT high AS other, state, asker FROM friendship WHERE low = ?1
                 UNION ALL SELECT low, state, asker FROM friendship WHERE high = ?1) f
             JOIN person p ON p.id = f.other
             WHERE {condition} AND p.deleted_at IS NULL ORDER BY p.username_key"
        );
        people::in_order(db, &sql, [person])
    };
    Ok(Friends {
        friends: list("f.state = 'friends'")?,
        incoming: list("f.state = 'asked' AND f.asker <> ?1")?,
        outgoing: list("f.state = 'asked' AND f.asker = ?1")?,
    })
}

/// With whom a person is friends, or one asks the other.
///
/// # Errors
/// The file failed.
pub fn ids_of(db: &Connection, person: UserId) -> Result<Vec<UserId>, Halt> {
    let mut ids = db.prepare_cached(
        "SELECT high FROM friendship WHERE low = ?1 AND state <> 'ended'
         UNION ALL SELECT low FROM friendship WHERE high = ?1 AND state <> 'ended'",
    )?;
    let rows = ids.query_map([person], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// What became of a friendship, as one of the two sees it.
#[derive(Debug)]
pub enum Changed {
    /// They are friends.
    Friends {
        /// Who asked.
        user: Person,
        /// Who accepted.
        friend: Person,
    },
    /// This one asks them.
    AskedBy(Person),
    /// They ask this one.
    Asked(Person),
    /// With this one, by username, there is nothing any more.
    Ended(String),
}

/// A person's friendships that something became of since a change.
///
/// # Errors
/// The file failed.
pub fn changed_since(
    db: &Connection,
    person: UserId,
    since: Rev,
) -> Result<Vec<(Changed, Rev)>, Halt> {
    let mut changed = db.prepare_cached(
        "SELECT f.other, p.username, f.state, f.asker = ?1, f.rev FROM (
             SELECT high AS other, state, asker, rev FROM friendship WHERE low = ?1
             UNION ALL SELECT low, state, asker, rev FROM friendship WHERE high = ?1) f
         JOIN person p ON p.id = f.other
         WHERE f.rev > ?2",
    )?;
    let mut rows = changed.query((person, since))?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let (username, state): (String, String) = (row.get(1)?, row.get(2)?);
        let (other, is_asker): (UserId, bool) = (row.get(0)?, row.get(3)?);
        let find = |id| people::find(db, &PersonRef::Id(id));
        let change = match (state.as_str(), is_asker) {
            ("friends", true) => Changed::Friends { user: find(person)?, friend: find(other)? },
            ("friends", false) => Changed::Friends { user: find(other)?, friend: find(person)? },
            ("asked", true) => Changed::Asked(find(other)?),
            ("asked", false) => Changed::AskedBy(find(other)?),
            _ => Changed::Ended(username),
        };
        all.push((change, row.get(4)?));
    }
    Ok(all)
}
