//! Messages and read marks.

use std::sync::Arc;

use super::{App, Caller, unexpected};
use crate::{
    change::{Act, Change, ConversationRef, PersonRef, PostMessage, PostPlace},
    event::Origin,
    model::{
        AttachmentId, ClientId, ConversationId, Emoji, Message, MessageId, MessageText, Refusal,
        Seq, Timestamp, attachment::PER_MESSAGE, markup::names_in,
    },
    store::{
        Outcome,
        query::{self, Page, messages::Stretch},
    },
};

/// A message as typed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct NewMessage {
    /// What it says.
    pub content: String,
    /// The sender's own name for it.
    pub client_id: Option<String>,
    /// The message it answers.
    pub reply_to: Option<MessageId>,
    /// Files that were uploaded for it.
    pub attachments: Vec<AttachmentId>,
}

/// Where messages are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// In a conversation.
    Conversation(ConversationRef),
    /// In the direct with somebody.
    Direct(PersonRef),
}

impl App {
    /// Posts a message. False: it had been posted before under the same client id.
    ///
    /// # Errors
    /// `invalid`, `forbidden`, `not_found`, `conflict`, `rate_limited`.
    pub async fn post_message(
        &self,
        caller: Caller,
        place: PostPlace,
        new: NewMessage,
    ) -> Result<(Arc<Message>, bool), Refusal> {
        let act = post(place, &new)?;
        posted(self.submit(caller, act, None).await?)
    }

    /// Posts a message without waiting for it to be durable, so that a socket can have several on
    /// their way. `answer` is called once it is, or is refused.
    ///
    /// # Errors
    /// As `post_message`, for what is known at once; then `answer` is not called.
    pub async fn post_message_then(
        &self,
        caller: Caller,
        place: PostPlace,
        new: NewMessage,
        origin: Origin,
        answer: impl FnOnce(Result<(Arc<Message>, bool), Refusal>) + Send + 'static,
    ) -> Result<(), Refusal> {
        let act = post(place, &new)?;
        self.limits.change(caller.user)?;
        let change = Change { by: Some(caller.user), at: Timestamp::now(), act };
        let reply = move |outcome: Result<Outcome, Refusal>| answer(outcome.and_then(posted));
        self.store.submit_then(change, Some(origin), reply).await
    }

    /// Lets a message say something else.
    ///
    /// # Errors
    /// `invalid`, `forbidden`, `not_found`, `conflict` when it was deleted.
    pub async fn edit_message(
        &self,
        caller: Caller,
        id: MessageId,
        content: &str,
        origin: Option<Origin>,
    ) -> Result<Arc<Message>, Refusal> {
        let content = parse_content(content)?; // whether it may be empty, its files decide
        let names = names_in(content.as_str());
        let edited = self.submit(caller, Act::EditMessage { id, content, names }, origin).await?;
        posted(edited).map(|(message, _)| message)
    }

    /// Deletes a message; its place stays.
    ///
    /// # Errors
    /// `forbidden` or `not_found`.
    pub async fn delete_message(
        &self,
        caller: Caller,
        id: MessageId,
        origin: Option<Origin>,
    ) -> Result<(), Refusal> {
        self.submit(caller, Act::DeleteMessage { id }, origin).await?;
        self.files_may_be_unused();
        Ok(())
    }

    /// A stretch of a conversation, oldest first.
    ///
    /// # Errors
    /// `forbidden` or `not_found`.
    pub async fn messages(
        &self,
        caller: Caller,
        which: ConversationRef,
        stretch: Stretch,
        limit: i64,
    ) -> Result<Page<Message>, Refusal> {
        let list = move |db: &rusqlite::Connection| {
            query::messages::list(db, &which, caller.user, stretch, limit)
        };
        self.read(list).await.map(|(_, page)| page)
    }

    /// The same, of a place as dialects name it. A direct that there is not yet has no messages.
    ///
    /// # Errors
    /// `forbidden` or `not_found`.
    pub async fn messages_at(
        &self,
        caller: Caller,
        place: Whereabouts,
        stretch: Stretch,
        limit: i64,
    ) -> Result<Vec<Message>, Refusal> {
        let list = move |db: &rusqlite::Connection| {
            let which = match place {
                Whereabouts::Conversation(which) => which,
                Whereabouts::Direct(with) => {
                    let other = query::people::find(db, &with)?;
                    match query::conversations::direct_of(db, caller.user, other.id)? {
                        Some(id) => ConversationRef::Id(id),
                        None => return Ok(Vec::new()),
                    }
                }
            };
            Ok(query::messages::list(db, &which, caller.user, stretch, limit)?.1.items)
        };
        self.read(list).await
    }

    /// The caller makes something of a message, or takes it back.
    ///
    /// # Errors
    /// `invalid` for what is no emoji, `forbidden`, `not_found`, `conflict` when it was deleted.
    pub async fn react(
        &self,
        caller: Caller,
        message: MessageId,
        conversation: Option<ConversationId>,
        emoji: &str,
        added: bool,
        origin: Option<Origin>,
    ) -> Result<(), Refusal> {
        let emoji = Emoji::parse(emoji).map_err(|why| Refusal::invalid("emoji", why))?;
        let act = Act::React { message, conversation, emoji, added };
        self.submit(caller, act, origin).await.map(|_| ())
    }

    /// The caller has read up to a place.
    ///
    /// # Errors
    /// `forbidden` or `not_found`.
    pub async fn mark_read(
        &self,
        caller: Caller,
        conversation: ConversationRef,
        seq: Seq,
    ) -> Result<(), Refusal> {
        self.submit(caller, Act::MarkRead { conversation, seq }, None).await.map(|_| ())
    }

    /// The caller has read up to a message.
    ///
    /// # Errors
    /// `forbidden` or `not_found`.
    pub async fn mark_message_read(
        &self,
        caller: Caller,
        id: MessageId,
        origin: Option<Origin>,
    ) -> Result<(), Refusal> {
        self.submit(caller, Act::MarkMessageRead { id }, origin).await.map(|_| ())
    }
}

fn posted(outcome: Outcome) -> Result<(Arc<Message>, bool), Refusal> {
    let Outcome::Message { message, fresh } = outcome else { return Err(unexpected(&outcome)) };
    Ok((message, fresh))
}

pub(super) fn post(place: PostPlace, new: &NewMessage) -> Result<Act, Refusal> {
    let content = parse_content(&new.content)?;
    if content.as_str().is_empty() && new.attachments.is_empty() {
        return Err(Refusal::invalid("content", "must not be empty"));
    }
    if new.attachments.len() > PER_MESSAGE {
        return Err(Refusal::invalid("attachments", "a message carries 10 files at most"));
    }
    let client_id = new.client_id.as_deref().map(ClientId::parse).transpose();
    let client_id = client_id.map_err(|why| Refusal::invalid("client_id", why))?;
    Ok(Act::PostMessage(Box::new(PostMessage {
        id: MessageId::fresh(),
        place,
        names: names_in(content.as_str()),
        content,
        client_id,
        reply_to: new.reply_to,
        attachments: new.attachments.clone(),
        shown_as: None,
    })))
}

fn parse_content(text: &str) -> Result<MessageText, Refusal> {
    MessageText::parse_beside_files(text).map_err(|why| Refusal::invalid("content", why))
}
