//! Searching, and keeping the index of what was said a little behind it.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use tokio::sync::Notify;

use super::{App, Caller};
use crate::{
    change::{Act, ConversationRef},
    event::{Committed, Event},
    model::{Refusal, search::Search},
    store::{
        Outcome,
        query::{self, Page, Window},
    },
};

pub use crate::store::query::search::{Hit, Upto};

/// How many messages are added to the index at once: some milliseconds of the writer's time.
const BATCH: u32 = 256;

/// The index follows after a pause of at least this and at most twice as long in what people say…
const PAUSE: Duration = Duration::from_millis(250);

/// … or when it is so many messages behind: a search looks at these one by one.
const FAR_BEHIND: usize = 4096;

/// What was said since the index last followed.
#[derive(Default)]
pub(super) struct Indexing {
    said: AtomicUsize,
    more: Notify,
}

impl Indexing {
    /// Takes note of what was committed. Only the first message, and the one that makes it many, wake
    /// whoever waits: the writer would feel it at every commit.
    pub(super) fn take_note(&self, committed: &[Committed]) {
        let told = committed.iter().flat_map(|one| &one.told);
        let count = told.filter(|told| matches!(told.event, Event::MessagePosted(_))).count();
        let before = self.said.fetch_add(count, Ordering::Relaxed);
        let is_first = before == 0 && count > 0;
        if is_first || (before < FAR_BEHIND && before + count >= FAR_BEHIND) {
            self.more.notify_one();
        }
    }

    /// Waits for something to be said, and then for a pause.
    async fn pause(&self) {
        let mut heard = 0;
        loop {
            let said = self.said.load(Ordering::Relaxed);
            if said >= FAR_BEHIND || (said > 0 && said == heard) {
                break;
            }
            heard = said;
            if said == 0 {
                self.more.notified().await;
            } else {
                let _ = tokio::time::timeout(PAUSE, self.more.notified()).await; // either will do
            }
        }
        self.said.store(0, Ordering::Relaxed);
    }
}

impl App {
    /// What was said in the caller's conversations, or one of them, and fits; newest first.
    ///
    /// # Errors
    /// `forbidden` or `not_found` for the conversation.
    pub async fn search(
        &self,
        caller: Caller,
        search: Search,
        place: Option<ConversationRef>,
        upto: Option<Upto>,
        window: Window,
    ) -> Result<Page<Hit>, Refusal> {
        self.limits.search(caller.user)?;
        self.read(move |db| {
            query::search::find(db, caller.user, &search, place.as_ref(), upto, window)
        })
        .await
    }

    /// Lets the index follow what is said, until it is dropped.
    pub(super) async fn keep_index(&self) {
        loop {
            self.catch_up().await;
            self.indexing.pause().await;
        }
    }

    async fn catch_up(&self) {
        loop {
            let added = self.housekeeping(Act::IndexMessages { most: BATCH }).await;
            match added {
                Ok(Outcome::Marked(count)) if count == BATCH as usize => {}
                _ => return,
            }
        }
    }
}
