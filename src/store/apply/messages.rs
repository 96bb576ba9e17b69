//! Messages: posted, edited, deleted.

use std::sync::Arc;

use rusqlite::{OptionalExtension, params};
use serde_json::json;

use super::{
    Applied, Outcome, Tx, attachments, conversations, index, members, mentions, notifications,
    reads, versions,
};
use crate::{
    change::{ConversationRef, PostMessage, PostPlace},
    event::{Audience, Event},
    model::{
        ConversationId, Kind, Message, MessageId, MessageText, Notify, Place, Refusal, RoomRole,
        Seq, UserId,
        notification::About,
        rules::{self, Standing},
    },
    store::{
        Halt,
        query::{self, messages, standing::Turn},
    },
};

pub(super) fn post(tx: &mut Tx<'_>, post: &PostMessage) -> Applied {
    let caller = tx.caller()?;
    let (id, standing, turn) = enter(tx, &post.place)?;
    if let Some(client_id) = &post.client_id
        && let Some(first) = messages::of_client_id(tx.db, caller, client_id.as_str())?
    {
        return again(id, first);
    }
    let answered = post.reply_to.map(|answered| place_of(tx, id, answered)).transpose()?;
    if standing.kind == Kind::Direct {
        reads::read_up_to(tx, id, (caller, &standing), Seq(i64::MAX))?; // who answers has read
    }
    let Turn { seq, name, username: sender, slow_mode, last, read } = turn;
    rules::may_speak_again(&standing, slow_mode, last, tx.at)?;
    take_place(tx, id, caller, seq)?;
    let place = match name {
        Some(name) => Place::Room(name),
        None => Place::Direct(query::conversations::other_of(tx.db, id, caller)?),
    };
    let named = mentions::resolve(tx, id, &standing, &post.names)?;
    let files = attachments::chosen(tx, &post.attachments, caller, id)?;
    let message = Arc::new(Message {
        id: post.id,
        conversation: id,
        place,
        seq,
        rev: tx.rev,
        posted_rev: tx.rev,
        content: post.content.as_str().to_owned(),
        date: tx.at,
        sender_id: caller,
        sender,
        client_id: post.client_id.as_ref().map(|id| id.as_str().to_owned()),
        reply_to: answered,
        edited_at: None,
        is_deleted: false,
        is_read: false,
        mentions: named.usernames(),
        reactions: Vec::new(),
        attachments: files,
        pin: None,
        shown_as: post.shown_as.as_ref().map(|name| name.as_str().to_owned()),
    });
    insert(tx, &message)?;
    attachments::attach(tx, &message.attachments, tx.rev)?;
    reads::wrote(tx, id, caller, seq)?;
    if standing.kind == Kind::Room && read.0 + 1 < seq.0 {
        notifications::settle_mentions(tx, caller, id, seq)?; // they have read that, too
    }
    if let Place::Direct(recipient) = &message.place
        && mentions::notify_of(tx, id, recipient.id)? != Some(Notify::None)
    {
        let username = message.sender.clone();
        let about = About::DirectMessage { chat_id: id, message_id: message.id, username };
        notifications::add_once(tx, recipient.id, about)?;
    }
    mentions::notify(tx, &message, &named)?;
    tx.tell(Audience::Members(id), Event::MessagePosted(Arc::clone(&message)));
    Ok(Outcome::Message { message, fresh: true })
}

/// A message of the same conversation, and its place there.
fn place_of(
    tx: &Tx<'_>,
    id: ConversationId,
    answered: MessageId,
) -> Result<(MessageId, Seq), Halt> {
    let seq = tx
        .db
        .prepare_cached("SELECT seq FROM message WHERE id = ?1 AND conversation = ?2")?
        .query_row((answered, id), |row| row.get(0))
        .optional()?;
    let unknown = || Refusal::invalid("reply_to", "is not a message of this conversation");
    Ok((answered, seq.ok_or_else(unknown)?))
}

/// Where the message goes, which the caller may write in, and is in by now.
fn enter(tx: &mut Tx<'_>, place: &PostPlace) -> Result<(ConversationId, Standing, Turn), Halt> {
    let opened;
    let which = match place {
        PostPlace::In(which) => which,
        PostPlace::Entering(which) => {
            let (caller, id, standing) = tx.standing(which)?;
            if standing.room_role.is_none() {
                rules::may_join(&standing)?;
                members::enter(tx, id, caller, RoomRole::Member)?;
            }
            which
        }
        PostPlace::Direct { with, id } => {
            opened = ConversationRef::Id(conversations::direct(tx, *id, with)?.0);
            &opened
        }
    };
    let (id, standing, turn) = query::standing::turn(tx.db, which, tx.caller()?)?;
    rules::may_write(&standing)?;
    Ok((id, standing, turn))
}

/// The same client id again: the first message, if it is the same message that is meant.
fn again(id: ConversationId, first: Message) -> Applied {
    if first.conversation != id {
        let elsewhere = "this client_id names a message in another conversation";
        return Err(Refusal::conflict(elsewhere).into());
    }
    Ok(Outcome::Message { message: Arc::new(first), fresh: false })
}

