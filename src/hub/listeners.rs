//! Sockets that hear one conversation alone (documents 001 and 002), and the list of who is online
//! there that they are shown: told anew when it may have changed, to those for whom it may have, and
//! the less often the more hear it.

use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

use indexmap::IndexMap;

use super::{
    Socket,
    state::{Here, Memberships, State},
};
use crate::{
    event::{Audience, Event, Told},
    model::{ConversationId, UserId},
};

/// How long lists are not told again, for each socket that was just told.
const PAUSE_PER_SOCKET: Duration = Duration::from_millis(1);

/// How many sockets listen to each conversation alone, and where their list may have changed.
#[derive(Default)]
pub(super) struct Listeners {
    sockets: HashMap<ConversationId, usize>,
    /// Where, and by whose coming or going.
    stale: HashMap<ConversationId, HashSet<UserId>>,
    due: Option<Instant>,
}

impl Listeners {
    pub(super) fn arrive(&mut self, socket: &Socket) {
        if let Some(id) = socket.only {
            *self.sockets.entry(id).or_default() += 1;
        }
    }

    pub(super) fn depart(&mut self, socket: &Socket) {
        let Some(id) = socket.only else { return };
        let Some(count) = self.sockets.get_mut(&id) else { return };
        *count -= 1;
        if *count == 0 {
            self.sockets.remove(&id);
        }
    }

    /// Somebody may have come to be online in a conversation, or have ceased to.
    pub(super) fn look_at(&mut self, id: ConversationId, person: UserId) {
        if self.sockets.contains_key(&id) {
            self.stale.entry(id).or_default().insert(person);
        }
    }

    /// The same, of all conversations that they are in.
    pub(super) fn look_at_all_of(&mut self, person: UserId, here: &Here) {
        if self.sockets.is_empty() {
            return;
        }
        if let Memberships::Known(conversations) = &here.conversations {
            conversations.iter().for_each(|id| self.look_at(*id, person));
        }
    }

    /// When lists are to be told again, if any are.
    pub(super) fn next_due(&self) -> Option<Instant> {
        if self.stale.is_empty() { None } else { self.due }
    }
}

impl State {
    /// Who of a conversation shows as online to a person, by name.
    pub(super) fn online_in(&self, id: ConversationId, viewer: Option<UserId>) -> Vec<String> {
        let shown = self.people.iter().filter(|(person, here)| {
            here.should_show()
                && !here.username.is_empty()
                && matches!(&here.conversations,
                    Memberships::Known(conversations) if conversations.contains(&id))
                && viewer.is_none_or(|viewer| !self.silences.parts(viewer, **person))
        });
        let mut names: Vec<_> = shown.map(|(_, here)| here.username.as_ref().into()).collect();
        names.sort_unstable();
        names
    }

    /// The lists that have to be told anew: one for all, unless a silence concerns somebody. Whom it
    /// parts from all that came and went is not told, for the frame itself would tell.
    pub(super) fn stale_lists(&mut self, now: Instant) -> Vec<Told> {
        if self.listeners.due.is_some_and(|due| due > now) {
            return Vec::new();
        }
        let mut told = Vec::new();
        let mut sockets = 0;
        for (id, moved) in std::mem::take(&mut self.listeners.stale) {
            sockets += self.listeners.sockets.get(&id).copied().unwrap_or_default();
            let room = self.rooms.get(&id).into_iter().flat_map(IndexMap::values);
            let listening = room.filter(|socket| socket.hears_only(id));
            let viewers: HashSet<UserId> = listening.map(|socket| socket.user).collect();
            if viewers.iter().any(|viewer| self.silences.concerns(*viewer)) {
                let sees_any = |viewer: &UserId| {
                    moved.iter().any(|person| !self.silences.parts(*viewer, *person))
                };
                told.extend(viewers.into_iter().filter(sees_any).map(|viewer| Told {
                    audience: Audience::MemberOf(id, viewer),
                    event: Event::OnlineIn(self.online_in(id, Some(viewer))),
                }));
            } else if !viewers.is_empty() {
                let event = Event::OnlineIn(self.online_in(id, None));
                told.push(Told { audience: Audience::Members(id), event });
            }
        }
        let pause = PAUSE_PER_SOCKET * u32::try_from(sockets).unwrap_or(u32::MAX);
        self.listeners.due = (sockets > 0).then(|| now + pause);
        told
    }
}
