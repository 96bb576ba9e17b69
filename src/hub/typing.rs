//! Who writes where: marks that end by themselves unless they are renewed.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use crate::model::{ConversationId, UserId};

/// How long a mark lasts without being renewed (section 4.1 of the protocol).
const LASTS: Duration = Duration::from_secs(6);

/// A mark that is renewed is not told again so soon: who hears of it keeps it for as long as it lasts.
const TOLD_EVERY: Duration = Duration::from_secs(2);

/// All marks there are.
#[derive(Default)]
pub(super) struct Typing {
    marks: HashMap<(ConversationId, UserId), Mark>,
}

struct Mark {
    until: Instant,
    told: Instant,
}

impl Typing {
    /// Sets or renews a mark. False: it was told just before.
    pub(super) fn set(&mut self, conversation: ConversationId, person: UserId) -> bool {
        let now = Instant::now();
        let mark = self.marks.entry((conversation, person));
        let (mut is_new, until) = (false, now + LASTS);
        let mark = mark.or_insert_with(|| {
            is_new = true;
            Mark { until, told: now }
        });
        mark.until = until;
        let is_told = is_new || now.duration_since(mark.told) >= TOLD_EVERY;
        if is_told {
            mark.told = now;
        }
        is_told
    }

    /// Takes a mark away. False: there was none.
    pub(super) fn clear(&mut self, conversation: ConversationId, person: UserId) -> bool {
        !self.marks.is_empty() && self.marks.remove(&(conversation, person)).is_some()
    }

    /// Takes away the marks that were not renewed in time.
    pub(super) fn end(&mut self, now: Instant) -> Vec<(ConversationId, UserId)> {
        self.marks.extract_if(|_, mark| mark.until <= now).map(|(whose, _)| whose).collect()
    }

    /// When the first mark ends.
    pub(super) fn next_end(&self) -> Option<Instant> {
        self.marks.values().map(|mark| mark.until).min()
    }
}
