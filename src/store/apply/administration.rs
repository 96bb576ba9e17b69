//! Running the server: what only administrators, and the command line, do; and what they did.

use std::sync::Arc;

use rusqlite::params;
use serde_json::{Value, json};

use super::{
    Applied, Outcome, Tx, accounts, bans, bots, members, passes, reports, server, sessions, slash,
};
use crate::{
    change::{Administration, ConversationRef, PersonRef},
    event::{Audience, Event},
    model::{ConversationId, Person, Refusal, Role, RoomRole, Timestamp, UserId},
    store::{
        Halt,
        query::{self, administration, people},
    },
};

pub(super) fn administer(tx: &mut Tx<'_>, what: &Administration) -> Applied {
    query::server::administers(tx.db, tx.by)?;
    match what {
        Administration::EditServer(edit) => server::edit(tx, edit),
        Administration::MakePass(new) => passes::make(tx, new),
        Administration::WithdrawPass(id) => passes::withdraw(tx, *id),
        Administration::AddPerson(new) => accounts::add(tx, new),
        Administration::SetPassword { person, password_hash } => {
            set_password(tx, person, password_hash)
        }
        Administration::EditPerson { person, role, is_disabled } => {
            edit_person(tx, person, *role, *is_disabled)
        }
        Administration::MakeSignInLink { person, hash, expires_at } => {
            make_sign_in_link(tx, person, hash, *expires_at)
        }
        Administration::EndSessions(person) => end_sessions(tx, person),
        Administration::DeletePerson(person) => delete_person(tx, person),
        Administration::Ban(new) => bans::ban(tx, new),
        Administration::LiftBan(id) => bans::lift(tx, *id),
        Administration::HandOver { room, owner } => hand_over(tx, room, owner),
        Administration::ResolveReport { id, is_resolved } => {
            reports::resolve(tx, *id, *is_resolved)
        }
        Administration::DeleteReported(id) => reports::delete_message(tx, *id),
        Administration::MakeBot(new) => bots::make(tx, new),
        Administration::MakeBotToken { bot, token } => bots::make_token(tx, bot, token),
        Administration::RevokeBotToken { bot, token } => bots::revoke_token(tx, bot, *token),
        Administration::DeleteBot(bot) => bots::delete(tx, bot),
        Administration::MakeCommand(new) => slash::make(tx, new),
        Administration::EditCommand(edit) => slash::edit(tx, edit),
        Administration::DeleteCommand(name) => slash::delete(tx, name),
        Administration::NoteBackup => {
            tx.note("backup_taken", "", &json!({}))?;
            Ok(Outcome::Done)
        }
    }
}

impl Tx<'_> {
    /// Writes down what whoever asks does to run the server, for all who run it.
    pub(super) fn note(&self, action: &str, target: &str, details: &Value) -> Result<(), Halt> {
        self.note_by(self.by, action, target, details)
    }

    /// The same of somebody who was not signed in before.
    pub(super) fn note_by(
        &self,
        actor: Option<UserId>,
        action: &str,
        target: &str,
        details: &Value,
    ) -> Result<(), Halt> {
        self.db
            .prepare_cached(
                "INSERT INTO audit (date, actor, action, target, details)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![self.at, actor, action, target, details.to_string()])?;
        Ok(())
    }

    /// Refuses what would leave nobody to run the server: somebody who does is to do so no more.
    pub(super) fn refuse_without_admin(&self, leaving: UserId) -> Result<(), Halt> {
        let mut others = self.db.prepare_cached(
            "SELECT (SELECT role FROM person WHERE id = ?1) <> 'admin' OR EXISTS (
                 SELECT 1 FROM person p
                 WHERE p.role = 'admin' AND p.deleted_at IS NULL AND p.disabled_at IS NULL
                   AND p.id <> ?1 AND NOT EXISTS (
                     SELECT 1 FROM ban
                     WHERE person = p.id AND (expires_at IS NULL OR expires_at > ?2)))",
        )?;
        if others.query_row((leaving, self.at), |row| row.get(0))? {
            Ok(())
        } else {
            Err(Refusal::conflict("somebody has to stay who runs the server").into())
        }
    }
}

