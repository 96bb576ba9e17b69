//! Notifications: given, listed, read.

use super::{App, Caller, unexpected};
use crate::{
    change::{Act, PersonRef},
    event::Origin,
    model::{Notice, Notification, NotificationId, Refusal, notification::Recipients},
    store::{
        Outcome,
        query::{self, Page, Window},
    },
};

/// How long the kind of a notice may be, in characters.
const KIND_CHARS: usize = 32;

impl App {
    /// Gives notice: to oneself, or, for administrators, to others.
    ///
    /// # Errors
    /// `invalid`, `forbidden`, `not_found`.
    pub async fn notify(
        &self,
        caller: Caller,
        to: Recipients<PersonRef>,
        message: &str,
        kind: &str,
        origin: Option<Origin>,
    ) -> Result<(), Refusal> {
        let message = Notice::parse(message).map_err(|why| Refusal::invalid("message", why))?;
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        if !(1..=KIND_CHARS).contains(&kind.chars().count()) || !kind.chars().all(is_word) {
            return Err(Refusal::invalid("type", "must be a word of at most 32 characters"));
        }
        let act = Act::Notify { to, message, kind: kind.to_owned() };
        self.submit(caller, act, origin).await.map(|_| ())
    }

    /// The caller's notifications, newest first; only unread ones, if asked.
    ///
    /// # Errors
    /// The file failed.
    pub async fn notifications(
        &self,
        caller: Caller,
        only_unread: bool,
        window: Window,
    ) -> Result<Page<Notification>, Refusal> {
        self.read(move |db| query::notifications::of(db, caller.user, only_unread, window)).await
    }

    /// The caller has seen a notification.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn read_notification(
        &self,
        caller: Caller,
        id: NotificationId,
        origin: Option<Origin>,
    ) -> Result<(), Refusal> {
        self.submit(caller, Act::ReadNotification(id), origin).await.map(|_| ())
    }

    /// The caller has seen all of them: how many were unread.
    ///
    /// # Errors
    /// The file failed.
    pub async fn read_all_notifications(&self, caller: Caller) -> Result<usize, Refusal> {
        let outcome = self.submit(caller, Act::ReadAllNotifications, None).await?;
        let Outcome::Marked(count) = outcome else { return Err(unexpected(&outcome)) };
        Ok(count)
    }
}
