//! How the writer does: counted by itself, read by whoever looks after the server.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use crate::counts::{Tally, Times};

/// How the writer does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pulse {
    /// How many times it has committed since the start.
    pub commits: u64,
    /// How many changes they held.
    pub changes: u64,
    /// How long they took, with their syncs.
    pub times: Tally,
    /// How long the last one took, with its sync.
    pub last_commit: Duration,
    /// How many changes wait.
    pub queue: usize,
    /// How many changes it has refused since the start.
    pub refusals: u64,
}

/// What the writer counts.
#[derive(Default)]
pub(super) struct Counts {
    commits: AtomicU64,
    changes: AtomicU64,
    times: Times,
    last_commit_us: AtomicU64,
    refusals: AtomicU64,
}

impl Counts {
    pub(super) fn committed(&self, changes: usize, took: Duration) {
        self.commits.fetch_add(1, Ordering::Release);
        self.changes.fetch_add(changes as u64, Ordering::Relaxed);
        self.times.took(took);
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.last_commit_us.store(took, Ordering::Relaxed);
    }

    /// How many times it has committed: counted before anybody is told of what was.
    pub(super) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Acquire)
    }

    pub(super) fn refused(&self, changes: usize) {
        self.refusals.fetch_add(changes as u64, Ordering::Relaxed);
    }

    pub(super) fn pulse(&self, queue: usize) -> Pulse {
        Pulse {
            commits: self.commits.load(Ordering::Relaxed),
            changes: self.changes.load(Ordering::Relaxed),
            times: self.times.tally(),
            last_commit: Duration::from_micros(self.last_commit_us.load(Ordering::Relaxed)),
            queue,
            refusals: self.refusals.load(Ordering::Relaxed),
        }
    }
}
