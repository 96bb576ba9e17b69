//! What happened since the last line of the record, and whatever went wrong at all.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
    time::{Duration, Instant},
};

/// Counted until it is taken.
#[derive(Clone, Default)]
pub struct Counts {
    /// How long acknowledgements and pages took, in milliseconds.
    pub acknowledgements: Vec<f32>,
    pub pages: Vec<f32>,
    pub refusals: usize,
}

/// Counted to the end.
#[derive(Clone, Default)]
pub struct Totals {
    /// Why what was asked was refused, and why sockets ended.
    pub refused: BTreeMap<String, u64>,
    pub closed: BTreeMap<String, u64>,
    /// What else was done: pages read, words searched …
    pub done: BTreeMap<&'static str, u64>,
    /// Messages that sockets heard, heard twice, and did not hear.
    pub heard: u64,
    pub heard_twice: u64,
    pub not_heard: u64,
}

#[derive(Default)]
pub struct Tally {
    counts: Mutex<Counts>,
    totals: Mutex<Totals>,
}

fn milliseconds(time: Duration) -> f32 {
    time.as_secs_f32() * 1000.0
}

impl Tally {
    pub fn acknowledged(&self, since: Instant) {
        self.counts().acknowledgements.push(milliseconds(since.elapsed()));
    }

    pub fn page(&self, since: Instant) {
        self.counts().pages.push(milliseconds(since.elapsed()));
    }

    pub fn refused(&self, code: &str) {
        self.counts().refusals += 1;
        *self.totals().refused.entry(code.to_owned()).or_default() += 1;
    }

    pub fn closed(&self, why: String) {
        *self.totals().closed.entry(why).or_default() += 1;
    }

    pub fn done(&self, what: &'static str) {
        *self.totals().done.entry(what).or_default() += 1;
    }

    pub fn take(&self) -> Counts {
        std::mem::take(&mut self.counts())
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap()
    }

    pub fn totals(&self) -> MutexGuard<'_, Totals> {
        self.totals.lock().unwrap()
    }
}
