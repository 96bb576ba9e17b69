//! Pinned messages, and what messages said before they were edited.

use super::{App, Caller};
use crate::{
    change::{Act, ConversationRef},
    event::Origin,
    model::{Message, MessageId, Refusal, message::Version},
    store::query::{self, Page, Window},
};

impl App {
    /// Holds a message up for everyone in its conversation, or takes it down.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `conflict` when it was deleted or too many are pinned.
    pub async fn pin(
        &self,
        caller: Caller,
        message: MessageId,
        on: bool,
        origin: Option<Origin>,
    ) -> Result<(), Refusal> {
        self.submit(caller, Act::Pin { message, on }, origin).await.map(|_| ())
    }

    /// The pinned messages of a conversation, the one pinned last first.
    ///
    /// # Errors
    /// `forbidden` or `not_found`.
    pub async fn pins(
        &self,
        caller: Caller,
        which: ConversationRef,
        window: Window,
    ) -> Result<Page<Message>, Refusal> {
        self.read(move |db| query::pins::list(db, &which, caller.user, window)).await
    }

    /// What a message has said, oldest first, and last what it says now.
    ///
    /// # Errors
    /// `forbidden` or `not_found`.
    pub async fn versions(
        &self,
        caller: Caller,
        id: MessageId,
        window: Window,
    ) -> Result<Page<Version>, Refusal> {
        self.read(move |db| query::versions::list(db, id, caller.user, window)).await
    }
}
