//! What the process counts of itself: numbers that only grow, read by whoever looks after it.
//!
//! One process serves one file, so they are statics. What always holds: whoever counts pays a relaxed
//! addition, and nobody waits; nothing here is remembered beyond the process.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use crate::model::Code;

/// A number that only grows.
#[derive(Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// At nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// One more.
    pub fn one(&self) {
        self.add(1);
    }

    /// So many more.
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    /// How many by now.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Upper bounds of the times that are told apart, in microseconds.
pub const BOUNDS_US: [u64; 12] =
    [250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000];

/// How long something took, each time.
#[derive(Default)]
pub struct Times {
    /// How many were within each bound and beyond the one before; the last beyond them all.
    within: [Counter; BOUNDS_US.len() + 1],
    sum_us: Counter,
}

/// What `Times` come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many were within each bound and beyond the one before; the last beyond them all.
    pub within: [u64; BOUNDS_US.len() + 1],
    /// All of them together, in microseconds.
    pub sum_us: u64,
}

impl Times {
    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { within: [const { Counter::new() }; BOUNDS_US.len() + 1], sum_us: Counter::new() }
    }

    /// One more, which took so long.
    pub fn took(&self, time: Duration) {
        let time = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let place = BOUNDS_US.partition_point(|bound| *bound < time);
        self.within[place].one();
        self.sum_us.add(time);
    }

    /// All of them.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let mut within = [0; BOUNDS_US.len() + 1];
        within.iter_mut().zip(&self.within).for_each(|(to, from)| *to = from.get());
        Tally { within, sum_us: self.sum_us.get() }
    }
}

/// Frames put into outboxes: one for each event and each socket that hears it.
pub static DELIVERIES: Counter = Counter::new();

/// Bytes of files that people have sent.
pub static UPLOADED_BYTES: Counter = Counter::new();

/// How long requests took, until their answers began.
pub static REQUEST_TIMES: Times = Times::new();

/// The codes that sockets are closed with, as far as they are told apart; 0 stands for all others.
const CODES: [u16; 13] =
    [1000, 1001, 1002, 1007, 1009, 1013, 4400, 4401, 4403, 4404, 4408, 4429, 0];

static CLOSED: [Counter; CODES.len()] = [const { Counter::new() }; CODES.len()];

/// A socket is closed with a code; with 1000 whenever its client wants it.
pub fn closed(code: u16) {
    let place = CODES.iter().position(|one| *one == code || *one == 0);
    place.and_then(|place| CLOSED.get(place)).into_iter().for_each(Counter::one);
}

/// How many sockets were closed, by code; 0 for codes that are not told apart.
pub fn closings() -> impl Iterator<Item = (u16, u64)> {
    CODES.into_iter().zip(&CLOSED).map(|(code, counter)| (code, counter.get()))
}

static REFUSED: [Counter; Code::ALL.len()] = [const { Counter::new() }; Code::ALL.len()];

/// Somebody is told no.
pub fn refused(code: Code) {
    let place = Code::ALL.iter().position(|one| *one == code);
    place.and_then(|place| REFUSED.get(place)).into_iter().for_each(Counter::one);
}

/// How often people were told no, by why.
pub fn refusals() -> impl Iterator<Item = (Code, u64)> {
    Code::ALL.into_iter().zip(&REFUSED).map(|(code, counter)| (code, counter.get()))
}

/// What became of letters to push services.
pub struct Pushes {
    /// The service has them.
    pub taken: Counter,
    /// Their browsers are not there any more.
    pub gone: Counter,
    /// The service does not want them.
    pub refused: Counter,
    /// The service took nothing, time after time.
    pub given_up: Counter,
    /// Too many waited.
    pub dropped: Counter,
}

/// What became of letters to push services.
pub static PUSHES: Pushes = Pushes {
    taken: Counter::new(),
    gone: Counter::new(),
    refused: Counter::new(),
    given_up: Counter::new(),
    dropped: Counter::new(),
};
