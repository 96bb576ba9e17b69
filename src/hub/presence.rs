//! Presence: who shows as online, and what of it others have been told.
//!
//! A person is online from the first socket until the grace after the last one closes, unless they
//! have been idle or asked to show as offline. Changes are told at once when it is quiet, and
//! together, a few times a second, when many come and go: a restart with thousands of clients never
//! makes more traffic than its list of names.

use std::{
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
    time::Instant,
};

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

    pub(super) fn is_idle(&self) -> bool {
        self.is_idle.load(Ordering::Relaxed)
    }

    /// Whether the person did anything since this was last asked.
    pub(super) fn take_fresh(&self) -> bool {
        self.is_fresh.swap(false, Ordering::Relaxed)
    }
}
