//! Messages: posted, edited, deleted.

use std::sync::Arc;

use rusqlite::{OptionalExtension, params};

use super::{Applied, Outcome, Tx, reads};
use crate::{
    change::PostMessage,
    event::{Audience, Event},
    model::{ConversationId, Message, MessageId, MessageText, Refusal, Seq, UserId, rules},
    store::{Halt, query::messages},
};

pub(super) fn post(tx: &mut Tx<'_>, post: &PostMessage) -> Applied {
    let caller = tx.caller()?;
    if let Some(client_id) = &post.client_id
        && let Some(first) = messages::of_client_id(tx.db, caller, client_id.as_str())?
    {
        return again(tx, post, first);
    }
    let (_, id, standing) = tx.standing(&post.conversation)?;
    rules::may_take_part(&standing)?;
    if let Some(answered) = post.reply_to {
        let same = "SELECT 1 FROM message WHERE id = ?1 AND conversation = ?2";
        let found = tx.db.prepare_cached(same)?.query_row((answered, id), |_| Ok(())).optional()?;
        if found.is_none() {
            return Err(
                Refusal::invalid("reply_to", "is not a message of this conversation").into()
            );
        }
    }
    let (seq, sender) = place(tx, id, caller)?;
    let message = Arc::new(Message {
        id: post.id,
        conversation: id,
        seq,
        rev: tx.rev,
        posted_rev: tx.rev,
        content: post.content.as_str().to_owned(),
        date: tx.at,
        sender_id: caller,
        sender,
        client_id: post.client_id.as_ref().map(|id| id.as_str().to_owned()),
        reply_to: post.reply_to,
        edited_at: None,
        is_deleted: false,
        is_read: false,
    });
    insert(tx, &message)?;
    reads::advance(tx, id, caller, seq)?;
    tx.tell(Audience::Members(id), Event::MessagePosted(Arc::clone(&message)));
    Ok(Outcome::Message { message, fresh: true })
}

/// The same client id again: the first message, if it is the same message that is meant.
fn again(tx: &Tx<'_>, post: &PostMessage, first: Message) -> Applied {
    let (_, id, standing) = tx.standing(&post.conversation)?;
    rules::may_take_part(&standing)?;
    if first.conversation != id {
        return Err(Refusal::new(
            crate::model::Code::Conflict,
            "this client_id names a message in another conversation",
        )
        .into());
    }
    Ok(Outcome::Message { message: Arc::new(first), fresh: false })
}

/// The next place in a conversation, taken, and the sender's name.
fn place(tx: &Tx<'_>, id: ConversationId, caller: UserId) -> Result<(Seq, String), Halt> {
    let seq = tx
        .db
        .prepare_cached(
            "UPDATE conversation SET last_seq = last_seq + 1, active_at = max(active_at, ?2)
             WHERE id = ?1 RETURNING last_seq",
        )?
        .query_row((id, tx.at), |row| row.get(0))?;
    let sender = tx
        .db
        .prepare_cached("SELECT username FROM person WHERE id = ?1")?
        .query_row([caller], |row| row.get(0))?;
    Ok((seq, sender))
}

fn insert(tx: &Tx<'_>, message: &Message) -> Result<(), Halt> {
    tx.db
        .prepare_cached(
            "INSERT INTO message (posted_rev, id, conversation, seq, rev, sender, client_id,
                                  content, date, reply_to)
             VALUES (?1, ?2, ?3, ?4, ?1, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            tx.rev,
            message.id,
            message.conversation,
            message.seq,
            message.sender_id,
            message.client_id,
            message.content,
            message.date,
            message.reply_to,
        ])?;
    Ok(())
}

pub(super) fn edit(tx: &mut Tx<'_>, id: MessageId, content: &MessageText) -> Applied {
    let (caller, message, standing) = tx.known(id)?;
    rules::may_edit(&standing, caller, message.sender_id)?;
    if message.is_deleted {
        return Err(Refusal::new(crate::model::Code::Conflict, "the message was deleted").into());
    }
    tx.db
        .prepare_cached("UPDATE message SET content = ?2, edited_at = ?3, rev = ?4 WHERE id = ?1")?
        .execute(params![id, content.as_str(), tx.at, tx.rev])?;
    let message = Arc::new(Message {
        content: content.as_str().to_owned(),
        edited_at: Some(tx.at),
        rev: tx.rev,
        ..message
    });
    tx.tell(Audience::Members(message.conversation), Event::MessageEdited(Arc::clone(&message)));
    Ok(Outcome::Message { message, fresh: false })
}

pub(super) fn delete(tx: &mut Tx<'_>, id: MessageId) -> Applied {
    let (caller, message, standing) = tx.known(id)?;
    rules::may_delete(&standing, caller, message.sender_id)?;
    if message.is_deleted {
        return Ok(Outcome::Done);
    }
    tx.db
        .prepare_cached("UPDATE message SET content = '', deleted_at = ?2, rev = ?3 WHERE id = ?1")?
        .execute((id, tx.at, tx.rev))?;
    let message =
        Arc::new(Message { content: String::new(), is_deleted: true, rev: tx.rev, ..message });
    tx.tell(Audience::Members(message.conversation), Event::MessageDeleted(message));
    Ok(Outcome::Done)
}
