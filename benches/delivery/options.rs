//! What was asked for: scenarios by words, sizes by environment.

use std::{env, path::PathBuf, str::FromStr, time::Duration};

use crate::{Outcome, machine::Cores};

/// Everything the scenarios ask.
pub struct Options {
    /// Scenario words; none means all.
    words: Vec<String>,
    /// A run that shows that the bench works; its figures mean nothing.
    pub quick: bool,
    pub warm_up: Duration,
    pub seconds: Duration,
    /// Until whatever sockets set off that come or go (greetings, presence) is over.
    pub settled: Duration,
    /// Salon and the ceiling take turns this often; the median of the turns is told.
    pub rounds: usize,
    /// Accounts, over which the sockets are spread.
    pub people: usize,
    pub idle_sockets: usize,
    /// Sizes of the one room.
    pub fanout_sockets: Vec<usize>,
    /// Numbers and sizes of the many rooms.
    pub houses: Vec<Houses>,
    /// Those who connect, and those who are served while REST is asked.
    pub many_sockets: usize,
    /// Those who come back after a restart.
    pub returning_sockets: usize,
    /// Senders of the durable measurements, and rows a commit of their ceilings.
    pub senders: Vec<usize>,
    /// Senders who send more than the server can take.
    pub eager_senders: usize,
    /// Messages in the database that a cold start finds.
    pub old_messages: u64,
    /// Salon's executable; without one only the ceilings are measured.
    pub salon: Option<PathBuf>,
    /// A fault the bare server is to commit, to see that it is found: `lose`, `double`, `reorder`.
    pub fault: Option<String>,
    pub cores: Cores,
}

/// So many rooms, each with so many sockets in it.
#[derive(Clone, Copy)]
pub struct Houses {
    pub rooms: usize,
    pub members: usize,
}

impl Options {
    /// `scenarios` are the words that there are.
    pub fn read(arguments: &[String], scenarios: &[&str]) -> Outcome<Options> {
        // `cargo bench` says `--bench`; without it this is `cargo test --all-targets`, which only
        // wants to see it work.
        let quick = env::var("SALON_BENCH_QUICK").is_ok_and(|v| v != "0")
            || !arguments.iter().any(|a| a == "--bench");
        let words: Vec<String> =
            arguments.iter().filter(|a| !a.starts_with('-')).cloned().collect();
        if let Some(unknown) = words.iter().find(|w| !scenarios.contains(&w.as_str())) {
            return Err(format!("no scenario {unknown:?}; there are {scenarios:?}").into());
        }
        // All sockets of a crowd are open in this one process, and in one server's.
        let files = rlimit::increase_nofile_limit(1 << 20)? as usize;
        let sockets = |name, usual: usize, small| -> Outcome<usize> {
            let wanted: usize = number(name, if quick { small } else { usual })?;
            Ok(wanted.clamp(4, files.saturating_sub(200)))
        };
        let sizes: &[usize] = if quick { &[20, 50] } else { &[100, 1_000, 10_000] };
        let sizes = list("SALON_BENCH_FANOUT_SOCKETS", sizes)?;
        let houses = if quick { [(3, 5), (20, 2)] } else { [(100, 10), (500, 20)] };
        let people = number("SALON_BENCH_PEOPLE", if quick { 4 } else { 64 })?.clamp(4, 90);
        let seconds = |name, usual| -> Outcome<Duration> {
            Ok(Duration::from_secs_f64(number(name, usual)?))
        };
        Ok(Options {
            words,
            quick,
            warm_up: Duration::from_secs_f64(if quick { 0.1 } else { 1.0 }),
            seconds: seconds("SALON_BENCH_SECONDS", if quick { 0.3 } else { 4.0 })?,
            settled: Duration::from_secs_f64(if quick { 0.3 } else { 2.0 }),
            rounds: number("SALON_BENCH_ROUNDS", if quick { 1 } else { 3 })?.max(1),
            people,
            idle_sockets: sockets("SALON_BENCH_IDLE_SOCKETS", 5_000, 200)?,
            fanout_sockets: sizes.iter().map(|s| *s.clamp(&4, &(files - 200))).collect(),
            houses: houses.map(|(rooms, members)| Houses { rooms, members }).to_vec(),
            many_sockets: sockets("SALON_BENCH_MANY_SOCKETS", 10_000, 200)?,
            returning_sockets: sockets("SALON_BENCH_RETURNING_SOCKETS", 1_000, 50)?,
            senders: list("SALON_BENCH_SENDERS", if quick { &[1, 4] } else { &[1, 16, 64] })?,
            eager_senders: sockets("SALON_BENCH_EAGER_SENDERS", 128, 16)?,
            old_messages: number(
                "SALON_BENCH_OLD_MESSAGES",
                if quick { 1_000 } else { 4_000_000 },
            )?,
            salon: salon(),
            fault: env::var("SALON_BENCH_FAULT").ok(),
            cores: Cores::take(),
        })
    }

    pub fn wants(&self, scenario: &str) -> bool {
        self.words.is_empty() || self.words.iter().any(|w| w == scenario)
    }

    /// Where databases go while they are measured: under the target folder, hence on the disk
    /// that holds the repository, and not in a `/tmp` that may be memory.
    pub fn folder(&self) -> Outcome<tempfile::TempDir> {
        let below = option_env!("CARGO_TARGET_TMPDIR").map_or_else(env::temp_dir, PathBuf::from);
        std::fs::create_dir_all(&below)?;
        Ok(tempfile::Builder::new().prefix("delivery-").tempdir_in(below)?)
    }
}

fn salon() -> Option<PathBuf> {
    let named = env::var_os("SALON_BIN").map(PathBuf::from);
    named.or_else(|| option_env!("CARGO_BIN_EXE_salon").map(PathBuf::from))
}

fn number<T: FromStr>(name: &str, usual: T) -> Outcome<T> {
    match env::var(name) {
        Ok(text) => text.parse().map_err(|_| format!("{name}={text}: not a number").into()),
        Err(_) => Ok(usual),
    }
}

/// Numbers with commas between them.
fn list(name: &str, usual: &[usize]) -> Outcome<Vec<usize>> {
    let Ok(text) = env::var(name) else { return Ok(usual.to_vec()) };
    let numbers: Result<_, _> = text.split(',').map(|number| number.trim().parse()).collect();
    numbers.map_err(|_| format!("{name}={text}: not numbers").into())
}
