//! One run of a crowd: warm up, measure, hear out what is under way, hold the books against each
//! other.

use std::time::{Duration, Instant};

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
    pub deliveries: u64,
    /// Of all deliveries' texts.
    pub bytes: u64,
    /// Seconds until a message's poster could go on, one for each message.
    pub times: Vec<f64>,
    pub faults: Faults,
    /// Processor seconds of the server, of this generator, of everything else here.
    pub server: f64,
    pub generator: f64,
    pub others: f64,
}

impl Crowd {
    pub fn run(&mut self, run: Run) -> Outcome<Measured> {
        self.ledger = Ledger::new(self.ledger.next(), self.seats.iter().map(|seat| seat.room));
        for (socket, seat) in self.sockets.iter_mut().zip(&self.seats) {
            socket.ear = Ear::new(seat.room);
        }
        self.tally = Measured::default();
        self.pace = run.pace;
        let window = if let Pace::Acknowledged(window) = run.pace { window } else { 1 };
        self.due = (0..run.posters).cycle().take(run.posters * window).collect();

        self.is_posting = true;
        self.post_due()?;
        self.idle(run.warm_up)?;
        let (before, since) = (costs(run.server), Instant::now());
        self.counting_since = Some(since);
        self.idle(run.seconds)?;
        self.counting_since = None;
        let (after, seconds) = (costs(run.server), since.elapsed().as_secs_f64());
        self.is_posting = false;
        self.hear_out()?;

        let mut measured = std::mem::take(&mut self.tally);
        measured.seconds = seconds;
        let [server, generator, machine] = [0, 1, 2].map(|i| after[i] - before[i]);
        (measured.server, measured.generator) = (server, generator);
        measured.others = (machine - server - generator).max(0.0);
        measured.faults = self.ledger.faults(self.sockets.iter().map(|socket| &socket.ear));
        if let Some(refusal) = self.refusal.take() {
            eprintln!("delivery: the server refused something: {refusal}");
        }
        Ok(measured)
    }

    /// Waits for what is still under way, and for what should not come.
    fn hear_out(&mut self) -> Outcome<()> {
        let mut last = (self.ledger.awaited, Instant::now());
        while self.ledger.awaited > 0 && last.1.elapsed() < PATIENCE {
            self.turn()?;
            if self.ledger.awaited < last.0 {
                last = (self.ledger.awaited, Instant::now());
            }
        }
        self.idle(AFTERWARDS)
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

    pub fn bytes_each(&self) -> usize {
        (self.bytes / self.deliveries.max(1)) as usize
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
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
