//! How people look: the picture that somebody sends becomes a small one, which everyone sees.

use std::sync::Arc;

use ring::digest::{SHA256, digest};

use super::{App, Caller, unexpected};
use crate::{
    change::{Act, Change, NewAvatar, PersonRef},
    media::{avatar, kind},
    model::{Code, Person, Refusal, Timestamp},
    store::{Outcome, query},
};

pub use crate::store::query::avatars::Avatar;

/// A picture that becomes an avatar has at most so many bytes: it is held in memory until then.
const SENT_BYTES: u64 = 10 << 20;

/// How many bytes of the hash tell one avatar of a person from another.
const TAG_BYTES: usize = 8;

impl App {
    /// The most bytes of a picture that becomes an avatar.
    #[must_use]
    pub fn most_avatar_bytes(&self) -> u64 {
        SENT_BYTES.min(self.max_upload())
    }

    /// The caller looks like the picture that `sent` gives once it has come. It is not waited for
    /// while too many others come.
    ///
    /// # Errors
    /// `unsupported_media_type` for what is no picture by its bytes, `invalid` for one that cannot
    /// be decoded or is too large to be; `rate_limited`, `unavailable`; why it did not come.
    pub async fn set_avatar(
        &self,
        caller: Caller,
        sent: impl Future<Output = Result<Vec<u8>, Refusal>>,
    ) -> Result<Person, Refusal> {
        self.limits.change(caller.user)?;
        let place = self.uploads.avatars.try_acquire().map_err(|_| Refusal::unavailable())?;
        let bytes = sent.await?;
        if !kind::is_picture(kind::of(&bytes[..bytes.len().min(kind::HEAD_BYTES)])) {
            let wanted = "send a picture: JPEG, PNG, GIF or WebP";
            return Err(Refusal::new(Code::UnsupportedMediaType, wanted));
        }
        let small = self.small(bytes).await?;
        drop(place);
        let hash = digest(&SHA256, &small);
        let tag = hash.as_ref().iter().take(TAG_BYTES).map(|byte| format!("{byte:02x}")).collect();
        let act = Act::SetAvatar(Some(Box::new(NewAvatar { tag, bytes: small })));
        let change = Change { by: Some(caller.user), at: Timestamp::now(), act };
        let outcome = self.store.submit(change, None).await?; // its turn was counted above
        let Outcome::Person(person) = outcome else { return Err(unexpected(&outcome)) };
        Ok(person)
    }

    async fn small(&self, bytes: Vec<u8>) -> Result<Vec<u8>, Refusal> {
        let turn = Arc::clone(&self.uploads.pictures).acquire_owned().await;
        let turn = turn.map_err(|_| Refusal::unavailable())?;
        let made = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            avatar::made(&bytes)
        });
        let made = made.await.unwrap_or_else(|error| {
            tracing::warn!(%error, "a picture could not be made an avatar");
            None
        });
        made.ok_or_else(|| Refusal::invalid("file", "is broken, or has too many pixels"))
    }

    /// The caller has no picture any more.
    ///
    /// # Errors
    /// `rate_limited`.
    pub async fn remove_avatar(&self, caller: Caller) -> Result<Person, Refusal> {
        let outcome = self.submit(caller, Act::SetAvatar(None), None).await?;
        let Outcome::Person(person) = outcome else { return Err(unexpected(&outcome)) };
        Ok(person)
    }

    /// How a person looks. Like their name, a silence does not hide it.
    ///
    /// # Errors
    /// `not_found` for nobody, and for who has no picture.
    pub async fn avatar(&self, _: Caller, who: PersonRef) -> Result<Avatar, Refusal> {
        self.read(move |db| query::avatars::find(db, &who)).await
    }
}
