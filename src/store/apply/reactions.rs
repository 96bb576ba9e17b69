//! Reactions: what people make of messages, and take back. The like of document 003 is one of them.

use std::sync::Arc;

use super::{Applied, Outcome, Tx};
use crate::{
    event::{Audience, Event, Reacted},
    model::{
        ConversationId, Emoji, Message, MessageId, Refusal, UserId, emoji::KINDS_PER_MESSAGE, rules,
    },
    store::Halt,
};

pub(super) fn set(
    tx: &mut Tx<'_>,
    id: MessageId,
    claimed: Option<ConversationId>,
    emoji: &Emoji,
    added: bool,
) -> Applied {
    let (caller, message, standing) = tx.known(id)?;
    if claimed.is_some_and(|claimed| claimed != message.conversation) {
        return Err(Refusal::not_found().into());
    }
    if emoji.is_like() {
        rules::may_like(&standing, caller, message.sender_id)?;
    } else {
        rules::may_write(&standing)?;
    }
    if message.is_deleted {
        return Err(Refusal::conflict("the message was deleted").into());
    }
    if write(tx, &message, emoji, caller, added)? {
        tx.db
            .prepare_cached(
                "UPDATE message SET rev = ?2, reactions = reactions + ?3 WHERE posted_rev = ?1",
            )?
            .execute((message.posted_rev, tx.rev, if added { 1 } else { -1 }))?;
    }
    // told even if nothing changes: it answers whoever asks on a socket
    let reacted = Reacted {
        conversation: message.conversation,
        message: id,
        emoji: emoji.as_str().to_owned(),
        person: caller,
        username: tx.username(caller)?,
        added,
        count: count(tx, &message, emoji)?,
    };
    tx.tell(Audience::Members(message.conversation), Event::Reacted(Arc::new(reacted)));
    Ok(Outcome::Done)
}

/// False: it was so already.
fn write(
    tx: &Tx<'_>,
    message: &Message,
    emoji: &Emoji,
    person: UserId,
    added: bool,
) -> Result<bool, Halt> {
    let changed = if added {
        let is_new_kind = message.reactions.iter().all(|known| known.emoji != emoji.as_str());
        if is_new_kind && message.reactions.len() as i64 >= KINDS_PER_MESSAGE {
            return Err(Refusal::conflict("too many different reactions").into());
        }
        tx.db
            .prepare_cached(
                "INSERT INTO reaction (message, emoji, person, rev) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO NOTHING",
            )?
            .execute((message.posted_rev, emoji.as_str(), person, tx.rev))?
    } else {
        tx.db
            .prepare_cached(
                "DELETE FROM reaction WHERE message = ?1 AND emoji = ?2 AND person = ?3",
            )?
            .execute((message.posted_rev, emoji.as_str(), person))?
    };
    Ok(changed > 0)
}

fn count(tx: &Tx<'_>, message: &Message, emoji: &Emoji) -> rusqlite::Result<i64> {
    tx.db
        .prepare_cached("SELECT count(*) FROM reaction WHERE message = ?1 AND emoji = ?2")?
        .query_row((message.posted_rev, emoji.as_str()), |row| row.get(0))
}
