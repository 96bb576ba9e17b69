//! Pins: messages that are held up for everyone in their conversation, and taken down.

use std::sync::Arc;

use super::{Applied, Outcome, Tx};
use crate::{
    event::{Audience, Event, Pinned},
    model::{
        ConversationId, MessageId, Refusal,
        message::{PINS_PER_CONVERSATION, Pin},
        rules,
    },
    store::Halt,
};

/// Pinning again keeps who pinned it first, and when.
pub(super) fn set(tx: &mut Tx<'_>, id: MessageId, on: bool) -> Applied {
    let (caller, message, standing) = tx.known(id)?;
    rules::may_pin(&standing, caller, message.sender_id)?;
    if on && message.is_deleted {
        return Err(Refusal::conflict("the message was deleted").into());
    }
    let was_pinned = message.pin.is_some();
    if on && !was_pinned {
        refuse_full(tx, message.conversation)?;
        tx.db
            .prepare_cached(
                "UPDATE message SET pinned_rev = ?2, pinned_at = ?3, pinned_by = ?4, rev = ?2
                 WHERE posted_rev = ?1",
            )?
            .execute((message.posted_rev, tx.rev, tx.at, caller))?;
    } else if !on && was_pinned {
        tx.db
            .prepare_cached(
                "UPDATE message SET pinned_rev = NULL, pinned_at = NULL, pinned_by = NULL, rev = ?2
                 WHERE posted_rev = ?1",
            )?
            .execute((message.posted_rev, tx.rev))?;
    }
    // told even if nothing changes: it answers whoever asks on a socket
    let (username, at) = match message.pin.filter(|_| on) {
        Some(Pin { at, by }) => (by, Some(at)),
        None => (tx.username(caller)?, on.then_some(tx.at)),
    };
    let (conversation, sender) = (message.conversation, message.sender_id);
    let pinned = Pinned { conversation, message: id, sender, username, at };
    tx.tell(Audience::Members(conversation), Event::Pinned(Arc::new(pinned)));
    Ok(Outcome::Done)
}

fn refuse_full(tx: &Tx<'_>, id: ConversationId) -> Result<(), Halt> {
    let count: i64 = tx
        .db
        .prepare_cached(
            "SELECT count(*) FROM message WHERE conversation = ?1 AND pinned_rev IS NOT NULL",
        )?
        .query_row([id], |row| row.get(0))?;
    if count < PINS_PER_CONVERSATION {
        Ok(())
    } else {
        Err(Refusal::conflict("too many messages are pinned here").into())
    }
}