fn edit_person(
    tx: &mut Tx<'_>,
    who: &PersonRef,
    role: Option<Role>,
    is_disabled: Option<bool>,
) -> Applied {
    let person = people::find(tx.db, who)?;
    let was_disabled = administration::account(tx.db, person.id)?.is_disabled;
    if let Some(role) = role.filter(|role| *role != person.role) {
        if Role::Bot == role || Role::Bot == person.role {
            return Err(Refusal::conflict("a program is and stays one").into());
        }
        tx.refuse_without_admin(person.id)?;
        tx.db
            .prepare_cached("UPDATE person SET role = ?2, rev = ?3 WHERE id = ?1")?
            .execute((person.id, role, tx.rev))?;
        let seen = people::find(tx.db, &PersonRef::Id(person.id))?;
        tx.tell(Audience::Everyone, Event::PersonUpdated(Arc::new(seen)));
        tx.note("role_changed", &person.username, &json!({ "role": role, "was": person.role }))?;
    }
    if let Some(disable) = is_disabled.filter(|disable| *disable != was_disabled) {
        if disable {
            tx.refuse_without_admin(person.id)?;
            sessions::end_all(tx, person.id, None)?;
        }
        tx.db
            .prepare_cached("UPDATE person SET disabled_at = ?2 WHERE id = ?1")?
            .execute((person.id, disable.then_some(tx.at)))?;
        let action = if disable { "disabled" } else { "enabled" };
        tx.note(action, &person.username, &json!({}))?;
    }
    Ok(Outcome::Done)
}

impl Tx<'_> {
    /// Somebody who may sign in: what they would get by that is for people alone.
    fn human(&self, who: &PersonRef) -> Result<Person, Halt> {
        let person = people::find(self.db, who)?;
        if person.role == Role::Bot {
            return Err(Refusal::conflict("a program signs in by its tokens").into());
        }
        Ok(person)
    }
}

/// One for each person: a new one voids the one before.
fn make_sign_in_link(tx: &Tx<'_>, who: &PersonRef, hash: &[u8], expires_at: Timestamp) -> Applied {
    let person = tx.human(who)?;
    tx.db
        .prepare_cached(
            "INSERT INTO sign_in_link (person, hash, expires_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (person) DO UPDATE SET hash = excluded.hash,
                                                expires_at = excluded.expires_at",
        )?
        .execute((person.id, hash, expires_at))?;
    tx.note("sign_in_link_made", &person.username, &json!({}))?;
    Ok(Outcome::Done)
}

fn set_password(tx: &mut Tx<'_>, who: &PersonRef, password_hash: &str) -> Applied {
    let person = tx.human(who)?;
    sessions::end_all(tx, person.id, None)?;
    tx.db
        .prepare_cached("UPDATE person SET password_hash = ?2 WHERE id = ?1")?
        .execute((person.id, password_hash))?;
    tx.db.execute("DELETE FROM sign_in_link WHERE person = ?1", [person.id])?;
    tx.note("password_set", &person.username, &json!({}))?;
    Ok(Outcome::Done)
}

fn end_sessions(tx: &mut Tx<'_>, who: &PersonRef) -> Applied {
    let person = people::find(tx.db, who)?;
    sessions::end_all(tx, person.id, None)?;
    tx.note("sessions_ended", &person.username, &json!({}))?;
    Ok(Outcome::Done)
}

fn delete_person(tx: &mut Tx<'_>, who: &PersonRef) -> Applied {
    let person = people::find(tx.db, who)?;
    tx.note("person_deleted", &person.username, &json!({}))?;
    accounts::remove(tx, person.id)
}

/// Who gets a private room must be in it: what is said there is not for who only runs the server.
fn hand_over(tx: &mut Tx<'_>, room: &ConversationRef, owner: &PersonRef) -> Applied {
    let (id, is_private) = query::standing::room(tx.db, room)?;
    if id == query::conversations::general(tx.db)? {
        return Err(Refusal::conflict("general is nobody's").into());
    }
    let owner = people::find(tx.db, owner)?;
    if !members::is_in(tx, id, owner.id)? {
        if is_private {
            let outside = "a private room is handed over to somebody who is in it";
            return Err(Refusal::conflict(outside).into());
        }
        members::enter(tx, id, owner.id, RoomRole::Member)?;
    }
    let before = query::conversations::view(tx.db, id, None)?.owner;
    own(tx, id, owner.id)?;
    let seen = Arc::new(query::conversations::view(tx.db, id, None)?);
    let name = seen.name.clone().unwrap_or_default();
    let audience = if is_private { Audience::Members(id) } else { Audience::Everyone };
    tx.tell(audience, Event::RoomUpdated(seen));
    tx.note("room_handed_over", &name, &json!({ "owner": owner.username, "was": before }))?;
    Ok(Outcome::Conversation { id, created: false })
}

/// Somebody who is in a room owns it, and nobody else does.
fn own(tx: &Tx<'_>, id: ConversationId, owner: UserId) -> Result<(), Halt> {
    tx.db
        .prepare_cached("UPDATE conversation SET owner = ?2, rev = ?3 WHERE id = ?1")?
        .execute((id, owner, tx.rev))?;
    tx.db
        .prepare_cached(
            "UPDATE member SET role = CASE WHEN person = ?2 THEN 'owner' ELSE 'member' END
             WHERE conversation = ?1 AND role IS NOT NULL AND (role = 'owner' OR person = ?2)",
        )?
        .execute((id, owner))?;
    Ok(())
}
