//! Read marks: how far each member has read. They only ever move forward.

use super::{Applied, Outcome, Tx, notifications};
use crate::{
    change::ConversationRef,
    event::{Audience, Event},
    model::{ConversationId, MessageId, Seq, UserId, rules},
    store::{Halt, query::messages},
};

pub(super) fn mark(tx: &mut Tx<'_>, which: &ConversationRef, seq: Seq) -> Applied {
    let (caller, id, standing) = tx.standing(which)?;
    rules::may_take_part(&standing)?;
    read_up_to(tx, id, caller, seq)
}

pub(super) fn mark_message(tx: &mut Tx<'_>, message: MessageId) -> Applied {
    let (caller, message, standing) = tx.known(message)?;
    rules::may_take_part(&standing)?;
    read_up_to(tx, message.conversation, caller, message.seq)
}

fn read_up_to(tx: &mut Tx<'_>, id: ConversationId, caller: UserId, seq: Seq) -> Applied {
    let last: Seq = tx
        .db
        .prepare_cached("SELECT last_seq FROM conversation WHERE id = ?1")?
        .query_row([id], |row| row.get(0))?;
    let seq = seq.min(last); // nobody has read what was not written yet
    if !advance(tx, id, caller, seq)? {
        return Ok(Outcome::Done);
    }
    tx.db
        .prepare_cached(
            "UPDATE member SET read_rev = ?3, rev = ?3 WHERE conversation = ?1 AND person = ?2",
        )?
        .execute((id, caller, tx.rev))?;
    notifications::settle(tx, caller, id.0)?;
    let unread_count = messages::unread(tx.db, id, caller, seq, last)?;
    tx.tell(Audience::Person(caller), Event::ReadMarkMoved { conversation: id, seq, unread_count });
    if let Some(message) = messages::at(tx.db, id, seq)? {
        let username = tx.username(caller)?;
        let (conversation, message, person) = (id, message.id, caller);
        let read = Event::MessageRead { conversation, message, seq, person, username };
        tx.tell(Audience::MembersBut(id, caller), read);
    }
    Ok(Outcome::Done)
}

/// Moves somebody's mark forward, and with it the two furthest marks of the conversation, which
/// tell whether a message was read by somebody else than its sender. False: it was there already.
pub(super) fn advance(
    tx: &Tx<'_>,
    id: ConversationId,
    person: UserId,
    seq: Seq,
) -> Result<bool, Halt> {
    let moved = tx
        .db
        .prepare_cached(
            "UPDATE member SET last_read_seq = ?3
             WHERE conversation = ?1 AND person = ?2 AND last_read_seq < ?3",
        )?
        .execute((id, person, seq))?;
    if moved == 0 {
        return Ok(false);
    }
    tx.db
        .prepare_cached(
            "UPDATE conversation SET
               next_read_seq = CASE WHEN top_reader IS ?2 THEN next_read_seq
                                    WHEN ?3 > top_read_seq THEN top_read_seq
                                    ELSE max(next_read_seq, ?3) END,
               top_reader    = CASE WHEN ?3 > top_read_seq THEN ?2 ELSE top_reader END,
               top_read_seq  = max(top_read_seq, ?3)
             WHERE id = ?1",
        )?
        .execute((id, person, seq))?;
    Ok(true)
}
