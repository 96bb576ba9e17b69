//! Messages that are reported to who runs the server: kept as they were, looked after, forgotten.
//!
//! Administrators are told, and not a room's owner: anybody can make a room, and who reports must be
//! able to report its owner.

use rusqlite::params;
use serde_json::json;

use super::{Applied, Outcome, Tx, messages, notifications};
use crate::{
    change::NewReport,
    model::{
        Code, Message, Place, Refusal, ReportId, UserId,
        notification::About,
        report::{MOST_OPEN, RESOLVED_KEPT_MS},
        rules,
    },
    store::{
        Halt,
        query::{self, reports},
        sql::to_json,
    },
};

/// When it makes sense to report more, for who has reported very much.
const LATER_SECONDS: u64 = 3600;

pub(super) fn report(tx: &mut Tx<'_>, new: &NewReport) -> Applied {
    let (caller, message, standing) = tx.known(new.message)?;
    rules::may_report(&standing, caller, message.sender_id)?;
    if message.is_deleted {
        return Err(Refusal::conflict("the message was deleted").into());
    }
    refuse_more(tx, caller, &message)?;
    let room = match &message.place {
        Place::Room(name) => Some(name.clone()),
        Place::Direct(_) => None,
    };
    let files: Vec<_> = message.attachments.iter().map(|file| &file.filename).collect();
    tx.db
        .prepare_cached(
            "INSERT INTO report (id, reporter, reason, message, sender, content, files, date,
                                 conversation, room, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            new.id,
            caller,
            new.reason.as_str(),
            message.id,
            message.sender_id,
            message.content,
            to_json(&files)?,
            message.date,
            message.conversation,
            room,
            tx.at,
        ])?;
    tx.note("message_reported", &message.sender, &json!({ "room": room, "report": new.id }))?;
    let (report_id, username, sender) = (new.id, tx.username(caller)?, message.sender);
    let about = About::Report { report_id, username, sender, room };
    let stewards = stewards(tx)?;
    for steward in stewards.into_iter().filter(|steward| *steward != caller) {
        notifications::add(tx, steward, about.clone())?;
    }
    Ok(Outcome::Done)
}

/// Once a message, and not too many that nobody has looked after yet.
fn refuse_more(tx: &Tx<'_>, caller: UserId, message: &Message) -> Result<(), Halt> {
    let (same, open): (bool, i64) = tx
        .db
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM report WHERE reporter = ?1 AND message = ?2),
                    (SELECT count(*) FROM report WHERE reporter = ?1 AND resolved_at IS NULL)",
        )?
        .query_row((caller, message.id), |row| Ok((row.get(0)?, row.get(1)?)))?;
    if same {
        return Err(Refusal::conflict("you have reported this message already").into());
    }
    if open >= MOST_OPEN {
        let many = "too many of your reports wait to be looked after";
        return Err(Refusal::new(Code::RateLimited, many).retry_after(LATER_SECONDS).into());
    }
    Ok(())
}

fn stewards(tx: &Tx<'_>) -> rusqlite::Result<Vec<UserId>> {
    tx.db
        .prepare_cached(
            "SELECT id FROM person
             WHERE role = 'admin' AND deleted_at IS NULL AND disabled_at IS NULL ORDER BY id",
        )?
        .query_map([], |row| row.get(0))?
        .collect()
}

/// Nobody has to look after it any more, so nobody is reminded of it; or somebody has again.
pub(super) fn resolve(tx: &mut Tx<'_>, id: ReportId, is_resolved: bool) -> Applied {
    let known = reports::find(tx.db, id)?;
    if known.resolved.is_some() == is_resolved {
        return Ok(Outcome::Done);
    }
    tx.db
        .prepare_cached("UPDATE report SET resolved_at = ?2, resolved_by = ?3 WHERE id = ?1")?
        .execute((id, is_resolved.then_some(tx.at), tx.by.filter(|_| is_resolved)))?;
    let action = if is_resolved { "report_resolved" } else { "report_reopened" };
    tx.note(action, &known.sender, &json!({ "room": known.room, "report": id }))?;
    if is_resolved {
        for steward in stewards(tx)? {
            notifications::settle(tx, steward, id.0)?;
        }
    }
    Ok(Outcome::Done)
}

/// Who runs the server takes a message away even where they are not, in a direct too: one of those
/// who are there has shown it to them.
pub(super) fn delete_message(tx: &mut Tx<'_>, id: ReportId) -> Applied {
    let known = reports::find(tx.db, id)?;
    if known.is_gone {
        return Ok(Outcome::Done);
    }
    let message = query::messages::find(tx.db, known.message)?;
    let details = json!({ "room": known.room, "message": known.message, "report": id });
    tx.note("message_deleted", &known.sender, &details)?;
    messages::take_away(tx, message)
}

/// What was looked after long ago.
pub(super) fn forget_old(tx: &Tx<'_>) -> rusqlite::Result<()> {
    tx.db
        .prepare_cached("DELETE FROM report WHERE resolved_at < ?1")?
        .execute([tx.at.plus_ms(-RESOLVED_KEPT_MS)])?;
    Ok(())
}
