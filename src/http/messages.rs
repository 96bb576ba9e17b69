//! Calls about messages and read marks.

use serde::Deserialize;
use utoipa::ToSchema;

use super::{multipart, reply, reply::Answer, request::Request};
use crate::{
    app::{Caller, NewMessage},
    change::PostPlace,
    model::{AttachmentId, MessageId, Refusal, Seq, attachment::PER_MESSAGE},
    store::query::messages::Stretch,
    wire::shapes::MessageShape,
};

/// A message to be posted.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewMessage)]
pub(super) struct SendBody {
    #[serde(default)]
    content: String,
    #[serde(default)]
    client_id: Option<String>,
    #[serde(default)]
    reply_to: Option<MessageId>,
    /// Files that were uploaded for this conversation.
    #[serde(default)]
    attachments: Option<Vec<AttachmentId>>,
}

/// The same as a form, with its files.
#[derive(ToSchema)]
#[schema(as = NewMessageForm)]
pub(super) struct SendForm {
    #[allow(dead_code, reason = "only described")]
    content: Option<String>,
    #[allow(dead_code, reason = "only described")]
    client_id: Option<String>,
    #[allow(dead_code, reason = "only described")]
    reply_to: Option<MessageId>,
    /// One to ten of them.
    #[allow(dead_code, reason = "only described")]
    #[schema(value_type = Vec<String>, format = Binary)]
    file: Vec<Vec<u8>>,
}

/// What a message says now.
#[derive(Deserialize, ToSchema)]
#[schema(as = MessageChange)]
pub(super) struct EditBody {
    content: String,
}

/// Up to where one has read.
#[derive(Deserialize, ToSchema)]
#[schema(as = ReadMark)]
pub(super) struct ReadBody {
    seq: Seq,
}

/// `GET …/messages?before&after&limit`: oldest first. Document 001's clients may also say `offset`.
pub(super) async fn list(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let (stretch, limit) = r.stretch()?;
    let offset = r.window()?.offset;
    let stretch = if let Stretch::Newest = stretch { Stretch::NewestBut(offset) } else { stretch };
    let page = r.app.messages(caller, r.conversation(), stretch, limit).await?;
    let shapes: Vec<_> = page.items.iter().map(MessageShape::from).collect();
    reply::list(&page, &shapes)
}

/// `GET /api/chats/{username}/messages?limit&offset`: newest first (document 003).
pub(super) async fn of_direct(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let window = r.window()?;
    let direct = r.app.direct_with(caller, r.person()).await?;
    let stretch = Stretch::NewestBut(window.offset);
    let page = r.app.messages(caller, direct, stretch, window.limit).await?;
    let shapes: Vec<_> = page.items.iter().rev().map(MessageShape::from).collect();
    reply::list(&page, &shapes)
}

/// `POST …/messages` and `…/send_message/`: 201, or 200 and the first message for a `client_id`
/// that was there before.
pub(super) async fn send(r: &Request) -> Answer {
    let caller = r.caller().await?;
    if r.is_form() {
        return send_form(r, caller).await;
    }
    let SendBody { content, client_id, reply_to, attachments } = r.json()?;
    let attachments = attachments.unwrap_or_default();
    let new = NewMessage { content, client_id, reply_to, attachments };
    let (message, fresh) = r.app.post_message(caller, PostPlace::In(r.conversation()), new).await?;
    reply::made(fresh, &MessageShape::from(message.as_ref()))
}

/// The same with files. Unless the message is posted now, they are forgotten.
async fn send_form(r: &Request, caller: Caller) -> Answer {
    let place = r.conversation();
    let mut form = multipart::take(r, caller, &place, PER_MESSAGE).await?;
    let reply_to = form.text("reply_to").map(|id| id.parse()).transpose();
    let posted = match reply_to {
        Ok(reply_to) => {
            let new = NewMessage {
                content: form.text("content").unwrap_or_default(),
                client_id: form.text("client_id"),
                reply_to,
                attachments: form.files.iter().map(|file| file.id).collect(),
            };
            r.app.post_message(caller, PostPlace::In(place), new).await
        }
        Err(_) => Err(Refusal::invalid("reply_to", "is no id")),
    };
    if !matches!(posted, Ok((_, true))) {
        multipart::discard(r, caller, &form).await;
    }
    let (message, fresh) = posted?;
    reply::made(fresh, &MessageShape::from(message.as_ref()))
}

/// `PATCH /api/messages/{id}`.
pub(super) async fn edit(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let body: EditBody = r.json()?;
    let message = r.app.edit_message(caller, r.id("id")?, &body.content, None).await?;
    reply::json(&MessageShape::from(message.as_ref()))
}

/// `DELETE /api/messages/{id}`.
pub(super) async fn delete(r: &Request) -> Answer {
    let caller = r.caller().await?;
    r.app.delete_message(caller, r.id("id")?, None).await?;
    reply::done()
}

/// `POST …/read`.
pub(super) async fn mark_read(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let ReadBody { seq } = r.json()?;
    if seq < Seq(0) {
        return Err(Refusal::invalid("seq", "must not be negative"));
    }
    r.app.mark_read(caller, r.conversation(), seq).await?;
    reply::done()
}

/// `PUT /api/messages/{id}/reactions/{emoji}`.
pub(super) async fn react(r: &Request) -> Answer {
    set_reaction(r, true).await
}

/// `DELETE /api/messages/{id}/reactions/{emoji}`.
pub(super) async fn unreact(r: &Request) -> Answer {
    set_reaction(r, false).await
}

async fn set_reaction(r: &Request, added: bool) -> Answer {
    let caller = r.caller().await?;
    r.app.react(caller, r.id("id")?, None, r.parameter("emoji"), added, None).await?;
    reply::done()
}
