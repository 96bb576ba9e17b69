//! Which sessions still stand, from memory, so that a request costs no read.
//!
//! What always holds: a session that was revoked is never found standing again. It is remembered as
//! revoked for as long as an access token of it can be valid; standing ones are only a cache.

use std::collections::{HashMap, VecDeque};

use parking_lot::Mutex;

use crate::model::{SessionId, Timestamp, UserId, session::ACCESS_SECONDS};

/// How many standing sessions are remembered before the cache starts over.
const REMEMBERED: usize = 100_000;

/// How long a revoked session is remembered: a token's life and twice the leeway of clocks.
const REVOKED_MS: i64 = (ACCESS_SECONDS + 120) * 1000;

/// What is known of sessions.
#[derive(Default)]
pub struct Sessions {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    standing: HashMap<SessionId, UserId>,
    revoked: HashMap<SessionId, Timestamp>,
    by_age: VecDeque<(Timestamp, SessionId)>,
}

/// What memory says of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It stands, and is this person's.
    Of(UserId),
    /// It was revoked.
    Revoked,
    /// Ask the file, then `remember`.
    Unknown,
}

impl Sessions {
    /// What memory says.
    #[must_use]
    pub fn standing(&self, session: SessionId) -> Standing {
        let known = self.known.lock();
        if known.revoked.contains_key(&session) {
            return Standing::Revoked;
        }
        known.standing.get(&session).map_or(Standing::Unknown, |user| Standing::Of(*user))
    }

    /// The file said that a session stands. False: it was revoked since it said so.
    pub fn remember(&self, session: SessionId, user: UserId) -> bool {
        let mut known = self.known.lock();
        if known.revoked.contains_key(&session) {
            return false;
        }
        if known.standing.len() >= REMEMBERED {
            known.standing.clear();
        }
        known.standing.insert(session, user);
        true
    }

    /// A session ended.
    pub fn revoke(&self, session: SessionId, at: Timestamp) {
        let mut known = self.known.lock();
        known.standing.remove(&session);
        known.revoked.insert(session, at);
        known.by_age.push_back((at, session));
        while let Some((oldest, session)) = known.by_age.front().copied()
            && oldest.plus_ms(REVOKED_MS) < at
        {
            known.by_age.pop_front();
            known.revoked.remove(&session);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revoked_session_is_never_remembered_as_standing() {
        let sessions = Sessions::default();
        let (session, user) = (SessionId::fresh(), UserId::fresh());
        assert_eq!(sessions.standing(session), Standing::Unknown);
        assert!(sessions.remember(session, user));
        assert_eq!(sessions.standing(session), Standing::Of(user));
        sessions.revoke(session, Timestamp(0));
        assert_eq!(sessions.standing(session), Standing::Revoked);
        assert!(!sessions.remember(session, user));
        sessions.revoke(SessionId::fresh(), Timestamp(REVOKED_MS + 1));
        assert_eq!(sessions.standing(session), Standing::Unknown);
    }
}
