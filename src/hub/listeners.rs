//! Sockets that hear one conversation alone (documents 001 and 002), and the list of who is online
//! there that they are shown: told anew when it may have changed.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;

use super::{
    Socket,
    state::{Here, Memberships, State},
};
use crate::{
    event::{Audience, Event, Told},
    model::{ConversationId, UserId},
};

/// How many sockets listen to each conversation alone, and where their list may have changed.
#[derive(Default)]
pub(super) struct Listeners {
    sockets: HashMap<ConversationId, usize>,
    stale: HashSet<ConversationId>,
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

    /// Who is online in a conversation may have changed.
    pub(super) fn look_at(&mut self, id: ConversationId) {
        if self.sockets.contains_key(&id) {
            self.stale.insert(id);
        }
    }

    /// The same, of all conversations that somebody is in.
    pub(super) fn look_at_all_of(&mut self, here: &Here) {
        if self.sockets.is_empty() {
            return;
        }
        if let Memberships::Known(conversations) = &here.conversations {
            conversations.iter().for_each(|id| self.look_at(*id));
        }
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
        let mut names: Vec<_> = shown.map(|(_, here)| here.username.clone()).collect();
        names.sort_unstable();
        names
    }

    /// The lists that have to be told anew: one for all, unless a silence concerns somebody.
    pub(super) fn stale_lists(&mut self) -> Vec<Told> {
        let mut told = Vec::new();
        for id in std::mem::take(&mut self.listeners.stale) {
            let room = self.rooms.get(&id).into_iter().flat_map(IndexMap::values);
            let listening = room.filter(|socket| socket.hears_only(id));
            let viewers: HashSet<UserId> = listening.map(|socket| socket.user).collect();
            if viewers.iter().any(|viewer| self.silences.concerns(*viewer)) {
                told.extend(viewers.into_iter().map(|viewer| Told {
                    audience: Audience::MemberOf(id, viewer),
                    event: Event::OnlineIn(self.online_in(id, Some(viewer))),
                }));
            } else if !viewers.is_empty() {
                let event = Event::OnlineIn(self.online_in(id, None));
                told.push(Told { audience: Audience::Members(id), event });
            }
        }
        told
    }
}
