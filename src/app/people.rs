//! Looking for people.

use super::{App, Caller};
use crate::{
    change::PersonRef,
    model::{Person, Refusal},
    store::query::{self, Page, Window},
};

impl App {
    /// People whose name holds `part`; only those who show as online, if asked.
    ///
    /// # Errors
    /// The file failed.
    pub async fn people(
        &self,
        _caller: Caller,
        part: String,
        only_online: bool,
        window: Window,
    ) -> Result<Page<Person>, Refusal> {
        let among = only_online.then(|| self.hub.online_ids());
        self.read(move |db| query::people::list(db, &part, among.as_deref(), window)).await
    }

    /// One person.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn person(&self, _caller: Caller, who: PersonRef) -> Result<Person, Refusal> {
        self.read(move |db| query::people::find(db, &who)).await
    }
}
