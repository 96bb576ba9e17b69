//! Who keeps silence with whom, as far as delivery needs it. All of them are known here, from the
//! start and by every change since, so that delivering asks no file.

use std::collections::{HashMap, HashSet};

use crate::{event::Author, model::UserId};

/// All silences there are.
#[derive(Default)]
pub(super) struct Silences {
    /// By who blocks: whom.
    blocked: HashMap<UserId, HashSet<UserId>>,
    /// By who is blocked: by whom.
    blockers: HashMap<UserId, HashSet<UserId>>,
}

impl Silences {
    pub(super) fn set(&mut self, person: UserId, other: UserId, on: bool) {
        for (map, key, value) in
            [(&mut self.blocked, person, other), (&mut self.blockers, other, person)]
        {
            let known = map.entry(key).or_default();
            if on {
                known.insert(value);
            } else {
                known.remove(&value);
                if known.is_empty() {
                    map.remove(&key);
                }
            }
        }
    }

    /// Whether a person blocks another.
    pub(super) fn has(&self, person: UserId, other: UserId) -> bool {
        self.blocked.get(&person).is_some_and(|blocked| blocked.contains(&other))
    }

    /// Whether a silence parts two people, whoever began it.
    pub(super) fn parts(&self, one: UserId, other: UserId) -> bool {
        !self.blocked.is_empty() && (self.has(one, other) || self.has(other, one))
    }

    /// Whether a silence parts a person from anybody.
    pub(super) fn concerns(&self, person: UserId) -> bool {
        self.blocked.contains_key(&person) || self.blockers.contains_key(&person)
    }

    /// Who is not told of somebody's doing; nothing when everyone is.
    pub(super) fn kept_from(&self, author: Author) -> Option<HashSet<UserId>> {
        match author {
            Author::Nobody => None,
            Author::Heard(person) => self.blockers.get(&person).cloned(),
            Author::Seen(person) => {
                let both = [self.blockers.get(&person), self.blocked.get(&person)];
                let kept: HashSet<_> = both.into_iter().flatten().flatten().copied().collect();
                (!kept.is_empty()).then_some(kept)
            }
        }
    }
}
