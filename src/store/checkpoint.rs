//! Folding the write-ahead log back into the file, off the writer's thread.
//!
//! A passive checkpoint never makes the writer or a reader wait; once all of the log is folded
//! back, the writer starts it over. Under a load without pauses there is always something new in
//! it, so when it has grown far too long the writer folds the rest between two commits itself.

use std::{
    cell::Cell,
    path::Path,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread::JoinHandle,
};

use rusqlite::Connection;

use super::{OpenError, open};

/// The log is folded back when it has this many pages (4 MiB).
const LONG: i32 = 1024;

/// The writer folds it back itself when it has this many (64 MiB).
const FAR_TOO_LONG: i32 = 16 * LONG;

thread_local! {
    /// How many pages the log had after the last commit of this thread's connection.
    static PAGES: Cell<i32> = const { Cell::new(0) };
}

/// The writer's side: looks at the log after each commit.
pub(super) struct Checkpoints {
    nudge: SyncSender<()>,
    thread: JoinHandle<()>,
}

impl Checkpoints {
    /// Has the commits of a connection counted. Called on the thread that commits.
    pub(super) fn watch(db: &Connection) {
        db.wal_hook(Some(|_, pages| {
            PAGES.set(pages);
            Ok(())
        }));
    }

    /// Lets a fold that is going on finish and closes its connection.
    pub(super) fn close(self) {
        drop(self.nudge);
        let _ = self.thread.join(); // a panic there has been told
    }

    /// After a commit: has the log folded back if it is long.
    pub(super) fn look(&self, db: &Connection) {
        let pages = PAGES.get();
        if pages >= FAR_TOO_LONG {
            fold(db);
        } else if pages >= LONG {
            let _ = self.nudge.try_send(()); // one is waiting already
        }
    }
}

pub(super) fn start(path: &Path) -> Result<Checkpoints, OpenError> {
    let db = open::connect(path, true)?;
    let (nudge, nudges) = sync_channel(1);
    let thread = std::thread::Builder::new()
        .name("checkpoint".into())
        .spawn(move || run(&db, &nudges))
        .map_err(|cause| OpenError::Thread { path: path.into(), cause })?;
    Ok(Checkpoints { nudge, thread })
}

fn run(db: &Connection, nudges: &Receiver<()>) {
    while nudges.recv().is_ok() {
        fold(db);
    }
}

fn fold(db: &Connection) {
    if let Err(error) = db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
        tracing::warn!(%error, "the log could not be folded back; it will be tried again");
    }
}
