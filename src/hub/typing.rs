//! Who writes where: marks that end by themselves unless they are renewed.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use crate::model::{ConversationId, UserId};

/// How long a mark lasts without being renewed (section 4.1 of the protocol).
const LASTS: Duration = Duration::from_secs(6);

/// All marks there are.
#[derive(Default)]
pub(super) struct Typing {
    until: HashMap<(ConversationId, UserId), Instant>,
}

impl Typing {
    /// Sets or renews a mark.
    pub(super) fn set(&mut self, conversation: ConversationId, person: UserId) {
        self.until.insert((conversation, person), Instant::now() + LASTS);
    }

    /// Takes a mark away. False: there was none.
    pub(super) fn clear(&mut self, conversation: ConversationId, person: UserId) -> bool {
        !self.until.is_empty() && self.until.remove(&(conversation, person)).is_some()
    }

    /// Takes away the marks that were not renewed in time.
    pub(super) fn end(&mut self, now: Instant) -> Vec<(ConversationId, UserId)> {
        self.until.extract_if(|_, until| *until <= now).map(|(mark, _)| mark).collect()
    }

    /// When the first mark ends.
    pub(super) fn next_end(&self) -> Option<Instant> {
        self.until.values().min().copied()
    }
}
