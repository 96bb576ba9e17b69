//! Calls about messages and read marks.

use serde::Deserialize;

use super::{reply, reply::Answer, request::Request};
use crate::{
    app::NewMessage,
    change::{ConversationRef, PersonRef},
    model::{MessageId, Refusal, Seq},
    store::query::messages::Stretch,
    wire::shapes::MessageShape,
};

#[derive(Deserialize)]
struct SendBody {
    content: String,
    #[serde(default)]
    client_id: Option<String>,
    #[serde(default)]
    reply_to: Option<MessageId>,
}

#[derive(Deserialize)]
struct EditBody {
    content: String,
}

#[derive(Deserialize)]
struct ReadBody {
    seq: Seq,
}

fn message_id(text: &str) -> Result<MessageId, Refusal> {
    text.parse().map_err(|_| Refusal::not_found())
}

/// `GET …/messages?before&after&limit`: oldest first. Document 001's clients may also say `offset`.
pub(super) async fn list(r: &Request, which: ConversationRef) -> Answer {
    let caller = r.caller().await?;
    let (stretch, limit) = r.stretch()?;
    let offset = r.window()?.offset;
    let stretch = if let Stretch::Newest = stretch { Stretch::NewestBut(offset) } else { stretch };
    let page = r.app.messages(caller, which, stretch, limit).await?;
    let shapes: Vec<_> = page.items.iter().map(MessageShape::from).collect();
    reply::list(&page, &shapes)
}

/// `GET /api/chats/{username}/messages?limit&offset`: newest first (document 003).
pub(super) async fn of_direct(r: &Request, with: PersonRef) -> Answer {
    let caller = r.caller().await?;
    let window = r.window()?;
    let direct = r.app.direct_with(caller, with).await?;
    let stretch = Stretch::NewestBut(window.offset);
    let page = r.app.messages(caller, direct, stretch, window.limit).await?;
    let shapes: Vec<_> = page.items.iter().rev().map(MessageShape::from).collect();
    reply::list(&page, &shapes)
}

/// `POST …/messages` and `…/send_message/`: 201, or 200 and the first message for a `client_id`
/// that was there before.
pub(super) async fn send(r: &Request, which: ConversationRef) -> Answer {
    let caller = r.caller().await?;
    let body: SendBody = r.json()?;
    let new =
        NewMessage { content: body.content, client_id: body.client_id, reply_to: body.reply_to };
    let (message, fresh) = r.app.post_message(caller, which, new).await?;
    reply::made(fresh, &MessageShape::from(message.as_ref()))
}

/// `PATCH /api/messages/{id}`.
pub(super) async fn edit(r: &Request, id: &str) -> Answer {
    let caller = r.caller().await?;
    let body: EditBody = r.json()?;
    let message = r.app.edit_message(caller, message_id(id)?, &body.content, None).await?;
    reply::json(&MessageShape::from(message.as_ref()))
}

/// `DELETE /api/messages/{id}`.
pub(super) async fn delete(r: &Request, id: &str) -> Answer {
    let caller = r.caller().await?;
    r.app.delete_message(caller, message_id(id)?, None).await?;
    reply::done()
}

/// `POST …/read`.
pub(super) async fn mark_read(r: &Request, which: ConversationRef) -> Answer {
    let caller = r.caller().await?;
    let ReadBody { seq } = r.json()?;
    if seq < Seq(0) {
        return Err(Refusal::invalid("seq", "must not be negative"));
    }
    r.app.mark_read(caller, which, seq).await?;
    reply::done()
}
