//! Bots and their tokens: made, revoked, deleted. Only administrators do so.

use rusqlite::params;
use serde_json::json;

use super::{Applied, Outcome, Tx, accounts, bans, sessions};
use crate::{
    change::{NewBot, NewBotToken, PersonRef},
    model::{
        Refusal, Role, SessionId, Timestamp,
        bot::{MOST_BOTS, TOKENS_PER_BOT},
    },
    store::{
        Halt,
        query::{bots, people},
    },
};

pub(super) fn make(tx: &mut Tx<'_>, new: &NewBot) -> Applied {
    if !people::any_registered(tx.db)? {
        return Err(Refusal::conflict("the first account is a person's").into());
    }
    if bots::count(tx.db)? >= MOST_BOTS {
        return Err(Refusal::conflict("there are too many bots; delete some").into());
    }
    if accounts::is_taken(tx, &new.username.key())? {
        return Err(accounts::taken().into());
    }
    accounts::insert(tx, new.id, &new.username, &new.display_name, Role::Bot)?;
    tx.note("bot_made", new.username.as_str(), &json!({}))?;
    Ok(Outcome::Done)
}

pub(super) fn make_token(tx: &mut Tx<'_>, who: &PersonRef, new: &NewBotToken) -> Applied {
    let bot = bots::find(tx.db, who)?;
    bans::refuse_kept_out(tx, bot.person.id)?;
    if i64::try_from(bot.tokens.len()).unwrap_or(i64::MAX) >= TOKENS_PER_BOT {
        return Err(Refusal::conflict("this bot has too many tokens; revoke some").into());
    }
    sessions::open(tx, bot.person.id, &new.session)?;
    tx.db
        .prepare_cached("INSERT INTO bot_token (session, hash, scopes) VALUES (?1, ?2, ?3)")?
        .execute(params![new.session.id, new.hash, new.scopes])?;
    let details = json!({
        "token": new.session.client, "scopes": new.scopes.iter().collect::<Vec<_>>(),
    });
    tx.note("bot_token_made", &bot.person.username, &details)?;
    Ok(Outcome::Done)
}

pub(super) fn revoke_token(tx: &mut Tx<'_>, who: &PersonRef, id: SessionId) -> Applied {
    let bot = bots::find(tx.db, who)?;
    let token = bot.tokens.iter().find(|token| token.id == id).ok_or_else(Refusal::not_found)?;
    sessions::end(tx, id)?;
    tx.note("bot_token_revoked", &bot.person.username, &json!({ "token": token.name }))?;
    Ok(Outcome::Done)
}

pub(super) fn delete(tx: &mut Tx<'_>, who: &PersonRef) -> Applied {
    let bot = bots::find(tx.db, who)?;
    tx.note("bot_deleted", &bot.person.username, &json!({}))?;
    accounts::remove(tx, bot.person.id)
}

/// When tokens were last used, written down.
pub(super) fn record_use(tx: &Tx<'_>, used: &[(SessionId, Timestamp)]) -> Result<(), Halt> {
    let mut update = tx.db.prepare_cached(
        "UPDATE session SET refreshed_at = ?2 WHERE id = ?1 AND refreshed_at < ?2",
    )?;
    for (session, at) in used {
        update.execute((session, at))?;
    }
    Ok(())
}
