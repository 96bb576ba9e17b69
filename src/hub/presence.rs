//! Presence: who shows as online, and what of it others have been told.
//!
//! A person is online from the first socket until the grace after the last one closes, unless they
//! have been idle or asked to show as offline. Changes are told at once when it is quiet, and
//! together, a few times a second, when many come and go: a restart with thousands of clients never
//! makes more traffic than its list of names.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use indexmap::IndexMap;

use super::state::{Here, State};
use crate::{
    event::{Audience, Event, Told},
    model::{ConversationId, Timestamp, UserId},
};

/// Changes of presence that come closer than this are told together.
const PRESENCE_PAUSE: Duration = Duration::from_millis(200);

/// Seconds since the process began to serve: what sockets and people are timed by.
#[derive(Clone, Copy, Debug)]
pub struct Clock(Instant);

impl Clock {
    pub(super) fn start() -> Self {
        Self(Instant::now())
    }

    /// Whole seconds by now.
    #[must_use]
    pub fn seconds(&self) -> u32 {
        u32::try_from(self.0.elapsed().as_secs()).unwrap_or(u32::MAX)
    }
}

/// When a person was last active; shared by their sockets, so that a frame costs no lock.
#[derive(Debug)]
pub struct Activity {
    /// What the times are counted by.
    pub clock: Clock,
    last: AtomicU32,
    is_fresh: AtomicBool,
    is_idle: AtomicBool,
}

impl Activity {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            last: AtomicU32::new(clock.seconds()),
            is_fresh: AtomicBool::new(true),
            is_idle: AtomicBool::new(false),
        }
    }

    /// The person did something. True: they had been idle, and show as online again.
    pub fn touch(&self) -> bool {
        self.last.store(self.clock.seconds(), Ordering::Relaxed);
        self.is_fresh.store(true, Ordering::Relaxed);
        self.is_idle.load(Ordering::Relaxed) && self.is_idle.swap(false, Ordering::Relaxed)
    }

    /// Whether the person has been idle; they are marked so when they have.
    pub(super) fn grow_idle(&self, after_seconds: u64) -> bool {
        let last = self.last.load(Ordering::Relaxed);
        let idle = u64::from(self.clock.seconds().saturating_sub(last)) >= after_seconds;
        if idle {
            self.is_idle.store(true, Ordering::Relaxed);
        }
        idle
    }

    /// Whether the person did something in so many last seconds.
    fn is_recent(&self, seconds: u64) -> bool {
        let last = self.last.load(Ordering::Relaxed);
        u64::from(self.clock.seconds().saturating_sub(last)) < seconds
    }

    pub(super) fn is_idle(&self) -> bool {
        self.is_idle.load(Ordering::Relaxed)
    }

    /// Whether the person did anything since this was last asked.
    pub(super) fn take_fresh(&self) -> bool {
        self.is_fresh.swap(false, Ordering::Relaxed)
    }
}

impl State {
    pub(super) fn woke(&mut self, person: UserId) {
        self.changed.insert(person);
    }

    pub(super) fn touch(&mut self, person: UserId) -> bool {
        let back = self.people.get(&person).is_some_and(|here| here.activity.touch());
        if back {
            self.changed.insert(person);
        }
        back
    }

    pub(super) fn show_as(&mut self, person: UserId, online: bool) {
        if let Some(here) = self.people.get_mut(&person) {
            here.wants_offline = !online;
            self.changed.insert(person);
        }
    }

    pub(super) fn is_online(&self, person: UserId) -> bool {
        self.people.get(&person).is_some_and(Here::should_show)
    }

    pub(super) fn is_attentive(&self, person: UserId, within: Duration) -> bool {
        self.people.get(&person).is_some_and(|here| {
            !here.sockets.is_empty() && here.activity.is_recent(within.as_secs())
        })
    }

