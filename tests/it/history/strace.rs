//! Looking at the server's system calls from outside, and letting some fail, by `strace`.

use std::process::Stdio;

use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use crate::support::{Server, within};

/// What fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing {
    /// Nothing can be written to a file any more.
    DiskFull,
    /// What was written cannot be made to last.
    Syncs,
}

/// A strace that is attached to a server; it lets go when this is dropped.
pub struct Strace(Child);

impl Strace {
    /// Lets calls fail from now on.
    pub async fn failing(server: &Server, what: Failing) -> Self {
        let (calls, error) = match what {
            Failing::DiskFull => ("pwrite64", "ENOSPC"),
            Failing::Syncs => ("fsync,fdatasync", "EIO"),
        };
        let (trace, inject) = (format!("trace={calls}"), format!("inject={calls}:error={error}"));
        Self::attach(server, &["-o", "/dev/null", "-e", &trace, "-e", &inject]).await
    }

    /// Kills the server instead of letting it write to a file or sync one for the nth time.
    pub async fn killing_at(server: &Server, nth: usize) -> Self {
        let calls = "pwrite64,fsync,fdatasync";
        let trace = format!("trace={calls}");
        let inject = format!("inject={calls}:signal=SIGKILL:when={nth}");
        Self::attach(server, &["-o", "/dev/null", "-e", &trace, "-e", &inject]).await
    }

    /// The server has ended.
    pub async fn ended(mut self) {
        within("the end of what strace looked at", self.0.wait()).await.unwrap();
    }

    /// Attaches to all threads there are and will be.
    pub async fn attach(server: &Server, options: &[&str]) -> Self {
        let mut command = Command::new("strace");
        command.args(["-f", "-p", &server.process_id().to_string()]).args(options);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.kill_on_drop(true).spawn().unwrap_or_else(|error| {
            panic!("this test needs strace (on Debian: apt-get install strace): {error}")
        });
        let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
        let first = within("strace attached", said.next_line()).await.unwrap().unwrap_or_default();
        assert!(
            first.contains("attached"),
            "strace may not look at other processes here (as root it may, or with \
             kernel.yama.ptrace_scope=0): {first}"
        );
        // it tells of each new thread; a full pipe would stop it
        tokio::spawn(async move { while let Ok(Some(_)) = said.next_line().await {} });
        Self(child)
    }

    /// Lets go; afterwards everything works as it did, and the whole trace is written.
    pub async fn detach(mut self) {
        let id = self.0.id().unwrap().to_string();
        let asked = Command::new("kill").args(["-INT", &id]).status().await.unwrap();
        assert!(asked.success());
        within("strace lets go", self.0.wait()).await.unwrap();
    }
}
