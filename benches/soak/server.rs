//! The server: Salon as it is run, on a file of its own, started, killed and stopped again and
//! again; and what it takes of the machine.

use std::{
    fs::OpenOptions,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::{guests, machine};

/// It says that it ends within five seconds.
const GOODBYE: Duration = Duration::from_secs(15);

pub struct Server {
    folder: TempDir,
    child: Child,
    pub address: SocketAddr,
}

/// What it takes at one moment.
#[derive(Clone, Copy, Default)]
pub struct Usage {
    /// In KiB.
    pub pss: f64,
    pub files: usize,
    pub threads: usize,
    /// In bytes.
    pub database: u64,
}

impl Server {
    pub async fn start() -> Self {
        let disk = Path::new(env!("CARGO_TARGET_TMPDIR"));
        std::fs::create_dir_all(disk).unwrap();
        let folder = tempfile::Builder::new().prefix("soak-").tempdir_in(disk).unwrap();
        let (child, address) = start(folder.path()).await;
        Self { folder, child, address }
    }

    /// Kills it, whatever it is doing, and starts it again.
    pub async fn kill(&mut self) {
        self.child.kill().await.unwrap();
        self.again().await;
    }

    /// Asks it to stop; says what was wrong with how it did.
    pub async fn stop(&mut self) -> Option<String> {
        let id = self.id().to_string();
        assert!(Command::new("kill").arg(id).status().await.unwrap().success());
        match timeout(GOODBYE, self.child.wait()).await {
            Ok(status) if status.as_ref().is_ok_and(|status| status.success()) => None,
            Ok(status) => Some(format!("told to stop, it ended with {status:?}")),
            Err(_) => {
                self.child.kill().await.unwrap();
                Some(format!("told to stop, it still ran after {GOODBYE:?}"))
            }
        }
    }

    pub async fn again(&mut self) {
        (self.child, self.address) = start(self.folder.path()).await;
    }

    /// How it ended, if it did and nobody had asked it to.
    pub fn ended(&mut self) -> Option<String> {
        let status = self.child.try_wait().unwrap()?;
        Some(format!("the server ended by itself: {status}"))
    }

    fn id(&self) -> u32 {
        self.child.id().unwrap_or_default()
    }

    pub fn file(&self) -> PathBuf {
        self.folder.path().join("salon.db")
    }

    /// How long the log is, in bytes.
    pub fn log(&self) -> u64 {
        self.length("salon.db-wal")
    }

    fn length(&self, name: &str) -> u64 {
        std::fs::metadata(self.folder.path().join(name)).map_or(0, |file| file.len())
    }

    pub fn usage(&self) -> Usage {
        let count = |name: &str| {
            std::fs::read_dir(format!("/proc/{}/{name}", self.id())).map_or(0, Iterator::count)
        };
        Usage {
            pss: machine::memory(self.id()),
            files: count("fd"),
            threads: count("task"),
            database: self.length("salon.db"),
        }
    }

    /// What it has warned of.
    pub fn warnings(&self) -> Vec<String> {
        let log = std::fs::read_to_string(self.folder.path().join("salon.log")).unwrap();
        let is_bad =
            |line: &&str| line.contains("ERROR") || line.contains("WARN") || line.contains("panic");
        log.lines().filter(is_bad).map(str::to_owned).collect()
    }
}

async fn start(folder: &Path) -> (Child, SocketAddr) {
    let program =
        std::env::var_os("SALON_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_salon").into());
    let log = OpenOptions::new().create(true).append(true).open(folder.join("salon.log")).unwrap();
    let mut child = Command::new(program)
        .arg("--data")
        .arg(folder.join("salon.db"))
        // Another port each time: on one that nobody listens at, a client can meet itself.
        .args(["--listen", "127.0.0.1:0"])
        .args(["--jwt-secret", guests::SECRET, "--jwt-provision", "on"])
        .env("NO_COLOR", "1")
        .stdout(Stdio::piped())
        .stderr(log)
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = said.next_line().await.unwrap();
    let line = line.unwrap_or_else(|| {
        let log = std::fs::read_to_string(folder.join("salon.log")).unwrap_or_default();
        panic!("it does not start:\n{log}")
    });
    let address = line.rsplit("http://").next().unwrap().trim_end_matches('/').parse().unwrap();
    (child, address)
}
