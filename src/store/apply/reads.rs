//! Read marks: how far each member has read, and how far the others know of it. Both only ever move
//! forward, and the second never passes the first: who writes has read what came before, but says
//! so only where they are two.

use super::{Applied, Outcome, Tx, notifications};
use crate::{
    change::ConversationRef,
    event::{Audience, Event},
    model::{
        ConversationId, MessageId, Seq, UserId,
        rules::{self, Standing},
    },
    store::{Halt, query::messages},
};

pub(super) fn mark(tx: &mut Tx<'_>, which: &ConversationRef, seq: Seq) -> Applied {
    let (caller, id, standing) = tx.standing(which)?;
    rules::may_take_part(&standing)?;
    read_up_to(tx, id, (caller, &standing), seq)
}

pub(super) fn mark_message(tx: &mut Tx<'_>, message: MessageId) -> Applied {
    let (caller, message, standing) = tx.known(message)?;
    rules::may_take_part(&standing)?;
    read_up_to(tx, message.conversation, (caller, &standing), message.seq)
}

/// Somebody reads, and tells the others.
pub(super) fn read_up_to(
    tx: &mut Tx<'_>,
    id: ConversationId,
    (caller, standing): (UserId, &Standing),
    seq: Seq,
) -> Applied {
    let last: Seq = tx
        .db
        .prepare_cached("SELECT last_seq FROM conversation WHERE id = ?1")?
        .query_row([id], |row| row.get(0))?;
    let seq = seq.min(last); // nobody has read what was not written yet
    let is_news = tx
        .db
        .prepare_cached(
            "UPDATE member SET told_read_seq = ?3, read_rev = ?4, rev = ?4
             WHERE conversation = ?1 AND person = ?2 AND told_read_seq < ?3",
        )?
        .execute((id, caller, seq, tx.rev))?;
    if is_news == 0 {
        return Ok(Outcome::Done);
    }
    if move_mark(tx, id, caller, seq)? {
        if !standing.is_silent {
            spread(tx, id, caller, seq)?;
        }
        notifications::settle(tx, caller, id.0)?;
        notifications::settle_mentions(tx, caller, id, seq)?;
        let unread_count = messages::unread(tx.db, id, caller, seq, last)?;
        let moved = Event::ReadMarkMoved { conversation: id, seq, unread_count };
        tx.tell(Audience::Person(caller), moved);
    }
    if let Some(message) = messages::at(tx.db, id, seq)? {
        let username = tx.username(caller)?;
        let (conversation, message, person) = (id, message.id, caller);
        let read = Event::MessageRead { conversation, message, seq, person, username };
        tx.tell(Audience::MembersBut(id, caller), read);
    }
    Ok(Outcome::Done)
}

/// Who has written has read all before, and what they wrote; their conversation knows. The others
/// are not told: they see it by the message.
pub(super) fn wrote(tx: &Tx<'_>, id: ConversationId, person: UserId, seq: Seq) -> Result<(), Halt> {
    tx.db
        .prepare_cached(
            "UPDATE member SET last_read_seq = ?3, wrote_at = ?4,
                    told_read_seq = CASE WHEN told_read_seq = ?3 - 1 THEN ?3 ELSE told_read_seq END
             WHERE conversation = ?1 AND person = ?2",
        )?
        .execute((id, person, seq, tx.at))?;
    Ok(())
}

/// False: it was there already.
fn move_mark(tx: &Tx<'_>, id: ConversationId, person: UserId, seq: Seq) -> Result<bool, Halt> {
    let moved = tx
        .db
        .prepare_cached(
            "UPDATE member SET last_read_seq = ?3
             WHERE conversation = ?1 AND person = ?2 AND last_read_seq < ?3",
        )?
        .execute((id, person, seq))?;
    Ok(moved > 0)
}

/// Keeps the two furthest marks of the conversation, which tell whether a message was read by
/// somebody else than its sender.
fn spread(tx: &Tx<'_>, id: ConversationId, person: UserId, seq: Seq) -> Result<(), Halt> {
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
    Ok(())
}
