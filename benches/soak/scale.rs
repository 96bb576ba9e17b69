//! How long, how much, and how often something breaks.

use std::{str::FromStr, time::Duration};

pub struct Scale {
    /// A run that shows that the bench works; what it measures means nothing.
    pub quick: bool,
    pub total: Duration,
    /// Between two lines of the record.
    pub interval: Duration,
    /// Between two faults.
    pub fault: Duration,
    /// How long a client that is stopped reads and says nothing.
    pub stop: Duration,
    /// How long the one who does not read stays: longer than the server bears with the silent.
    pub deaf: Duration,
    pub people: usize,
    pub rooms: usize,
    /// Rooms that each person is in.
    pub rooms_each: usize,
    /// Sockets that each person has open; one of them speaks.
    pub sockets_each: usize,
    /// People who connect and go.
    pub passers: usize,
    /// Between two messages of one who speaks.
    pub pace: Duration,
    /// Files that are there at one time; the message of the oldest is deleted.
    pub files: usize,
    pub file_bytes: usize,
}

impl Scale {
    pub fn read() -> Self {
        // `cargo bench` says `--bench`; without it this only sees whether it works
        let quick = std::env::var("SALON_BENCH_QUICK").is_ok_and(|value| value != "0")
            || !std::env::args().any(|word| word == "--bench");
        let seconds = |name, unit: f64, usual: f64, small: f64| {
            let usual = if quick { small } else { usual };
            Duration::from_secs_f64(number(name).map_or(usual, |given: f64| given * unit).max(0.1))
        };
        let fault = seconds("SALON_SOAK_FAULT_MINUTES", 60.0, 120.0, 1.0);
        Self {
            quick,
            total: seconds("SALON_SOAK_MINUTES", 60.0, 3600.0, 10.0),
            interval: seconds("SALON_SOAK_INTERVAL_SECONDS", 1.0, 30.0, 0.5),
            fault,
            stop: fault / 2,
            deaf: Duration::from_secs(if quick { 2 } else { 100 }),
            people: if quick { 8 } else { 50 },
            rooms: if quick { 6 } else { 20 },
            rooms_each: if quick { 3 } else { 4 },
            sockets_each: if quick { 2 } else { 4 },
            passers: if quick { 3 } else { 10 },
            pace: Duration::from_millis(370),
            files: if quick { 3 } else { 60 },
            file_bytes: 100_000,
        }
    }
}

fn number<T: FromStr>(name: &str) -> Option<T> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name}={text}: not a number")))
}
