//! Folding the write-ahead log back into the file, off the writer's thread.
//!
//! A passive checkpoint never makes the writer or a reader wait; once all of the log is folded
//! back, the writer starts it over, so it stays small.

use std::{
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
};

use rusqlite::Connection;

use super::{OpenError, open};

/// The log is folded back when it has grown to this.
const LOG_BYTES: u64 = 4 << 20;

/// Tells the checkpointer that the log may have grown; never waits.
pub(super) struct Nudge(SyncSender<()>);

impl Nudge {
    pub(super) fn nudge(&self) {
        let _ = self.0.try_send(()); // one is waiting already
    }
}

pub(super) fn start(path: &Path) -> Result<Nudge, OpenError> {
    let db = open::connect(path, true)?;
    let (to, from) = sync_channel(1);
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::thread::Builder::new()
        .name("checkpoint".into())
        .spawn(move || run(&db, &PathBuf::from(log), &from))
        .map_err(|cause| OpenError::Thread { path: path.into(), cause })?;
    Ok(Nudge(to))
}

fn run(db: &Connection, log: &Path, nudges: &Receiver<()>) {
    while nudges.recv().is_ok() {
        if std::fs::metadata(log).is_ok_and(|m| m.len() >= LOG_BYTES) {
            let folded = db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
            if let Err(error) = folded {
                tracing::warn!(%error, "the log could not be folded back; it will be tried again");
            }
        }
    }
}
