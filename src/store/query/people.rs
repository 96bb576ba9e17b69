//! Reading people.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::{Page, Window};
use crate::{
    change::PersonRef,
    model::{Person, Refusal, Rev, Timestamp, UserId, text::folded},
    store::Halt,
};

/// The columns of `person`, in the order that `person_of` takes them.
const COLUMNS: &str = "SELECT id, username, display_name, bio, role, locale, last_activity, \
                       created_at, rev, avatar FROM person";

fn person_of(row: &Row<'_>) -> rusqlite::Result<Person> {
    Ok(Person {
        id: row.get(0)?,
        username: row.get(1)?,
        display_name: row.get(2)?,
        bio: row.get(3)?,
        role: row.get(4)?,
        locale: row.get(5)?,
        last_activity: row.get(6)?,
        created_at: row.get(7)?,
        rev: row.get(8)?,
        avatar: row.get(9)?,
    })
}

/// A person with an account.
///
/// # Errors
/// `not_found` for nobody and for deleted accounts.
pub fn find(db: &Connection, who: &PersonRef) -> Result<Person, Halt> {
    let found = match who {
        PersonRef::Id(id) => db
            .prepare_cached(&format!("{COLUMNS} WHERE id = ?1 AND deleted_at IS NULL"))?
            .query_row([id], person_of),
        PersonRef::Name(key) => db
            .prepare_cached(&format!("{COLUMNS} WHERE username_key = ?1 AND deleted_at IS NULL"))?
            .query_row([key], person_of),
    };
    found.optional()?.ok_or_else(|| Refusal::not_found().into())
}

/// Somebody whose row there is, gone or not.
///
/// # Errors
/// The file failed.
pub(super) fn known(db: &Connection, id: UserId) -> rusqlite::Result<Person> {
    db.prepare_cached(&format!("{COLUMNS} WHERE id = ?1"))?.query_row([id], person_of)
}

/// The caller's own account.
///
/// # Errors
/// `unauthorized` when it is gone.
pub fn caller(db: &Connection, id: UserId) -> Result<Person, Halt> {
    match find(db, &PersonRef::Id(id)) {
        Err(Halt::Refused(_)) => Err(Refusal::unauthorized().into()),
        found => found,
    }
}

/// The account of a name and its password hash, to check a sign-in against.
///
/// # Errors
/// The file failed.
pub fn secret_of_name(db: &Connection, key: &str) -> Result<Option<(UserId, String)>, Halt> {
    let found = db
        .prepare_cached(
            "SELECT id, password_hash FROM person WHERE username_key = ?1 AND deleted_at IS NULL",
        )?
        .query_row([key], |row| Ok((row.get(0)?, row.get::<_, Option<String>>(1)?)))
        .optional()?;
    Ok(found.and_then(|(id, hash)| Some((id, hash?))))
}

/// The caller's password hash.
///
/// # Errors
/// `unauthorized` when the account is gone.
pub fn secret_of(db: &Connection, id: UserId) -> Result<String, Halt> {
    let found = db
        .prepare_cached("SELECT password_hash FROM person WHERE id = ?1 AND deleted_at IS NULL")?
        .query_row([id], |row| row.get::<_, Option<String>>(0))
        .optional()?;
    found.flatten().ok_or_else(|| Refusal::unauthorized().into())
}

/// People whose ids a query gives, in its order. A helper of the other areas.
pub(super) fn in_order(
    db: &Connection,
    sql: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<Person>, Halt> {
    let mut ids = db.prepare_cached(sql)?;
    let ids = ids.query_map(parameters, |row| row.get(0))?;
    ids.map(|id| find(db, &PersonRef::Id(id?))).collect()
}

/// Whether anybody has registered yet; whom another application vouches for has not.
///
/// # Errors
/// The file failed.
pub fn any_registered(db: &Connection) -> Result<bool, Halt> {
    let any = "SELECT EXISTS (SELECT 1 FROM person WHERE external IS NULL)";
    Ok(db.query_row(any, [], |row| row.get(0))?)
}

/// Somebody whom another application vouches for.
#[derive(Clone, Copy, Debug)]
pub struct External {
    /// Who it is here.
    pub id: UserId,
    /// Tokens count if issued after this.
    pub after: Option<Timestamp>,
    /// Whether the account is gone: no token brings it back.
    pub is_deleted: bool,
}

impl External {
    /// Whether a token that was issued then still counts.
    #[must_use]
    pub fn counts(&self, issued_at: Timestamp) -> bool {
        self.after.is_none_or(|after| issued_at > after)
    }
}

/// Whom another application means: an account that it vouched for before, or any by its own id.
///
/// # Errors
/// The file failed.
pub fn external(db: &Connection, external: &str) -> rusqlite::Result<Option<External>> {
    db.prepare_cached(
        "SELECT id, external_after, deleted_at IS NOT NULL FROM person
         WHERE external = ?1 OR id = ?2 ORDER BY external IS NULL",
    )?
    .query_row((external, external.parse::<UserId>().ok()), |row| {
        Ok(External { id: row.get(0)?, after: row.get(1)?, is_deleted: row.get(2)? })
    })
    .optional()
}

/// People whose username or shown name begins with or holds `part`, by name; with `among`, of
/// those alone.
///
/// # Errors
/// The file failed.
pub fn list(
    db: &Connection,
    part: &str,
    among: Option<&[UserId]>,
    window: Window,
) -> Result<Page<Person>, Halt> {
    // a JSON array, because a list cannot be bound; `instr` takes the part as text, not a pattern
    let among: Option<String> = among.map(|ids| {
        serde_json::json!(ids.iter().map(|id| hex(*id)).collect::<Vec<_>>()).to_string()
    });
    let parameters = named_params! {
        ":part": folded(part), ":among": among,
    };
    let condition = "WHERE deleted_at IS NULL
        AND (:part = '' OR instr(username_key, :part) OR instr(folded(display_name), :part))
        AND (:among IS NULL OR hex(id) IN (SELECT value FROM json_each(:among)))";
    let total = db
        .prepare_cached(&format!("SELECT count(*) FROM person {condition}"))?
        .query_row(parameters, |row| row.get(0))?;
    let mut page = db.prepare_cached(&format!(
        "{COLUMNS} {condition}
         ORDER BY instr(username_key, :part) = 1 DESC, username_key LIMIT :limit OFFSET :offset"
    ))?;
    let items = page
        .query_map(
            named_params! {
                ":part": folded(part), ":among": among,
                ":limit": window.limit, ":offset": window.offset,
            },
            person_of,
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Page { items, total })
}

fn hex(id: UserId) -> String {
    id.0.simple().to_string().to_uppercase()
}

/// People who show differently since a change, or are gone, at most `limit`, in order of change.
///
/// # Errors
/// The file failed.
pub fn changed_since(db: &Connection, since: Rev, limit: i64) -> Result<Vec<Person>, Halt> {
    let mut changed =
        db.prepare_cached(&format!("{COLUMNS} WHERE rev > ?1 ORDER BY rev LIMIT ?2"))?;
    let people = changed.query_map((since, limit), person_of)?;
    Ok(people.collect::<rusqlite::Result<_>>()?)
}
