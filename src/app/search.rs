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
const BATCH: u32 = 128;

/// The index follows after a pause of so long in what people say…
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
    /// Takes note of what was committed.
    pub(super) fn take_note(&self, committed: &[Committed]) {
        let told = committed.iter().flat_map(|one| &one.told);
        let count = told.filter(|told| matches!(told.event, Event::MessagePosted(_))).count();
        if count > 0 {
            self.said.fetch_add(count, Ordering::Relaxed);
            self.more.notify_one();
        }
    }

    /// Waits for something to be said, and then for a pause.
    async fn pause(&self) {
        self.more.notified().await;
        while self.said.load(Ordering::Relaxed) < FAR_BEHIND {
            if tokio::time::timeout(PAUSE, self.more.notified()).await.is_err() {
                break;
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
