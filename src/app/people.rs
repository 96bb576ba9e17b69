//! People: looking for them, keeping silence with them, being friends.

use super::{App, Caller, unexpected};
use crate::{
    change::{Act, PersonRef},
    event::Origin,
    model::{Person, Refusal, UserId},
    store::{
        Outcome,
        query::{self, Page, Window, friends::Friends},
    },
};

impl App {
    /// People whose name holds `part`; only those who show as online, if asked.
    ///
    /// # Errors
    /// The file failed.
    pub async fn people(
        &self,
        caller: Caller,
        part: String,
        only_online: bool,
        window: Window,
    ) -> Result<Page<Person>, Refusal> {
        let among = only_online.then(|| self.online_ids(caller));
        let read = move |db: &rusqlite::Connection| {
            query::people::list(db, &part, among.as_deref(), window)
        };
        let mut page = self.read(read).await?;
        page.items.iter_mut().for_each(|person| self.veil(caller, person));
        Ok(page)
    }

    fn online_ids(&self, caller: Caller) -> Vec<UserId> {
        self.hub.online(caller.user).into_iter().map(|(person, _)| person).collect()
    }

    /// One person.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn person(&self, caller: Caller, who: PersonRef) -> Result<Person, Refusal> {
        let mut person = self.read(move |db| query::people::find(db, &who)).await?;
        self.veil(caller, &mut person);
        Ok(person)
    }

    /// When somebody was last here is not for whom a silence parts from them.
    pub(super) fn veil(&self, caller: Caller, person: &mut Person) {
        if self.hub.are_parted(caller.user, person.id) {
            person.last_activity = person.created_at;
        }
    }

    /// The caller keeps silence with somebody, or ends it.
    ///
    /// # Errors
    /// `not_found`, or `invalid` for oneself.
    pub async fn set_block(
        &self,
        caller: Caller,
        person: PersonRef,
        on: bool,
        origin: Option<Origin>,
    ) -> Result<(), Refusal> {
        self.submit(caller, Act::Block { person, on }, origin).await.map(|_| ())
    }

    /// Whom the caller blocks.
    ///
    /// # Errors
    /// The file failed.
    pub async fn blocks(&self, caller: Caller) -> Result<Vec<Person>, Refusal> {
        let mut people = self.read(move |db| query::blocks::of(db, caller.user)).await?;
        people.iter_mut().for_each(|person| self.veil(caller, person));
        Ok(people)
    }

    /// Asks somebody to be friends, or accepts to be. True: they are.
    ///
    /// # Errors
    /// `not_found`, `invalid` for oneself, `forbidden` when a block parts the two.
    pub async fn befriend(
        &self,
        caller: Caller,
        person: PersonRef,
        origin: Option<Origin>,
    ) -> Result<bool, Refusal> {
        let outcome = self.submit(caller, Act::Befriend(person), origin).await?;
        let Outcome::Friendship { friends } = outcome else { return Err(unexpected(&outcome)) };
        Ok(friends)
    }

    /// Refuses, withdraws or ends a friendship.
    ///
    /// # Errors
    /// `not_found` for nobody.
    pub async fn unfriend(&self, caller: Caller, person: PersonRef) -> Result<(), Refusal> {
        self.submit(caller, Act::Unfriend(person), None).await.map(|_| ())
    }

    /// The caller's friends, and who asks whom to be.
    ///
    /// # Errors
    /// The file failed.
    pub async fn friends(&self, caller: Caller) -> Result<Friends, Refusal> {
        self.read(move |db| query::friends::of(db, caller.user)).await
    }
}
