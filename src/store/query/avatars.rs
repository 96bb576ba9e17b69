//! Avatars: the bytes, for whoever is signed in.

use rusqlite::{Connection, OptionalExtension};

use super::people;
use crate::{change::PersonRef, model::Refusal, store::Halt};

/// How somebody looks.
#[derive(Clone, Debug)]
pub struct Avatar {
    /// What stands for these bytes and no others.
    pub tag: String,
    /// A small picture.
    pub bytes: Vec<u8>,
}

/// The picture of a person.
///
/// # Errors
/// `not_found` for nobody, and for who has none.
pub fn find(db: &Connection, who: &PersonRef) -> Result<Avatar, Halt> {
    let person = people::find(db, who)?;
    let tag = person.avatar.ok_or_else(Refusal::not_found)?;
    let bytes = db
        .prepare_cached("SELECT bytes FROM avatar WHERE person = ?1")?
        .query_row([person.id], |row| row.get(0))
        .optional()?;
    Ok(Avatar { tag, bytes: bytes.ok_or_else(Refusal::not_found)? })
}
