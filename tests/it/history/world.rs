//! What all clients of a run share: the places, the history, and how far things are.

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::{event::Recorder, tongues::Place};

/// Where everything happens.
pub struct World {
    pub url: String,
    pub places: Vec<Place>,
    pub history: Recorder,
    /// How many messages were acknowledged.
    pub acknowledged: Tally,
    /// How many were refused because the server could not write.
    pub unavailable: Tally,
}

/// Counts, and can be waited for.
#[derive(Default)]
pub struct Tally {
    count: Mutex<usize>,
    changed: Notify,
}

impl Tally {
    pub fn one(&self) {
        *self.count.lock() += 1;
        self.changed.notify_waiters();
    }

    /// Waits until there are so many more than now.
    pub async fn more(&self, more: usize) {
        let enough = *self.count.lock() + more;
        crate::support::within("enough of what is counted", async {
            loop {
                let changed = self.changed.notified();
                if *self.count.lock() >= enough {
                    return;
                }
                changed.await;
            }
        })
        .await;
    }
}

impl World {
    pub fn new(url: &str, places: Vec<Place>) -> Arc<Self> {
        Arc::new(Self {
            url: url.to_owned(),
            places,
            history: Recorder::default(),
            acknowledged: Tally::default(),
            unavailable: Tally::default(),
        })
    }
}
