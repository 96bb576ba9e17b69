//! Invitations to make an account.

use super::{App, From, Steward, administration::link_token};
use crate::{
    change::{Administration, ConversationRef, NewPass},
    model::{Pass, PassId, Refusal, Timestamp},
    store::query::{self, Page, Window},
};

/// How many accounts one invitation may be made for, unless it is for any number.
const MOST_USES: i64 = 1000;

/// The longest time that something can be set to end after: ten years.
pub(super) const LONGEST_SECONDS: i64 = 10 * 366 * 24 * 3600;

/// What whoever follows an invitation is shown.
#[derive(Debug)]
pub struct Welcome {
    /// What the server is called.
    pub server: String,
    /// The invitation.
    pub pass: Pass,
}

/// When something ends that is to last for so many seconds.
pub(super) fn ending(seconds: Option<i64>) -> Result<Option<Timestamp>, Refusal> {
    match seconds {
        Some(seconds) if !(1..=LONGEST_SECONDS).contains(&seconds) => {
            Err(Refusal::invalid("expires_in", "must be seconds, 1 to ten years"))
        }
        seconds => Ok(seconds.map(|seconds| Timestamp::now().plus_ms(seconds * 1000))),
    }
}

impl App {
    /// Invites people to make an account: so many, until then, into a room.
    ///
    /// # Errors
    /// `forbidden`, `invalid`, `conflict` when there are too many.
    pub async fn make_pass(
        &self,
        steward: Steward,
        uses: Option<i64>,
        expires_in: Option<i64>,
        room: Option<ConversationRef>,
    ) -> Result<Pass, Refusal> {
        if uses.is_some_and(|uses| !(1..=MOST_USES).contains(&uses)) {
            return Err(Refusal::invalid("uses", "must be 1 to 1000, or null for any number"));
        }
        let (id, expires_at) = (PassId::fresh(), ending(expires_in)?);
        let new = NewPass { id, token: link_token(), uses, room, expires_at };
        self.administer(steward, Administration::MakePass(new)).await?;
        self.pass(steward, id).await
    }

    /// One invitation.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn pass(&self, steward: Steward, id: PassId) -> Result<Pass, Refusal> {
        self.administered(steward, move |db| query::passes::find(db, id)).await
    }

    /// All invitations, newest first.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn passes(&self, steward: Steward, window: Window) -> Result<Page<Pass>, Refusal> {
        self.administered(steward, move |db| query::passes::list(db, window)).await
    }

    /// Lets an invitation let nobody in any more.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn withdraw_pass(&self, steward: Steward, id: PassId) -> Result<(), Refusal> {
        self.administer(steward, Administration::WithdrawPass(id)).await.map(|_| ())
    }

    /// What a link leads to, for whoever follows it.
    ///
    /// # Errors
    /// `not_found` when it does not count, `rate_limited`.
    pub async fn welcome(&self, token: String, from: From) -> Result<Welcome, Refusal> {
        self.limits.secret(from.address)?;
        let found = self
            .read(move |db| {
                let pass = query::passes::by_token(db, &token)?;
                Ok((pass, query::server::settings(db)?.name))
            })
            .await?;
        let (pass, server) = found;
        let pass = pass.filter(|pass| pass.counts(Timestamp::now()));
        Ok(Welcome { server, pass: pass.ok_or_else(Refusal::not_found)? })
    }
}
