//! Telling the service manager (systemd's `sd_notify`): ready, stopping, and, if it wants to hear it, that
//! the server still does its work.
//!
//! What always holds: nothing waits for the manager; without one, nothing is sent.

use std::{
    env, io,
    os::unix::net::{SocketAddr, UnixDatagram},
    sync::Arc,
    time::Duration,
};

use crate::app::App;

/// Where it listens: a path, or, after an `@`, a name without a file.
fn address(name: &str) -> io::Result<SocketAddr> {
    #[cfg(target_os = "linux")]
    if let Some(name) = name.strip_prefix('@') {
        use std::os::linux::net::SocketAddrExt;
        return SocketAddr::from_abstract_name(name);
    }
    SocketAddr::from_pathname(name)
}

/// The way to the manager.
pub struct Manager {
    socket: UnixDatagram,
    address: SocketAddr,
    /// How often it wants to hear that all is well.
    every: Option<Duration>,
}

impl Manager {
    /// As the environment names it; none where no manager wants to be told.
    #[must_use]
    pub fn found() -> Option<Self> {
        let name = env::var("NOTIFY_SOCKET").ok()?;
        let socket = UnixDatagram::unbound().ok()?;
        socket.set_nonblocking(true).ok()?;
        let number = |name| env::var(name).ok()?.parse::<u64>().ok();
        let is_meant = number("WATCHDOG_PID").is_none_or(|id| id == u64::from(std::process::id()));
        let limit = number("WATCHDOG_USEC").filter(|limit| is_meant && *limit > 0);
        let every = limit.map(|limit| Duration::from_micros(limit / 2));
        Some(Self { socket, address: address(&name).ok()?, every })
    }

    fn say(&self, what: &str) {
        if let Err(error) = self.socket.send_to_addr(what.as_bytes(), &self.address) {
            tracing::warn!(%error, "the service manager could not be told");
        }
    }

    /// Connections are accepted.
    pub fn ready(&self) {
        self.say("READY=1\nSTATUS=Serving\n");
    }

    /// No more are.
    pub fn stopping(&self) {
        self.say("STOPPING=1\nSTATUS=Saying goodbye\n");
    }

    /// Says again and again that all is well, while it is: the runtime turns and the writer answers.
    /// Until it is dropped.
    pub async fn watch(&self, app: Arc<App>) {
        let Some(every) = self.every else { return std::future::pending().await };
        let mut beats = tokio::time::interval(every);
        beats.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            beats.tick().await;
            app.store.answers().await; // one that never comes is what the manager waits for
            self.say("WATCHDOG=1\n");
        }
    }
}
