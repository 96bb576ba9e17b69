//! Slash commands: made, edited and deleted. Only administrators do so.

use rusqlite::params;
use serde_json::json;

use super::{Applied, Outcome, Tx};
use crate::{
    change::{CommandEdit, NewCommand},
    model::{CommandName, Refusal, slash::MOST_COMMANDS},
    store::query::{bots, slash},
};

pub(super) fn make(tx: &mut Tx<'_>, new: &NewCommand) -> Applied {
    let bot = bots::find(tx.db, &new.bot)?.person;
    if slash::find(tx.db, new.name.as_str())?.is_some() {
        let taken = Refusal::conflict("there is a command of this name");
        return Err(taken.with_field("name", "is taken").into());
    }
    if slash::count(tx.db)? >= MOST_COMMANDS {
        return Err(Refusal::conflict("there are too many commands; delete some").into());
    }
    let (url, secret) = new.asks.address().unzip();
    tx.db
        .prepare_cached(
            "INSERT INTO slash_command (id, name, description, hint, bot, url, secret, created_by,
                                        created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            new.id,
            new.name.as_str(),
            new.description,
            new.hint,
            bot.id,
            url,
            secret,
            tx.by,
            tx.at,
        ])?;
    tx.note("command_made", new.name.as_str(), &json!({ "bot": bot.username, "url": url }))?;
    Ok(Outcome::Done)
}

pub(super) fn edit(tx: &mut Tx<'_>, edit: &CommandEdit) -> Applied {
    let command = slash::find(tx.db, edit.name.as_str())?.ok_or_else(Refusal::not_found)?;
    let bot = edit.bot.as_ref().map(|bot| bots::find(tx.db, bot)).transpose()?;
    let bot = bot.map(|bot| bot.person);
    tx.db
        .prepare_cached(
            "UPDATE slash_command SET description = coalesce(?2, description),
                                      hint = coalesce(?3, hint), bot = coalesce(?4, bot)
             WHERE id = ?1",
        )?
        .execute(params![
            command.id,
            edit.description,
            edit.hint,
            bot.as_ref().map(|bot| bot.id),
        ])?;
    if let Some(asks) = &edit.asks {
        let (url, secret) = asks.address().unzip();
        tx.db
            .prepare_cached("UPDATE slash_command SET url = ?2, secret = ?3 WHERE id = ?1")?
            .execute(params![command.id, url, secret])?;
    }
    let now = slash::find(tx.db, edit.name.as_str())?.ok_or_else(Refusal::not_found)?;
    tx.note("command_edited", &now.name, &json!({ "bot": now.bot, "url": now.url }))?;
    Ok(Outcome::Done)
}

pub(super) fn delete(tx: &mut Tx<'_>, name: &CommandName) -> Applied {
    let command = slash::find(tx.db, name.as_str())?.ok_or_else(Refusal::not_found)?;
    tx.db.prepare_cached("DELETE FROM slash_command WHERE id = ?1")?.execute([command.id])?;
    tx.note("command_deleted", &command.name, &json!({ "bot": command.bot }))?;
    Ok(Outcome::Done)
}