    /// What two people are told when they begin or cease to hear each other: each of the other, if
    /// that one shows as online. Nothing while a silence parts them still.
    pub(super) fn told_of_each_other(&self, one: UserId, other: UserId, online: bool) -> Vec<Told> {
        if self.silences.parts(one, other) {
            return Vec::new();
        }
        let sides = [(one, other), (other, one)].into_iter();
        let shown = sides.filter(|(_, person)| self.is_online(*person));
        shown
            .filter_map(|(viewer, person)| {
                let username = self.people.get(&person)?.username.as_ref().into();
                let event = Event::presence(person, username, online);
                Some(Told { audience: Audience::Person(viewer), event })
            })
            .collect()
    }

    /// Whether a person shows as online to another.
    pub(super) fn sees_online(&self, viewer: UserId, person: UserId) -> bool {
        self.is_online(person) && !self.silences.parts(viewer, person)
    }

    /// Everyone who shows as online to a person.
    pub(super) fn online(&self, viewer: UserId) -> Vec<(UserId, Arc<str>)> {
        let shown = self.people.iter().filter(|(person, here)| {
            here.should_show()
                && !here.username.is_empty()
                && !self.silences.parts(viewer, **person)
        });
        shown.map(|(person, here)| (*person, Arc::clone(&here.username))).collect()
    }

    /// How many sockets there are, and how many people show as online.
    pub(super) fn counts(&self) -> (usize, usize) {
        let sockets = self.people.values().map(|here| here.sockets.len()).sum();
        (sockets, self.people.values().filter(|here| here.should_show()).count())
    }

    pub(super) fn online_count(&self, viewer: UserId, id: ConversationId) -> usize {
        let room = self.rooms.get(&id).into_iter().flat_map(IndexMap::values);
        let people: HashSet<UserId> = room.map(|socket| socket.user).collect();
        people.into_iter().filter(|person| self.sees_online(viewer, *person)).count()
    }

    pub(super) fn active_since_asked(&self, seen: &mut HashMap<UserId, Timestamp>) {
        let now = Timestamp::now();
        for (person, here) in &self.people {
            if here.activity.take_fresh() {
                seen.insert(*person, now);
            }
        }
    }

    /// Lets go of people whose grace is over.
    pub(super) fn end_grace(&mut self, now: Instant) {
        while let Some((since, person)) = self.leaving.front().copied()
            && now.duration_since(since) >= self.patience.grace
        {
            self.leaving.pop_front();
            let Some(here) = self.people.get_mut(&person) else { continue };
            if here.sockets.is_empty() && here.left_at.is_none_or(|at| at == since) {
                here.left_at = None;
                self.changed.insert(person);
            }
        }
    }

    /// Marks people who have long done nothing as idle.
    pub(super) fn grow_idle(&mut self) {
        for (person, here) in &self.people {
            if here.shows_online && here.activity.grow_idle(self.patience.idle.as_secs()) {
                self.changed.insert(*person);
            }
        }
    }

    /// What others are to be told of presence now: (online, offline).
    pub(super) fn presence_news(&mut self, now: Instant) -> Option<Vec<(UserId, String, bool)>> {
        if self.changed.is_empty() || self.presence_due().is_some_and(|due| due > now) {
            return None;
        }
        let mut news = Vec::new();
        for person in std::mem::take(&mut self.changed) {
            let Some(here) = self.people.get_mut(&person) else { continue };
            let shows = here.should_show();
            if shows != here.shows_online {
                here.shows_online = shows;
                self.listeners.look_at_all_of(person, here);
                news.push((person, here.username.as_ref().into(), shows));
            }
            if here.sockets.is_empty() && here.left_at.is_none() {
                self.people.remove(&person);
            }
        }
        if news.is_empty() {
            return None;
        }
        self.told_presence_at = Some(now);
        Some(news)
    }

    pub(super) fn presence_due(&self) -> Option<Instant> {
        self.told_presence_at.map(|at| at + PRESENCE_PAUSE)
    }
}
