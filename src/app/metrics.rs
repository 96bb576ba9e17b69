//! How the server does, in numbers, for programs that watch it. What it counts stands in `counts`; here
//! is what is looked at when somebody asks.

use std::{fs, path::PathBuf};

use super::{App, server::beside};
use crate::{
    model::Refusal,
    store::{Pulse, query},
};

/// What is looked at when somebody asks.
#[derive(Debug)]
pub struct Vitals {
    /// Seconds since the start.
    pub uptime_s: f64,
    /// The sockets' dialects, by their place in the list of them, and the bytes that wait for each.
    pub sockets: Vec<(usize, usize)>,
    /// How many people show as online.
    pub people_online: usize,
    /// How often each limit has refused something.
    pub limited: Vec<(&'static str, u64)>,
    /// How the writer does.
    pub pulse: Pulse,
    /// Messages, and bytes of files; none when the file cannot be read now.
    pub held: Option<(i64, i64)>,
    /// The file and its disk.
    pub disk: Disk,
    /// The process.
    pub process: Process,
}

/// The file and its disk.
#[derive(Debug)]
pub struct Disk {
    /// Bytes of the file.
    pub database_bytes: u64,
    /// Bytes of the log beside it.
    pub log_bytes: u64,
    /// Bytes left there, where the system says.
    pub free_bytes: Option<u64>,
}

/// What the system says of this process, where it does (Linux).
#[derive(Debug, Default)]
pub struct Process {
    /// Bytes of memory that it has.
    pub memory_bytes: Option<u64>,
    /// Seconds of a processor's time that it has used.
    pub cpu_s: Option<f64>,
    /// How many files it has open, sockets included.
    pub open_files: Option<u64>,
    /// How many it may.
    pub most_files: Option<u64>,
}

impl App {
    /// How the server does. Whether the asker may know is for the door to say.
    ///
    /// # Errors
    /// The server is stopping.
    pub async fn vitals(&self) -> Result<Vitals, Refusal> {
        let held = |db: &rusqlite::Connection| {
            Ok((query::server::messages(db)?, query::server::stored_bytes(db)?))
        };
        let held = self.read(held).await.ok();
        let data = self.settings.data.clone();
        let log = beside(&self.settings, "-wal");
        let looked =
            tokio::task::spawn_blocking(move || (Disk::look(&data, log), Process::look())).await;
        let (disk, process) = looked.map_err(|_| Refusal::unavailable())?;
        Ok(Vitals {
            uptime_s: self.started.elapsed().as_secs_f64(),
            sockets: self.hub.waiting(),
            people_online: self.hub.counts().1,
            limited: self.limits.refused().into(),
            pulse: self.store.pulse(),
            held,
            disk,
            process,
        })
    }
}

impl Disk {
    /// Of a file with its log.
    #[must_use]
    pub fn look(data: &std::path::Path, log: PathBuf) -> Self {
        let size = |path: &std::path::Path| fs::metadata(path).map_or(0, |file| file.len());
        let folder = data.parent().filter(|folder| *folder != "");
        let disk = rustix::fs::statvfs(folder.unwrap_or(".".as_ref())).ok();
        Self {
            database_bytes: size(data),
            log_bytes: size(&log),
            free_bytes: disk.map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize)),
        }
    }
}

impl Process {
    /// This one.
    #[must_use]
    pub fn look() -> Self {
        Self {
            memory_bytes: memory(),
            cpu_s: cpu(),
            open_files: fs::read_dir("/proc/self/fd").ok().map(|files| files.count() as u64),
            most_files: rlimit::getrlimit(rlimit::Resource::NOFILE).ok().map(|(soft, _)| soft),
        }
    }
}

/// Bytes of memory that this process has.
pub(super) fn memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// Seconds of a processor's time that this process has used.
fn cpu() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // behind the name, which may hold anything: the state, then numbers; user and system are the
    // twelfth and thirteenth
    let (_, numbers) = stat.rsplit_once(')')?;
    let mut numbers = numbers.split_whitespace().skip(11);
    let mut next = || numbers.next()?.parse::<u32>().ok();
    let ticks = f64::from(next()?) + f64::from(next()?);
    Some(ticks / 100.0) // what Linux counts in, whatever its own clock does
}
