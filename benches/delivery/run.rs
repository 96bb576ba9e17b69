//! One run of a crowd: warm up, measure, hear out what is under way, hold the books against each
//! other.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use crate::{
    Outcome,
    crowd::Crowd,
    ledger::{Ear, Faults, Ledger},
    machine,
};

/// Nothing has come for so long: what is missing is lost.
const PATIENCE: Duration = Duration::from_secs(5);
/// What comes twice comes late: a run listens on for so long after all has been heard.
const AFTERWARDS: Duration = Duration::from_millis(150);

/// When a poster sends its next message.
#[derive(Clone, Copy)]
pub enum Pace {
    /// When it has heard one of its own, which is its acknowledgement; so many are under way.
    Acknowledged(usize),
    /// When everyone has heard the one before: nothing ever queues.
    AllHaveIt,
    /// So many times a second, the posters in turn, whatever became of what was sent before.
    Rate(f64),
}

/// How a run goes.
#[derive(Clone, Copy)]
pub struct Run {
    /// The first so many sockets post.
    pub posters: usize,
    pub pace: Pace,
    pub warm_up: Duration,
    pub seconds: Duration,
    /// The server's process, whose time is taken too.
    pub server: u32,
}

/// What a run gave in the seconds after its warm-up. The faults are those of all of it.
#[derive(Default)]
pub struct Measured {
    pub seconds: f64,
    /// These and the warm-up's.
    pub offering: f64,
    pub deliveries: u64,
    /// Of all deliveries' payloads, as they came.
    pub bytes: u64,
    /// Seconds until a message's poster could go on, one for each message.
    pub times: Vec<f64>,
    pub faults: Faults,
    /// Messages that the server would not take, and those of which nothing was heard because it
    /// closed their socket.
    pub refused: u64,
    pub cut_off: u64,
    /// How many sockets it closed, by what it said.
    pub closed: BTreeMap<String, u64>,
    /// Processor seconds of the server, of this generator, of everything else here.
    pub server: f64,
    pub generator: f64,
    pub others: f64,
}

impl Crowd {
    pub fn run(&mut self, run: Run) -> Outcome<Measured> {
        self.open_books();
        self.pace = run.pace;
        let window = if let Pace::Acknowledged(window) = run.pace { window } else { 1 };
        self.scheduled = (run.posters, 0);
        self.began = Instant::now();
        self.due = (0..run.posters).cycle().take(run.posters * window).collect();

        self.is_posting = true;
        self.post_due()?;
        self.idle(run.warm_up)?;
        let (before, since) = (costs(run.server), Instant::now());
        self.counting_since = Some(since);
        self.idle(run.seconds)?;
        let (after, seconds) = (costs(run.server), since.elapsed().as_secs_f64());
        let (deliveries, bytes) = (self.tally.deliveries, self.tally.bytes);
        let offering = self.began.elapsed().as_secs_f64();
        self.is_posting = false;
        // Who sends without waiting may hear late: what was sent in these seconds has its time taken
        // all the same. Who waits is told of what was answered in them.
        if !matches!(run.pace, Pace::Rate(_)) {
            self.counting_since = None;
        }
        self.hear_out()?;
        self.counting_since = None;

        let mut measured = std::mem::take(&mut self.tally);
        (measured.seconds, measured.deliveries, measured.bytes) = (seconds, deliveries, bytes);
        let [server, generator, machine] = [0, 1, 2].map(|i| after[i] - before[i]);
        (measured.server, measured.generator) = (server, generator);
        measured.others = (machine - server - generator).max(0.0);
        measured.faults = self.faults();
        measured.offering = offering;
        measured.refused = self.ledger.refused;
        if let Some(refusal) = self.refusal.take().filter(|_| !self.endures) {
            eprintln!("delivery: the server refused something: {refusal}");
        }
        Ok(measured)
    }

    /// Enters a message that is said otherwise than by a socket here; gives its number.
    pub fn expect(&mut self, room: usize) -> u64 {
        let number = self.ledger.next();
        self.ledger.post(room, 0, Instant::now());
        number
    }

    /// What went wrong since then.
    pub fn faults(&self) -> Faults {
        self.ledger.faults(self.sockets.iter().map(|socket| &socket.ear))
    }

    /// Begins to count anew.
    pub fn open_books(&mut self) {
        self.ledger = Ledger::new(self.ledger.next(), self.seats.iter().map(|seat| seat.room));
        for (socket, seat) in self.sockets.iter_mut().zip(&self.seats) {
            socket.ear = Ear::new(seat.room);
        }
        self.tally = Measured::default();
    }

    /// Waits for what is still under way, and for what should not come; gives when the last came.
    pub fn hear_out(&mut self) -> Outcome<Instant> {
        let mut last = (self.ledger.awaited, Instant::now());
        while self.ledger.awaited > 0 && last.1.elapsed() < PATIENCE {
            self.turn()?;
            if self.ledger.awaited < last.0 {
                last = (self.ledger.awaited, Instant::now());
            }
        }
        self.idle(AFTERWARDS)?;
        Ok(last.1)
    }
}

impl Measured {
    pub fn deliveries_a_second(&self) -> f64 {
        self.deliveries as f64 / self.seconds
    }

    pub fn messages_a_second(&self) -> f64 {
        self.times.len() as f64 / self.seconds
    }

    /// Median time of a message, in milliseconds.
    pub fn median_ms(&self) -> f64 {
        median(&self.times) * 1e3
    }

    /// The time that one message in a hundred takes longer than, in milliseconds.
    pub fn slowest_ms(&self) -> f64 {
        quantile(&self.times, 0.99) * 1e3
    }

    /// How long a delivery was.
    pub fn bytes_each(&self) -> f64 {
        (self.bytes / self.deliveries.max(1)) as f64
    }

    /// The server's processor time for a delivery, in microseconds.
    pub fn microseconds_each(&self) -> f64 {
        self.server * 1e6 / self.deliveries as f64
    }
}

/// Processor seconds so far: the server's, our own, the whole machine's.
fn costs(server: u32) -> [f64; 3] {
    [
        machine::processor_seconds(server),
        machine::processor_seconds(std::process::id()),
        machine::busy_seconds(),
    ]
}

/// The middle one; of none, no number.
pub fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// The one that so large a part of all lies below; of none, no number.
pub fn quantile(values: &[f64], part: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.get((sorted.len() as f64 * part) as usize).copied().unwrap_or(f64::NAN)
}
