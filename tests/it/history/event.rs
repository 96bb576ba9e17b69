//! What clients write down of a run: a history, whose order is its time.
//!
//! Everybody writes into one list under one lock, what they do before doing it and what came of it
//! after it came. So of two events the earlier in the list was the earlier in the world, and no
//! clock is asked.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
};

use parking_lot::Mutex;

/// When: the place in the history.
pub type At = usize;

/// One thing that a client did or was told. Places and people are named; a message is known by its
/// mark, its client id or what it says first.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Nothing of it has left yet. Once more for each time that it is tried again.
    SendBegun { mark: String, by: String, place: String },
    /// It was accepted; with its seq and its id where the dialect says them.
    Acknowledged { mark: String, seq: Option<i64>, id: Option<String> },
    /// It was refused for good: it must never show.
    Refused { mark: String },
    /// The connection ended or the server was `unavailable`: it may be there, once, or not.
    LeftUnknown { mark: String },
    /// A connection hears a place from behind this seq; from anywhere if the client cannot know.
    Listens { connection: usize, by: String, place: String, after: Option<i64> },
    /// The server said that it told this connection everything it had missed.
    CaughtUp { connection: usize },
    /// A message came on a connection.
    Heard { connection: usize, place: String, seq: Option<i64>, mark: String },
    /// Somebody is about to be parted from messages, …
    PartingBegun { who: String, from: From },
    /// … is, …
    Parted { who: String, from: From },
    /// … is about to end that, …
    ReturnBegun { who: String, from: From },
    /// … and has.
    Returned { who: String, from: From },
    /// Somebody asks for the newest messages.
    ReadBegun { read: usize, by: String, place: String },
    /// These they were, oldest first.
    Read { read: usize, rows: Vec<(Option<i64>, String)> },
    /// All that a place holds in the end.
    Final { place: String, rows: Vec<Row> },
}

/// From what somebody is parted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum From {
    /// They are not in it.
    Place(String),
    /// They block this person.
    Person(String),
}

/// A message as it was kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub seq: i64,
    pub id: String,
    pub mark: String,
    pub by: String,
}

/// The history while it is being written.
#[derive(Default)]
pub struct Recorder {
    events: Mutex<Vec<Event>>,
    numbers: AtomicUsize,
}

impl Recorder {
    pub fn write(&self, event: Event) {
        self.events.lock().push(event);
    }

    /// A number that nothing else has: for a connection, a read, a mark.
    pub fn number(&self) -> usize {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    pub fn so_far(&self) -> Vec<Event> {
        self.events.lock().clone()
    }

    /// Writes the history where it can be read after a failure.
    pub fn keep(&self, name: &str) -> PathBuf {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.history"));
        let lines: Vec<_> =
            self.so_far().iter().enumerate().map(|(at, e)| format!("{at} {e:?}")).collect();
        std::fs::write(&path, lines.join("\n")).unwrap();
        path
    }
}