/// Takes a place. Who writes has read what came before: of the two furthest read marks theirs is the
/// first now.
fn take_place(tx: &Tx<'_>, id: ConversationId, caller: UserId, seq: Seq) -> Result<(), Halt> {
    tx.db
        .prepare_cached(
            "UPDATE conversation SET
               last_seq      = ?2,
               active_at     = max(active_at, ?3),
               next_read_seq = CASE WHEN top_reader IS ?4 THEN next_read_seq ELSE top_read_seq END,
               top_reader    = ?4,
               top_read_seq  = ?2
             WHERE id = ?1",
        )?
        .execute((id, seq, tx.at, caller))?;
    Ok(())
}

fn insert(tx: &Tx<'_>, message: &Message) -> Result<(), Halt> {
    tx.db
        .prepare_cached(
            "INSERT INTO message (posted_rev, id, conversation, seq, rev, sender, client_id,
                                  content, date, reply_to, mentions, attachments,
                                  shown_as)
             VALUES (?1, ?2, ?3, ?4, ?1, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
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
            message.reply_to.map(|(answered, _)| answered),
            mentions::json(&message.mentions)?,
            i64::try_from(message.attachments.len()).unwrap_or(i64::MAX),
            message.shown_as,
        ])?;
    Ok(())
}

/// Whom it names now is marked, but not told: an edit calls nobody.
pub(super) fn edit(
    tx: &mut Tx<'_>,
    id: MessageId,
    content: &MessageText,
    names: &[String],
) -> Applied {
    let (caller, message, standing) = tx.known(id)?;
    rules::may_edit(&standing, caller, message.sender_id)?;
    if message.is_deleted {
        return Err(Refusal::conflict("the message was deleted").into());
    }
    if content.as_str().is_empty() && message.attachments.is_empty() {
        return Err(Refusal::invalid("content", "must not be empty").into());
    }
    let mentions = mentions::resolve(tx, message.conversation, &standing, names)?.usernames();
    versions::keep(tx, &message)?;
    tx.db
        .prepare_cached(
            "UPDATE message SET content = ?2, edited_at = ?3, rev = ?4, mentions = ?5 WHERE id = ?1",
        )?
        .execute(params![id, content.as_str(), tx.at, tx.rev, mentions::json(&mentions)?])?;
    let message = Arc::new(Message {
        mentions,
        content: content.as_str().to_owned(),
        edited_at: Some(tx.at),
        rev: tx.rev,
        ..message
    });
    index::replace(tx, &message)?;
    tell_edited(tx, &message)?;
    Ok(Outcome::Message { message, fresh: false })
}

/// Who blocks somebody that has reacted to it sees no such reaction, here as in history.
fn tell_edited(tx: &mut Tx<'_>, message: &Arc<Message>) -> Result<(), Halt> {
    let (id, posted_rev) = (message.conversation, message.posted_rev);
    let edited = Event::MessageEdited(Arc::clone(message));
    let apart = match message.reactions.is_empty() {
        true => Vec::new(),
        false => query::blocks::keep_from_reactions(tx.db, id, posted_rev)?,
    };
    let mut all = apart.concat();
    if all.is_empty() {
        tx.tell(Audience::Members(id), edited);
        return Ok(());
    }
    all.sort_unstable();
    tx.tell(Audience::MembersBesides(id, all.into()), edited);
    for people in apart {
        let Some(one) = people.first() else { continue };
        let seen = Arc::new(messages::of_rev(tx.db, posted_rev, *one)?);
        tx.tell(Audience::MembersAmong(id, people.into()), Event::MessageEdited(seen));
    }
    Ok(())
}

/// Deleted is deleted: what people made of it and what it said before go with it.
pub(super) fn delete(tx: &mut Tx<'_>, id: MessageId) -> Applied {
    let (caller, message, standing) = tx.known(id)?;
    rules::may_delete(&standing, caller, message.sender_id)?;
    if message.is_deleted {
        // it answers whoever asks on a socket
        let asker = Audience::MemberOf(message.conversation, caller);
        tx.tell(asker, Event::MessageDeleted(Arc::new(message)));
        return Ok(Outcome::Done);
    }
    if caller != message.sender_id && rules::is_moderation(&standing) {
        let room = query::conversations::view(tx.db, message.conversation, None)?.name;
        let details =
            json!({ "room": room, "message": message.id, "date": message.date.to_rfc3339() });
        tx.note("message_deleted", &message.sender, &details)?;
    }
    take_away(tx, message)
}

/// A message loses its content, whoever is allowed to see to it.
pub(super) fn take_away(tx: &mut Tx<'_>, message: Message) -> Applied {
    tx.db
        .prepare_cached("DELETE FROM reaction WHERE message = ?1")?
        .execute([message.posted_rev])?;
    attachments::forget_of_message(tx, message.posted_rev)?;
    versions::forget(tx, &message)?;
    index::forget(tx, message.posted_rev)?;
    tx.db
        .prepare_cached(
            "UPDATE message SET content = '', deleted_at = ?2, rev = ?3, reactions = 0,
                    mentions = NULL, attachments = 0,
                    pinned_rev = NULL, pinned_at = NULL, pinned_by = NULL
             WHERE id = ?1",
        )?
        .execute((message.id, tx.at, tx.rev))?;
    let message = Arc::new(Message {
        content: String::new(),
        is_deleted: true,
        mentions: Vec::new(),
        rev: tx.rev,
        reactions: Vec::new(),
        attachments: Vec::new(),
        pin: None,
        ..message
    });
    tx.tell(Audience::Members(message.conversation), Event::MessageDeleted(message));
    Ok(Outcome::Done)
}
