//! What was asked for: scenarios by words, sizes by environment.

use std::{env, path::PathBuf, time::Duration};

use crate::{Outcome, machine::Cores};

/// Everything the scenarios ask.
pub struct Options {
    /// Scenario words; none means all.
    words: Vec<String>,
    /// A run that shows that the bench works; its figures mean nothing.
    pub quick: bool,
    pub warm_up: Duration,
    pub seconds: Duration,
    /// Salon and the ceiling take turns this often; the median of the turns is told.
    pub rounds: usize,
    /// Accounts, over which the sockets are spread.
    pub people: usize,
    pub idle_sockets: usize,
    pub fanout_sockets: usize,
    /// Senders of the wider durable measurement, and rows a commit of its ceiling.
    pub senders: usize,
    /// Salon's executable; without one only the ceilings are measured.
    pub salon: Option<PathBuf>,
    /// A fault the bare server is to commit, to see that it is found: `lose`, `double`, `reorder`.
    pub fault: Option<String>,
    pub cores: Cores,
}

const SCENARIOS: [&str; 3] = ["idle", "fanout", "durable"];

impl Options {
    pub fn read(arguments: &[String]) -> Outcome<Options> {
        // `cargo bench` says `--bench`; without it this is `cargo test --all-targets`, which only
        // wants to see it work.
        let quick = env::var("SALON_BENCH_QUICK").is_ok_and(|v| v != "0")
            || !arguments.iter().any(|a| a == "--bench");
        let words: Vec<String> =
            arguments.iter().filter(|a| !a.starts_with('-')).cloned().collect();
        if let Some(unknown) = words.iter().find(|w| !SCENARIOS.contains(&w.as_str())) {
            return Err(format!("no scenario {unknown:?}; there are {SCENARIOS:?}").into());
        }
        // Sockets of both servers' crowds are open in this one process.
        let files = rlimit::increase_nofile_limit(1 << 20)? as usize;
        let sockets = |name, usual: usize, small| -> Outcome<usize> {
            let wanted: usize = number(name, if quick { small } else { usual })?;
            Ok(wanted.clamp(4, files.saturating_sub(200) / 2))
        };
        let people = number("SALON_BENCH_PEOPLE", if quick { 4 } else { 64 })?.clamp(4, 90);
        Ok(Options {
            words,
            quick,
            warm_up: Duration::from_secs_f64(if quick { 0.2 } else { 1.0 }),
            seconds: Duration::from_secs_f64(number(
                "SALON_BENCH_SECONDS",
                if quick { 1.0 } else { 4.0 },
            )?),
            rounds: number("SALON_BENCH_ROUNDS", if quick { 1 } else { 3 })?.max(1),
            people,
            idle_sockets: sockets("SALON_BENCH_IDLE_SOCKETS", 5_000, 200)?,
            fanout_sockets: sockets("SALON_BENCH_FANOUT_SOCKETS", 1_000, 50)?,
            senders: people,
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

fn number<T: std::str::FromStr>(name: &str, usual: T) -> Outcome<T> {
    match env::var(name) {
        Ok(text) => text.parse().map_err(|_| format!("{name}={text}: not a number").into()),
        Err(_) => Ok(usual),
    }
}
