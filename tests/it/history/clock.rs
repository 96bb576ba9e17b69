//! The clock jumps under load, and nothing that anybody relies on notices: order is by seq and rev.

use std::{path::PathBuf, process::Command};

use tempfile::TempDir;

use super::run::{Run, cycles};
use crate::support::{Person, Server};

/// A clock that says whatever it is told to.
struct Clock {
    folder: TempDir,
    library: String,
    /// Which servers went by it.
    processes: Vec<u32>,
}

impl Drop for Clock {
    /// The library leaves something behind for each process that was killed.
    fn drop(&mut self) {
        for process in &self.processes {
            for kind in ["faketime_shm", "sem.faketime_sem"] {
                let _ = std::fs::remove_file(format!("/dev/shm/{kind}_{process}")); // or it ended well
            }
        }
    }
}

impl Clock {
    fn new() -> Self {
        let asked =
            Command::new("faketime").args(["-m", "-f", "+0", "printenv", "LD_PRELOAD"]).output();
        let said = asked.unwrap_or_else(|error| {
            panic!("this test needs faketime (on Debian: apt-get install faketime): {error}")
        });
        let library = String::from_utf8(said.stdout).unwrap().trim().to_owned();
        assert!(library.contains("libfaketime"), "faketime told no library: {library:?}");
        let (folder, processes) = (TempDir::new().unwrap(), Vec::new());
        let clock = Self { folder, library, processes };
        clock.off_by(0);
        clock
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("clock")
    }

    /// The clock is wrong by so many seconds from now on; what measures intervals is not.
    fn off_by(&self, seconds: i64) {
        let new = self.folder.path().join("new");
        std::fs::write(&new, format!("{seconds:+}\n")).unwrap();
        std::fs::rename(new, self.file()).unwrap(); // never half of it
    }

    async fn server(&mut self) -> Server {
        let file = self.file();
        let environment = [
            ("LD_PRELOAD", self.library.as_str()),
            ("FAKETIME_TIMESTAMP_FILE", file.to_str().unwrap()),
            ("FAKETIME_NO_CACHE", "1"),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
            ("NO_FAKE_STAT", "1"),
        ];
        let server = Server::start_in(&[], &environment).await;
        self.note(&server);
        server
    }

    fn note(&mut self, server: &Server) {
        self.processes.push(server.process_id());
    }
}

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;

/// Seconds by which it is wrong; forward no further than an access token lives.
const JUMPS: [i64; 6] = [-365 * DAY, -DAY, -MINUTE, 0, MINUTE, 10 * MINUTE];

#[tokio::test(flavor = "multi_thread")]
async fn order_and_sessions_survive_jumps_of_the_clock() {
    let mut clock = Clock::new();
    let mut run = Run::prepare("clock", clock.server().await).await;
    for _ in 0..cycles().div_ceil(5) {
        let going = run.start().await;
        for _ in 0..3 {
            clock.off_by(JUMPS[run.random.below(JUMPS.len())]);
            run.world.acknowledged.more(1 + run.random.below(40)).await;
        }
        run.kill(going).await;
        clock.off_by(JUMPS[run.random.below(JUMPS.len())]);
        run = run.restart().await;
        clock.note(&run.server);
    }
    run.check().await;
}

#[tokio::test]
async fn a_day_ahead_tokens_have_ended_and_a_day_back_nobody_is_locked_out() {
    let mut clock = Clock::new();
    let server = clock.server().await;
    let ada = server.person("ada").await;
    let path = "/api/conversations/general/messages";
    let mut socket = ada.connect().await;
    let general = socket.room("general");
    let date = |message: &serde_json::Value| {
        let date = message["date"].as_str().unwrap();
        chrono::DateTime::parse_from_rfc3339(date).unwrap()
    };
    let first = ada.say(&server, "general", "today").await;
    socket.expect("new_message").await;
    clock.off_by(DAY);
    ada.get(&server, path).await.refused(401, "unauthorized");
    socket.post(&general, "tomorrow", None).await; // who is connected stays connected
    let second = socket.expect("new_message").await["data"].clone();
    assert!((date(&second) - date(&first)).num_hours() >= 23, "the clock did jump");
    let later = Person::sign_in(&server, "ada").await;
    later.say(&server, "general", "tomorrow too").await;
    clock.off_by(-DAY);
    let last = later.say(&server, "general", "yesterday").await;
    assert!(date(&last) < date(&first));
    let all = ada.get(&server, path).await.expect(200);
    let all = all.as_array().unwrap().iter();
    let all: Vec<_> = all.map(|one| one["content"].as_str().unwrap()).collect();
    assert_eq!(all, ["today", "tomorrow", "tomorrow too", "yesterday"]);
}
